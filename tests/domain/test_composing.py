"""Composing: what an update says of a week, and what it only suggests."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.changing import Change, ChangeKind
from bot.domain.composing import composed
from bot.domain.fixes import FixKind
from bot.domain.forecasts import TrackRecord
from bot.domain.material import Looked, Material, Work
from bot.domain.suggesting import SUGGESTED
from bot.domain.updates import Body, Part
from tests.support.readings import WEEK_8
from tests.support.updates import THURSDAY, WEEK, WIDEN, a_forecast, a_material

WELL = {**WEEK_8, "deflection_rate": 0.45}


def test_a_week_in_which_nothing_happened_was_quiet() -> None:
    assert composed(a_material(WELL, WELL)).view.is_quiet


def test_a_week_without_a_miss_and_without_news_is_quiet() -> None:
    assert composed(a_material(WELL, WELL)).view.is_quiet


def test_a_miss_beside_the_products_set_is_in_the_headline_and_no_week_with_one_is_quiet() -> None:
    view = composed(a_material({**WELL, "edit_rate": 0.5}, {**WELL, "edit_rate": 0.5})).view

    assert (view.headline, view.is_quiet) == ("one measure short of its target", False)
    assert view.misses == ("drafts that people change before they use them",)


NEWS = {
    "a new miss": a_material(WEEK_8, WELL),
    "something done": a_material(WELL, WELL, done=(replace(WIDEN, done_on=date(2026, 11, 10)),)),
    "something changed": a_material(
        WELL, WELL, changes=(Change(key="1", at=THURSDAY, what="New menu", noted_by="U0PM", noted_at=THURSDAY),)
    ),
    "a never broken": a_material(WELL, WELL, looked=Looked(answers=20, window=WEEK, broken={"a price": 1})),
    "a number that fell, and missed before": a_material({**WELL, "csat": 1.0}, {**WELL, "csat": 3.9}),
    "a number gone": a_material({"accuracy": 0.91}, WELL),
    "nothing known at all": a_material({}, {}),
}


@pytest.mark.parametrize("news", NEWS.values(), ids=NEWS)
def test_a_week_with_any_news_was_not_quiet(news: Material) -> None:
    assert not composed(news).view.is_quiet


def test_every_miss_has_a_suggestion() -> None:
    all_wrong = {
        "accuracy": 0.5,
        "hallucination_rate": 0.2,
        "latency_p95": 9.0,
        "csat": 2.0,
        "adoption_rate": 0.1,
        "edit_rate": 0.9,
        "resolution_rate": 0.1,
        "deflection_rate": 0.1,
        "cost_per_resolution": 9.0,
    }

    found = composed(a_material(all_wrong)).suggestions

    assert {one.metric: one.text for one in found} == {name: SUGGESTED[name] for name in WEEK_8}
    assert {one.accepted for one in found} == {None}


def test_what_somebody_agreed_to_do_needs_no_suggestion() -> None:
    assert [one.metric for one in composed(a_material(WEEK_8)).suggestions] == ["deflection_rate"]
    assert composed(a_material(WEEK_8, agreed=(WIDEN,))).suggestions == ()


def test_other_work_does_not_answer_a_miss() -> None:
    other = replace(WIDEN, kind=FixKind.PROMPT)

    assert [one.metric for one in composed(a_material(WEEK_8, agreed=(other,))).suggestions] == ["deflection_rate"]


def test_only_what_people_wrote_last_week_is_carried_over_and_marked() -> None:
    previous = Body(
        headline="well",
        parts={Part.NOTE: "We moved.", Part.ASK: "Ask Lee.", Part.HIGHLIGHTS: "Mine."},
        written={"note": "U0PM", "highlights": "U0PM"},
    )

    found = composed(a_material(previous=previous))

    assert found.carried == {Part.NOTE: "From last week: We moved."}
    assert found.written == {"note": "U0PM"}


def test_what_was_carried_over_twice_is_marked_once() -> None:
    previous = Body(headline="", parts={Part.NOTE: "From last week: We moved."}, written={"note": "U0PM"})

    assert composed(a_material(previous=previous)).carried == {Part.NOTE: "From last week: We moved."}


def test_a_metric_that_nobody_ever_measured_is_said_only_where_it_was_chosen() -> None:
    found = composed(a_material({"accuracy": 0.91}, {})).view

    told = [(one.what, one.why) for one in (*found.unknown_results, *found.unknown_quality)]
    assert told == [
        ("How customers rate it, of 5", "nothing was measured yet"),
        ("People who could use it and do", "nothing was measured yet"),
        ("Requests handled without a person", "nothing was measured yet"),
        ("Answers that contain a factual error", "nothing was measured yet"),
    ]


SAFETY: dict[str, dict[str, Any]] = {
    "Safety: nobody watches yet for what it must never do.": {},
    "Safety: no answers were looked at this week, so nothing can be said.": {"has_nevers": True},
    "No safety incident: none of the worst 20 answers of 9 to 15 November did what it must never do.": {
        "has_nevers": True,
        "looked": Looked(answers=20, window=WEEK),
    },
    "Safety: among the worst 20 answers of 9 to 15 November it did what it must never do: promise a price (2).": {
        "has_nevers": True,
        "looked": Looked(answers=20, window=WEEK, broken={"promise a price": 2}),
    },
}


@pytest.mark.parametrize(("said", "known"), SAFETY.items())
def test_safety_is_one_line_that_claims_no_more_than_was_looked_at(said: str, known: dict[str, Any]) -> None:
    assert composed(a_material(**known)).view.safety == said


def test_a_change_is_told_without_its_technical_words() -> None:
    note = Change(key="1", at=THURSDAY, what="new menu for agents", noted_by="U0PM", noted_at=THURSDAY)
    changes = (
        note,
        replace(note, what="prompt v7 live"),
        replace(note, what="gpt-9", kind=ChangeKind.MODEL),
    )

    assert composed(a_material(changes=changes)).view.changes == (
        "New menu for agents, 12 November",
        "A technical change, 12 November",
        "A new version of the assistant, 12 November",
    )


def test_what_is_late_says_so() -> None:
    late = Work(title="clean labels.", kind=FixKind.CLEANING, who="Raj Patel", due=date(2026, 11, 2))

    assert composed(a_material(agreed=(late, WIDEN))).view.agreed == (
        "Clean labels: Raj Patel, was due on 2 November and is late",
        "Widen the knowledge base for refunds: Raj Patel, until 20 November",
    )


def test_what_is_expected_is_said_with_its_span_and_where_it_may_level_off() -> None:
    found = composed(
        a_material(forecasts=(a_forecast(),), levelling=frozenset({"accuracy"}), record=TrackRecord(held=6, whole=8))
    ).view

    assert found.expected == (
        "92 of 100 answers correct in 4 to 6 weeks; it may level off at 90",
        "Answers that are correct: for now it has levelled off at 91 of 100",
    )
    assert found.record == "So far 6 of 8 forecasts came true."


def test_a_forecast_whose_time_is_over_is_not_promised_again() -> None:
    over = a_forecast(due_from=date(2026, 10, 1), due_to=date(2026, 11, 1))

    assert composed(a_material(forecasts=(over,))).view.expected == ()


def test_a_value_that_few_stand_behind_says_so() -> None:
    values = {**WEEK_8}
    material = a_material(values)
    (handled,) = [check for check in material.known.checks if check.metric.name == "deflection_rate"]
    assert handled.reading is not None
    unsure = replace(handled, certain=False)
    checks = tuple(unsure if check is handled else check for check in material.known.checks)

    found = composed(replace(material, known=replace(material.known, checks=checks))).view.without_a_person

    assert found is not None
    assert found.beside == (" (target: at least 40, 2 short of it; much as last week; not certain: this may be chance)")


def test_a_fix_with_a_technical_title_is_told_plainly_and_its_approver_hears_of_it() -> None:
    technical = replace(WIDEN, title="Fine-tune the embeddings")

    made = composed(a_material(agreed=(technical,)))

    assert made.view.agreed == ("A technical improvement: Raj Patel, until 20 November",)
    assert made.facts.commitments == made.view.agreed
    (remark,) = made.remarks
    assert remark.startswith("The fix “Fine-tune the embeddings” is told as “A technical improvement”")


def test_a_miss_by_nothing_is_just_a_miss() -> None:
    found = composed(a_material({**WEEK_8, "edit_rate": 0.30}, {})).view.changed_drafts

    assert found is not None
    assert found.beside == " (target: under 30, just over it)"
