"""Forecasts and templates as they are kept: nobody overwrites what they did not see."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import Session

from bot.domain.forecasts import Expected, Forecast, ForecastState
from bot.domain.updates import Part
from bot.store import forecasts, update_templates
from bot.store.forecasts import ForecastChangedError
from bot.store.session import Database
from bot.store.update_templates import OwnTemplate, TemplateChangedError
from tests.support.builders import MONDAY, a_product
from tests.support.updates import a_forecast

EXPECTED = Expected(target=0.92, low=0.90, high=0.92, weeks=(4, 6), plateau=0.90)


def kept(session: Session) -> Forecast:
    """A forecast of a product."""
    product = a_product(session)
    days = date(2026, 12, 10), date(2026, 12, 24)
    return forecasts.add(session, product.id, "accuracy", EXPECTED, due=days, started_from=0.87, by="U0PM", now=MONDAY)


def test_a_forecast_is_kept_whole(database: Database) -> None:
    with database.unit_of_work() as session:
        forecast = kept(session)

        assert forecast == a_forecast(id=forecast.id, product_id=forecast.product_id, made_at=MONDAY)
        assert forecasts.standing(session, forecast.product_id) == [forecast]


def test_what_is_closed_does_not_stand_and_who_comes_second_is_told(database: Database) -> None:
    with database.unit_of_work() as session:
        forecast = kept(session)
        forecasts.close(session, forecast, ForecastState.HELD, outcome=0.93, now=MONDAY)

        held = replace(forecast, state=ForecastState.HELD, outcome=0.93, checked_at=MONDAY, version=2)
        assert forecasts.with_id(session, forecast.id) == held
        assert forecasts.standing(session, forecast.product_id) == []
        with pytest.raises(ForecastChangedError):
            forecasts.close(session, forecast, ForecastState.WITHDRAWN, outcome=None, now=MONDAY)

        forecasts.reopen(session, held)
        assert forecasts.standing(session, forecast.product_id) == [replace(forecast, version=3)]


def test_a_template_is_saved_over_what_was_seen_only(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        save(session, product_id, "one", seen=0)
        save(session, product_id, "two", seen=1)

        for seen in (0, 1):
            with pytest.raises(TemplateChangedError, match="<@U0PM> changed this template"):
                save(session, product_id, "three", seen=seen)
        assert update_templates.of_product(session, product_id) == {
            Part.SAFETY: OwnTemplate(part=Part.SAFETY, source="two", saved_by="U0PM", saved_at=MONDAY, version=2)
        }


def test_a_template_is_put_away_once(database: Database) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        save(session, product_id, "one", seen=0)

        assert update_templates.reset(session, product_id, Part.SAFETY)
        assert not update_templates.reset(session, product_id, Part.SAFETY)
        with pytest.raises(TemplateChangedError, match="Somebody changed this template"):
            save(session, product_id, "two", seen=1)


def save(session: Session, product_id: int, source: str, *, seen: int) -> None:
    """Save the template of safety."""
    update_templates.save(session, product_id, Part.SAFETY, source, seen=seen, by="U0PM", now=MONDAY)
