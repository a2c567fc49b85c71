"""`/muster health target`, `targets`, `watch` and `unwatch`: what a team agrees on."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from bot.domain.metrics import Direction, Target
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.domain.watching import Said, watched
from bot.features.health_check.subject import SomebodyWasFirstError
from bot.kit.command import FieldError
from bot.store import audit, directory, watches
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.health_check.filling import fill, held_by, press, words
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear
from tests.support.office import ML, OTHER, Office

TODAY = date(2026, 11, 16)
AGREED = Target(direction=Direction.AT_LEAST, value=0.9)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product with a PM and an ML lead."""
    return a_team(session, now=MONDAY - timedelta(days=60))


def said(session: Session, product: Product, metric: str = "accuracy") -> Said:
    """What the team said of the metric, without how often."""
    found = watches.of_product(session, product.id).get(metric, Said(metric=metric))
    return Said(**{name: getattr(found, name) for name in Said.__slots__} | {"version": 0})


def names(session: Session, product: Product) -> list[str]:
    """The product's set."""
    every = watches.of_product(session, product.id)
    return [one.metric.name for one in watched(product.record, (), every)]


def test_a_target_in_words_says_what_holds_who_agreed_and_what_it_was(session: Session, product: Product) -> None:
    reply = answer(session, 'health target accuracy at least 90 % agreed with "Lee and Ana"')

    assert words(reply) == (
        "Accuracy of *Support Copilot* is to be at least 90 %, agreed with Lee and Ana on 16 Nov 2026."
        " It was at least 85 %.\n[Undo]"
    )
    assert said(session, product) == Said(metric="accuracy", target=AGREED, agreed_by="Lee and Ana", agreed_on=TODAY)


def test_a_person_who_agreed_is_kept_by_name(session: Session, product: Product) -> None:
    directory.keep(session, LOCAL_WORKSPACE, Person(user=ML, name="Raj", standing=Standing.MEMBER), MONDAY)

    answer(session, f"health target accuracy at least 90 % agreed with <@{ML}|raj>")

    assert said(session, product).agreed_by == "Raj"


def test_default_goes_back_to_the_usual_target(session: Session, product: Product) -> None:
    answer(session, "health target accuracy at least 90 % agreed with Lee")

    told = answer(session, "health target accuracy default").text

    assert told == "Accuracy of *Support Copilot* is to be at least 85 %, as usual. It was at least 90 %."
    assert said(session, product) == Said(metric="accuracy")


def test_a_first_target_says_that_there_was_none(session: Session, product: Product) -> None:
    told = answer(session, "health target cost at most 4.20").text

    assert told == (
        "Cost per resolution of *Support Copilot* is to be at most $4.20, set on 16 Nov 2026; nobody said with whom it"
        " was agreed. It had none."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("accuracy", "A target needs a number and a direction"),
        ("accuracy 0.9", "A target needs a number and a direction"),
        ("accuracy at least", "A target needs a number and a direction"),
        ("accuracy at least 120 %", "A target for Accuracy is a number between 0 and 1"),
        ("accuracy at most 0.9", "Accuracy is the better the higher it is: say at least or above."),
        ("edit_rate above 30 %", "Edit rate is the better the lower it is: say at most or below."),
        ("", "Which metric? Like “/muster health target accuracy at least 85 %”."),
    ],
)
def test_half_a_target_or_an_impossible_one_changes_nothing(
    session: Session, product: Product, text: str, sentence: str
) -> None:
    assert sentence in answer(session, f"health target {text}").text
    assert watches.of_product(session, product.id) == {}


def test_undo_brings_back_what_held_before_unless_somebody_was_there_since(session: Session, product: Product) -> None:
    answer(session, "health target accuracy at least 90 % agreed with Lee")
    second = answer(session, "health target accuracy at least 95 %", user=ML)

    assert press(session, second, "Undo").text == "You took it back: Accuracy of *Support Copilot* is as it was before."
    assert said(session, product).target == AGREED
    assert "changed since" in press(session, second, "Undo").text
    assert [deed.what for deed in audit.of_product(session, product.id)][-3:] == ["health metric accuracy"] * 3


def test_only_the_products_people_change_targets_and_sets(session: Session, product: Product) -> None:
    reply = answer(session, "health target accuracy at least 90 %")

    assert "Only the people" in answer(session, "health target accuracy at least 95 %", user=OTHER).text
    assert "Only the people" in answer(session, "health watch thumbs_ratio", user=OTHER).text
    assert "Only the people" in answer(session, "health targets accuracy", user=OTHER).text
    assert "Only the people" in press(session, reply, "Undo", user=OTHER).text
    assert said(session, product).target == AGREED


def test_the_list_shows_each_target_with_who_agreed_and_who_owns_it(session: Session, product: Product) -> None:
    answer(session, "health target accuracy at least 90 % agreed with Lee")

    rows = words(answer(session, "health targets")).splitlines()

    assert rows[:3] == [
        "Targets of Support Copilot",
        "*Accuracy*: at least 90 %, agreed with Lee. Owner: <@U0ML>",
        "[Change]",
    ]
    assert rows[-1] == "No headline measures are named: the update's headline speaks of all of them."


def test_the_form_holds_what_is_so_and_keeps_what_is_changed(session: Session, product: Product) -> None:
    opened = answer(session, "health targets accuracy")

    assert held_by(opened) == {
        "direction": ("at_least",),
        "number": ("85 %",),
        "agreed_by": (),
        "agreed_on": ("2026-11-16",),
        "headline": (),
        "sample": (),
        "owner": (),
    }
    told = fill(
        session,
        opened,
        {
            "number": "0,9",
            "agreed_by": "Lee",
            "agreed_on": "2026-11-03",
            "headline": "yes",
            "sample": "50",
            "owner": ML,
        },
    )
    assert told.text == (
        "You saved it. Accuracy of *Support Copilot* is to be at least 90 %, agreed with Lee on 3 Nov 2026."
        " It was at least 85 %. It is the only headline measure: two or three tell more."
    )
    assert said(session, product) == Said(
        metric="accuracy",
        target=AGREED,
        agreed_by="Lee",
        agreed_on=date(2026, 11, 3),
        headline=True,
        minimum_sample=50,
        owner=ML,
    )


def test_a_form_left_as_it_was_agrees_on_nothing(session: Session, product: Product) -> None:
    fill(session, answer(session, "health targets accuracy"), {"owner": ML})

    assert said(session, product) == Said(metric="accuracy", owner=ML)


def test_every_field_that_cannot_be_read_says_so(session: Session, product: Product) -> None:
    opened = answer(session, "health targets accuracy")

    with pytest.raises(FieldError) as refused:
        fill(session, opened, {"number": "many", "agreed_on": "2026-12-24", "sample": "0", "owner": "U 0"})

    assert list(refused.value.sentences) == ["number", "sample", "agreed_on", "owner"]
    assert watches.of_product(session, product.id) == {}


@pytest.mark.parametrize("half", [{"number": ()}, {"direction": ()}, {"direction": "below"}])
def test_number_and_direction_go_together_the_right_way(
    session: Session, product: Product, half: dict[str, str | tuple[str, ...]]
) -> None:
    with pytest.raises(FieldError) as refused:
        fill(session, answer(session, "health targets accuracy"), half)

    assert list(refused.value.sentences) == ["number"]
    assert watches.of_product(session, product.id) == {}


def test_a_fourth_headline_measure_is_refused(session: Session, product: Product) -> None:
    told = [
        fill(session, answer(session, f"health targets {name}"), {"headline": "yes"}).text
        for name in ("accuracy", "csat", "adoption")
    ]

    assert ["only headline" in text for text in told] == [True, False, False]
    with pytest.raises(FieldError, match="There are 3 headline measures already: Accuracy, Adoption, Satisfaction"):
        fill(session, answer(session, "health targets deflection"), {"headline": "yes"})


def test_who_saves_second_is_told_who_was_first(session: Session, product: Product) -> None:
    opened = answer(session, "health targets accuracy")
    answer(session, "health target accuracy at least 90 %", user=ML)

    with pytest.raises(SomebodyWasFirstError, match=f"^<@{ML}> changed Accuracy meanwhile"):
        fill(session, opened, {"number": "95 %"})

    assert said(session, product).target == AGREED


def test_a_ready_made_metric_is_switched_on_and_off_and_back(session: Session, product: Product) -> None:
    before = names(session, product)

    told = answer(session, "health watch thumbs_ratio")
    assert told.text == "Thumbs up of *Support Copilot* is watched from now on: health and update speak of 6 metrics."
    assert names(session, product) == [*before, "thumbs_ratio"]
    assert "is watched already" in answer(session, "health watch thumbs_ratio").text

    answer(session, "health unwatch thumbs_ratio")
    assert names(session, product) == before
    press(session, told, "Undo")
    assert names(session, product) == before


def test_a_headline_measure_that_is_not_watched_is_no_headline(session: Session, product: Product) -> None:
    fill(session, answer(session, "health targets csat"), {"headline": "yes"})

    answer(session, "health unwatch csat")

    assert said(session, product, "csat") == Said(metric="csat", chosen=False, headline=False)


def test_the_last_metric_stays(session: Session, product: Product) -> None:
    for name in names(session, product)[1:]:
        answer(session, f"health unwatch {name}")

    assert "only metric" in answer(session, "health unwatch accuracy").text
    assert names(session, product) == ["accuracy"]


def test_a_target_is_agreed_on_in_slack(office: Office) -> None:
    office.database.do(a_team)

    assert hear(office, "health targets").startswith("Targets of Support Copilot")
    assert hear(office, "[Change]") == "(form) Target"
    assert "You saved it." in hear(office, {"agreed_by": "Lee", "agreed_on": "2026-11-03"})
    assert "is as it was before" in hear(office, "[Undo]")
    assert hear(office, "health targets csat", user=OTHER).startswith("Only the people of Support Copilot")
