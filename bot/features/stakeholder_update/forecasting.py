"""`/muster update forecast`: what is expected of a metric, said with a range and a span of weeks, and kept to."""

from bot.domain.forecast_typing import forecast_typed
from bot.domain.forecasts import (
    BadChanceError,
    BadRangeError,
    Expected,
    Forecast,
    ForecastState,
    NoRangeError,
    NoSpanError,
    due,
    expected,
    in_words,
)
from bot.domain.metrics import Metric
from bot.domain.naming import metric_named, nearest_metric
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line
from bot.domain.typed import value_typed
from bot.domain.watching import Which, known
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.stakeholder_update import forecast_form, forecast_list, forecasts_due
from bot.features.stakeholder_update.forecast_form import FORM
from bot.features.stakeholder_update.forecast_list import WITHDRAW
from bot.features.stakeholder_update.forecasts_due import DUE
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.checking import health_of
from bot.kit.choosing import named, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.later import Later
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.store import audit, forecasts, watches

RESTORE = "stakeholder_update.restore_forecast"
MADE, WITHDRAWN, RESTORED = "update forecast", "update forecast: withdrawn", "update forecast: stands again"

_LONGEST_NAME = 4


class UnknownMetricError(UserError):
    """Words that name no metric."""

    def __init__(self, said: str, names: dict[str, Metric]) -> None:
        meant = nearest_metric([said], names)
        guess = f" Did you mean {meant}?" if meant else ""
        super().__init__(f"There is no metric “{clip(one_line(said), 60)}”.{guess}")


class StandingForecastError(UserError):
    """There is one already: two at once could not both be kept to."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(
            f"There is a forecast for {metric.title} already. “update forecasts” shows it; withdraw it first."
        )


class ForecastOverError(UserError):
    """Its time has come, or it is not there."""

    def __init__(self) -> None:
        super().__init__("This forecast does not stand any more: “update forecasts” shows what became of it.")


def open_form(ask: Ask) -> Reply:
    """The form for a forecast; the metric may be named."""
    product, words = product_of(ask, "update forecast")
    require_may_change(ask, product)
    metric = _metric_of(ask, product, words)[0] if words else None
    return Reply(view=forecast_form.view_of(ask, product, metric))


def say(ask: Ask) -> Reply:
    """A forecast in one line."""
    product, words = product_of(ask, "update forecast")
    require_may_change(ask, product)
    metric, rest = _metric_of(ask, product, words)
    return _made(ask, product, metric, forecast_typed(metric, " ".join(rest)))


def submit(ask: Ask, _seen: object) -> Reply:
    """A forecast from the form."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    metric, _ = _metric_of(ask, product, (ask.field("metric") or "",))
    return _made(ask, product, metric, _filled_in(ask, metric))


def withdraw(ask: Ask) -> Reply:
    """Take a forecast back before its time has come; it stays on record as withdrawn."""
    product, forecast = _case(ask, ForecastState.OPEN)
    forecasts.close(ask.session, forecast, ForecastState.WITHDRAWN, outcome=None, now=ask.now)
    text = f"You withdrew the forecast for {_called(ask, product, forecast)} of {named(product)}. It stays on record."
    audit.done(ask.session, user=ask.user, what=WITHDRAWN, now=ask.now, product=product, detail=text)
    again = button("Let it stand", RESTORE, value=str(forecast.id))
    return Reply(text=text, blocks=[section(text), actions("withdrawn", again)], replace=True)


def restore(ask: Ask) -> Reply:
    """Let a withdrawn forecast stand again."""
    product, forecast = _case(ask, ForecastState.WITHDRAWN)
    if any(one.metric == forecast.metric for one in forecasts.standing(ask.session, product.id)):
        raise ForecastOverError
    forecasts.reopen(ask.session, forecast)
    forecasts_due.lay_by(ask, product, forecast)
    text = f"The forecast for {_called(ask, product, forecast)} of {named(product)} stands again."
    audit.done(ask.session, user=ask.user, what=RESTORED, now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


def _made(ask: Ask, product: Product, metric: Metric, said: Expected) -> Reply:
    if any(one.metric == metric.name for one in forecasts.standing(ask.session, product.id)):
        raise StandingForecastError(metric)
    today = ask.now.astimezone(zone_named(product.timezone)).date()
    check = health_of(ask.session, product, as_of=ask.now, which=Which.ALL).of(metric.name)
    forecast = forecasts.add(
        ask.session,
        product.id,
        metric.name,
        said,
        due=due(said.weeks, today),
        started_from=check.reading.value if check is not None and check.reading is not None else None,
        by=ask.user,
        now=ask.now,
    )
    forecasts_due.lay_by(ask, product, forecast)
    words = in_words(metric, forecast, today)
    text = (
        f"You forecast for {named(product)}: {escape(words)}. The next update says so; I look when its time has come."
    )
    audit.done(ask.session, user=ask.user, what=MADE, now=ask.now, product=product, detail=text)
    row = actions("forecast", button("Withdraw", WITHDRAW, value=str(forecast.id)))
    return Reply(text=text, blocks=[section(text), row])


def _case(ask: Ask, state: ForecastState) -> tuple[Product, Forecast]:
    """The forecast of the button, where it is in this *state*. Raises `ForecastOverError`."""
    forecast = forecasts.with_id(ask.session, number_of(ask.value))
    if forecast is None:
        raise ForecastOverError
    product = product_with_id(ask, str(forecast.product_id))
    require_may_change(ask, product)
    if forecast.state is not state:
        raise ForecastOverError
    return product, forecast


def _called(ask: Ask, product: Product, forecast: Forecast) -> str:
    metric = known(watches.of_product(ask.session, product.id), product.record.currency).get(forecast.metric)
    return escape(one_line(metric.title if metric else forecast.metric))


def _metric_of(ask: Ask, product: Product, words: tuple[str, ...]) -> tuple[Metric, tuple[str, ...]]:
    """The metric that the first of *words* name, as many as make a name. Raises `UnknownMetricError`."""
    names = known(watches.of_product(ask.session, product.id), product.record.currency)
    for taken in range(min(len(words), _LONGEST_NAME), 0, -1):
        found = metric_named(words[:taken], names)
        if found is not None:
            return found, words[taken:]
    raise UnknownMetricError(words[0] if words else "", names)


def _filled_in(ask: Ask, metric: Metric) -> Expected:
    """What the form expects. Raises `FieldError`."""
    values = {name: _value(ask, metric, name) for name in ("target", "low", "high", "plateau")}
    first, last, chance = (number_of(ask.field(name)) for name in ("first", "last", "chance"))
    try:
        return expected(
            metric,
            target=values["target"] or 0.0,
            span=(first, last),
            low=values["low"],
            high=values["high"],
            plateau=values["plateau"],
            chance=chance / 100 if ask.field("chance") else None,
        )
    except (NoRangeError, BadRangeError) as error:
        raise FieldError({"low": str(error)}) from error
    except NoSpanError as error:
        raise FieldError({"last": str(error)}) from error
    except BadChanceError as error:
        raise FieldError({"chance": str(error)}) from error


def _value(ask: Ask, metric: Metric, name: str) -> float | None:
    typed = ask.field(name)
    try:
        return None if typed is None else value_typed(metric, typed).value
    except UserError as error:
        raise FieldError({name: str(error)}) from error


COMMANDS = (
    Command(
        noun="update",
        verb="forecast",
        takes="[product] [METRIC NUMBER between LOW and HIGH in N-M weeks may level off at NUMBER]",
        summary="Say what you expect of a metric, with a range and a span of weeks",
        example="update forecast",
        effect=Effect.OPEN,
        run=open_form,
        in_full=say,
    ),
    Command(
        noun="update",
        verb="forecasts",
        takes="[product]",
        summary="What is expected, and how often that held",
        example="update forecasts",
        effect=Effect.READ,
        run=forecast_list.show,
    ),
)
ACTIONS = (
    Action(name=WITHDRAW, effect=Effect.CHANGE, run=withdraw),
    Action(name=RESTORE, effect=Effect.CHANGE, run=restore),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
LATERS = (Later(name=DUE, run=forecasts_due.look),)
