"""Forecasts are kept to: looked at when their time has come, and what became of them is told to the team."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bot.domain import natural
from bot.domain.forecasts import Forecast, ForecastState, in_words, judged, track_record
from bot.domain.health import Check, Verdict
from bot.domain.metrics import Metric
from bot.domain.people import next_to_tell
from bot.domain.product import Product
from bot.domain.readings import Reading
from bot.domain.text import clip, count_of, one_line
from bot.domain.watching import Which, known
from bot.domain.window import instant_of, zone_named
from bot.domain.words import number_of
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.blocks import actions, fallback, plain_section, saying
from bot.kit.checking import health_of
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import directory, forecasts, products, watches
from bot.store.products import LOCAL_WORKSPACE

DUE = "stakeholder_update.forecast_due"
HOUR = 9
AGAIN, PATIENCE = timedelta(weeks=1), timedelta(weeks=8)
"""Where nothing was measured when its time came, it is looked at again each week, for so long."""

_NAME_ROOM = 60


def lay_by(ask: Ask, product: Product, forecast: Forecast) -> None:
    """Look at *forecast* again on the last day of its span, or now where that is over."""
    due = instant_of(datetime.combine(forecast.due_to, time(HOUR)), zone_named(product.timezone))
    _look_at(ask, forecast, max(due, ask.now))


def look(ask: Ask) -> Reply:
    """See whether a forecast held, and tell the team; silent where it was withdrawn."""
    forecast = forecasts.with_id(ask.session, number_of(ask.value))
    if forecast is None or forecast.state is not ForecastState.OPEN:
        return Reply()
    product = products.with_id(ask.session, forecast.product_id)
    if product.archived:
        return Reply()
    check = health_of(ask.session, product, as_of=ask.now, which=Which.ALL).of(forecast.metric)
    if check is None or check.reading is None or not _speaks_for_now(check, check.reading, forecast):
        return _unmeasured(ask, product, forecast)
    value = check.reading.value
    state = judged(forecast, value, check.metric.direction)
    forecasts.close(ask.session, forecast, state, outcome=value, now=ask.now)
    became = "held" if state is ForecastState.HELD else "did not hold"
    words = f"It {became}: {natural.value_of(check.metric, value)} now."
    return Reply(posts=list(_told(ask, product, forecast, check.metric, words)))


def _speaks_for_now(check: Check, reading: Reading, forecast: Forecast) -> bool:
    """Whether what was read says how it came out: read since the forecast was made, fresh, and of enough cases."""
    return check.fresh and check.verdict is not Verdict.TOO_FEW and reading.read_at > forecast.made_at


def _unmeasured(ask: Ask, product: Product, forecast: Forecast) -> Reply:
    """Nothing fresh to hold it against: wait another week, and in the end say that nobody will ever know."""
    due = instant_of(datetime.combine(forecast.due_to, time(HOUR)), zone_named(product.timezone))
    if ask.now < due + PATIENCE:
        _look_at(ask, forecast, ask.now + AGAIN)
        return Reply()
    forecasts.close(ask.session, forecast, ForecastState.WITHDRAWN, outcome=None, now=ask.now)
    metric = known(watches.of_product(ask.session, product.id), product.record.currency).get(forecast.metric)
    words = "Nobody measured it since, so it is put away without an answer."
    return Reply() if metric is None else Reply(posts=list(_told(ask, product, forecast, metric, words)))


def _told(ask: Ask, product: Product, forecast: Forecast, metric: Metric, words: str) -> Iterator[Post]:
    """A private word to the product's PM, or to whoever is next where there is none."""
    people = products.people(ask.session, product.id)
    gone = directory.gone(ask.session, LOCAL_WORKSPACE, [one.user for one in people])
    to = next_to_tell(people, gone)
    if to is None:
        return
    made = forecast.made_at.astimezone(zone_named(product.timezone)).date()
    name = clip(one_line(product.name), _NAME_ROOM)
    text = f"A forecast for {name} has come due: {in_words(metric, forecast, made)} (said on {natural.day_of(made)}). "
    record = track_record(forecasts.of_product(ask.session, product.id))
    so_far = f" So far {record.held} of {count_of(record.whole, 'forecast')} held." if record.whole else ""
    row = actions("forecast", saying("All forecasts", f"update forecasts {product.key}"))
    key = f"forecast/{forecast.id}/{forecast.version}"
    blocks = [plain_section(f"{text}{words}{so_far}"), row]
    yield Post(key=key, to=to, text=fallback(f"{text}{words}{so_far}"), blocks=blocks)


def _look_at(ask: Ask, forecast: Forecast, instant: datetime) -> None:
    key = f"{forecast.id}/{instant:%Y-%m-%dT%H:%M}"
    later.at(ask.session, instant, name=DUE, key=key, now=ask.now, value=str(forecast.id))
