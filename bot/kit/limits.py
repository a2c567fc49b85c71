"""How much Slack takes, with room to spare: Slack does not say what it counts as a character."""


def _under(figure: int) -> int:
    return figure * 95 // 100


HEADER = _under(150)
SECTION = _under(3_000)
CONTEXT = _under(3_000)
LABEL = _under(75)
"""The words of a link, as short as those of a button."""

URL = _under(3_000)
FALLBACK = _under(4_000)
"""A message's plain text: the figure Slack recommends; it cuts above 40,000."""

MESSAGE = _under(12_000)
"""All text of a message's blocks together; past it Slack answers `msg_blocks_too_long`, which it does not document."""

BLOCKS = 50
CONTEXT_ELEMENTS = 10

BUTTON = _under(75)
BUTTON_VALUE = 2_000
ACTION_ID = 255
ACTION_ELEMENTS = 25
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = _under(100), _under(300), _under(30)

VIEW_BLOCKS = 100
VIEW_TITLE = 24
VIEW_SUBMIT = 24
CARRIED = 3_000
"""A form's private metadata."""

OPTION, OPTION_VALUE, OPTIONS = _under(75), 150, 100
INPUT_LABEL, INPUT_HINT, INPUT_TEXT = _under(2_000), _under(2_000), 3_000
PLACEHOLDER = _under(150)
