"""`/muster update forecast`: said with a range, shown, withdrawn, and kept to when its time has come."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.forecasts import Forecast, ForecastState
from bot.domain.incoming import Incoming, Kind
from bot.domain.product import Product
from bot.features.stakeholder_update import forecasts_due
from bot.kit.asking import Ask
from bot.kit.post import Post
from bot.store import forecasts, inbox, readings
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, pressed, shown, verify
from tests.support.form_rules import assert_form_accepted
from tests.support.office import OTHER, PM, Office
from tests.support.readings import new_reading

SAID = "update forecast accuracy 92 in 4-6 weeks may level off at 90"
DUE = datetime(2026, 12, 28, 8, tzinfo=MONDAY.tzinfo)
"""Six weeks after Monday, 09:00 in Berlin."""


def forecast_of(session: Session) -> Forecast:
    """The only forecast there is."""
    (found,) = forecasts.of_product(session, 1)
    return found


def made(session: Session) -> Product:
    """A product with a forecast."""
    product = a_team(session, now=MONDAY)
    answer(session, SAID)
    return product


def measured(session: Session, product: Product, value: float, *, end: datetime = DUE) -> None:
    """Let accuracy be this in the day before *end*."""
    readings.keep(session, product.id, new_reading("accuracy", value, end=end, days=1), by="loader", now=end)


def looked(session: Session, *, now: datetime = DUE) -> list[Post]:
    """What is told when its time has come."""
    incoming = Incoming(kind=Kind.LATER, key="k", user="", name=forecasts_due.DUE, value="1")
    return list(forecasts_due.look(Ask(session=session, now=now, incoming=incoming, guide=registry())).posts)


def test_a_forecast_is_said_listed_and_withdrawn(office: Office) -> None:
    office.database.do(a_team)
    said = "You forecast for *Support Copilot*: 92 of 100 answers correct in 4 to 6 weeks; it may level off at 90."
    listed = "92 of 100 answers correct in 4 to 6 weeks; it may level off at 90. It stands, said on ⋯."
    footer = "Stakeholders see that only where the team chose so.\n[New forecast]"
    verify(
        office,
        [
            (SAID, f"{said} The next update says so; I look when its time has come.\n[Withdraw]"),
            ("update forecasts", f"Forecasts of Support Copilot\n{listed}\n[Withdraw]\nNone is due yet. {footer}"),
            (SAID, "There is a forecast for Accuracy already. “update forecasts” shows it; withdraw it first."),
            (
                "[Withdraw]",
                "You withdrew the forecast for Accuracy of *Support Copilot*. It stays on record.\n[Let it stand]",
            ),
            ("[Let it stand]", "The forecast for Accuracy of *Support Copilot* stands again."),
        ],
    )


def test_a_form_is_mended_field_by_field_until_it_says_a_range(office: Office) -> None:
    office.database.do(a_team)
    usual = {"metric": "accuracy", "first": "4", "last": "6"}
    no_range = (
        "low: A forecast for Accuracy needs a range: “between LOW and HIGH”, or where it may level off: “may level off"
        " at NUMBER”. A single number promises more than anybody knows."
    )
    taken = "You forecast for *Support Copilot*: 92 of 100 answers correct (between 90 and 93) in 4 to 6 weeks."
    verify(
        office,
        [
            ("update forecast", "(form) Forecast"),
            ({**usual, "target": "lots"}, "target: “lots” is no value of Accuracy. Write it like 38 % or 0.38."),
            ({**usual, "target": "92"}, no_range),
            (
                {**usual, "target": "92", "low": "90", "high": "93"},
                f"{taken} The next update says so; I look when its time has come.\n[Withdraw]",
            ),
        ],
    )


def test_the_form_offers_what_a_straight_line_comes_to_and_marks_it_as_that(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team(session, now=MONDAY)
        for week, value in enumerate((0.87, 0.86, 0.84, 0.83, 0.80)):
            measured(session, product, value, end=MONDAY - timedelta(weeks=week))
        form = shown(answer(session, "update forecast accuracy"))

    assert_form_accepted(form)
    assert form["blocks"][0]["element"]["initial_option"]["value"] == "accuracy"
    small = form["blocks"][-1]["elements"][0]["text"]
    assert small.startswith("By arithmetic, if things go on as they did, and nobody's forecast:\nAccuracy: between ")
    assert small.endswith("of 100 in 6 weeks (from the last 5 weeks, by a straight line)")


@pytest.mark.parametrize(
    ("value", "state", "words"),
    [
        (0.93, ForecastState.HELD, "It held: 93 of 100 now. So far 1 of 1 forecast held."),
        (0.85, ForecastState.MISSED, "It did not hold: 85 of 100 now. So far 0 of 1 forecast held."),
    ],
)
def test_when_its_time_has_come_the_pm_is_told_whether_it_held(
    database: Database, value: float, state: ForecastState, words: str
) -> None:
    with database.unit_of_work() as session:
        measured(session, made(session), value)
        (post,) = looked(session)
        again = looked(session)
        forecast = forecast_of(session)
        listed = str(answer(session, "update forecasts", now=DUE).blocks)

    assert (forecast.state, forecast.outcome, again) == (state, value, [])
    assert post.to == PM
    assert post.text == (
        "A forecast for Support Copilot has come due: 92 of 100 answers correct in 4 to 6 weeks; it may level off at 90"
        f" (said on 16 November). {words}"
    )
    assert_accepted(post.blocks)
    assert f"it came to {100 * value:.0f} of 100" in listed


def test_it_is_looked_at_on_the_last_day_of_its_span(database: Database) -> None:
    with database.unit_of_work() as session:
        made(session)
        waits = inbox.oldest_open(session, LOCAL_WORKSPACE)

    assert waits == DUE


def test_without_a_fresh_value_it_waits_and_in_the_end_is_put_away(database: Database) -> None:
    with database.unit_of_work() as session:
        measured(session, made(session), 0.93, end=DUE - timedelta(days=9))
        assert looked(session) == []
        assert forecast_of(session).state is ForecastState.OPEN

        (post,) = looked(session, now=DUE + timedelta(weeks=8))

        assert post.text.endswith("Nobody measured it since, so it is put away without an answer.")
        assert forecast_of(session).state is ForecastState.WITHDRAWN


def test_what_was_withdrawn_is_not_looked_at(database: Database) -> None:
    with database.unit_of_work() as session:
        measured(session, made(session), 0.93)
        pressed(session, "stakeholder_update.withdraw_forecast", "1")

        assert looked(session) == []
        assert "does not stand any more" in pressed(session, "stakeholder_update.withdraw_forecast", "1").text


@pytest.mark.parametrize("value", ["", "99", "abc", "-1"])
def test_a_button_of_a_forecast_that_is_not_there_says_so(database: Database, value: str) -> None:
    with database.unit_of_work() as session:
        made(session)

        assert "does not stand any more" in pressed(session, "stakeholder_update.withdraw_forecast", value).text


def test_only_the_products_people_forecast(database: Database) -> None:
    with database.unit_of_work() as session:
        a_team(session, now=MONDAY)

        assert "Only the people of Support Copilot" in answer(session, SAID, user=OTHER).text
        assert forecasts.of_product(session, 1) == []


def test_a_metric_that_there_is_not_is_guessed(database: Database) -> None:
    with database.unit_of_work() as session:
        a_team(session, now=MONDAY)

        told = answer(session, "update forecast acuracy 92 in 4-6 weeks may level off at 90").text

    assert told == "There is no metric “acuracy”. Did you mean accuracy?"
