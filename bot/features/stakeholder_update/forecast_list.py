"""`/muster update forecasts`: what is expected, what became of earlier forecasts, and how often they held."""

from datetime import date

from bot.domain import natural
from bot.domain.forecasts import Forecast, ForecastState, in_words, track_record
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.text import clip, count_of, one_line
from bot.domain.watching import known
from bot.domain.window import zone_named
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, button, context, fallback, fit, header, plain, plain_section, saying, section
from bot.kit.choosing import named, only_product_of
from bot.kit.reply import Reply
from bot.store import forecasts, watches

WITHDRAW = "stakeholder_update.withdraw_forecast"

_SHOWN, _NAME_ROOM = 20, 60
_BECAME = {
    ForecastState.OPEN: "stands",
    ForecastState.HELD: "held",
    ForecastState.MISSED: "did not hold",
    ForecastState.WITHDRAWN: "was withdrawn",
}


def show(ask: Ask) -> Reply:
    """The forecasts of a product, those that stand first, then the latest."""
    product = only_product_of(ask, "update forecasts")
    every = forecasts.of_product(ask.session, product.id)
    if not every:
        text = f"Nobody has forecast anything of {named(product)} yet."
        return Reply(text=text, blocks=[section(text), _new(product)])
    metrics = known(watches.of_product(ask.session, product.id), product.record.currency)
    ordered = sorted(every, key=lambda one: (one.state is not ForecastState.OPEN, -one.id))[:_SHOWN]
    today = ask.now.astimezone(zone_named(product.timezone)).date()
    rows = [_row(metrics[one.metric], one, today, product) for one in ordered if one.metric in metrics]
    record = track_record(every)
    held = f"{record.held} of {count_of(record.whole, 'forecast')} held so far." if record.whole else "None is due yet."
    title = f"Forecasts of {clip(one_line(product.name), _NAME_ROOM)}"
    small = context(plain(f"{held} Stakeholders see that only where the team chose so."))
    return Reply(text=fallback(title), blocks=fit([header(title), *rows, small, _new(product)]))


def _row(metric: Metric, forecast: Forecast, today: date, product: Product) -> Block:
    zone = zone_named(product.timezone)
    made = forecast.made_at.astimezone(zone).date()
    said = f"said on {natural.day_of(made)}"
    if forecast.state is ForecastState.OPEN:
        press = button("Withdraw", f"{WITHDRAW}:{forecast.id}", value=str(forecast.id))
        return plain_section(f"{in_words(metric, forecast, today)}. It stands, {said}.", press)
    outcome = "" if forecast.outcome is None else f": it came to {natural.value_of(metric, forecast.outcome)}"
    return plain_section(f"{in_words(metric, forecast, made)}. It {_BECAME[forecast.state]}{outcome}; {said}.")


def _new(product: Product) -> Block:
    return actions("forecasts", saying("New forecast", f"update forecast {product.key}"))
