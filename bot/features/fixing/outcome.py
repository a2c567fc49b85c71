"""The outcome of a review as it is posted: the fixes in order, patterns against the base rate, and what was left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.concentration import Concentration, concentrations
from bot.domain.failures import Breach, BreachKind
from bot.domain.fixes import Fix
from bot.domain.reviewing import Part, Quick, Severity
from bot.domain.saturation import saturation, sentence
from bot.domain.text import clip, count_of, one_line
from bot.features.fixing.board import Board
from bot.features.fixing.words import SHORT_TITLE, about, facts
from bot.kit import limits
from bot.kit.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    fallback,
    fit,
    header,
    markdown,
    plain_section,
)
from bot.kit.prose import render
from bot.store import kinds, pulls

SHARE = "fixing.share"
NAMED = 3
"""How many segments are told: the largest say it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is told of a review beside its fixes. `patterns` hold more of the seats than of the week's answers."""

    reviewed: int
    seats: int
    patterns: tuple[Concentration, ...]
    models: tuple[Concentration, ...]
    broken: tuple[tuple[Breach, int], ...]
    left: int
    put_aside: int
    most_help: str
    drawn: bool
    fixes: int
    new_kinds: str


def facts_of(session: Session, board: Board) -> Facts:
    """What there is to tell of the review of *board*."""
    pull = pulls.of_window(session, board.product.id, board.review.window)
    seated = [item.prediction for item in board.items]
    segments = concentrations((one.segment for one in seated), pull.this.segments if pull else ())
    models = concentrations((one.model_version for one in seated), pull.this.models if pull else ())
    return Facts(
        reviewed=len(board.items) - len(board.left),
        seats=len(board.items),
        patterns=_telling(segments),
        models=_telling(models),
        broken=_broken(board),
        left=len(board.left),
        put_aside=_put_aside(board),
        most_help=board.review.most_help,
        drawn=bool(board.above),
        fixes=len(board.ordered),
        new_kinds=sentence(saturation(kinds.in_order(session, board.product.id))),
    )


def text_of(board: Board) -> str:
    """What notifications read of an outcome."""
    return fallback(f"{_title(board)}: {count_of(len(board.ordered), 'fix', 'fixes')}")


def blocks_of(session: Session, board: Board, by: str, *, share: bool) -> list[Block]:
    """The outcome as Slack shows it, with a button to share it where *share*. *by* is who finished it, in mrkdwn."""
    told = facts_of(session, board)
    prose = render("fixing/outcome.txt", told=told)
    number = str(board.review.id)
    tail = [
        *([divider()] if board.ordered else []),
        plain_section(prose),
        context(markdown(f"Finished by {by}. {told.reviewed} of {told.seats} reviewed.")),
        *([actions("outcome", button("Share in the channel", SHARE, value=number))] if share else []),
    ]
    head = [header(_title(board))]
    rows = _rows(board)
    room = limits.BLOCKS - len(head) - len(tail)
    return [*head, *(fit(rows, room) if rows else []), *tail]


def taken_back(board: Board) -> list[Block]:
    """What stands in the place of an outcome that was taken back."""
    return [header(_title(board)), plain_section("This was taken back: the review is open again.")]


def _title(board: Board) -> str:
    return f"What we fix in {clip(one_line(board.product.name), 80)}"


def _rows(board: Board) -> list[Block]:
    above, below = board.above, board.below
    if not above:
        return _part(board, below, 1)
    heads = [[context(markdown("*This week*"))], [context(markdown("*Below the line*: not this week"))]]
    first = [*heads[0], *_part(board, above, 1)]
    return [*first, *heads[1], *_part(board, below, len(above) + 1)] if below else first


def _part(board: Board, fixes: Sequence[Fix], start: int) -> list[Block]:
    weights = board.product.record.fix_weights
    return [
        block
        for place, fix in enumerate(fixes, start)
        for block in (
            plain_section(f"{place}.  {clip(one_line(fix.title), 2 * SHORT_TITLE)}"),
            context(markdown(f"{facts(fix, weights, board.today)}; {about(fix, board.items)}")),
        )
    ]


def _broken(board: Board) -> tuple[tuple[Breach, int], ...]:
    """What is broken and how often, but for what somebody put right."""
    nevers = {never.name for never in board.product.record.nevers}
    counts = Counter(
        Breach(name=name, kind=BreachKind.NEVER if name in nevers else BreachKind.BLOCKING)
        for item in board.items
        for name in item.breaches
        if all((one.what, one.about) != ("breach", name) for one in item.overrides)
    )
    return tuple(counts.most_common())


def _telling(found: Sequence[Concentration]) -> tuple[Concentration, ...]:
    """Those that hold more than one seat, and more of the seats than of all answers, or nobody knows of how many."""
    return tuple(one for one in found if one.count > 1 and (one.lift is None or one.lift > 1))[:NAMED]


def _put_aside(board: Board) -> int:
    said = [item.said for item in board.items if item.said.is_reviewed]
    return sum(
        one.quick is Quick.NOT_WORTH_IT or set(one.verdicts(Part.PRODUCT)) == {Severity.ACCEPTABLE} for one in said
    )
