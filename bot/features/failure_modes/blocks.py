"""The matrix as people read it, on a phone too: what is missing, the failure modes, the defences, the nevers."""

from collections.abc import Iterator, Sequence

from bot.domain.defences import in_short
from bot.domain.failure_modes import FailureMode, blanks_of, is_own
from bot.domain.product import Never
from bot.domain.text import clip, count_of, number, one_line
from bot.features.failure_modes.matrix import SAYS, Matrix
from bot.features.failure_modes.words import (
    called,
    fallback_words,
    layer_words,
    owner_words,
    rating,
)
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    fallback,
    fit,
    header,
    plain,
    plain_section,
    section,
)
from bot.kit.blocks import saying as press
from bot.kit.reply import Reply

CHANGE, ADD, RETIRE, DEFENCES, NEVERS = (
    "failure_modes.change",
    "failure_modes.add",
    "failure_modes.retire",
    "failure_modes.defences",
    "failure_modes.nevers",
)
"""The buttons that open the forms."""

WIDEST, NARROWEST, ALL_TEXTS = 200, 60, 4_800
"""How much of a text a row shows, and how much all rows show together: the more there are, the less of each."""

MOST_LISTED = 10
BLANKS_ROOM, BLANK_ROOM, NEVER_ROOM, NAME_ROOM, WHAT_ROOM = 1_200, 240, 120, 80, 120


def matrix_reply(matrix: Matrix) -> Reply:
    """The whole matrix."""
    title = f"How {clip(one_line(matrix.product.name), NAME_ROOM)} may fail"
    above = [header(title), _missing(matrix)]
    below = [*_retired(matrix), _defences(matrix), _nevers(matrix), _buttons(matrix)]
    tries = ([*above, *rows, *below] for rows in _all_rows(matrix))
    shown = next(blocks for blocks in tries if fit(blocks) == blocks)
    return Reply(text=fallback(f"{title}: {_count(matrix.blanks)}"), blocks=shown)


def mode_reply(matrix: Matrix, mode: FailureMode) -> Reply:
    """One failure mode whole."""
    rated = _rated(matrix, mode)
    texts = [plain_section(f"{label}: {text}") for label, text in _said(mode).items() if text]
    missing = list(blanks_of(mode))
    rest = [context(plain(_nobody_said(missing)))] if missing else []
    blocks = [header(mode.name), section(rated[:1].upper() + rated[1:]), *texts, *rest]
    return Reply(text=fallback(mode.name), blocks=[*blocks, _mode_buttons(matrix, mode)])


def retired_reply(matrix: Matrix, mode: FailureMode) -> Reply:
    """One that was put away."""
    text = f"{called(mode)} was retired; what was said of it is kept."
    back = press("Bring it back", f'{SAYS} {matrix.product.key} bring-back "{mode.key}"')
    return Reply(text=text, blocks=[section(text), actions("retired", back)])


def value_of(matrix: Matrix, mode: FailureMode) -> str:
    """What a button about a failure mode carries."""
    return f"{matrix.product.id} {mode.key}"


def _missing(matrix: Matrix) -> Block:
    blanks = matrix.blanks
    if not blanks:
        return plain_section("Nothing is missing.")
    return plain_section(f"{_count(blanks)}. {_nobody_said(blanks)}")


def _count(blanks: Sequence[str]) -> str:
    return count_of(len(blanks), "blank") if blanks else "nothing is missing"


def _nobody_said(blanks: Sequence[str]) -> str:
    shown = "; ".join(clip(one_line(blank), BLANK_ROOM) for blank in in_short(blanks))
    return f"Nobody said yet: {clip(shown, BLANKS_ROOM)}."


def _all_rows(matrix: Matrix) -> Iterator[list[Block]]:
    """The rows, with less and less of the texts, then without the last ones: what comes below them is never cut."""
    modes = matrix.modes
    for room in (_room(len(modes)), NARROWEST, NARROWEST // 2):
        yield [block for mode in modes for block in _row(matrix, mode, room)]
    for left_out in range(len(modes) + 1):
        shown = modes[: len(modes) - left_out]
        more = f" {count_of(left_out, 'more failure mode')} had no room." if left_out else ""
        note = f"No room here for what was said of each: say “{SAYS} NAME”.{more}"
        yield [*(block for mode in shown for block in _row(matrix, mode, 0)), context(plain(note))]


def _room(modes: int) -> int:
    return max(NARROWEST, min(WIDEST, ALL_TEXTS // (3 * max(modes, 1))))


def _row(matrix: Matrix, mode: FailureMode, room: int) -> list[Block]:
    change = button("Change", f"{CHANGE}:{mode.key}", value=value_of(matrix, mode))
    texts = _texts(mode, room)
    return [_facts(matrix, mode, change), *([context(plain(texts))] if texts else [])]


def _facts(matrix: Matrix, mode: FailureMode, change: Element | None) -> Block:
    return section(f"{called(mode)}: {_rated(matrix, mode)}", change)


def _rated(matrix: Matrix, mode: FailureMode) -> str:
    """How bad, how likely, whose, in mrkdwn."""
    slow = f" Too slow from {number(mode.slower_than)} s." if mode.slower_than is not None else ""
    return f"{rating(mode)}.{slow} Owner: {owner_words(matrix, mode.owner)}"


def _texts(mode: FailureMode, room: int) -> str:
    """What was said of what happens then, a line each (none where there is no *room*), and what nobody said."""
    said = [f"{label}: {clip(one_line(text), room)}" for label, text in _said(mode).items() if text and room]
    missing = [label[:1].lower() + label[1:] for label, text in _said(mode).items() if not text]
    return "\n".join([*said, *([f"Nobody said yet: {', '.join(missing)}"] if missing else [])])


def _said(mode: FailureMode) -> dict[str, str]:
    return {"What the user sees": mode.seen, "Recovery": mode.recovery, "Fallback to people": fallback_words(mode)}


def _retired(matrix: Matrix) -> list[Block]:
    retired = matrix.retired
    names = [clip(one_line(one.name), NAME_ROOM) for one in retired[:MOST_LISTED]]
    more = f" and {len(retired) - MOST_LISTED} more" if len(retired) > MOST_LISTED else ""
    return [context(plain(f"Retired: {', '.join(names)}{more}."))] if names else []


def _defences(matrix: Matrix) -> Block:
    lines = [layer_words(matrix, one, room=WHAT_ROOM) for one in matrix.defences]
    return section("\n".join(["*Defences against made-up facts* (none alone is enough)", *lines]))


def _nevers(matrix: Matrix) -> Block:
    nevers = matrix.product.record.nevers
    if not nevers:
        return plain_section("What it must never do: nobody said yet.")
    more = [f"and {len(nevers) - MOST_LISTED} more"] if len(nevers) > MOST_LISTED else []
    lines = [_never(one) for one in nevers[:MOST_LISTED]]
    return plain_section("\n".join(["What it must never do:", *lines, *more]))


def _never(never: Never) -> str:
    phrases = ", ".join(f"“{one}”" for one in never.phrases)
    known = f"known by {phrases}" if phrases else "no phrases, so nothing is flagged by it"
    return f"• {clip(one_line(f'{never.name}: {known}'), NEVER_ROOM)}"


def _buttons(matrix: Matrix) -> Block:
    value = str(matrix.product.id)
    return actions(
        "matrix",
        button("Add a failure mode", ADD, value=value),
        button("Change the defences", DEFENCES, value=value),
        button("Change the nevers", NEVERS, value=value),
    )


def _mode_buttons(matrix: Matrix, mode: FailureMode) -> Block:
    value = value_of(matrix, mode)
    retire = [button("Retire", f"{RETIRE}:{mode.key}", value=value)] if is_own(mode) else []
    show = press("Show the matrix", f"{SAYS} {matrix.product.key}")
    return actions("mode", button("Change", f"{CHANGE}:{mode.key}", value=value), *retire, show)
