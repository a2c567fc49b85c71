"""What a person decides about a post and its thread, and what a reply shares with its head."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import Session

from bot.domain.delivery import NotAMessageError, OtherChannelError, Patience, PostState, Receipt, StoredPost
from bot.store import posts, settling
from bot.store.posts import NoSuchPostError
from bot.store.session import Database
from bot.store.settling import HEAD_NOT_DELIVERED, HeadFirstError
from tests.support.builders import MONDAY, a_post

Standing = dict[str, tuple[PostState, bool, str | None]]


def the_post(session: Session, key: str = "head") -> StoredPost:
    found = posts.named(session, "local", key)
    assert found is not None
    return found


def thread(database: Database) -> Standing:
    with database.reading() as session:
        found = posts.everything(session, "local", PostState)
    return {post.key: (post.state, post.held, post.reason) for post in found}


def parked(session: Session, post: StoredPost) -> None:
    settling.park(session, post, "archived")


def held(session: Session, post: StoredPost) -> None:
    settling.doubt(session, post, look_at=MONDAY, reason="")
    settling.hold(session, post, "cannot say")


def dropped(session: Session, post: StoredPost) -> None:
    parked(session, post)
    settling.drop(session, post, "never mind")


def a_head(database: Database, fate: Callable[[Session, StoredPost], None], *, replies: tuple[str, ...] = ()) -> None:
    """A head in the outbox, its replies, and what then became of the head."""
    database.do(partial(a_post, key="head"))
    for reply in replies:
        database.do(partial(a_post, key=reply, parent_key="head"))
    (claimed,) = database.do(lambda session: posts.claim(session, "local", now=MONDAY, patience=Patience(), limit=1))
    database.do(lambda session: fate(session, claimed))


@pytest.mark.parametrize("fate", [parked, held])
def test_what_a_person_found_in_slack_is_sent_and_its_replies_follow(
    database: Database, fate: Callable[[Session, StoredPost], None]
) -> None:
    a_head(database, fate, replies=("reply",))

    database.do(lambda session: settling.arrived(session, the_post(session), Receipt("C0TEAM", "1.0"), MONDAY))

    assert thread(database) == {"head": (PostState.SENT, False, None), "reply": (PostState.PENDING, False, None)}
    with database.reading() as session:
        assert (the_post(session).ts, the_post(session, "reply").parent_ts) == ("1.0", "1.0")


@pytest.mark.parametrize("fate", [parked, held])
def test_what_a_person_wants_sent_again_is_sent_with_its_replies(
    database: Database, fate: Callable[[Session, StoredPost], None]
) -> None:
    a_head(database, fate, replies=("reply",))

    with database.unit_of_work() as session:
        before = the_post(session)
        decided = [settling.send_again(session, before), settling.send_again(session, before)]

    assert decided == [True, False]
    assert thread(database) == {"head": (PostState.PENDING, False, None), "reply": (PostState.PENDING, False, None)}


def test_an_arrival_leaves_a_reply_that_was_given_up_where_it_is(database: Database) -> None:
    a_head(database, held, replies=("reply", "given-up"))
    database.do(lambda session: settling.drop(session, the_post(session, "given-up"), "never mind"))

    database.do(lambda session: settling.arrived(session, the_post(session), Receipt("C0TEAM", "1.0"), MONDAY))

    assert thread(database)["given-up"] == (PostState.DROPPED, False, "never mind")


@pytest.mark.parametrize(
    ("fate", "shared"),
    [
        (parked, (PostState.PARKED, False, HEAD_NOT_DELIVERED)),
        (dropped, (PostState.PARKED, False, HEAD_NOT_DELIVERED)),
        (held, (PostState.PENDING, True, None)),
    ],
)
def test_a_reply_written_later_shares_the_lot_of_its_head(
    database: Database,
    fate: Callable[[Session, StoredPost], None],
    shared: tuple[PostState, bool, str | None],
) -> None:
    a_head(database, fate)

    database.do(partial(a_post, key="late", parent_key="head"))

    assert thread(database)["late"] == shared


@pytest.mark.parametrize(
    ("fate", "advice"), [(parked, "muster outbox retry head"), (dropped, "muster outbox drop reply")]
)
def test_a_reply_is_not_sent_before_its_head(
    database: Database, fate: Callable[[Session, StoredPost], None], advice: str
) -> None:
    a_head(database, fate)
    database.do(partial(a_post, key="reply", parent_key="head"))

    with pytest.raises(HeadFirstError, match=advice):
        database.do(lambda session: settling.send_again(session, the_post(session, "reply")))


def test_a_reply_to_nothing_is_refused_in_words(database: Database) -> None:
    with pytest.raises(NoSuchPostError, match="no post “nowhere”"):
        database.do(partial(a_post, key="reply", parent_key="nowhere"))
    with pytest.raises(NoSuchPostError, match="no post “nowhere”"):
        database.do(partial(a_post, key="report", about_key="nowhere"))


def test_a_head_that_is_parked_while_a_reply_is_written_takes_the_reply_along(database: Database) -> None:
    if database.is_sqlite:  # one writer at a time
        return
    from threading import Thread

    database.do(partial(a_post, key="head"))
    with database.reading() as session:
        head = the_post(session)
    parking = Thread(target=lambda: database.do(lambda session: parked(session, head)))
    with database.unit_of_work() as session:
        a_post(session, "reply", parent_key="head")
        parking.start()
        parking.join(0.2)
        assert parking.is_alive(), "it waits for the reply"
    parking.join()

    assert thread(database)["reply"] == (PostState.PARKED, False, HEAD_NOT_DELIVERED)


@pytest.mark.parametrize(
    "text",
    [
        "https://x.slack.com/archives/C0TEAM/p1700000000123456",
        "https://x.enterprise.slack.com/archives/C0TEAM/p1700000000123456?thread_ts=1700000000.000100&cid=C0TEAM",
        " <https://x.slack.com/archives/C0TEAM/p1700000000123456|the message> ",
        "C0TEAM/1700000000.123456",
    ],
)
def test_a_message_is_named_by_its_link_or_its_place(text: str) -> None:
    assert Receipt.parse(text) == Receipt("C0TEAM", "1700000000.123456")


@pytest.mark.parametrize(
    "text", ["", "nonsense", "C0TEAM", "https://x.slack.com/archives/C0TEAM", "1700000000.123456", "U0PM/1700000000.1"]
)
def test_what_is_no_message_is_refused_in_words(text: str) -> None:
    with pytest.raises(NotAMessageError, match="Copy link"):
        Receipt.parse(text)


def test_a_message_in_another_channel_is_not_the_post(database: Database) -> None:
    database.do(partial(a_post, key="head"))
    database.do(partial(a_post, key="direct", recipient="U0PM"))
    with database.reading() as session:
        head, direct = the_post(session), the_post(session, "direct")

    assert direct.receipt_at("D0PM/1700000000.123456") == Receipt("D0PM", "1700000000.123456")
    with pytest.raises(OtherChannelError, match="goes to C0TEAM, and this message is in C0OTHER"):
        head.receipt_at("C0OTHER/1700000000.123456")
    with pytest.raises(OtherChannelError, match="goes to U0PM"):
        direct.receipt_at("C0TEAM/1700000000.123456")
