"""When the channel hears of an incident, and who is asked when it hears nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cadence import EVERY, STAGES, Reminder, Stage, next_reminder, next_update, reminder_at
from bot.domain.calling import Case, Rung
from bot.domain.incidents import Severity
from bot.domain.nights import Reach

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
WAIT = EVERY[Severity.CRITICAL]
OWNER, BACKUP, PM = "U0OWNER", "U0BACK", "U0PM"


def a_case(**known: Reach) -> Case:
    """An incident of the worst kind whose people live in Berlin and accepted nothing, but for those that are *known*."""
    return Case(
        severity=Severity.CRITICAL,
        called_at=DUE,
        zone=BERLIN,
        chain={Rung.OWNER: (OWNER,), Rung.THREAD: (OWNER,), Rung.BACKUP: (BACKUP,), Rung.LEADS: (PM,)},
        reaches={user: known.get(user, Reach(zone=BERLIN)) for user in (OWNER, BACKUP, PM)},
    )


def test_the_worse_it_is_the_sooner_the_channel_hears_again() -> None:
    assert {one: next_update(one, DUE) for one in Severity} == {
        Severity.CRITICAL: DUE + timedelta(minutes=30),
        Severity.HIGH: DUE + timedelta(hours=1),
        Severity.MEDIUM: None,
        Severity.LOW: None,
    }


def test_the_owner_is_reminded_then_asked_then_the_others_are_told() -> None:
    asked = [reminder_at(a_case(), place, DUE + place * WAIT, DUE + place * WAIT) for place in range(len(STAGES))]

    assert asked == [
        Reminder(stage=Stage.DUE, called=(OWNER,)),
        Reminder(stage=Stage.STILL, called=(OWNER,)),
        Reminder(stage=Stage.BACKUP, called=(BACKUP,)),
        Reminder(stage=Stage.LEADS, called=(PM,)),
    ]
    assert [next_reminder(a_case(), 0, DUE, stage) for stage in STAGES] == [
        DUE + WAIT,
        DUE + 2 * WAIT,
        DUE + 3 * WAIT,
        None,
    ]


def test_after_a_restart_the_stage_where_the_clock_is_comes() -> None:
    assert reminder_at(a_case(), 0, DUE, DUE + 2 * WAIT) == Reminder(stage=Stage.BACKUP, called=(BACKUP,))
    assert reminder_at(a_case(), 0, DUE, DUE + timedelta(days=9)) == Reminder(stage=Stage.LEADS, called=(PM,))


def test_what_waited_for_the_day_goes_on_from_there() -> None:
    morning = NIGHT + timedelta(hours=6)

    assert reminder_at(a_case(), 2, morning, morning) == Reminder(stage=Stage.BACKUP, called=(BACKUP,))
    assert next_reminder(a_case(), 2, morning, Stage.BACKUP) == morning + WAIT


def test_at_night_who_may_not_be_called_is_passed_over() -> None:
    willing = a_case(U0PM=Reach(zone=BERLIN, accepted=True))

    assert reminder_at(willing, 0, NIGHT, NIGHT) == Reminder(
        stage=Stage.LEADS, called=(PM,), passed_over=(OWNER, BACKUP)
    )
    assert reminder_at(a_case(), 0, NIGHT, NIGHT) is None


def test_who_acknowledged_at_night_is_up_and_reminded() -> None:
    up = a_case(U0OWNER=Reach(zone=BERLIN, up_until=NIGHT + timedelta(minutes=1)))

    assert reminder_at(up, 0, NIGHT, NIGHT) == Reminder(stage=Stage.DUE, called=(OWNER,))


@given(st.integers(0, 3), st.integers(0, 500))
def test_a_reminder_never_goes_back_a_stage(place: int, minutes: int) -> None:
    found = reminder_at(a_case(), place, DUE, DUE + timedelta(minutes=minutes))

    assert found is None or STAGES.index(found.stage) >= place
