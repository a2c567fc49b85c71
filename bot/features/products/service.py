"""Adding a product, changing it, and putting it away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.domain.people import Role
from bot.domain.planning import At, slots_after
from bot.domain.product import Product, Stage
from bot.domain.window import zone_named
from bot.errors import UserError
from bot.kit.product_history import Planned, Snapshot
from bot.kit.ritual import Ritual
from bot.store import products, schedules
from bot.store.products import NewProduct
from bot.store.schedules import Schedule

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CHANNEL = re.compile(r"(?:<#)?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?")
_USER = re.compile(r"(?:<@)?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?")


class BadKeyError(UserError):
    """Keys are typed often, so they are short and plain."""

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}” cannot be a key: use up to 40 lower-case letters, digits, - and _.")


class NotAChannelError(UserError):
    """Channels are named by id, because names change."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not a channel id. It begins with C; Slack shows it at the end of the channel's details."
        )


class NotAPersonError(UserError):
    """People are named by id, because names change."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a person's id. It begins with U; Slack copies it from the person's profile.")


class NoChannelError(UserError):
    """A ritual needs somewhere to speak."""

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}” has no team channel yet: muster product edit {key} --team-channel C0123456789")


STAGES = list(Stage)

Holders = str | Sequence[str] | None
"""Who holds a role: one person, several, or nobody."""


def add(
    session: Session, new: NewProduct, *, people: Mapping[Role, Holders], rituals: Iterable[Ritual], now: datetime
) -> Product:
    """Write down a product with its people, and put the rituals of its stage on their usual times.

    Without a team channel nothing is scheduled yet. Raises `UserError`.
    """
    if not _KEY.fullmatch(new.key):
        raise BadKeyError(new.key)
    zone_named(new.timezone)
    product = products.add(session, new)
    _assign(session, product, people)
    _schedule_usual(session, product, rituals, now)
    return product


def edit(
    session: Session,
    before: Product,
    after: Product,
    *,
    people: Mapping[Role, Holders],
    rituals: Iterable[Ritual],
    now: datetime,
) -> Product:
    """Save *after* in place of *before*, as it was read; a new zone moves the next slots. Raises `UserError`.

    Each role in *people* goes to those who are named, and to nobody else.
    """
    zone_named(after.timezone)
    saved = products.save(session, after)
    _assign(session, saved, people)
    if after.timezone != before.timezone and saved.team_channel is not None:
        for schedule in schedules.of_product(session, saved.id):
            reschedule(session, saved, schedule.ritual, schedule.at, now, options=schedule.options)
    _schedule_usual(session, saved, rituals, now)
    return saved


def remove(session: Session, product: Product, now: datetime) -> Product:
    """Put a product away: its schedules rest, its history stays. It is a change like any other: what was done before
    cannot be taken back past it.
    """
    saved = products.save(session, product)
    products.archive(session, product.id, now)
    return saved


def reschedule(
    session: Session,
    product: Product,
    ritual: str,
    at: At,
    now: datetime,
    *,
    options: Mapping[str, object] | None = None,
) -> Schedule:
    """Give a ritual this time; its next slot is the first after *now*. Raises `NoChannelError`."""
    if product.team_channel is None:
        raise NoChannelError(product.key)
    next_due = next(slots_after(at, zone_named(product.timezone), now)).due
    return schedules.put(session, product, ritual, at=at, next_due=next_due, options=options or {}, now=now)


def resume(session: Session, product: Product, ritual: str, now: datetime) -> Schedule:
    """Let a ritual run again from its next slot on. Raises `NoScheduleError`."""
    at = schedules.named(session, product, ritual).at
    next_due = next(slots_after(at, zone_named(product.timezone), now)).due
    return schedules.resume(session, product, ritual, next_due=next_due)


class ChangedSinceError(UserError):
    """What is to be taken back was changed again since."""

    def __init__(self) -> None:
        super().__init__("This was changed again since, so it cannot be taken back. Look at it as it is now.")


def bring_back(session: Session, before: Snapshot, *, version: int, now: datetime) -> Product:
    """Make a product what it was *before*; it must still be at *version*. Raises `ChangedSinceError`."""
    zone = products.with_id(session, before.product.id).timezone
    try:
        product = products.save(session, replace(before.product, version=version))
    except products.ChangedMeanwhileError:
        raise ChangedSinceError from None
    products.bring_back(session, product.id)
    people = {role: [one.user for one in before.people if one.role is role] for role in Role}
    for role, users in people.items():
        products.assign(session, product, role, users)
    for one in before.planned:
        _replan(session, product, one, now, zone=zone)
    _rest_since(session, product, before)
    return products.with_id(session, product.id)


def channel_id(text: str) -> str:
    """The channel id in *text*, plain or as Slack writes it. Raises `NotAChannelError`."""
    found = _CHANNEL.fullmatch(text.strip())
    if found is None:
        raise NotAChannelError(text)
    return found[1]


def user_id(text: str) -> str:
    """The person's id in *text*, plain or as Slack writes it. Raises `NotAPersonError`."""
    found = _USER.fullmatch(text.strip())
    if found is None:
        raise NotAPersonError(text)
    return found[1]


def _assign(session: Session, product: Product, people: Mapping[Role, Holders]) -> None:
    for role, holders in people.items():
        several = [holders] if isinstance(holders, str) else holders or ()
        products.assign(session, product, role, dict.fromkeys(user for user in several if user))


def _replan(session: Session, product: Product, one: Planned, now: datetime, *, zone: str) -> None:
    schedule = schedules.named(session, product, one.ritual)
    before = (one.at, dict(one.options), zone)
    if (str(schedule.at), dict(schedule.options), product.timezone) != before and product.team_channel is not None:
        reschedule(session, product, one.ritual, At.parse(one.at), now, options=one.options)
    if one.paused and not schedule.paused:
        schedules.pause(session, product, one.ritual)
    elif schedule.paused and not one.paused:
        resume(session, product, one.ritual, now)


def _rest_since(session: Session, product: Product, before: Snapshot) -> None:
    """Let what was put on a schedule since *before* rest: what it posted already stays on record."""
    known = {one.ritual for one in before.planned}
    for schedule in schedules.of_product(session, product.id):
        if schedule.ritual not in known and not schedule.paused:
            schedules.pause(session, product, schedule.ritual)


def _schedule_usual(session: Session, product: Product, rituals: Iterable[Ritual], now: datetime) -> None:
    """Put on a schedule what the product's stage has on by itself and what is not on one yet."""
    scheduled = {schedule.ritual for schedule in schedules.of_product(session, product.id)}
    for ritual in rituals:
        grown = STAGES.index(product.record.stage) >= STAGES.index(ritual.from_stage)
        if grown and product.team_channel is not None and ritual.name not in scheduled:
            reschedule(session, product, ritual.name, At.parse(ritual.default_at), now)
