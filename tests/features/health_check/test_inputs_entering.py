"""`/muster health log`: values that people type."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.computing import yielding
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.readings import Origin
from bot.domain.watching import Said
from bot.kit.command import FieldError
from bot.store import audit, readings, watches
from bot.store.session import Database
from tests.features.health_check.checks import keep
from tests.features.health_check.filling import fill, labels, press, words
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear
from tests.support.office import ML, OTHER, PM, Office
from tests.support.readings import new_reading

TUESDAY = MONDAY + timedelta(days=1)
LATER = TUESDAY + timedelta(hours=1)
LONG_AGO = MONDAY - timedelta(days=90)


def team(session: Session) -> Product:
    """A product that was there before this week."""
    return a_team(session, now=LONG_AGO)


def values_of(session: Session, product: Product, metric: str) -> list[tuple[float, int | None, str, bool]]:
    """Every reading of *metric*: value, sample, who entered it, and whether it stands."""
    history = readings.history(session, product.id, metric, since=LONG_AGO)
    return [(one.value, one.n, one.entered_by, one.replaced_at is None) for one in history]


def test_one_line_keeps_a_reading_of_the_usual_days_and_says_so(database: Database) -> None:
    with database.trying() as session:
        product = team(session)

        told = words(answer(session, "health log csat 4.3 n=212 from=survey", now=TUESDAY))

        assert told == (
            "You entered for *Support Copilot*:\n"
            "• Satisfaction (CSAT) 4.3 of 5 (n = 212), 9 to 15 Nov 2026.\n"
            "From: survey\n[Undo]\n[Health]"
        )
        kept = readings.history(session, product.id, "csat", since=LONG_AGO)
        assert [(one.value, one.n, one.origin, one.source, one.entered_by) for one in kept] == [
            (4.3, 212, Origin.TYPED, "survey", PM)
        ]


def test_a_correction_says_what_it_was_and_who_said_so_and_the_history_keeps_both(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        answer(session, "health log csat 4.1", now=TUESDAY)

        told = words(answer(session, "health log csat 4.3", now=LATER, user=ML))

        assert (
            "• Satisfaction (CSAT) 4.3 of 5, 9 to 15 Nov 2026. It was 4.1 of 5, entered by <@U0PM> on 17 Nov." in told
        )
        assert values_of(session, product, "csat") == [(4.1, None, PM, False), (4.3, None, ML, True)]


def test_the_same_value_again_changes_nothing_and_has_nothing_to_undo(database: Database) -> None:
    with database.trying() as session:
        team(session)
        answer(session, "health log csat 4.1", now=TUESDAY)

        told = words(answer(session, "health log csat 4.1", now=LATER, user=ML))

        assert "that was there already, entered by <@U0PM> on 17 Nov." in told
        assert "[Undo]" not in told


def test_undo_lets_what_stood_before_stand_again(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        first = answer(session, "health log csat 4.1 n=100", now=TUESDAY)
        second = answer(session, "health log csat 4.3", now=TUESDAY, user=ML)

        assert press(session, second, "Undo", now=LATER, user=ML).replace
        assert values_of(session, product, "csat") == [
            (4.1, 100, PM, False),
            (4.3, None, ML, False),
            (4.1, 100, PM, True),
        ]
        assert "corrected since" in press(session, first, "Undo", now=LATER).text
        assert "corrected since" in press(session, second, "Undo", now=LATER, user=ML).text


def test_another_persons_value_is_taken_back_by_the_products_people_only(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        entered = answer(session, "health log csat 4.1", now=TUESDAY)

        assert "Only the people" in press(session, entered, "Undo", now=LATER, user=OTHER).text
        assert "You took it back" in press(session, entered, "Undo", now=LATER, user=ML).text
        assert values_of(session, product, "csat") == [(4.1, None, PM, False)]


def test_undo_of_the_first_value_leaves_none_and_forgets_nothing(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        entered = answer(session, "health log csat 4.1", now=TUESDAY)

        press(session, entered, "Undo", now=LATER)

        assert values_of(session, product, "csat") == [(4.1, None, PM, False)]
        assert [deed.what for deed in audit.of_product(session, product.id)][-2:] == ["health log", "undo"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("csat good", "“good” is no value of Satisfaction (CSAT). Write it like 4.2."),
        ("csat last week", "“last week” is no value of Satisfaction (CSAT)."),
        ("csat 4.2 2099-01-01", "1 Jan 2099 is not over yet"),
        ("copilot csat", "Say the value of Satisfaction (CSAT) too."),
        ("sadness 4.2", "There is no metric “sadness”."),
        ("csta 4.2", "Did you mean “csat”?"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_keeps_nothing(database: Database, line: str, sentence: str) -> None:
    with database.trying() as session:
        product = team(session)

        assert sentence in answer(session, f"health log {line}", now=TUESDAY).text
        assert values_of(session, product, "csat") == []


def test_the_form_asks_for_what_no_source_computes_with_the_last_value_beside_it(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        keep(session, product, new_reading("accuracy", 0.9, origin=Origin.COMPUTED), new_reading("csat", 4.1))

        opened = answer(session, "health log", now=TUESDAY)

        assert list(labels(opened)) == [
            "value_hallucination_rate",
            "value_csat",
            "value_adoption_rate",
            "value_deflection_rate",
            "days",
            "dates",
            "source",
        ]
        assert labels(opened)["value_csat"] == (
            "Satisfaction (CSAT): Satisfaction, 1 to 5. Last: 4.1 of 5, read 16 Nov."
            " With n=212 behind it, if you know of how many."
        )


def test_the_form_keeps_what_was_filled_in_for_the_days_that_were_chosen(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        opened = answer(session, "health log", now=TUESDAY)

        told = fill(session, opened, {"value_csat": "4,2 n=40", "value_adoption_rate": "72 %", "days": "last month"})

        assert told.text.splitlines() == [
            "You entered for *Support Copilot*:",
            "• Satisfaction (CSAT) 4.2 of 5 (n = 40), 1 to 31 Oct 2026.",
            "• Adoption 72 %, 1 to 31 Oct 2026.",
        ]
        assert values_of(session, product, "adoption_rate") == [(0.72, None, PM, True)]


def test_other_days_win_over_the_chosen_ones(database: Database) -> None:
    with database.trying() as session:
        team(session)
        opened = answer(session, "health log", now=TUESDAY)

        told = fill(session, opened, {"value_csat": "4.2", "dates": "2026-11-02 to 2026-11-08"})

        assert "2 to 8 Nov 2026" in told.text


def test_each_field_that_cannot_be_read_says_so_and_nothing_is_kept(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        opened = answer(session, "health log", now=TUESDAY)

        with pytest.raises(FieldError) as refused:
            fill(session, opened, {"value_csat": "42", "value_adoption_rate": "72 %", "dates": "soon"})

        assert list(refused.value.sentences) == ["dates", "value_csat"]
        assert values_of(session, product, "adoption_rate") == []


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "value_accuracy"), ({"value_csat": "4.2", "dates": "2026-11-30"}, "dates")],
)
def test_an_empty_form_and_days_to_come_are_said_beside_a_field(
    database: Database, values: dict[str, str], field: str
) -> None:
    with database.trying() as session:
        team(session)
        opened = answer(session, "health log", now=TUESDAY)

        with pytest.raises(FieldError) as refused:
            fill(session, opened, values, now=TUESDAY)

        assert list(refused.value.sentences) == [field]


def test_the_form_of_one_metric_is_for_any_computed_or_not(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        keep(session, product, new_reading("accuracy", 0.9, origin=Origin.COMPUTED))

        opened = answer(session, "health log accuracy", now=TUESDAY)

        assert list(labels(opened)) == ["value_accuracy", "days", "dates", "source"]


def test_where_everything_is_computed_the_form_says_so(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        classic = ("accuracy", "hallucination_rate", "csat", "adoption_rate", "deflection_rate")
        keep(session, product, *(new_reading(name, 0.9, origin=Origin.SOURCE) for name in classic))

        assert "nothing is left to type" in answer(session, "health log", now=TUESDAY).text


def test_who_answers_for_a_metric_may_enter_it_and_nothing_else(database: Database) -> None:
    with database.trying() as session:
        product = team(session)
        watches.save(session, product.id, Said(metric="csat", owner=OTHER))

        assert "You entered" in answer(session, "health log csat 4.2", now=TUESDAY, user=OTHER).text
        assert "Only the people" in answer(session, "health log accuracy 91 %", now=TUESDAY, user=OTHER).text
        assert "Only the people" in answer(session, "health log", now=TUESDAY, user=OTHER).text


def test_a_value_is_typed_corrected_and_taken_back_in_slack(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))

    assert hear(office, "health log") == "(form) Enter values"
    refused = hear(office, {"value_csat": "42"})
    assert refused == "value_csat: Satisfaction (CSAT) is between 1 and 5. 42 of 5 is not possible."
    assert "• Satisfaction (CSAT) 4.2 of 5" in hear(office, {"value_csat": "4,2"})
    assert "It was 4.2 of 5, entered by <@U0PM>" in hear(office, "health log csat 4.3 n=212")
    assert hear(office, "[Undo]") == "You took it back: the values of *Support Copilot* are as they were before."


def test_a_computed_value_is_corrected_in_its_own_days_and_computing_it_again_does_not_undo_that(
    database: Database,
) -> None:
    with database.trying() as session:
        product = team(session)
        computed = new_reading("accuracy", 0.7, origin=Origin.COMPUTED)
        keep(session, product, computed)

        answer(session, "health log accuracy 91 %", now=MONDAY)

        (stands,) = readings.of_product(session, product.id, metrics=["accuracy"], since=LONG_AGO)
        assert (stands.value, stands.window, stands.origin) == (0.91, computed.window, Origin.TYPED)
        assert yielding([computed], [stands]) == []
