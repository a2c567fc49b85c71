"""`/muster incident stats`: how many incidents a product had, how fast people were, and what came of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from bot.domain.failure_modes import FailureMode, kind_of
from bot.domain.incident_stats import FEWEST, Course, Stats, Timing, stats_of
from bot.domain.incidents import Incident
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import clip, count_of, number, one_line
from bot.domain.typed_days import shown
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.features.incident_response import words
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, context, fallback, header, plain, plain_section, saying
from bot.kit.choosing import named, product_of
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply
from bot.kit.routing import refuse_word
from bot.store import failure_modes, follow_ups, incidents, products

USUAL_DAYS, MOST_DAYS = 90, 3_650
KINDS_SHOWN, LATEST, NAME_ROOM = 8, 5, 60

Modes = tuple[FailureMode, ...]


def show(ask: Ask) -> Reply:
    """What the incidents of the past days came to."""
    days = min(next((one for word in ask.words if (one := number_of(word))), USUAL_DAYS), MOST_DAYS)
    left = [word for word in ask.words if not number_of(word) and word.casefold() not in {"days", "day", "last"}]
    product, rest = product_of(ask.saying(left), "incident stats")
    if rest:
        keys = [one.key for one in products.everything(ask.session)]
        raise refuse_word(rest[0], "incident", keys, ask.guide, ask.command)
    found = since(ask, product, days)
    span = f"the last {count_of(days, 'day')}"
    if not found:
        return Reply(text=f"{named(product)} had no incident in {span}.")
    stats = stats_of(_courses(ask, found), zone_named(product.timezone))
    title = f"{count_of(stats.whole, 'incident')} of {clip(one_line(product.name), NAME_ROOM)} in {span}"
    return Reply(
        text=fallback(title),
        blocks=_blocks(product, title, stats, found, failure_modes.of_product(ask.session, product)),
    )


def since(ask: Ask, product: Product, days: int) -> list[Incident]:
    """The incidents of *product* that were declared in the last *days*, the oldest first."""
    first = ask.now - timedelta(days=days)
    return [one for one in incidents.of_product(ask.session, product.id) if one.declared_at >= first]


def told(stats: Stats) -> Iterator[str]:
    """What incidents came to, a line each."""
    yield f"Still open: {number(stats.still_open)}. Opened again: {number(stats.reopened)}."
    yield f"Acknowledged {_timing(stats.acknowledged)}"
    yield f"Resolved {_timing(stats.resolved)}"
    yield f"The owner did not answer and others were called: {number(stats.escalated)} of {number(stats.whole)}."
    yield f"Declared at night: {number(stats.at_night)} of {number(stats.whole)}."
    yield f"Follow-ups: {number(stats.done)} done, {number(stats.to_do)} open."
    if stats.false_alarms:
        yield f"False alarms, which count nowhere else: {number(stats.false_alarms)}."


def _courses(ask: Ask, found: Iterable[Incident]) -> Iterator[Course]:
    for one in found:
        tasks = follow_ups.of_incidents(ask.session, [one.id])
        yield Course(incident=one, events=incidents.events(ask.session, one.id), follow_ups=tasks)


def _blocks(product: Product, title: str, stats: Stats, found: Sequence[Incident], modes: Modes) -> list[Block]:
    again = [f"{_kind(key, modes)} ({number(count)})" for key, count in stats.again.items()]
    return [
        header(title),
        plain_section("\n".join(["By kind", *_kinds(stats, modes)])),
        plain_section("\n".join(["By severity", *_severities(stats)])),
        plain_section("\n".join(told(stats))),
        *([context(plain(f"Happened more than once: {', '.join(again[:KINDS_SHOWN])}"))] if again else []),
        plain_section("\n".join(["The latest", *_latest(product, found, modes)])),
        actions("stats", saying("What is open", f"incident {product.key}")),
    ]


def _kinds(stats: Stats, modes: Modes) -> Iterator[str]:
    every = list(stats.kinds.items())
    yield from (f"{number(count)}  {_kind(key, modes)}" for key, count in every[:KINDS_SHOWN])
    if len(every) > KINDS_SHOWN:
        yield f"and {count_of(len(every) - KINDS_SHOWN, 'more kind')}"


def _severities(stats: Stats) -> Iterator[str]:
    for severity, count in stats.severities.items():
        yield f"{number(count)}  severity {severity.value} ({words.SEVERITIES[severity]})"


def _latest(product: Product, found: Sequence[Incident], modes: Modes) -> Iterator[str]:
    zone = zone_named(product.timezone)
    for one in found[: -LATEST - 1 : -1]:
        day = one.declared_at.astimezone(zone).date()
        end = f"resolved after {lasting(one.time_to_resolve)}" if one.time_to_resolve is not None else "open"
        yield f"Incident {one.id}, {shown(day)}: {_kind(one.kind, modes)}, severity {one.severity.value}, {end}"


def _timing(timing: Timing) -> str:
    if timing.median is None or timing.p90 is None:
        return f"in {number(timing.n)} of them: too few to say how fast (it takes {FEWEST})."
    median, slow = lasting(timing.median), lasting(timing.p90)
    return f"after {median} in half of {number(timing.n)} cases; nine of ten took no longer than {slow}."


def _kind(key: str, modes: Modes) -> str:
    return clip(one_line(kind_of(key, modes).name), NAME_ROOM)


COMMANDS = (
    Command(
        noun="incident",
        verb="stats",
        takes="[product] [days]",
        summary="How many incidents there were, how fast people were, what came of them",
        example="incident stats 90",
        effect=Effect.READ,
        run=show,
        synonyms=("numbers", "statistics"),
        inside=True,
    ),
)
