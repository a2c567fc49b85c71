"""“Finish”: the items of a review become a handful of proposed fixes, on one board in its thread."""

from collections.abc import Sequence

from bot.domain.fixes import USUAL_TIME, Fix, FixState
from bot.domain.gathering import Finding, Proposal, gather
from bot.domain.product import Product
from bot.errors import UserError
from bot.features.fixing.board import Board, blocks_of, board_of, key_of, post_of, redraw, text_of
from bot.features.fixing.closed import still_open
from bot.features.fixing.deeds import change
from bot.features.fixing.finding import own_review_of, today_of
from bot.kit.asking import Ask
from bot.kit.choosing import named, only_product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.kit.reviewing import FINISH
from bot.store import audit, fixes, meetings, posts, reviews
from bot.store.fixes import NewFix
from bot.store.meetings import Item
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review


class NoReviewYetError(UserError):
    """There is nothing to finish."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"{product.name} has had no error review yet. Say “review now” to make one.")


def press(ask: Ask) -> Reply:
    """Gather fixes out of the review whose button was pressed."""
    review, product = own_review_of(ask, ask.value)
    return still_open(ask, review) or _gathered(ask, review, product)


def say(ask: Ask) -> Reply:
    """Gather fixes out of the latest review of a product."""
    product = only_product_of(ask, "review finish")
    require_may_change(ask, product)
    review = reviews.latest(ask.session, product.id)
    if review is None:
        raise NoReviewYetError(product)
    return still_open(ask, review) or _gathered(ask, review, product)


def finding_of(item: Item) -> Finding:
    """An item as gathering sees it."""
    return Finding(
        item_id=item.id,
        rank=item.rank,
        said=item.said,
        kind=item.kind,
        segment=item.prediction.segment,
        alike=len(item.alike_rows),
    )


def _gathered(ask: Ask, review: Review, product: Product) -> Reply:
    made = _propose(ask, review, product)
    board = board_of(ask.session, review.id, ask)
    if made:
        audit.done(
            ask.session,
            user=ask.user,
            what="review finish",
            now=ask.now,
            product=product,
            detail=f"{len(made)} fixes proposed for review {review.id}",
        )
    if posts.named(ask.session, LOCAL_WORKSPACE, key_of(review, "board")) is not None:
        redraw(ask, review.id)
        return Reply(text=f"{_count(board)} for {named(product)} on the board, in the review's thread.")
    posted = post_of(ask.session, board)
    if not posted:
        # No channel, no thread: whoever asked gets the board themselves.
        return Reply(text=text_of(board), blocks=blocks_of(board))
    text = (
        f"{_count(board)} for {named(product)}: the board is in the review's thread. Score, merge, split, then finish."
    )
    return Reply(text=text, posts=posted)


def _propose(ask: Ask, review: Review, product: Product) -> Sequence[int]:
    """Write down fixes for what no fix is about yet; returns those that are new or have new items."""
    fixes.one_at_a_time(ask.session, review.id)
    there = fixes.of_review(ask.session, review.id)
    items = meetings.items(ask.session, review.id)
    taken = {item_id for fix in there for item_id in fix.item_ids}
    on_board = {fix.kind: fix for fix in reversed(there) if fix.state is FixState.PROPOSED}
    found = gather(map(finding_of, items), but=taken)
    return [_kept(ask, review, product, proposal, on_board.pop(proposal.kind, None)) for proposal in found]


def _kept(ask: Ask, review: Review, product: Product, proposal: Proposal, alike: Fix | None) -> int:
    """The id of the fix that took a proposal: the one of the same kind that was on the board before, or a new one."""
    if alike is not None:
        return fixes.attach(ask.session, alike, proposal.item_ids, change(ask, "found more")).id
    fix = NewFix(
        product_id=product.id,
        review_id=review.id,
        title=proposal.title,
        kind=proposal.kind,
        due=today_of(ask, product) + USUAL_TIME,
        item_ids=proposal.item_ids,
    )
    return fixes.add(ask.session, fix, change(ask, "proposed")).id


def _count(board: Board) -> str:
    count = len(board.ordered)
    return f"{count} fix{'' if count == 1 else 'es'}" if count else "No fixes yet"


COMMANDS = (
    Command(
        noun="review",
        verb="finish",
        takes="[product]",
        summary="Gather what was reviewed into fixes, then finish",
        example="review finish",
        effect=Effect.CHANGE,
        run=say,
        synonyms=("end", "close"),
    ),
)
ACTIONS = (Action(name=FINISH, effect=Effect.CHANGE, run=press),)
