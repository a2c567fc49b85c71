"""The directory: people as Slack described them, for an hour, each in their own workspace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Person, Standing
from bot.store import directory
from bot.store.directory import FRESH
from bot.store.session import Database
from tests.support.builders import MONDAY


def ana(standing: Standing = Standing.MEMBER) -> Person:
    return Person(user="U1", name="Ana <!channel>", standing=standing, timezone="Europe/Berlin")


def known(database: Database, after: timedelta = timedelta(), workspace: str = "local") -> Person | None:
    return database.do(lambda session: directory.fresh(session, workspace, "U1", MONDAY + after))


@pytest.mark.parametrize("standing", list(Standing))
def test_somebody_is_known_for_an_hour_as_slack_last_described_them(database: Database, standing: Standing) -> None:
    for one in (ana(), ana(standing)):
        database.do(lambda session, one=one: directory.keep(session, "local", one, MONDAY))  # type: ignore[misc]  # bound

    assert known(database, FRESH - timedelta(seconds=1)) == ana(standing)
    assert known(database, FRESH) is None
    assert known(database, workspace="other") is None


def test_of_several_those_who_left_are_gone(database: Database) -> None:
    left = replace(ana(Standing.GONE), user="U2")
    database.do(lambda session: directory.keep_all(session, "local", [ana(), left], MONDAY))

    assert database.do(lambda session: directory.gone(session, "local", ["U1", "U2", "U3"])) == {"U2"}
    assert database.do(lambda session: directory.gone(session, "other", ["U2"])) == set()
