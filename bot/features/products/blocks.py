"""How products and their settings look in Slack."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from bot.domain import record_fields
from bot.domain.people import Assignment, Role
from bot.domain.planning import slots_after
from bot.domain.product import Product, ProductRecord, model_tier
from bot.domain.sourcing import STORED, without_password
from bot.domain.text import clip, escape, one_line
from bot.domain.window import zone_named
from bot.features.products.forms import PARTS, RANKINGS
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, context, header, plain, plain_section, saying, section
from bot.kit.choosing import named
from bot.kit.reply import Reply
from bot.store import products
from bot.store.schedules import Schedule

ROLE_WORDS = {Role.PM: "Product manager", Role.ML_LEAD: "ML lead", Role.DOMAIN_EXPERT: "Domain experts"}
SIGNING = {Role.RESEARCH: "Research", Role.COMPLIANCE: "Compliance"}
"""Who signs for a launch beside the first two; shown where somebody was named."""

NEXT_SLOTS = 3

LISTED = 40
"""How many products one message lists."""


def listing(ask: Ask, several: Sequence[Product]) -> Reply:
    """Every product, a line each, with a button to see it."""
    if not several:
        text = "There is no product yet."
        return Reply(text=text, blocks=[section(text), actions("start", saying("Add a product", "product add"))])
    lines = [_line(ask, one) for one in several[:LISTED]]
    left = len(several) - LISTED
    rest = [context(plain(f"and {left} more: name the one you want to see"))] if left > 0 else []
    return Reply(
        text="The products I look after",
        blocks=[*lines, *rest, actions("more", saying("Add a product", "product add"))],
    )


def card(ask: Ask, product: Product, people: Sequence[Assignment], planned: Sequence[Schedule]) -> Reply:
    """One product whole."""
    parts = [
        button(f"Edit {part.label.lower()}", f"products.part:{name}", value=f"{product.id} {name}")
        for name, part in PARTS.items()
    ]
    blocks: list[Block] = [
        header(product.name),
        section("\n".join([*_places(product), *_people(people)])),
        plain_section(_source(product)),
        *_record(product.record),
        section("\n".join(planned_lines(ask, product, planned)) or "Nothing is scheduled: it needs a channel."),
        actions("parts", parts[0], *parts[1:]),
        actions(
            "product", saying("Settings", f"settings {product.key}"), saying("Latest review", f"review {product.key}")
        ),
    ]
    return Reply(text=f"{named(product)}, key `{product.key}`", blocks=blocks)


def planned_lines(ask: Ask, product: Product, planned: Iterable[Schedule]) -> list[str]:
    """When each ritual of a product comes next, on the product's clock and on the reader's."""
    return [_planned(ask, product, one) for one in planned]


def _line(ask: Ask, product: Product) -> Block:
    people = products.people(ask.session, product.id)
    who = " and ".join(dict.fromkeys(f"<@{one.user}>" for one in people)) or "nobody yet"
    where = f"<#{product.team_channel}>" if product.team_channel else "no channel yet"
    return section(
        f"{named(product)} `{product.key}`  {where}, {who}",
        button("Show", f"say:{product.key}", value=f"product show {product.key}"),
    )


def _places(product: Product) -> list[str]:
    where = {"Team": product.team_channel, "Stakeholders": product.stakeholder_channel}
    shown = [f"{words}: <#{channel}>" for words, channel in where.items() if channel]
    return [f"Key: `{product.key}`", *(shown or ["No channel yet"]), f"Time zone: {escape(product.timezone)}"]


def _people(people: Sequence[Assignment]) -> list[str]:
    words = ROLE_WORDS | {role: name for role, name in SIGNING.items() if any(one.role is role for one in people)}
    held = {role: [f"<@{one.user}>" for one in people if one.role is role] for role in words}
    return [f"{words[role]}: {' and '.join(who) or 'nobody yet'}" for role, who in held.items()]


def _source(product: Product) -> str:
    spec = product.source
    if spec is None or spec.uri == STORED:
        return "Predictions: loaded with muster load"
    read = f", {one_line(spec.table or spec.query or '')}" if spec.table or spec.query else ""
    renamed = ", ".join(f"{column} as {field}" for field, column in spec.mapping.items())
    filters = " and ".join(f"{column} is {value}" for column, value in spec.where)
    facts = [
        f"Predictions: {clip(without_password(spec.uri), 300)}{clip(read, 300)}",
        f"Worst first by: {RANKINGS[spec.ranking]}",
    ]
    facts += [f"Reads {renamed}"] if renamed else []
    facts += [f"Only rows where {filters}"] if filters else []
    return "\n".join(facts)


def _record(record: ProductRecord) -> list[Block]:
    lines = [f"{label}: {value}" for label, value in record_fields.shown(record)]
    advice = model_tier(record)
    tier = f"A {advice.tier} fits it, because {advice.reason}."
    return [plain_section("\n".join(lines)), context(plain(tier))]


def _planned(ask: Ask, product: Product, schedule: Schedule) -> str:
    name = ritual_words(schedule.ritual)
    if schedule.paused:
        return f"*{name}*: paused ({schedule.at})"
    zone = zone_named(product.timezone)
    first = schedule.next_due
    rest = islice((slot.due for slot in slots_after(schedule.at, zone, first)), NEXT_SLOTS - 1)
    times = ", ".join(_time(one.astimezone(zone)) for one in (first, *rest))
    return f"*{name}*: {schedule.at}. Next: {times}{_yours(ask, first, product)}"


def _yours(ask: Ask, instant: datetime, product: Product) -> str:
    """The next time on the reader's own clock, where that shows another hour."""
    mine, theirs = ask.local(instant), instant.astimezone(zone_named(product.timezone))
    known = ask.person is not None and ask.person.timezone is not None
    return f" (for you {_time(mine)})" if known and mine.utcoffset() != theirs.utcoffset() else ""


def _time(instant: datetime) -> str:
    return f"{instant:%a} {instant.day} {instant:%b %H:%M %Z}"


def ritual_words(name: str) -> str:
    """A ritual's name as people read it."""
    return name.replace("_", " ").capitalize()


def row(first: Element, *more: Element) -> Block:
    """A row of buttons under settings."""
    return actions("settings", first, *more)
