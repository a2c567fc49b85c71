"""What comes each day by itself: once, however many processes are up, whatever the clocks do, and after a time away."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.clock import SetClock
from bot.domain.window import instant_of
from bot.kit.asking import Ask
from bot.kit.feature import Feature, Registry
from bot.kit.later import Later, next_daily
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.slack.inbox import Inbox
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_AT_SEVEN = datetime(2026, 11, 16, 7, tzinfo=BERLIN)
NOBODY = cast("Any", None)


class Team:
    """Processes that come and go on one database, and when the daily round of theirs ran, by the wall in Berlin."""

    def __init__(self, database: Database, *, daily: time, start: datetime) -> None:
        self.clock = SetClock(start.astimezone(UTC))
        self.ran: list[str] = []
        self._database = database
        self._later = Later(name="probe.round", run=self._run, daily=daily)

    def worker(self) -> Inbox:
        house = House(
            registry=Registry((Feature(name="probe", summary="Looks around", laters=(self._later,)),)),
            moment=lambda _session: self.clock.now(),
            workspace=LOCAL_WORKSPACE,
            zone="Europe/Berlin",
        )
        return Inbox(database=self._database, house=house, desk=NOBODY, answers=NOBODY, outside=NOBODY)

    async def at(self, wall: str, *workers: Inbox) -> None:
        """It is *wall* in Berlin, and each of *workers* looks around as if an hour were over."""
        self.clock.at = datetime.fromisoformat(wall).replace(tzinfo=BERLIN).astimezone(UTC)
        await self.look(*workers)

    async def look(self, *workers: Inbox) -> None:
        for one in workers:
            await one.sweep()
            await one.turn()
        for one in workers:
            await one.rest()

    def _run(self, ask: Ask) -> Reply:
        assert (ask.user, ask.value) == ("", "")
        self.ran.append(f"{ask.now.astimezone(BERLIN):%a %H:%M}")
        return Reply()


@pytest.mark.every_database
async def test_two_processes_and_a_restart_run_it_once_a_day(database: Database) -> None:
    team = Team(database, daily=time(9), start=MONDAY_AT_SEVEN)
    left, right = team.worker(), team.worker()

    await team.at("2026-11-16 07:00", left, right)
    await team.at("2026-11-16 08:59", left, right)
    assert team.ran == []
    await team.at("2026-11-16 09:00", left, right)
    await team.at("2026-11-16 09:01", team.worker())
    await team.at("2026-11-16 23:00", team.worker(), right)
    await team.at("2026-11-17 09:30", right, team.worker())

    assert team.ran == ["Mon 09:00", "Tue 09:30"]


async def test_days_on_which_nobody_was_up_are_made_up_for_once(database: Database) -> None:
    team = Team(database, daily=time(9), start=MONDAY_AT_SEVEN)
    await team.at("2026-11-16 10:00", team.worker())

    back = team.worker()
    await team.at("2026-11-19 08:00", back, team.worker())
    await team.at("2026-11-19 08:30", back)
    await team.at("2026-11-19 09:00", back)

    assert team.ran == ["Thu 08:00", "Thu 09:00"]


@pytest.mark.parametrize(
    ("evening", "ran"),
    [("2026-10-24 22:00", ["Sun 02:30", "Mon 02:30"]), ("2027-03-27 22:00", ["Sun 03:00", "Mon 02:30"])],
    ids=["02:30 comes twice", "02:30 never comes"],
)
async def test_in_a_night_when_the_clocks_change_it_runs_once(database: Database, evening: str, ran: list[str]) -> None:
    team = Team(database, daily=time(2, 30), start=MONDAY_AT_SEVEN)
    worker = team.worker()
    await team.at(evening, worker)

    for _ in range(60):
        team.clock.advance(timedelta(minutes=30))
        await team.look(worker)

    assert team.ran == ran


ZONES = ["Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]


@example(daily=time(9), zone=BERLIN, now=datetime(2026, 11, 16, 8, tzinfo=UTC))
@given(
    daily=st.times().map(lambda time: time.replace(second=0, microsecond=0, fold=0)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    now=st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1)).map(lambda now: now.replace(tzinfo=UTC)),
)
def test_the_next_day_is_the_first_that_is_still_to_come(daily: time, zone: ZoneInfo, now: datetime) -> None:
    wall = next_daily(daily, zone=zone, now=now)

    assert wall.time() == daily
    assert instant_of(wall, zone) > now
    assert instant_of(wall - timedelta(days=1), zone) <= now


def test_where_midnight_comes_twice_the_second_one_does_not_count() -> None:
    """The clocks of Newfoundland went back from 00:01 to 23:01 on 2010-11-07; 23:30 that evening came twice."""
    newfoundland = ZoneInfo("America/St_Johns")
    second_pass = datetime(2010, 11, 6, 23, 30, fold=1, tzinfo=newfoundland)

    assert f"{next_daily(time(0), zone=newfoundland, now=second_pass.astimezone(UTC))}" == "2010-11-08 00:00:00"
