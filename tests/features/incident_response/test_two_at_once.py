"""Two people at one incident at the same instant, in two transactions; and a crash in the middle of one."""

import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlmodel import Session

from bot.domain.incidents import tenures
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.store import incidents, posts
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.features.incident_response.team import LEE, asking, people
from tests.support.dialogue import answer, pressed
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM

NOW = TUESDAY + 2 * MINUTE
LINE = "incident declare copilot severity 1 hallucination it promises refunds"


def at_once(database: Database, url: str, first: Callable[[Session], Reply], second: Callable[[Session], Reply]) -> str:
    """What the second is told, who begins while the first has not ended; on SQLite they may not even begin."""
    heard: list[str] = []
    over = threading.Event()

    def other() -> None:
        with closing(Database(url)) as beside, beside.unit_of_work() as session:
            heard.append(second(session).text)
            over.set()

    thread = threading.Thread(target=other)
    with database.unit_of_work() as session:
        first(session)
        thread.start()
        over.wait(0.4)
    thread.join(10)
    return heard[0]


@pytest.mark.every_database
def test_of_two_who_acknowledge_at_once_one_wins_and_the_other_hears_who(database: Database, database_url: str) -> None:
    database.do(lambda session: a_kept_incident(session, people(session)))

    def press(user: str) -> Callable[[Session], Reply]:
        return lambda session: pressed(session, "incident_response.acknowledge", "1", user=user, now=NOW)

    heard = at_once(database, database_url, press(OTHER), press(LEE))

    # Postgres lets both begin: then the second is refused when saving. SQLite lets them come one after the other.
    assert heard.startswith(
        (f"<@{OTHER}> acknowledged incident 1 of *Support", "Mia Chen acknowledged it, 2 min after")
    )
    assert "under a minute ago, before you" in heard
    with database.reading() as session:
        assert [one.user for one in tenures(incidents.events(session, 1))] == [ML, OTHER]


@pytest.mark.every_database
def test_the_same_declared_by_two_at_once_warns_the_second(database: Database, database_url: str) -> None:
    database.do(people)

    heard = at_once(
        database,
        database_url,
        lambda session: answer(session, LINE, user=OTHER, now=NOW),
        lambda session: answer(session, LINE, user=LEE, now=NOW),
    )

    assert heard.startswith("Incident 1 of *Support Copilot* may be the same")
    with database.reading() as session:
        assert [one.declared_by for one in incidents.open_ones(session)] == [OTHER]


class CrashError(Exception):
    """The process is gone."""


def test_a_crash_between_declaring_and_posting_leaves_neither(database: Database) -> None:
    database.do(people)
    house = House(registry=registry(), moment=lambda _session: NOW, workspace=LOCAL_WORKSPACE)

    def declare(session: Session, *, crash: bool) -> None:
        reply = answer(session, LINE, user=PM, now=NOW)
        if crash:
            raise CrashError
        house.keep(session, asking(session, now=NOW).incoming, reply, NOW)

    with pytest.raises(CrashError):
        database.do(lambda session: declare(session, crash=True))
    with database.reading() as session:
        assert (incidents.open_ones(session), posts.named(session, LOCAL_WORKSPACE, "incident/1")) == ([], None)

    database.do(lambda session: declare(session, crash=False))
    with database.reading() as session:
        # Postgres does not give a number again that was taken by what was undone.
        (one,) = incidents.open_ones(session)
        assert posts.named(session, LOCAL_WORKSPACE, f"incident/{one.id}") is not None
