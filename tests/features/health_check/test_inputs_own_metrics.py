"""`/muster health metric`: metrics of a team's own."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from bot.domain.metrics import Direction, Layer, Metric, Target, Unit
from bot.domain.product import Product
from bot.domain.watching import Said
from bot.kit.command import FieldError
from bot.store import readings, watches
from bot.store.session import Database
from tests.features.health_check.filling import Values, fill, held_by, press, words
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear
from tests.support.office import OTHER, Office

FIRST_ANSWER = Metric(
    name="first_answer_right",
    title="First answer right",
    meaning="share of tickets closed by the first answer",
    business="customers who need not ask twice",
    layer=Layer.USAGE,
    unit=Unit.SHARE,
    direction=Direction.AT_LEAST,
)
FORM: Values = {
    "title": "First answer right",
    "meaning": "share of tickets closed by the first answer.",
    "business": "customers who need not ask twice",
    "layer": "usage",
    "unit": "share",
    "direction": "at_least",
}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product with a PM and an ML lead."""
    return a_team(session, now=MONDAY - timedelta(days=60))


def said(session: Session, product: Product) -> Said | None:
    """What the team said of its own metric."""
    return watches.of_product(session, product.id).get("first_answer_right")


def test_a_metric_of_their_own_is_defined_watched_and_entered(session: Session, product: Product) -> None:
    told = fill(session, answer(session, "health metric add"), {**FORM, "number": "70 %", "agreed_by": "Lee"})

    assert words(told) == (
        "You added First answer right (`first_answer_right`): off until its first value."
        " First answer right of *Support Copilot* is to be at least 70 %, agreed with Lee on 16 Nov 2026. It had none."
        "\n[Undo]\n[Enter values]"
    )
    assert said(session, product) == Said(
        metric="first_answer_right",
        definition=FIRST_ANSWER,
        chosen=True,
        target=Target(direction=Direction.AT_LEAST, value=0.7),
        agreed_by="Lee",
        agreed_on=date(2026, 11, 16),
        version=1,
    )
    assert "First answer right 64 % (n = 25)" in answer(session, 'health log "first answer right" 16 of 25').text


@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        ({"title": "CSAT"}, {"title": "“Satisfaction (CSAT)” is called that already: choose another title."}),
        ({"title": "Trend"}, {"title": "“trend” is a word of the command: choose another title."}),
        ({"title": "7 up"}, {"title": "A title needs a few Latin letters to begin with"}),
        ({"meaning": " "}, {"meaning": "Say it in a few words."}),
        ({"business": "the F1 score"}, {"business": "Instead of “F1 score” say: "}),
        ({"unit": "miles"}, {"unit": "Choose one."}),
        ({"number": "120 %"}, {"number": "A target for First answer right is a number between 0 and 1"}),
        ({"number": "high"}, {"number": "A target needs a number and a direction"}),
    ],
)
def test_what_cannot_be_a_metric_is_said_beside_its_field(
    session: Session, product: Product, values: Values, sentences: dict[str, str]
) -> None:
    with pytest.raises(FieldError) as refused:
        fill(session, answer(session, "health metric add"), {**FORM, **values})

    assert list(refused.value.sentences) == list(sentences)
    assert all(refused.value.sentences[field].startswith(begin) for field, begin in sentences.items())
    assert watches.of_product(session, product.id) == {}


def test_it_is_edited_with_what_it_was_and_its_name_stays(session: Session, product: Product) -> None:
    fill(session, answer(session, "health metric add"), FORM)
    opened = answer(session, "health metric edit first_answer_right")

    assert held_by(opened)["meaning"] == ("share of tickets closed by the first answer",)
    told = fill(session, opened, {"title": "Solved at once", "layer": "business"})

    assert told.text == (
        "You changed Solved at once of *Support Copilot*: title was “First answer right”, layer was “usage”."
    )
    found = said(session, product)
    assert found is not None
    assert found.definition is not None
    assert (found.definition.name, found.definition.title, found.metric) == (
        "first_answer_right",
        "Solved at once",
        "first_answer_right",
    )


def test_the_unit_stays_once_there_are_values_and_the_side_while_there_is_a_target(
    session: Session, product: Product
) -> None:
    fill(session, answer(session, "health metric add"), {**FORM, "number": "70 %"})
    answer(session, "health log first_answer_right 64 %")

    with pytest.raises(FieldError) as refused:
        fill(
            session,
            answer(session, "health metric edit first_answer_right"),
            {"unit": "seconds", "direction": "below"},
        )

    assert list(refused.value.sentences) == ["unit", "direction"]


def test_put_away_its_readings_stay_and_watching_brings_it_back(session: Session, product: Product) -> None:
    fill(session, answer(session, "health metric add"), FORM)
    answer(session, "health log first_answer_right 64 %")

    told = press(session, answer(session, "health metric archive first_answer_right"), "Archive")

    assert told.text == (
        "First answer right of *Support Copilot* is not watched any more; its readings stay:"
        " health and update speak of 5 metrics."
    )
    assert "[Watch again]" in words(answer(session, "health metric"))
    assert "first_answer_right" in readings.measured_metrics(session, product.id)
    answer(session, "health watch first_answer_right")
    assert "[Archive]" in words(answer(session, "health metric"))


def test_undo_of_a_new_metric_switches_it_off(session: Session, product: Product) -> None:
    told = fill(session, answer(session, "health metric add"), FORM)

    press(session, told, "Undo")

    found = said(session, product)
    assert found is not None
    assert (found.chosen, found.definition) == (False, FIRST_ANSWER)


@pytest.mark.parametrize("text", ["health metric edit accuracy", "health metric archive csat"])
def test_what_every_product_has_is_not_a_teams_to_change(session: Session, product: Product, text: str) -> None:
    assert "a metric that every product has" in answer(session, text).text


def test_others_define_nothing_here(session: Session, product: Product) -> None:
    assert "Only the people" in answer(session, "health metric add", user=OTHER).text


def test_a_metric_is_added_in_slack(office: Office) -> None:
    office.database.do(a_team)

    assert hear(office, "health metric add") == "(form) Add a metric"
    assert "You added First answer right" in hear(office, FORM)
    assert "*First answer right*: no target yet" in hear(office, "health targets")
