"""“Send it”, “It arrived” and “Never mind”: the buttons under a post whose fate only a person can settle."""

from collections.abc import Iterator

from bot.domain.delivery import PostState, StoredPost
from bot.domain.people import may_change
from bot.domain.text import clip, escape, one_line
from bot.errors import UserError
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import button
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.deliveries import ARRIVED, GIVE_UP, SEND_AGAIN, place_of
from bot.kit.forms import text_input
from bot.kit.reply import ForbiddenError, Reply, View
from bot.store import audit, posts, products, settling
from bot.store.products import LOCAL_WORKSPACE

TITLE_ROOM = 100


class SettledError(UserError):
    """Somebody, or the relay, was first."""

    def __init__(self) -> None:
        super().__init__("This was settled meanwhile: there is nothing left to decide about it.")


class NotYourPostError(ForbiddenError):
    """Only the people whom a post concerns decide about it."""

    def __init__(self) -> None:
        super().__init__("Only the people of this product and the admins decide what becomes of its posts.")


def send_again(ask: Ask) -> Reply:
    """It is not there: send it."""
    post = _post(ask, ask.value)
    if not settling.send_again(ask.session, post):
        raise SettledError
    return _done(ask, post, "send again", f"I send “{_title(post)}” to {place_of(post)} again.")


def give_up(ask: Ask) -> Reply:
    """Nobody needs it any more."""
    post = _post(ask, ask.value)
    if not settling.drop(ask.session, post, f"given up by {ask.user}"):
        raise SettledError
    return _done(ask, post, "give up", f"You gave “{_title(post)}” up; nothing is sent to {place_of(post)}.")


def open_arrived(ask: Ask) -> Reply:
    """The form that asks where it is."""
    post = _post(ask, ask.value)
    hint = "In Slack, choose “Copy link” on the message: what belongs into its thread follows it there."
    return Reply(
        view=View(
            name=ARRIVED,
            title="It arrived",
            blocks=[text_input("link", "The message's link", hint=hint)],
            carries={"post": post.key},
        )
    )


def arrived(ask: Ask, _seen: object) -> Reply:
    """It is there: where it is, is kept."""
    post = _post(ask, ask.carried("post") or "")
    try:
        receipt = post.receipt_at(ask.field("link") or "")
    except UserError as error:
        raise FieldError({"link": str(error)}) from error
    if not settling.arrived(ask.session, post, receipt, ask.now):
        raise SettledError
    return _done(ask, post, "it arrived", f"“{_title(post)}” is recorded as sent.")


def waiting(ask: Ask) -> list[Waiting]:
    """What did not arrive and waits for the person who asks."""
    return list(_mine(ask))


def _mine(ask: Ask) -> Iterator[Waiting]:
    for post in posts.everything(ask.session, LOCAL_WORKSPACE, [PostState.PARKED, PostState.UNKNOWN]):
        if (post.held or post.state is PostState.PARKED) and post.parent_ts is None and _may_decide(ask, post):
            text = f"“{_title(post)}” did not arrive in {place_of(post)}: {escape(post.reason or '')}"
            yield Waiting(text=text, press=button("Send it", SEND_AGAIN, value=post.key))


def _post(ask: Ask, key: str) -> StoredPost:
    """The post that a button or form names. Raises `SettledError`, `NotYourPostError`."""
    post = posts.named(ask.session, LOCAL_WORKSPACE, key)
    if post is None:
        raise SettledError
    if not _may_decide(ask, post):
        raise NotYourPostError
    return post


def _may_decide(ask: Ask, post: StoredPost) -> bool:
    people = products.people(ask.session, post.product_id) if post.product_id is not None else []
    return may_change(ask.user, people, ask.admins)


def _done(ask: Ask, post: StoredPost, what: str, text: str) -> Reply:
    audit.done(ask.session, user=ask.user, what=f"post: {what}", now=ask.now, detail=post.key)
    return Reply(text=text, replace=True)


def _title(post: StoredPost) -> str:
    return escape(clip(one_line(post.text.partition("\n")[0]), TITLE_ROOM))


ACTIONS = (
    Action(name=SEND_AGAIN, effect=Effect.CHANGE, run=send_again),
    Action(name=GIVE_UP, effect=Effect.CHANGE, run=give_up),
    Action(name=ARRIVED, effect=Effect.OPEN, run=open_arrived),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=ARRIVED, submit=arrived),)
