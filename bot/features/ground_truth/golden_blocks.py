"""How the golden set looks. What the model, its users and the team wrote stands in plain text only."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.golden import GOAL, Golden
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.text import clip, count_of, number, one_line
from bot.domain.truth import Truth
from bot.features.ground_truth.blocks import asked_and
from bot.features.ground_truth.names import DROP, PICK, PICK_ALL, PICK_GOOD, PROPOSE, SET_PAGE
from bot.kit.blocks import Block, actions, button, header, plain_section, saying, section
from bot.kit.choosing import named
from bot.kit.reply import Reply
from bot.store.held import Held
from bot.store.incident_answers import Unanswered

SHOWN = 8
"""Rows in one message."""

SEGMENTS = 8
"""How many segments are named."""


def of_goal(count: int) -> str:
    """“43 of 200 rows”; past the goal it stays in sight."""
    return f"{number(count)} of {GOAL} rows" if count < GOAL else f"{number(count)} rows, past the goal of {GOAL}"


def overview(
    product: Product, rows: Sequence[Golden], *, ready: int, waiting: int, unanswered: int, may_pick: bool
) -> Reply:
    """How far the set is, what is in it, and what waits for whom; *unanswered* of incidents have no right answer."""
    good = sum(row.is_good for row in rows)
    parts = f"{count_of(good, 'good output')}, {count_of(len(rows) - good, 'corrected one')}"
    lines = [f"{of_goal(len(rows))}{f': {parts}' if rows else ''}.", *_waits(ready, waiting, unanswered)]
    see = [saying("See the rows", f"golden list {product.key}")] if rows else []
    pick = [saying("Pick", f"golden pick {product.key}"), saying("Good outputs", f"golden good {product.key}")]
    buttons = [*see, *(pick if may_pick else [])]
    segments = [plain_section(_segments([row.prediction for row in rows]))] if rows else []
    return Reply(
        text=f"The golden set of {named(product)}: {of_goal(len(rows))}",
        blocks=[
            header(f"Golden set of {product.name}"),
            section("\n".join(lines)),
            *segments,
            *([actions("golden", buttons[0], *buttons[1:])] if buttons else []),
        ],
    )


def rows(product: Product, found: Sequence[Golden], *, total: int, left: int, may_pick: bool) -> Reply:
    """Rows of the set, each with a button that takes it out; *left*: how many come after them."""
    title = f"Golden set of {product.name}"
    listed = [_row(row, may_pick=may_pick) for row in found]
    more = (
        [actions("more", button(f"Next ones ({left})", SET_PAGE, value=f"{product.id} {found[-1].id}"))] if left else []
    )
    return Reply(text=f"The golden set of {named(product)}: {of_goal(total)}", blocks=[header(title), *listed, *more])


def candidates(
    product: Product,
    found: Sequence[tuple[Truth, Prediction]],
    *,
    count: int,
    unanswered: Sequence[Unanswered] = (),
) -> Reply:
    """Verified answers that could join, each with a button; below them what could if somebody said what is right."""
    ready = f"{count_of(count, 'verified answer')} of {named(product)} could join the golden set."
    text = ready if found else f"Nothing verified waits to join the golden set of {named(product)} yet."
    listed = [
        plain_section(
            f"Proposal {truth.id}\n{asked_and('Right', prediction, truth.answer or '')}",
            button("Pick", f"{PICK}:{truth.id}", value=str(truth.id)),
        )
        for truth, prediction in found
    ]
    everything = [actions("pick", button(f"Pick all {count}", PICK_ALL, value=str(product.id)))] if found else []
    missing = [_unanswered(product, one) for one in unanswered]
    return Reply(text=text, blocks=[section(text), *listed, *everything, *missing])


def good_outputs(product: Product, found: Sequence[Held]) -> Reply:
    """Outputs that were good as they were, each with a button."""
    text = f"Good outputs of {named(product)} that could join the golden set, the latest first."
    listed = [_good(product, one) for one in found]
    return Reply(text=text, blocks=[section(text), *listed])


def _unanswered(product: Product, one: Unanswered) -> Block:
    prediction = one.held.prediction
    name = clip(one_line(prediction.id), 80)
    said = asked_and("Said", prediction, prediction.output or "")
    press = button("Say what is right", f"{PROPOSE}:{one.held.row_id}", value=f"{product.id} {one.held.row_id}")
    return plain_section(f"From incident {one.incident_id}, {name}: needs the right answer\n{said}", press)


def _good(product: Product, one: Held) -> Block:
    said = asked_and("Said", one.prediction, one.prediction.output or "")
    press = button("Pick", f"{PICK_GOOD}:{one.row_id}", value=f"{product.id} {one.row_id}")
    return plain_section(f"{clip(one_line(one.prediction.id), 80)}\n{said}", press)


def _waits(ready: int, waiting: int, unanswered: int) -> list[str]:
    told = []
    if ready:
        told.append(f"{count_of(ready, 'verified answer')} could join it.")
    if waiting:
        told.append(f"{count_of(waiting, 'proposal')} {'waits' if waiting == 1 else 'wait'} for a domain expert.")
    if unanswered:
        verb, them = ("needs", "it") if unanswered == 1 else ("need", "they")
        outputs = count_of(unanswered, "output")
        told.append(f"{outputs} of incidents {verb} the right answer before {them} can join it.")
    return told or ["Nothing waits to join it."]


def _segments(found: Sequence[Prediction]) -> str:
    counts = Counter(one.segment for one in found)
    without = counts.pop(None, 0)
    told = [f"{clip(one_line(name or ''), 40)} {count}" for name, count in counts.most_common(SEGMENTS)]
    told += [f"{len(counts) - SEGMENTS} more segments"] if len(counts) > SEGMENTS else []
    told += [f"without a segment {without}"] if without else []
    return f"Segments: {', '.join(told)}"


def _row(row: Golden, *, may_pick: bool) -> Block:
    kind = "good output" if row.is_good else "corrected"
    drop = button("Drop", f"{DROP}:{row.id}", value=str(row.id)) if may_pick else None
    return plain_section(f"Row {row.id}, {kind}\n{asked_and('Right', row.prediction, row.answer)}", drop)
