"""Forecasts of products, and what became of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.domain.forecasts import Expected, Forecast, ForecastState
from bot.errors import UserError
from bot.store.tables import ForecastRow


class ForecastChangedError(UserError):
    """Somebody else changed this forecast after it was read."""

    def __init__(self) -> None:
        super().__init__("This forecast was changed by somebody else meanwhile: look at it again.")


def add(
    session: Session,
    product_id: int,
    metric: str,
    expected: Expected,
    *,
    due: tuple[date, date],
    started_from: float | None,
    by: str,
    now: datetime,
) -> Forecast:
    """Write down what *by* expects of *metric*, due from the first to the second day."""
    row = ForecastRow(
        product_id=product_id,
        metric=metric,
        started_from=started_from,
        target=expected.target,
        low=expected.low,
        high=expected.high,
        due_from=due[0],
        due_to=due[1],
        plateau=expected.plateau,
        plateau_chance=expected.chance,
        made_by=by,
        made_at=now,
        state=ForecastState.OPEN,
    )
    session.add(row)
    session.flush()
    return _forecast(row)


def with_id(session: Session, forecast_id: int) -> Forecast | None:
    """The forecast of this id, None where there is none."""
    row = session.get(ForecastRow, forecast_id, populate_existing=True)
    return None if row is None else _forecast(row)


def of_product(session: Session, product_id: int) -> list[Forecast]:
    """Every forecast of a product, the first made first."""
    rows = session.exec(
        select(ForecastRow).where(col(ForecastRow.product_id) == product_id).order_by(col(ForecastRow.id))
    )
    return [_forecast(row) for row in rows]


def standing(session: Session, product_id: int) -> list[Forecast]:
    """Those whose time has not come, the first made first."""
    return [one for one in of_product(session, product_id) if one.state is ForecastState.OPEN]


def close(session: Session, forecast: Forecast, state: ForecastState, *, outcome: float | None, now: datetime) -> None:
    """Let *forecast*, read at its `version`, have come to *state*. Raises `ForecastChangedError`."""
    _change(session, forecast, {"state": state, "outcome": outcome, "checked_at": now})


def reopen(session: Session, forecast: Forecast) -> None:
    """Let *forecast*, read at its `version`, stand again. Raises `ForecastChangedError`."""
    _change(session, forecast, {"state": ForecastState.OPEN, "outcome": None, "checked_at": None})


def _change(session: Session, forecast: Forecast, values: Mapping[str, Any]) -> None:
    statement = (
        update(ForecastRow)
        .where(col(ForecastRow.id) == forecast.id, col(ForecastRow.version) == forecast.version)
        .values(**values, version=forecast.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    if session.exec(statement).rowcount == 0:
        raise ForecastChangedError


def _forecast(row: ForecastRow) -> Forecast:
    kept = row.model_dump(exclude={"state"})
    return Forecast(**kept, state=ForecastState(row.state))
