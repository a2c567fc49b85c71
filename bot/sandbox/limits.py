"""How much the sandbox takes: Slack's own figures, and where it gives none, what has been seen."""

MESSAGE_TEXT = 40_000
UPDATED_TEXT = 4_000
METADATA = 8_000
"""Not documented; a bot that needs more than this keeps its data in the wrong place."""

BLOCKS = 50
BLOCKS_TEXT = 13_000
"""All text of a message's blocks together: not documented, but longer messages have been refused."""

ID = 255
"""Of a block_id, and of an action_id."""

HEADER = 150
SECTION = 3_000
FIELDS = 10
FIELD = 2_000
CONTEXT_ELEMENTS = 10
CONTEXT = 3_000
ACTIONS = 25

URL = 3_000
ALT_TEXT = 2_000
IMAGE_TITLE = 2_000

BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
ACCESSIBILITY_LABEL = 75
PLACEHOLDER = 150
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_GROUPS = 100
SELECT_OPTIONS = 100
CHOICES = 10
"""Options of checkboxes, and of radio buttons."""

OVERFLOW_OPTIONS = 5
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

PAGE = 100
LARGEST_PAGE = 999
