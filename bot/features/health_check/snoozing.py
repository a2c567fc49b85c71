"""`Snooze`: the channel hears nothing of a metric until a day, with a reason and a name; then again if it is missed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.domain.health import Check
from bot.domain.product import Product
from bot.domain.standings import Standing, snoozed
from bot.domain.text import bounded, escape, one_line
from bot.domain.window import instant_of, zone_named
from bot.features.health_check import card, words
from bot.features.health_check.subject import called
from bot.features.health_check.taking import (
    NothingMissedError,
    named_in,
    open_card,
    redraw,
    require_own,
    with_first_come,
)
from bot.features.health_check.waking import lay_by
from bot.features.health_check.whole import Whole, whole
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import choice, choices_of, text_input
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import audit

WAKE_NOW = "health_check.wake_now"
"""Wake metrics up again (value: product id, metrics by comma)."""

UNTIL = "until"
SPANS: Mapping[str, str] = {"1": "1 day", "7": "1 week", "14": "2 weeks", UNTIL: "Until a day"}
HOUR, MINUTE = 8, 30
"""When a snooze ends, on the clock of the product: with the checks."""

LONGEST = 180
"""Days: what sleeps longer than this is better taken out of the set."""

REASON_ROOM, METRICS_ROOM = 200, 10


def open_form(ask: Ask) -> Reply:
    """The form that asks what sleeps, how long, and why."""
    product = open_card(ask)
    found = whole(ask.session, product, ask.now)
    offered = [*found.missed, *found.silent][:METRICS_ROOM]
    if not offered:
        raise NothingMissedError
    require_own(ask, product, offered)
    fields = [
        choices_of(
            "metrics",
            "What",
            {one.metric.name: one.metric.title for one in offered},
            initial=[one.metric.name for one in found.missed or offered],
        ),
        choice("span", "How long", SPANS, initial="7"),
        text_input("until", "The day, for “Until a day”", hint="Like 2026-12-04", optional=True, longest=10),
        text_input("reason", "Why", longest=REASON_ROOM),
    ]
    view = View(name=card.SNOOZE, title="Snooze", submit="Snooze", blocks=fields, carries={"card": ask.value})
    return Reply(view=view)


def submit(ask: Ask, _seen: object) -> Reply:
    """Let the chosen metrics sleep."""
    product = open_card(ask)
    found = whole(ask.session, product, ask.now)
    chosen = [one for one in found.health.checks if one.metric.name in ask.chosen("metrics")]
    if not chosen:
        raise FieldError({"metrics": "Choose at least one."})
    require_own(ask, product, chosen)
    until = _until(ask, product)
    for one in chosen:
        before = found.standings.get(one.metric.name) or Standing(metric=one.metric.name, since=ask.now)
        with_first_come(ask, product, [snoozed(before, until=until, by=ask.user, why=_reason(ask))])
        lay_by(ask, product, one.metric.name, until)
    redraw(ask, product)
    return _told(ask, found, chosen, until)


def wake_now(ask: Ask) -> Reply:
    """Let them be heard of again from the next check on."""
    product, metrics = named_in(ask)
    require_may_change(ask, product)
    found = whole(ask.session, product, ask.now)
    asleep = [one for one in found.standings.values() if one.metric in metrics and one.snoozed_until]
    with_first_come(ask, product, [snoozed(one, until=None, by=None) for one in asleep])
    text = f"You woke it up: {named(product)} hears of it again from the next check on."
    audit.done(ask.session, user=ask.user, what="health wake", now=ask.now, product=product, detail=text)
    redraw(ask, product)
    return Reply(text=text, replace=True)


def _told(ask: Ask, found: Whole, chosen: Sequence[Check], until: datetime) -> Reply:
    product = found.product
    names = ", ".join(called(one.metric) for one in chosen)
    text = (
        f"You snoozed {names} of {named(product)} until {words.moment(until, found.zone)}: {escape(_reason(ask))}."
        " What is still missed then is said again."
    )
    audit.done(ask.session, user=ask.user, what="health snooze", now=ask.now, product=product, detail=text)
    metrics = ",".join(one.metric.name for one in chosen)
    wake = button("Wake it up", WAKE_NOW, value=f"{product.id} {metrics}")
    return Reply(text=text, blocks=[section(text), actions("snoozed", wake)])


def _reason(ask: Ask) -> str:
    return one_line(bounded(ask.field("reason") or "", REASON_ROOM))


def _until(ask: Ask, product: Product) -> datetime:
    """When the snooze ends. Raises `FieldError`."""
    zone = zone_named(product.timezone)
    today = ask.now.astimezone(zone).date()
    span = ask.field("span") or ""
    day = (
        _day(ask.field("until"), today) if span == UNTIL else today + timedelta(days=int(span) if span in SPANS else 7)
    )
    return instant_of(datetime.combine(day, time(HOUR, MINUTE)), zone)


def _day(text: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise FieldError({"until": "Write the day like 2026-12-04."}) from None
    if not timedelta(0) < day - today <= timedelta(days=LONGEST):
        raise FieldError({"until": f"Choose a day to come, at most {LONGEST} days from now."})
    return day


ACTIONS = (
    Action(name=card.SNOOZE, effect=Effect.OPEN, run=open_form),
    Action(name=WAKE_NOW, effect=Effect.CHANGE, run=wake_now),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=card.SNOOZE, submit=submit),)
