"""Numbers that moved after a change, and the segment where it is worst."""

from datetime import timedelta

import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.changing import Change
from bot.domain.health import Check, Watched, check
from bot.domain.measuring import THE_REST, Measured, Part, Tally
from bot.domain.metrics import target_of
from bot.domain.moves import WorstPart, has_moved, moved_after, worst_part
from bot.domain.product import ProductRecord
from bot.domain.readings import Reading
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def a_change(what: str = "prompt v7", *, days_ago: float = 3) -> Change:
    at = MONDAY - timedelta(days=days_ago)
    return Change(key=what, at=at, what=what, noted_by="U0PM", noted_at=at)


def checked(readings: list[Reading]) -> Check:
    metric = CATALOGUE["accuracy"]
    return check(Watched(metric=metric, target=target_of(metric, ProductRecord())), readings, MONDAY)


def weeks(before: float, now: float, *, n: int | None = 2_000) -> list[Reading]:
    """Accuracy of last week and of this one."""
    return [a_reading("accuracy", before, n=n, end=MONDAY - WEEK), a_reading("accuracy", now, n=n)]


def moved(changes: list[Change], readings: list[Reading]) -> list[tuple[str, float, float, bool]]:
    found = moved_after(changes, [checked(readings)], readings)
    return [(one.change.what, one.before.value, one.after.value, one.sure) for one in found]


def test_a_number_that_moved_stands_beside_the_change_before_it() -> None:
    assert moved([a_change()], weeks(0.95, 0.90)) == [("prompt v7", 0.95, 0.90, True)]


def test_what_moved_no_more_than_by_chance_is_left_out_unless_it_passed_its_target() -> None:
    assert moved([a_change()], weeks(0.91, 0.90)) == []
    assert moved([a_change()], weeks(0.855, 0.845)) == [("prompt v7", 0.855, 0.845, False)]


def test_without_samples_every_difference_counts_and_none_does_not() -> None:
    assert moved([a_change()], weeks(0.91, 0.90, n=None)) == [("prompt v7", 0.91, 0.90, True)]
    assert moved([a_change()], weeks(0.90, 0.90, n=None)) == []


def test_what_was_read_only_after_the_change_has_nothing_to_compare() -> None:
    assert moved([a_change(days_ago=8)], weeks(0.95, 0.90)) == []
    assert moved([a_change()], [a_reading("accuracy", 0.9)]) == []


def test_a_change_after_the_latest_reading_did_nothing_to_it() -> None:
    assert moved([a_change(days_ago=-1)], weeks(0.95, 0.90)) == []


def test_of_several_changes_the_latest_is_named() -> None:
    assert moved([a_change("model 2", days_ago=2), a_change("prompt v7")], weeks(0.95, 0.90)) == [
        ("model 2", 0.95, 0.90, True)
    ]


@pytest.mark.parametrize(("n", "far"), [(100, False), (10_000, True)])
def test_the_sample_decides_whether_a_difference_is_more_than_chance(n: int, far: bool) -> None:
    before, after = weeks(0.92, 0.90, n=n)

    assert has_moved(CATALOGUE["accuracy"], before, after) == far


def part(name: str | None, *, right: int, judged: int) -> Part:
    return Part(name=name, seen=judged, right=Tally(part=right, whole=judged))


def test_the_worst_segment_has_the_largest_share_of_errors() -> None:
    parts = (part("cards", right=1_400, judged=1_500), part("refunds", right=340, judged=400))

    assert worst_part(Measured(seen=1_900, parts=parts)) == WorstPart(
        name="refunds", share=0.15, judged=400, made_up=False
    )


def test_a_segment_too_small_to_tell_and_one_without_a_name_are_not_the_worst() -> None:
    parts = (
        part("cards", right=95, judged=100),
        part("refunds", right=90, judged=100),
        part("tiny", right=0, judged=29),
        part(None, right=0, judged=100),
    )

    assert worst_part(Measured(seen=329, parts=parts)) is None
    assert worst_part(Measured(seen=229, parts=parts[:3])) is None
    larger = (*parts[:2], part("tiny", right=0, judged=30))
    assert worst_part(Measured(seen=230, parts=larger)) == WorstPart(name="tiny", share=1.0, judged=30, made_up=False)


def test_one_segment_or_all_alike_have_no_worst() -> None:
    assert worst_part(Measured(seen=100, parts=(part("cards", right=50, judged=100),))) is None
    alike = tuple(part(name, right=50, judged=100) for name in ("cards", "refunds"))
    assert worst_part(Measured(seen=200, parts=alike)) is None


def test_where_nobody_judged_right_and_wrong_made_up_facts_count() -> None:
    parts = tuple(
        Part(name=name, seen=100, hallucinated=Tally(part=count, whole=100))
        for name, count in (("cards", 2), ("refunds", 14))
    )

    assert worst_part(Measured(seen=200, parts=parts)) == WorstPart(
        name="refunds", share=0.14, judged=100, made_up=True
    )


def test_what_is_left_of_many_segments_is_no_segment_of_its_own() -> None:
    parts = (part("cards", right=95, judged=100), part("refunds", right=90, judged=100))

    assert worst_part(Measured(seen=300, parts=(*parts, part(THE_REST, right=0, judged=100)))) is None
