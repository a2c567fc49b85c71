"""Incidents as stakeholders read of them: one line that claims what happened, and a headline that does not gloss over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.claims import claims_of
from bot.domain.composing import composed
from bot.domain.failure_modes import OTHER_KIND, START_SET
from bot.domain.headlines import headline_of
from bot.domain.incident_told import Trouble, line_of, trouble_of, warning_of
from bot.domain.incidents import Decision, Did, Event, Severity
from bot.domain.material import Looked
from bot.domain.plain_language import jargon_in
from bot.domain.updates import Body, ClaimKind, Facts, Part
from bot.domain.window import Window
from tests.support.incidents import MINUTE, an_incident, record_of, resolved_after
from tests.support.readings import WEEK_8
from tests.support.updates import THURSDAY, WEEK, a_material

ZONE = "Europe/Berlin"
HALLUCINATION = START_SET[0]
TUESDAY = datetime(2026, 11, 10, 9, tzinfo=UTC)
WELL = {**WEEK_8, "deflection_rate": 0.45}
MADE_UP = Trouble(
    what="made-up facts in its answers",
    severity=Severity.HIGH,
    began=TUESDAY,
    ended=TUESDAY + 130 * MINUTE,
    decided=(Decision.PEOPLE_TAKE_OVER, Decision.ROLL_BACK),
)
SLOW = Trouble(what="slow answers", severity=Severity.LOW, began=TUESDAY, ended=TUESDAY + 20 * MINUTE)
GOES_ON = replace(MADE_UP, ended=None, decided=())


def told(*troubles: Trouble) -> str:
    return line_of(troubles, zone=ZONE, as_of=THURSDAY).text


SAID: dict[str, tuple[Trouble, ...]] = {
    "": (),
    "One incident on Tuesday: made-up facts in its answers for 2 h 10 min. People took over; the model was rolled back."
    " Solved.": (MADE_UP,),
    "One incident since Tuesday: made-up facts in its answers. It is still being worked on.": (GOES_ON,),
    "One incident on Tuesday: made-up facts in its answers for 1 day 3 h. Solved on Wednesday.": (
        replace(MADE_UP, ended=TUESDAY + timedelta(days=1, hours=3), decided=()),
    ),
    "One incident on 3 November: made-up facts in its answers for 7 days. Solved on Tuesday.": (
        replace(MADE_UP, began=TUESDAY - timedelta(days=7), ended=TUESDAY, decided=()),
    ),
    "One incident on Tuesday: slow answers. It came back once it was thought solved. Solved.": (
        replace(SLOW, came_back=True),
    ),
    "One incident since Tuesday: slow answers. It came back once it was thought solved and is still being worked on.": (
        replace(SLOW, came_back=True, ended=None),
    ),
    "One incident on Tuesday: slow answers for under a minute. Solved.": (replace(SLOW, ended=TUESDAY),),
    "Two incidents, the worst on Tuesday: made-up facts in its answers for 2 h 10 min. People took over; the model was"
    " rolled back. Solved. The other one is solved too.": (SLOW, MADE_UP),
    "Three incidents, the worst on Tuesday: made-up facts in its answers for 2 h 10 min. People took over; the model"
    " was rolled back. Solved. Of the others, one is still being worked on.": (
        SLOW,
        MADE_UP,
        replace(SLOW, ended=None),
    ),
    "Two incidents, the worst since Tuesday: made-up facts in its answers. It is still being worked on. The other is"
    " still being worked on.": (GOES_ON, replace(SLOW, ended=None)),
}


@pytest.mark.parametrize(("said", "troubles"), SAID.items())
def test_incidents_are_told_in_one_plain_line(said: str, troubles: tuple[Trouble, ...]) -> None:
    assert told(*troubles) == said


def test_the_day_is_that_of_the_product() -> None:
    late = replace(SLOW, began=datetime(2026, 11, 10, 23, 30, tzinfo=UTC), ended=datetime(2026, 11, 11, tzinfo=UTC))

    assert told(late) == "One incident on Wednesday: slow answers for 30 min. Solved."


def test_a_kind_that_stakeholders_have_no_plain_word_for_is_a_problem() -> None:
    for business in ("", "RAG retrieval misses"):
        mode = replace(HALLUCINATION, business=business)
        found = trouble_of(an_incident(), record_of(an_incident()), mode, news=WEEK, as_of=far(0))
        assert found is not None
        assert found.what == OTHER_KIND.business


def far(days: int) -> datetime:
    return an_incident().declared_at + timedelta(days=days, hours=1)


def week_to(end: datetime) -> Window:
    return Window(end - timedelta(weeks=1), end)


def test_it_is_told_in_each_week_in_which_it_went_on_and_in_no_other() -> None:
    over = resolved_after(9 * 24 * 60)
    events = record_of(over)

    weeks = [trouble_of(over, events, HALLUCINATION, news=week_to(far(d)), as_of=far(d)) for d in (-7, 0, 7, 14, 21)]

    assert [one if one is None else one.ended for one in weeks] == [None, None, None, over.resolved_at, None]
    assert [one is None for one in weeks] == [True, False, False, False, True]


def test_what_came_back_is_told_again_in_the_week_in_which_it_did_and_not_in_between() -> None:
    once = resolved_after(60)
    back = Event(at=far(14), by="U0PM", what=Did.REOPENED)
    again = replace(once, resolved_at=None)

    weeks = [
        trouble_of(again, [*record_of(once), back], HALLUCINATION, news=week_to(far(d)), as_of=far(d))
        for d in (1, 10, 15)
    ]

    assert [one and (one.ended, one.came_back) for one in weeks] == [(once.resolved_at, False), None, (None, True)]


def test_what_was_made_milder_in_the_end_was_still_as_bad() -> None:
    milder = replace(resolved_after(60), severity=Severity.LOW)
    events = record_of(resolved_after(60, severity=Severity.CRITICAL))

    found = trouble_of(milder, events, HALLUCINATION, news=week_to(far(1)), as_of=far(1))

    assert found is not None
    assert found.severity is Severity.CRITICAL


TROUBLES = st.builds(
    Trouble,
    what=st.sampled_from([mode.business for mode in START_SET]),
    severity=st.sampled_from(Severity),
    began=st.timedeltas(timedelta(), timedelta(days=13)).map(lambda ago: THURSDAY - ago),
    ended=st.none() | st.timedeltas(timedelta(), timedelta(days=13)).map(lambda ago: THURSDAY - ago),
    came_back=st.booleans(),
    decided=st.lists(st.sampled_from(Decision), unique=True).map(tuple),
).map(lambda one: one if one.ended is None or one.ended >= one.began else replace(one, ended=one.began))


@given(troubles=st.lists(TROUBLES, min_size=1, max_size=15).map(tuple), well=st.booleans())
def test_whatever_happened_the_update_names_no_jargon_and_stands_behind_all_it_claims(
    troubles: tuple[Trouble, ...], *, well: bool
) -> None:
    values = WELL if well else WEEK_8
    made = composed(
        a_material(values, values, incidents=troubles, has_nevers=True, looked=Looked(answers=20, window=WEEK))
    )
    body = Body(headline=made.view.headline, parts={Part.SAFETY: made.view.safety})

    assert jargon_in(f"{made.view.headline} {made.view.safety}") == ()
    assert "severity" not in made.view.safety
    assert unfounded(body, made.facts) == []
    assert not made.view.is_quiet
    assert "No safety incident" not in made.view.safety
    serious = any(one.severity <= Severity.HIGH for one in troubles)
    assert ("serious incident" in made.view.headline) == serious
    assert serious or made.view.headline == headline_of(a_material(values, values).chosen).words


def unfounded(body: Body, facts: Facts) -> list[str]:
    """What the text claims with nothing behind it; nobody promises anything here."""
    every = claims_of(body, facts)
    assert {claim.kind for claim in every} <= {ClaimKind.NUMBER, ClaimKind.DATE}
    return [claim.text for claim in every if claim.behind is None]


HEADLINES: dict[str, tuple[Trouble, ...]] = {
    "every measure on target": (SLOW,),
    "one serious incident; every measure on target": (SLOW, MADE_UP),
    "one serious incident, still being worked on; every measure on target": (GOES_ON,),
    "two serious incidents; every measure on target": (MADE_UP, MADE_UP),
}


@pytest.mark.parametrize(("headline", "troubles"), HEADLINES.items())
def test_no_headline_is_all_well_after_a_serious_incident(headline: str, troubles: tuple[Trouble, ...]) -> None:
    assert composed(a_material(WELL, WELL, incidents=troubles)).view.headline == headline


SAFETY: dict[str, dict[str, Any]] = {
    "One incident on Tuesday: slow answers for 20 min. Solved. Nobody watches yet for what it must never do.": {},
    "One incident on Tuesday: slow answers for 20 min. Solved. No answers were looked at this week.": {
        "has_nevers": True
    },
    "One incident on Tuesday: slow answers for 20 min. Solved. None of the worst 20 answers of 9 to 15 November did what"
    " it must never do.": {"has_nevers": True, "looked": Looked(answers=20, window=WEEK)},
    "One incident on Tuesday: slow answers for 20 min. Solved. Among the worst 20 answers of 9 to 15 November it did"
    " what it must never do: promise a price (2).": {
        "has_nevers": True,
        "looked": Looked(answers=20, window=WEEK, broken={"promise a price": 2}),
    },
}


@pytest.mark.parametrize(("said", "known"), SAFETY.items())
def test_the_safety_line_tells_of_the_incident_and_of_what_was_looked_at(said: str, known: dict[str, Any]) -> None:
    assert composed(a_material(WELL, incidents=(SLOW,), **known)).view.safety == said


def test_without_a_serious_incident_nobody_is_warned() -> None:
    assert warning_of([SLOW]).text == ""
