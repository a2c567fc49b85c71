"""Charts of metrics as data, and the words that say the same."""

from datetime import timedelta

from bot.domain.catalogue import CATALOGUE
from bot.domain.changing import Change
from bot.domain.charts import Ahead, Chart, Mark, Panel, Point
from bot.domain.metrics import Direction, Target
from bot.domain.product import Product
from bot.domain.readings import Reading
from bot.kit.charting import MOST_MARKS, chart_of, in_words, panel_of
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

ACCURACY, CSAT = CATALOGUE["accuracy"], CATALOGUE["csat"]
WEEK = timedelta(weeks=1)
TARGET = Target(direction=Direction.AT_LEAST, value=0.85)
PRODUCT = Product(id=1, workspace="local", key="copilot", name="Support Copilot", timezone="Europe/Berlin")


def weekly(*values: float) -> list[Reading]:
    """A reading a week, the last one ending on Monday."""
    return [a_reading("accuracy", value, end=MONDAY - back * WEEK) for back, value in enumerate(reversed(values))][::-1]


def a_change(what: str = "prompt v7 live", *, days_ago: float = 6) -> Change:
    """Something that changed some days before Monday."""
    at = MONDAY - timedelta(days=days_ago)
    return Change(key=what, at=at, what=what, noted_by="U0PM", noted_at=at)


def drawn(
    *readings: Reading, changes: tuple[Change, ...] = (), weeks: int = 8, target: Target | None = TARGET
) -> Panel:
    """The panel of the accuracy on Monday."""
    return panel_of(ACCURACY, readings, target=target, changes=changes, as_of=MONDAY, weeks=weeks)


def test_a_panel_has_a_point_a_period_with_its_interval_the_target_and_what_changed() -> None:
    first = a_reading("accuracy", 0.88, end=MONDAY - WEEK)
    second = a_reading("accuracy", 0.91, low=0.9, high=0.92)

    assert drawn(first, second, changes=(a_change(),)) == Panel(
        title="Accuracy",
        unit=ACCURACY.unit,
        points=(
            Point(at=MONDAY - WEEK, value=0.88),
            Point(at=MONDAY, value=0.91, low=0.9, high=0.92),
        ),
        target=TARGET,
        marks=(Mark(at=MONDAY - timedelta(days=6), text="prompt v7 live"),),
    )


def test_windows_that_overlap_give_one_point() -> None:
    daily = a_reading("accuracy", 0.7, end=MONDAY - timedelta(days=2), days=1)

    assert [point.value for point in drawn(*weekly(0.88, 0.91), daily).points] == [0.88, 0.91]


def test_weeks_that_nobody_read_leave_a_gap_and_end_nothing() -> None:
    first, _, _, *later = weekly(0.8, 0.81, 0.82, 0.84, 0.86)

    assert [point.value for point in drawn(first, *later).points] == [0.8, 0.84, 0.86]


def test_it_goes_back_as_many_weeks_as_asked() -> None:
    found = drawn(*weekly(0.8, 0.82, 0.84, 0.86), changes=(a_change(days_ago=6), a_change("old", days_ago=20)), weeks=2)

    assert [point.value for point in found.points] == [0.82, 0.84, 0.86]
    assert [mark.text for mark in found.marks] == ["prompt v7 live"]


def test_of_many_marks_the_latest_are_drawn() -> None:
    many = tuple(a_change(f"change {back}", days_ago=back) for back in range(MOST_MARKS + 3))

    assert [mark.text for mark in drawn(*weekly(0.8), changes=many).marks] == [
        f"change {back}" for back in reversed(range(MOST_MARKS))
    ]


def test_the_words_say_what_the_picture_shows() -> None:
    found = drawn(*weekly(0.88, 0.92, 0.91), changes=(a_change(),))

    assert in_words(ACCURACY, found, "Europe/Berlin") == (
        "Accuracy: 3 values, from 88 % on 2 Nov to 91 % on 16 Nov, up 3 points; lowest 88 %, highest 92 %."
        " Target: at least 85 %. Marked: prompt v7 live, 10 Nov."
    )


def test_a_single_value_a_missed_target_and_none_have_words_too() -> None:
    assert in_words(ACCURACY, drawn(*weekly(0.8)), "UTC") == (
        "Accuracy: one value, 80 % on 16 Nov. Target: at least 85 %."
    )
    assert in_words(ACCURACY, drawn(*weekly(0.8), target=None), "UTC").endswith("No target is set.")
    assert in_words(ACCURACY, drawn(), "UTC") == ""


def test_a_window_that_ends_at_midnight_was_read_the_day_before() -> None:
    midnight = MONDAY - timedelta(hours=9)

    assert "80 % on 15 Nov" in in_words(ACCURACY, drawn(a_reading("accuracy", 0.8, end=midnight)), "Europe/Berlin")


def test_what_is_expected_is_a_range_with_a_date() -> None:
    ahead = Ahead(begins=MONDAY, ends=MONDAY + 6 * WEEK, low=0.9, high=0.94, plateau=0.92)
    found = panel_of(ACCURACY, weekly(0.88), target=TARGET, changes=(), as_of=MONDAY, ahead=ahead)

    assert "Expected by 28 Dec: 90 % to 94 %; it may level off at 92 %." in in_words(ACCURACY, found, "UTC")


def test_a_chart_holds_what_has_points_and_says_all_of_it() -> None:
    accuracy, empty = drawn(*weekly(0.88, 0.91)), drawn()

    assert chart_of(PRODUCT, {ACCURACY: accuracy, CSAT: empty}) == Chart(
        title="Support Copilot: Accuracy",
        panels=(accuracy,),
        zone="Europe/Berlin",
        alt=in_words(ACCURACY, accuracy, "Europe/Berlin"),
    )
