"""What is known of a product becomes facts, and nothing is met because it is unknown."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.defences import Defence
from bot.domain.failure_modes import START_SET, Layer
from bot.domain.golden import GOAL
from bot.domain.health import Check, Health, Watched, check
from bot.domain.incidents import Incident, Origin, Severity, State
from bot.domain.launch import Item, Thing
from bot.domain.launch_facts import (
    golden_fact,
    incident_facts,
    mode_facts,
    owner_facts,
    risk_facts,
    target_facts,
    thing_facts,
)
from bot.domain.launch_ground import Fact, differences, ground_of
from bot.domain.metrics import target_of
from bot.domain.ownership import Ownership
from bot.domain.product import Never, ProductRecord, Risk
from bot.domain.responsibilities import FIVE, MODEL_COST, responsibility
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

BERLIN = ZoneInfo("Europe/Berlin")
ROLLBACK = Item(product_id=1, thing=Thing.ROLLBACK)
COST = responsibility(MODEL_COST)


def is_worse(before: Fact, after: Fact) -> bool:
    """Whether a sign-off on *before* falls on *after*."""
    return bool(differences(ground_of([before]), ground_of([after])))


def ticked(item: Item = ROLLBACK, *, owned: bool = True) -> Fact:
    (fact,) = thing_facts([item], {item.thing} if owned else set(), BERLIN)
    return fact


def test_a_thing_is_there_when_it_is_ticked_and_somebody_answers_for_it() -> None:
    done = replace(ROLLBACK, ticked_by="U0PM", ticked_at=MONDAY)
    facts = [ticked(done), ticked(done, owned=False), ticked(), ticked(owned=False)]

    assert [(fact.met, fact.says) for fact in facts] == [
        (True, "ticked Mon 16 Nov 2026"),
        (False, "ticked Mon 16 Nov 2026, and nobody answers for it"),
        (False, "open"),
        (False, "open, and nobody answers for it"),
    ]
    assert [is_worse(facts[0], fact) for fact in facts] == [False, True, True, True]
    assert [is_worse(facts[3], fact) for fact in facts] == [False, False, False, False]


def held(**known: Any) -> Fact:
    by_ana: dict[str, Any] = {"set_by": "U0PM", "set_at": MONDAY, "since": MONDAY, "confirmed_at": MONDAY}
    ownership = Ownership(product_id=1, responsibility=MODEL_COST, **by_ana | known)
    (fact,) = owner_facts([COST], {MODEL_COST: ownership}, BERLIN)
    return fact


def test_a_question_is_owned_when_everybody_who_acts_said_yes() -> None:
    facts = [
        held(owners=("U1",), accepted=("U1",)),
        held(owners=("U1",), accepted=("U1", "U2"), backup="U2", away={"U1": "left Slack"}),
        held(owners=("U1", "U2"), accepted=("U1",)),
        held(owners=("U1",), away={"U1": "left Slack"}),
        held(),
    ]

    assert [(fact.met, fact.says, fact.who) for fact in facts] == [
        (True, "owned since Mon 16 Nov 2026", ("U1",)),
        (True, "the backup stands in", ("U2",)),
        (False, "named Mon 16 Nov 2026, not accepted yet", ("U1", "U2")),
        (False, "everybody named is gone", ()),
        (False, "nobody answers for it", ()),
    ]
    assert [is_worse(facts[0], fact) for fact in facts] == [False, True, True, True, True]
    assert not is_worse(facts[0], held(owners=("U9",), accepted=("U9",), since=MONDAY - timedelta(days=9)))


def test_a_question_that_nobody_was_ever_named_for_is_open() -> None:
    assert [(fact.met, fact.says) for fact in owner_facts(FIVE, {}, BERLIN)] == [(False, "nobody answers for it")] * 5


def accuracy(value: float | None = None, *, days_ago: int = 0, **known: Any) -> Check:
    """A check of accuracy, at least 85 %."""
    metric = CATALOGUE["accuracy"]
    watched = Watched(metric=metric, target=target_of(metric, ProductRecord(), None), **known)
    end = MONDAY - timedelta(days=days_ago)
    readings = [] if value is None else [a_reading("accuracy", value, end=end, days=1, n=1_000)]
    return check(watched, readings, MONDAY, BERLIN)


def target(one: Check) -> Fact:
    return next(target_facts(Health(as_of=MONDAY, checks=(one,)), {}, BERLIN))


def test_a_target_is_met_when_a_fresh_value_of_enough_meets_it() -> None:
    few = accuracy(0.91, minimum_sample=2_000)
    facts = [target(one) for one in (accuracy(0.91), accuracy(0.81), accuracy(0.91, days_ago=9), few, accuracy())]
    none = target(check(replace(accuracy(0.91).watched, target=None), [], MONDAY, BERLIN))

    assert [(fact.met, fact.says) for fact in [*facts, none]] == [
        (True, "91 %, target at least 85 %, read Mon 16 Nov 2026"),
        (False, "81 %, target at least 85 %, read Mon 16 Nov 2026"),
        (False, "unknown: last read Sat 7 Nov 2026, target at least 85 %"),
        (False, "too few to tell: n = 1,000, read Mon 16 Nov 2026, target at least 85 %"),
        (False, "unknown: never read, target at least 85 %"),
        (False, "no target yet"),
    ]
    assert [is_worse(facts[0], fact) for fact in [*facts, none]] == [False, True, True, True, True, True]


def test_a_value_that_moves_and_still_meets_its_target_is_no_worse_certain_or_not() -> None:
    assert target(accuracy(0.86)).says == "86 %, target at least 85 %, read Mon 16 Nov 2026, not certain"
    assert not is_worse(target(accuracy(0.97)), target(accuracy(0.86)))


def test_what_was_unknown_and_misses_now_is_worse_and_the_other_way_round_it_is_not() -> None:
    missed, unknown = target(accuracy(0.81)), target(accuracy())

    assert (is_worse(unknown, missed), is_worse(missed, unknown)) == (True, False)


def test_the_headline_targets_must_be_agreed_to_all_where_no_headline_was_named() -> None:
    on = {"accuracy": date(2026, 10, 1)}
    cases = (
        (accuracy(0.9), accuracy(0.9, agreed_by="Ana")),
        (accuracy(0.9), accuracy(0.9, agreed_by="Ana", headline=True)),
    )
    agreed = [
        [fact.says for fact in target_facts(Health(as_of=MONDAY, checks=checks), on, BERLIN) if "agreed" in fact.key]
        for checks in cases
    ]

    known = "agreed with Ana Thu 1 Oct 2026"
    assert agreed == [["nobody agreed to it yet", known], [known]]


def test_where_no_metric_is_watched_no_target_is_met() -> None:
    (fact,) = target_facts(Health(as_of=MONDAY, checks=()), {}, BERLIN)

    assert (fact.met, fact.spoken) == (False, "Targets: no metric is watched")


@given(st.integers(0, 2 * GOAL), st.integers(0, 2 * GOAL))
def test_the_golden_set_is_there_at_its_goal_and_above_it_fewer_are_no_worse(before: int, now: int) -> None:
    one, other = golden_fact(before, MONDAY, BERLIN), golden_fact(now, MONDAY, BERLIN)

    assert one.met == (before >= GOAL)
    assert is_worse(one, other) == (now < min(before, GOAL))


def test_the_golden_set_says_when_it_was_last_added_to() -> None:
    assert golden_fact(120, MONDAY, BERLIN).says == "120 of 200 rows, last added to Mon 16 Nov 2026"
    assert golden_fact(0, None, BERLIN).says == "0 of 200 rows"


def test_a_blank_of_the_failure_modes_is_open_and_filling_it_is_no_worse() -> None:
    mode = START_SET[0]
    bare = [*mode_facts([replace(mode, seen="")], [], ["what the user sees of hallucination"])]
    full = [*mode_facts([mode], [], [])]

    assert [fact.spoken for fact in bare if not fact.met] == ["Nobody said: what the user sees of hallucination"]
    assert differences(ground_of(bare), ground_of(full)) == ()
    assert differences(ground_of(full), ground_of(bare)) == (
        f"Hallucination: what the user sees was “{mode.seen}”, is empty.",
        "Nobody said: what the user sees of hallucination. It was not there before.",
    )


def test_another_way_to_fail_and_one_that_is_not_spoken_of_any_more_are_different() -> None:
    one, other = ([*mode_facts([mode], [], [])] for mode in START_SET[:2])

    assert differences(ground_of(one), ground_of([*one, *other])) == (
        "Latency spike: severity medium, acceptable. It was not there before.",
    )
    assert differences(ground_of([*one, *other]), ground_of(one)) == (
        "Latency spike is not on the page any more; it was: severity medium, acceptable.",
    )


def test_a_layer_of_defence_that_is_gone_is_worse() -> None:
    there, gone, unsaid = (
        next(mode_facts([], [Defence(layer=Layer.GROUNDING, in_place=one)], [])) for one in (True, False, None)
    )

    assert [is_worse(there, gone), is_worse(there, unsaid), is_worse(gone, there), is_worse(unsaid, there)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("state", list(State))
def test_open_incidents_of_the_two_gravest_kinds_stand_against_it(severity: Severity, state: State) -> None:
    incident = Incident(
        id=12,
        product_id=1,
        kind="other",
        severity=severity,
        seen="",
        origin=Origin.COMMAND,
        owner="U1",
        declared_by="U1",
        declared_at=MONDAY,
        called_at=MONDAY,
        state=state,
    )
    found = [fact.spoken for fact in incident_facts([incident], BERLIN)]

    stands = severity in {Severity.CRITICAL, Severity.HIGH} and state is not State.RESOLVED
    assert found == ([f"Incident 12: severity {severity}, open since Mon 16 Nov 2026"] if stands else [])


@given(st.sampled_from(Risk), st.sampled_from(Risk))
def test_a_risk_that_was_raised_is_worse_a_lower_one_is_not(before: Risk, now: Risk) -> None:
    one, other = (next(risk_facts(ProductRecord(risk=risk))) for risk in (before, now))

    assert is_worse(one, other) == (list(Risk).index(now) > list(Risk).index(before))


def test_a_never_that_was_dropped_is_worse_another_one_is_not() -> None:
    price, date = Never(name="promise a price"), Never(name="promise a date")
    one, both = (ground_of(risk_facts(ProductRecord(nevers=nevers))) for nevers in ((price,), (price, date)))

    assert differences(one, both) == ()
    assert differences(both, one) == ("“promise a date” is not on the page any more; it was: must never happen.",)
