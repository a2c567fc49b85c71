"""“Finish the review”: what was decided holds from now on, and is posted in the thread; sharing it, taking it back."""

from dataclasses import replace

from bot.domain.fixes import FixState
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.fixing import outcome, telling
from bot.features.fixing.board import CLOSE, Board, board_of, key_of, redraw
from bot.features.fixing.closed import OUTCOME, finished, still_open
from bot.features.fixing.deeds import ChangedSinceError, Deed, bring_back, change, kept_of, write_down
from bot.features.fixing.finding import NoSuchReviewError, first_come, own_review_of
from bot.features.fixing.outcome import SHARE
from bot.kit import reviewing
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, button, section
from bot.kit.choosing import named
from bot.kit.command import Action, Effect
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, directory, fixes, posts, products, reviews
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Review

REOPEN = "fixing.reopen"
FINISHED = "review finished"
NAME_ROOM = 60


class NowhereToShareError(UserError):
    """The product has no channel."""

    def __init__(self, product: Product) -> None:
        super().__init__(f"{product.name} has no channel yet: choose one with “product edit {product.key}”.")


def finish(ask: Ask) -> Reply:
    """Finish a review: its proposed fixes are decided, their owners told, and the outcome is posted."""
    review, product = own_review_of(ask, ask.value)
    if not reviews.finish(ask.session, review.id, user=ask.user, now=ask.now):
        # Somebody was first; what this session has read may be older than that.
        ask.session.expire_all()
        return finished(ask, own_review_of(ask, ask.value)[0])
    proposed = [fix for fix in fixes.of_review(ask.session, review.id) if fix.state is FixState.PROPOSED]
    with first_come():
        for fix in proposed:
            fixes.save(ask.session, replace(fix, state=FixState.DECIDED), change(ask, "decided"))
    text = f"You finished the review of {named(product)}."
    deed = Deed(what=FINISHED, product=product, review_id=review.id, before=proposed)
    deed_id = write_down(ask, deed, text, review=review.id)
    redraw(ask, review.id)
    reviewing.refresh_head(ask.session, review.id)
    told = [post for fix in proposed for post in telling.after(ask, product, fix.id)]
    see = button("See the outcome", OUTCOME, value=str(review.id))
    row = actions("done", button("Undo", REOPEN, value=str(deed_id)), see)
    return Reply(text=text, blocks=[section(text), row], posts=[*_posted(ask, review.id), *told])


def reopen(ask: Ask) -> Reply:
    """Take back that a review was finished, as long as nothing came of its fixes."""
    kept = kept_of(ask, FINISHED)
    review, product = own_review_of(ask, str(kept["review"]))
    if not reviews.reopen(ask.session, review.id):
        raise ChangedSinceError
    bring_back(ask, kept)
    redraw(ask, review.id)
    reviewing.refresh_head(ask.session, review.id)
    board = board_of(ask.session, review.id, ask)
    _revise(ask, board, outcome.taken_back(board), outcome.taken_back(board))
    return Reply(text=f"You opened the review of {named(product)} again.", replace=True)


def share(ask: Ask) -> Reply:
    """Post the outcome in the team's channel, once."""
    review, product = own_review_of(ask, ask.value)
    board = board_of(ask.session, review.id, ask)
    if still_open(ask, review) is None:
        raise UserError("This outcome was taken back: the review is open again.")
    if product.team_channel is None:
        raise NowhereToShareError(product)
    key = key_of(review, "shared")
    if posts.named(ask.session, LOCAL_WORKSPACE, key) is not None:
        return Reply(text=f"The outcome is in <#{product.team_channel}> already.")
    blocks = outcome.blocks_of(ask.session, board, _finisher(ask, review), share=False)
    audit.done(ask.session, user=ask.user, what="review share", now=ask.now, product=product)
    post = Post(key=key, to=product.team_channel, text=outcome.text_of(board), blocks=blocks)
    return Reply(text=f"You shared the outcome in <#{product.team_channel}>.", posts=[post])


def see(ask: Ask) -> Reply:
    """The outcome of a finished review, for one person's eyes."""
    review = reviews.with_id(ask.session, number_of(ask.value))
    if review is None:
        raise NoSuchReviewError
    products.current(ask.session, review.product_id)
    board = board_of(ask.session, review.id, ask)
    if still_open(ask, review) is None:
        return Reply(text="This review is not finished: there is no outcome yet.")
    blocks = outcome.blocks_of(ask.session, board, _finisher(ask, review), share=False)
    return Reply(text=outcome.text_of(board), blocks=blocks)


def _posted(ask: Ask, review_id: int) -> list[Post]:
    """The outcome in the thread of the review; where it was posted before, it is edited in place."""
    board = board_of(ask.session, review_id, ask)
    by = _finisher(ask, board.review)
    blocks = outcome.blocks_of(ask.session, board, by, share=True)
    _revise(ask, board, blocks, outcome.blocks_of(ask.session, board, by, share=False))
    place, thread = reviewing.thread_place(ask.session, board.review, board.product.team_channel or "")
    post = Post(
        key=key_of(board.review, "outcome"), to=place, text=outcome.text_of(board), blocks=blocks, thread_of=thread
    )
    return [post] if place else []


def _revise(ask: Ask, board: Board, in_thread: list[Block], in_channel: list[Block]) -> None:
    for part, blocks in (("outcome", in_thread), ("shared", in_channel)):
        key = key_of(board.review, part)
        posts.revise(ask.session, LOCAL_WORKSPACE, key, text=outcome.text_of(board), blocks=blocks)


def _finisher(ask: Ask, review: Review) -> str:
    # Whoever just pressed a button need not be called: a name is enough.
    known = directory.known(ask.session, LOCAL_WORKSPACE, review.finished_by or "")
    return escape(clip(one_line(known.name), NAME_ROOM)) if known else f"<@{review.finished_by}>"


ACTIONS = (
    Action(name=CLOSE, effect=Effect.CHANGE, run=finish),
    Action(name=REOPEN, effect=Effect.CHANGE, run=reopen),
    Action(name=SHARE, effect=Effect.CHANGE, run=share),
    Action(name=OUTCOME, effect=Effect.READ, run=see, inside=True),
)
