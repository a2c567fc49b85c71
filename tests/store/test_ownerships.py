"""Ownerships as they are kept: with their history, and of two who change the same at once one wins."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from bot.domain.ownership import Did, Happened, Origin, Ownership, assigned, gone, nobody_yet
from bot.store import ownerships, products
from bot.store.ownerships import OwnershipChangedError, OwnershipEvent
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

LATER = MONDAY + timedelta(hours=1)
KEY = "model_cost"


def named(before: Ownership, *owners: str, backup: str | None = None, by: str = "U0PM") -> Ownership:
    return assigned(before, owners, backup, by=by, now=MONDAY)


def by(user: str, *, what: Did = Did.ASSIGNED, origin: Origin = Origin.COMMAND) -> Happened:
    return Happened(by=user, at=MONDAY, what=what, origin=origin)


def test_an_ownership_comes_back_as_it_was_kept_with_its_history(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        new = named(nobody_yet(product.id, KEY, MONDAY), "U0PM", "S0TEAM", backup="U0ML")
        first = ownerships.save(session, new, by("U0PM"))
        left = gone(first, "U0PM", "left Slack")
        second = ownerships.save(session, left, Happened(by="", at=LATER, what=Did.LEFT, origin=Origin.SLACK_EVENT))

        assert first == replace(new, version=1)
        assert second == replace(left, version=2)
        assert ownerships.of_product(session, product.id) == {KEY: second}
        was = {"owners": ["U0PM", "S0TEAM"], "backup": "U0ML", "accepted": ["U0PM"], "away": {}}
        assert ownerships.history(session, product.id) == [
            OwnershipEvent(
                at=MONDAY,
                by="U0PM",
                what=Did.ASSIGNED,
                origin=Origin.COMMAND,
                responsibility=KEY,
                before=None,
                after=was,
            ),
            OwnershipEvent(
                at=LATER,
                by="",
                what=Did.LEFT,
                origin=Origin.SLACK_EVENT,
                responsibility=KEY,
                before=was,
                after=was | {"away": {"U0PM": "left Slack"}},
            ),
        ]


def test_of_one_question_only_its_own_history_is_told(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        for key in (KEY, "model_quality"):
            ownerships.save(session, named(nobody_yet(product.id, key, MONDAY), "U0PM"), by("U0PM"))

        assert [one.responsibility for one in ownerships.history(session, product.id, KEY)] == [KEY]
        assert ownerships.one(session, product.id, "incident_response") is None


def test_whoever_is_named_is_found_over_all_products_that_were_not_put_away(database: Database) -> None:
    def owned(session: Session, key: str) -> Ownership:
        product = a_product(session, key=key)
        row = named(nobody_yet(product.id, KEY, MONDAY), "U0PM", backup="S0TEAM")
        return ownerships.save(session, row, by("U0PM"))

    with database.trying() as session:
        here, there, away = (owned(session, key) for key in ("here", "there", "away"))
        products.archive(session, away.product_id, LATER)

        assert ownerships.everything(session) == [here, there]
        assert ownerships.naming(session, "S0TEAM") == [here, there]
        assert ownerships.naming(session, "U0ML") == []


@pytest.mark.parametrize("seen", [0, 1])
def test_whoever_saves_what_somebody_changed_since_is_told_who_won_and_how_it_is(database: Database, seen: int) -> None:
    with database.trying() as session:
        product = a_product(session)
        nobody = nobody_yet(product.id, KEY, MONDAY)
        first = ownerships.save(session, named(nobody, "U0PM"), by("U0PM"))
        now = ownerships.save(session, named(first, "U0ML", by="U0ML"), by("U0ML"))

        with pytest.raises(OwnershipChangedError) as told:
            ownerships.save(session, replace(named(nobody, "U0ELSE"), version=seen), by("U0ELSE"))

        assert (told.value.now, told.value.by) == (now, "U0ML")
        assert ownerships.one(session, product.id, KEY) == now
        assert [one.by for one in ownerships.history(session, product.id)] == ["U0PM", "U0ML"]


LEADS = ("U0PM", "U0ML")

Attempt = tuple[str | None, Ownership]
"""Who won against the lead (None: the lead did), and how it was then."""


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often two leads meet: ten thousand times with --every-database, a hundred times as a rule."""
    return 10_000 if request.config.getoption("--every-database") else 100


@pytest.mark.timeout(900)
def test_two_leads_at_once_are_one_who_wins_and_one_who_is_told_who(
    database: Database, database_url: str, rounds: int
) -> None:
    product = database.do(a_product)
    start = threading.Barrier(len(LEADS))
    attempts: dict[str, list[Attempt]] = {user: [] for user in LEADS}

    def lead(user: str) -> None:
        with closing(Database(database_url)) as own:
            if own.is_sqlite:
                # Nothing here is to survive a power cut, as on the tests' Postgres.
                event.listen(own.engine, "connect", not_waiting_for_the_disk)
            seen = nobody_yet(product.id, KEY, MONDAY)
            for attempt in meeting(own, start, seen, user, rounds):
                attempts[user].append(attempt)

    threads = [threading.Thread(target=lead, args=[user]) for user in LEADS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    pairs = list(zip(*(attempts[user] for user in LEADS), strict=True))
    winners = [mine or "U0PM" for (mine, _), _ in pairs]
    assert len(pairs) == rounds
    # One won, the other was told who, and both saw the same after it.
    assert [{mine, theirs} for (mine, _), (theirs, _) in pairs] == [{None, winner} for winner in winners]
    assert [mine for (_, mine), _ in pairs] == [theirs for _, (_, theirs) in pairs]
    with database.reading() as session:
        history = ownerships.history(session, product.id)
        now = ownerships.one(session, product.id, KEY)
    assert [one.by for one in history] == winners
    assert [tuple(one.after["owners"]) for one in history] == [(winner,) for winner in winners]
    assert all(later.before == earlier.after for earlier, later in pairwise(history))
    assert now is not None
    assert (now.version, now.owners) == (rounds, (winners[-1],))


def meeting(own: Database, start: threading.Barrier, seen: Ownership, user: str, rounds: int) -> Iterator[Attempt]:
    """Let *user* name themselves again and again, each time at once with the other, who has seen the same."""
    for _ in range(rounds):
        start.wait(60)
        try:
            with own.unit_of_work() as session:
                seen = ownerships.save(session, named(seen, user, by=user), by(user))
            yield None, seen
        except OwnershipChangedError as lost:
            seen = lost.now or seen
            yield lost.by, seen


def not_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()
