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
