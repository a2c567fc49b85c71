"""The inbox: written once by its key, worked on by one at a time, and never lost with its worker."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.store import inbox
from bot.store.inbox import LEASE, Entry, State
from bot.store.session import Database
from tests.support.builders import MONDAY

HERE, LATER = "local", MONDAY + LEASE + timedelta(seconds=1)


def something(key: str = "said/C1/1.1", **known: Any) -> Incoming:
    return Incoming(kind=Kind.MENTION, key=key, user="U1", values={"name": ("a", "b")}, carries={"at": "x"}, **known)


def claimed(session: Session, *, limit: int = 10, now: object = MONDAY) -> list[Entry]:
    return inbox.claim(session, HERE, now, limit=limit)  # type: ignore[arg-type]  # MONDAY or later


@pytest.fixture
def write(database: Database) -> Callable[..., bool]:
    def written(incoming: Incoming, workspace: str = HERE) -> bool:
        return database.do(lambda session: inbox.write(session, workspace, incoming, MONDAY))

    return written


def test_b1_the_same_key_is_written_once_in_a_workspace(database: Database, write: Callable[..., bool]) -> None:
    assert [write(something()), write(something(text="changed")), write(something(), "other")] == [True, False, True]
    assert [one.incoming for one in database.do(claimed)] == [something()]


def test_two_workers_never_have_one_row_until_the_lease_of_the_first_is_over(
    database: Database, write: Callable[..., bool]
) -> None:
    for number in range(3):
        write(something(f"k{number}"))

    first = database.do(partial(claimed, limit=2))
    second = database.do(claimed)
    again = database.do(partial(claimed, now=LATER))

    assert [one.incoming.key for one in first] == ["k0", "k1"]
    assert [one.incoming.key for one in second] == ["k2"]
    assert [(one.incoming.key, one.fence, one.attempts) for one in again] == [
        (f"k{number}", 2, 2) for number in range(3)
    ]


def test_b3_whoever_was_overtaken_settles_nothing(database: Database, write: Callable[..., bool]) -> None:
    write(something())
    (dead,) = database.do(claimed)
    (alive,) = database.do(partial(claimed, now=LATER))

    assert database.do(lambda session: inbox.settle(session, dead, State.DONE)) is False
    assert database.do(lambda session: inbox.postpone(session, dead, MONDAY)) is False
    assert database.do(lambda session: inbox.settle(session, alive, State.DONE)) is True


def test_b3_what_was_acted_on_waits_for_its_answer_to_be_told(database: Database, write: Callable[..., bool]) -> None:
    write(something())
    (entry,) = database.do(claimed)
    database.do(lambda session: inbox.settle(session, entry, State.ANSWERING, reply={"text": "done"}))

    assert database.do(claimed) == []
    (again,) = database.do(partial(claimed, now=LATER))
    assert (again.state, again.reply, again.attempts) == (State.ANSWERING, {"text": "done"}, 1)
    database.do(lambda session: inbox.settle(session, again, State.DONE))
    assert database.do(partial(claimed, now=LATER + LEASE)) == []
    assert database.do(lambda session: inbox.oldest_open(session, HERE)) is None


def test_what_is_done_is_forgotten_in_time_and_what_is_open_never(
    database: Database, write: Callable[..., bool]
) -> None:
    write(something("done"))
    write(something("open"))
    (entry, _) = database.do(claimed)
    database.do(lambda session: inbox.settle(session, entry, State.DONE))

    assert database.do(lambda session: inbox.forget(session, MONDAY)) == 0
    assert database.do(lambda session: inbox.forget(session, LATER)) == 1
    assert [one.incoming.key for one in database.do(partial(claimed, now=LATER))] == ["open"]


def test_a_transaction_that_fails_writes_nothing_down(database: Database, write: Callable[..., bool]) -> None:
    def fails(session: Session) -> None:
        inbox.write(session, HERE, something(), MONDAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.do(fails)
    assert write(something()) is True
