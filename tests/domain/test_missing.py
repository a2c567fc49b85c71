"""Which values people still have to type, and who is asked."""

from datetime import timedelta

import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.health import Watched
from bot.domain.missing import by_owner, missing
from bot.domain.people import Assignment, Role
from bot.domain.readings import Reading
from bot.domain.window import zone_named
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

BERLIN = zone_named("Europe/Berlin")
THURSDAY = MONDAY + timedelta(days=3)
EVERYTHING = set(CATALOGUE)
DAYS = timedelta(days=1)


def a_watched(name: str, owner: str | None = None) -> Watched:
    """A metric of the catalogue without a target."""
    return Watched(metric=CATALOGUE[name], target=None, owner=owner)


def lacking(name: str, *readings: Reading, typed: bool = True) -> bool:
    """Whether a value of this metric is missing on Thursday."""
    found = missing([a_watched(name)], readings, typed=EVERYTHING if typed else (), as_of=THURSDAY, zone=BERLIN)
    return bool(found)


@pytest.mark.parametrize(
    ("name", "ended_days_ago", "is_missing"),
    [
        ("csat", 3, False),
        ("csat", 7, False),
        ("csat", 8, True),
        ("accuracy", 3, False),
        ("accuracy", 8, True),
        # The month began on Sunday, 1 November, eighteen days and nine hours before.
        ("deflection_rate", 18, False),
        ("deflection_rate", 19, True),
    ],
)
def test_a_value_is_missing_once_none_speaks_for_the_current_period(
    name: str, ended_days_ago: int, *, is_missing: bool
) -> None:
    assert lacking(name, a_reading(name, 0.5, end=THURSDAY - ended_days_ago * DAYS)) is is_missing


def test_a_value_that_nobody_ever_typed_is_off() -> None:
    assert lacking("csat", typed=False) is False
    assert lacking("csat") is True


def test_a_reading_of_another_metric_does_not_stand_in() -> None:
    assert lacking("csat", a_reading("adoption_rate", 0.5, end=THURSDAY)) is True


def test_the_owner_is_asked_and_the_pm_where_there_is_none_or_they_left() -> None:
    people = [Assignment(Role.ML_LEAD, "U0ML"), Assignment(Role.PM, "U0PM")]
    mine, nobodys, orphan = a_watched("csat", "U0LEE"), a_watched("adoption_rate"), a_watched("edit_rate", "U0GONE")

    asked = by_owner([mine, nobodys, orphan], people, gone={"U0GONE"})

    assert asked == {"U0LEE": (mine,), "U0PM": (nobodys, orphan)}


def test_where_nobody_is_left_nobody_is_asked() -> None:
    assert by_owner([a_watched("csat", "U0GONE")], [Assignment(Role.PM, "U0PM")], gone={"U0GONE", "U0PM"}) == {}
