"""The board: the fixes of a review while the team makes up its mind, one message that is edited in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.domain.fixes import Fix, FixState, in_order
from bot.domain.product import Product
from bot.domain.reviewing import ReviewState
from bot.domain.text import clip, count_of, one_line
from bot.features.fixing.finding import today_of
from bot.features.fixing.words import SHORT_TITLE, about, facts
from bot.kit import limits
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    fallback,
    fit,
    header,
    markdown,
    plain,
    plain_section,
)
from bot.kit.post import Post
from bot.kit.reviewing import thread_place
from bot.store import fixes, meetings, posts, products, reviews
from bot.store.meetings import Item
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review

SCORE, MERGE, SPLIT, DROP = "fixing.score", "fixing.merge", "fixing.split", "fixing.drop"
ADD, LINE, HELPS, CLOSE = "fixing.add", "fixing.line", "fixing.helps", "fixing.close"


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything a board shows: the fixes by number, dropped ones too, and the items of the review."""

    review: Review
    product: Product
    fixes: Sequence[Fix]
    items: Sequence[Item]
    today: date

    @property
    def ordered(self) -> list[Fix]:
        """The fixes that are not dropped, the best first."""
        weights = self.product.record.fix_weights
        return in_order((fix for fix in self.fixes if fix.state is not FixState.DROPPED), weights)

    @property
    def above(self) -> list[Fix]:
        """What fits this week, the best first."""
        return [fix for fix in self.ordered if fix.this_week]

    @property
    def below(self) -> list[Fix]:
        """What does not, the best first."""
        return [fix for fix in self.ordered if not fix.this_week]

    @property
    def left(self) -> list[Item]:
        """The items that nobody got to."""
        return [item for item in self.items if not item.said.is_reviewed]


def board_of(session: Session, review_id: int, ask: Ask) -> Board:
    """The board of a review as it is now."""
    review = reviews.with_id(session, review_id)
    assert review is not None  # noqa: S101 whoever asks has just read it
    product = products.with_id(session, review.product_id)
    return Board(
        review=review,
        product=product,
        fixes=fixes.of_review(session, review_id),
        items=meetings.items(session, review_id),
        today=today_of(ask, product),
    )


def key_of(review: Review, part: str) -> str:
    """The key of a post of ours in the thread of a review."""
    return f"{review.head_key or f'review/{review.id}'}/{part}"


def redraw(ask: Ask, review_id: int) -> None:
    """Let the board, where there is one, show what is decided now."""
    board = board_of(ask.session, review_id, ask)
    key = key_of(board.review, "board")
    posts.revise(ask.session, LOCAL_WORKSPACE, key, text=text_of(board), blocks=blocks_of(board))


def post_of(session: Session, board: Board) -> list[Post]:
    """The board as a post in the thread of its review; none where there is no channel for it."""
    place, thread = thread_place(session, board.review, board.product.team_channel or "")
    key = key_of(board.review, "board")
    post = Post(key=key, to=place, text=text_of(board), blocks=blocks_of(board), thread_of=thread)
    return [post] if place else []


def text_of(board: Board) -> str:
    """What notifications read of a board."""
    return fallback(
        f"Fixes of {clip(one_line(board.product.name), 80)}: {count_of(len(board.ordered), 'fix', 'fixes')}"
    )


def blocks_of(board: Board) -> list[Block]:
    """The board as Slack shows it; once the review is finished there is nothing to press any more."""
    closed = board.review.state is ReviewState.FINISHED
    tail = _dropped(board) + ([_closed(board)] if closed else [_controls(board)])
    head = [header("What shall we fix?"), context(markdown(_summary(board)))]
    rows = _rows(board, closed=closed) or [context(markdown(_nothing(board)))]
    return [*head, *fit(rows, limits.BLOCKS - len(head) - len(tail)), *tail]


def _summary(board: Board) -> str:
    done = len(board.items) - len(board.left)
    reviewed = f"{done} of {len(board.items)} reviewed."
    if not board.ordered:
        return reviewed
    return (
        f"{reviewed} Proposed by Muster out of what you said: what holds is yours to decide. The best score is first."
    )


def _nothing(board: Board) -> str:
    if len(board.left) == len(board.items):
        return "Nothing was reviewed, so there is nothing to fix yet. Finishing says what was left."
    return "Nothing of what was reviewed is to be fixed. Add a fix if you see one."


def _rows(board: Board, *, closed: bool) -> list[Block]:
    line = [divider(), context(markdown("*Below the line*: not this week"))] if board.above and board.below else []
    above, below = board.above, board.below
    first = [block for place, fix in enumerate(above, 1) for block in _row(board, place, fix, closed=closed)]
    second = [
        block for place, fix in enumerate(below, len(above) + 1) for block in _row(board, place, fix, closed=closed)
    ]
    return [*first, *line, *second]


def _row(board: Board, place: int, fix: Fix, *, closed: bool) -> list[Block]:
    words = f"{facts(fix, board.product.record.fix_weights, board.today)}; {about(fix, board.items)}"
    title = f"{place}.  {clip(one_line(fix.title), 2 * SHORT_TITLE)}"
    if closed:
        return [plain_section(title), context(markdown(words))]
    score = _press("Score and assign", SCORE, fix)
    return [plain_section(title, score), context(markdown(words)), _changes(board, fix)]


def _changes(board: Board, fix: Fix) -> Block:
    more = [
        *([_press("Merge", MERGE, fix)] if len(board.ordered) > 1 else []),
        *([_press("Split", SPLIT, fix)] if len(fix.item_ids) > 1 else []),
    ]
    first, *rest = [*more, _press("Drop", DROP, fix)]
    return actions(f"fix-{fix.id}", first, *rest)


def _press(label: str, action: str, fix: Fix) -> Element:
    return button(label, f"{action}:{fix.id}", value=str(fix.id))


def _dropped(board: Board) -> list[Block]:
    dropped = [fix for fix in board.fixes if fix.state is FixState.DROPPED and fix.item_ids]
    words = "; ".join(f"fix {fix.id}, {clip(one_line(fix.title), SHORT_TITLE)}" for fix in dropped)
    helps = board.review.most_help
    told = [f"Dropped: {words}"] if dropped else []
    told += [f"What would help most: {clip(one_line(helps), 2 * SHORT_TITLE)}"] if helps else []
    return [context(plain("\n".join(told)))] if told else []


def _controls(board: Board) -> Block:
    number = str(board.review.id)
    return actions(
        "board",
        button("Add a fix", ADD, value=number),
        *([button("Draw the line", LINE, value=number)] if board.ordered else []),
        *([] if board.review.most_help else [button("What would help most?", HELPS, value=number)]),
        button("Finish the review", CLOSE, value=number),
    )


def _closed(board: Board) -> Block:
    return context(markdown(f"Finished by <@{board.review.finished_by}>: the outcome is below."))
