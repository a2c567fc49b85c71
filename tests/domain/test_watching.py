"""What a product watches."""

from datetime import date

from bot.domain.catalogue import CATALOGUE, CLASSIC, NINE
from bot.domain.health import Watched
from bot.domain.metrics import Direction, Layer, Metric, Target, Unit
from bot.domain.people import Assignment, Role
from bot.domain.product import ProductRecord
from bot.domain.watching import Said, Which, is_chosen, known, watched

OWN = Metric(
    name="tone",
    title="Tone",
    meaning="answers in the right tone",
    business="answers in the right tone",
    layer=Layer.MODEL,
    unit=Unit.SHARE,
    direction=Direction.AT_LEAST,
)
RECORD = ProductRecord()
PM, LEAD = Assignment(Role.PM, "U0PM"), Assignment(Role.ML_LEAD, "U0ML")


def names(said: dict[str, Said], which: Which) -> list[str]:
    return [one.metric.name for one in watched(RECORD, [], said, which)]


def test_to_begin_with_a_product_watches_the_classic_five() -> None:
    assert names({}, Which.CHOSEN) == list(CLASSIC)
    assert names({}, Which.CLASSIC) == list(CLASSIC)
    assert names({}, Which.ALL) == [one.name for one in NINE]


def test_a_team_adds_and_takes_out_and_the_classic_five_stay_the_classic_five() -> None:
    said = {
        "csat": Said(metric="csat", chosen=False),
        "edit_rate": Said(metric="edit_rate", chosen=True),
        "thumbs_ratio": Said(metric="thumbs_ratio", chosen=True),
        "tone": Said(metric="tone", definition=OWN, chosen=True),
    }

    assert names(said, Which.CHOSEN) == [
        "accuracy",
        "hallucination_rate",
        "adoption_rate",
        "edit_rate",
        "deflection_rate",
        "thumbs_ratio",
        "tone",
    ]
    assert names(said, Which.CLASSIC) == list(CLASSIC)
    assert names(said, Which.ALL) == [*(one.name for one in NINE), "thumbs_ratio", "tone"]
    assert known(said)["tone"] == OWN


def test_a_metric_of_the_teams_own_is_not_in_the_set_until_it_is_chosen() -> None:
    said = {"tone": Said(metric="tone", definition=OWN)}

    assert is_chosen("tone", said) is False
    assert names(said, Which.ALL) == [one.name for one in NINE]


def test_what_was_said_of_a_target_does_not_take_a_metric_out_of_the_set() -> None:
    target = Target(direction=Direction.AT_LEAST, value=0.9)
    said = {
        "accuracy": Said(
            metric="accuracy",
            target=target,
            agreed_by="Ana and Mia",
            agreed_on=date(2026, 10, 1),
            headline=True,
            minimum_sample=100,
            owner="U0ELSE",
        )
    }
    (found,) = [one for one in watched(RECORD, [PM, LEAD], said) if one.metric.name == "accuracy"]

    assert found == Watched(
        metric=CATALOGUE["accuracy"],
        target=target,
        agreed_by="Ana and Mia",
        headline=True,
        minimum_sample=100,
        owner="U0ELSE",
    )


def test_the_lead_answers_for_what_the_model_does_and_the_pm_for_all_else() -> None:
    both = {one.metric.name: one.owner for one in watched(RECORD, [LEAD, PM], {})}
    alone = {one.metric.name: one.owner for one in watched(RECORD, [PM], {})}

    assert both == {
        "accuracy": "U0ML",
        "hallucination_rate": "U0ML",
        "csat": "U0PM",
        "adoption_rate": "U0PM",
        "deflection_rate": "U0PM",
    }
    assert set(alone.values()) == {"U0PM"}
    assert {one.owner for one in watched(RECORD, [], {})} == {None}


def test_of_several_in_a_role_the_first_one_answers() -> None:
    people = [PM, Assignment(Role.PM, "U0ELSE")]

    assert {one.owner for one in watched(RECORD, people, {})} == {"U0PM"}


def test_who_answers_for_quality_or_cost_answers_for_the_metrics_of_it_unless_somebody_took_one() -> None:
    said = {
        "cost_per_resolution": Said(metric="cost_per_resolution", chosen=True),
        "hallucination_rate": Said(metric="hallucination_rate", owner="U0ELSE"),
    }
    answering = {"model_quality": "U0LI", "model_cost": "U0MIA", "incident_response": "U0NO"}

    found = {one.metric.name: one.owner for one in watched(RECORD, [LEAD, PM], said, answering=answering)}

    assert found == {
        "accuracy": "U0LI",
        "hallucination_rate": "U0ELSE",
        "csat": "U0PM",
        "adoption_rate": "U0PM",
        "deflection_rate": "U0PM",
        "cost_per_resolution": "U0MIA",
    }
