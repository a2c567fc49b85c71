"""What `muster health` does once its flags are read."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain.health import Check, Health, Verdict
from bot.domain.product import Product
from bot.domain.showing import change_in_points, interval_in_words, target_in_words, value_of
from bot.domain.text import clean, number
from bot.domain.watching import Which
from bot.domain.window import parse_instant, zone_named
from bot.errors import UsageError
from bot.kit.checking import health_of
from bot.store import products
from bot.store.session import now_in

HEADINGS = ("Metric", "Verdict", "Value", "Target", "Change", "Sample", "Between", "Read", "Owner")
NOTHING = "-"


class UnknownSetError(UsageError):
    """No such set of metrics."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a set: there are {Which.CLASSIC}, {Which.ALL}.")


def show(key: str, as_of: str | None, which: str | None, *, as_json: bool) -> None:
    """Print a product's health."""
    chosen = _which(which)
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        zone = zone_named(product.timezone)
        instant = parse_instant(as_of, zone) if as_of else now_in(session)
        health = health_of(session, product, as_of=instant, which=chosen)
    if as_json:
        output.print_json(_report(product, health))
    else:
        _print(product, health, zone)


def _which(text: str | None) -> Which:
    if text is None:
        return Which.CHOSEN
    if text not in {Which.CLASSIC, Which.ALL}:
        raise UnknownSetError(text)
    return Which(text)


def _report(product: Product, health: Health) -> dict[str, Any]:
    return {
        "product": product.key,
        "as_of": health.as_of,
        "on_target": health.on_target,
        "checked": len(health.checks),
        "unknown": health.unknown,
        "metrics": [_row(check) for check in health.checks],
    }


def _row(check: Check) -> dict[str, Any]:
    reading, interval, target = check.reading, check.interval, check.watched.target
    return {
        "metric": check.metric.name,
        "value": reading.value if reading else None,
        "target": target.value if target else None,
        "verdict": check.verdict,
        "certain": check.certain,
        "n": reading.n if reading else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "change": check.change,
        "read_at": reading.read_at if reading else None,
        "owner": check.watched.owner,
    }


def _print(product: Product, health: Health, zone: ZoneInfo) -> None:
    unknown = f", {health.unknown} unknown" if health.unknown else ""
    typer.echo(f"{product.name}: {health.on_target} of {len(health.checks)} on target{unknown}")
    typer.echo(f"as of {health.as_of.astimezone(zone):%a %Y-%m-%d %H:%M %Z}")
    output.print_table(HEADINGS, (_cells(check, zone) for check in health.checks))


def _cells(check: Check, zone: ZoneInfo) -> Sequence[str]:
    metric, reading, target = check.metric, check.reading, check.watched.target
    shown = (
        metric.title,
        _verdict(check),
        value_of(metric, reading.value, beside=target.value if target else None) if reading else NOTHING,
        target_in_words(target, metric) if target else "none yet",
        NOTHING if check.change is None else change_in_points(metric, check.change),
        NOTHING if reading is None or reading.n is None else number(reading.n),
        interval_in_words(metric, check.interval).removeprefix("between ") if check.interval else NOTHING,
        f"{reading.read_at.astimezone(zone):%Y-%m-%d}" if reading else "never",
        check.watched.owner or "nobody yet",
    )
    return [clean(cell) for cell in shown]


def _verdict(check: Check) -> str:
    tells = check.verdict is Verdict.PASS or check.verdict.is_miss
    return check.verdict.replace("_", " ") + (", not certain" if tells and not check.certain else "")
