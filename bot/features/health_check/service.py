"""The checks on a schedule: each layer at its own pace, and the channel hears of a change of state, once."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.health import Check
from bot.domain.planning import Period
from bot.domain.product import Stage
from bot.domain.standings import DAMPING, Standing, State, advance, seen_in, told
from bot.features.health_check import card, words
from bot.features.health_check.card import Occasion
from bot.features.health_check.chores import CHORES
from bot.features.health_check.signals import Signal
from bot.features.health_check.subject import called
from bot.features.health_check.whole import Whole, whole
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn
from bot.store import products, standings
from bot.store.health_cards import Told


def checked(turn: Turn, *, cadence: Period) -> list[Post]:
    """Check the metrics of a layer: a card where a state changed, else the one that stands is edited in place."""
    as_of = turn.slot.due
    # Checks of two layers may be due at once: the later one joins the card of the earlier.
    products.lock(turn.session, turn.product.id)
    known = whole(turn.session, turn.product, as_of)
    news = [*_metrics(turn, known, cadence), *(_signals(turn, known) if cadence is Period.WEEKLY else ())]
    now_known = whole(turn.session, turn.product, as_of, unseen=_unseen(turn))
    key = f"{turn.product.key}/health/{cadence}/{turn.slot.nominal:%Y-%m-%dT%H:%M}"
    occasion = Occasion(session=turn.session, product=turn.product, now=turn.now, key=key)
    return card.say(occasion, now_known, news)


def news_of(check: Check, state: State, said: State | None, zone: ZoneInfo) -> str:
    """What a metric came to since the channel was *said* something else, as a sentence of the card, in mrkdwn."""
    name = called(check.metric)
    match state:
        case State.MISSED:
            return f"New: {name} missed its target."
        case State.WELL:
            return (
                f"Known again: {name} is on target."
                if said is State.UNKNOWN
                else f"Recovered: {name} is on target again."
            )
        case State.UNKNOWN:
            read = f", last read {words.day(check.reading.read_at, zone)}" if check.reading else ""
            return f"Unknown now: {name}{read}."
        case State.OFF:
            return ""
        case _:
            assert_never(state)


def _metrics(turn: Turn, known: Whole, cadence: Period) -> Iterable[Told]:
    for check in known.health.checks:
        if check.metric.layer.cadence is cadence:
            before = _standing(known, check.metric.name, turn.now)
            after = advance(before, seen_in(check), DAMPING[cadence], turn.now)
            if _settle(turn, before, after):
                yield Told(
                    what=after.metric, state=after.state, words=news_of(check, after.state, before.said, known.zone)
                )


def _signals(turn: Turn, known: Whole) -> Iterable[Told]:
    for signal in known.signals:
        before = _standing(known, signal.name, turn.now)
        after = advance(before, signal.seen, DAMPING[Period.WEEKLY], turn.now)
        # That a stretch is over is no news: the next one is.
        if _settle(turn, before, after) and after.state is State.MISSED:
            yield _raised(signal, after)


def _raised(signal: Signal, standing: Standing) -> Told:
    return Told(what=signal.name, state=standing.state, words=signal.sentence)


def _settle(turn: Turn, before: Standing, after: Standing) -> bool:
    """Keep how it stands; whether the channel has yet to hear of that (and now it will)."""
    is_news = after.is_news(turn.now)
    after = told(after, turn.now) if is_news else after
    if after != before:
        standings.save(turn.session, turn.product.id, after)
    return is_news


def _standing(known: Whole, name: str, now: datetime) -> Standing:
    return known.standings.get(name) or Standing(metric=name, since=now)


def _unseen(turn: Turn) -> list[str]:
    return [f"Not everything could be looked at: {reason}" for reason in turn.failed.values()]


def _ritual(cadence: Period, at: str, what: str) -> Ritual:
    return Ritual(
        name=f"health_{cadence}",
        summary=f"Check {what} against their targets; the channel hears of a change of state, once",
        default_at=at,
        run=partial(checked, cadence=cadence),
        chores=CHORES,
        from_stage=Stage.MARKET_FIT,
    )


RITUALS = (
    _ritual(Period.DAILY, "daily 08:30", "the answers' quality"),
    _ritual(Period.WEEKLY, "mon 08:30", "the numbers of usage"),
    _ritual(Period.MONTHLY, "monthly 1 08:30", "the business numbers"),
)
