"""The doctor at the database: is it there, is it current, and what do its rows say of products, schedules and posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.domain.delivery import PostState
from bot.domain.planning import slots_after
from bot.domain.window import zone_named
from bot.wiring import doctor_sources
from bot.wiring.doctor_sources import Look
from bot.wiring.findings import Finding, note, ok, wrong

if TYPE_CHECKING:
    from bot.domain.people import Assignment
    from bot.domain.product import Product
    from bot.store.schedules import Schedule
    from bot.store.session import Database

CLOCKS_APART = timedelta(seconds=60)
TICK_IS_OLD = timedelta(minutes=2)
LATE = timedelta(minutes=10)
"""How long a post or a slot may be due before somebody should know: a relay's longest pause is half of it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A product that is not archived, and who looks after it."""

    product: Product
    people: tuple[Assignment, ...]


def reachable(database: Database) -> list[Finding]:
    """Whether the database answers, is migrated, and goes by the same clock as this machine. Makes no file."""
    from bot.store.migrations import is_current
    from bot.store.session import now_in

    if missing := _missing_file(database):
        return [missing]
    answers = ok("database", f"{'SQLite' if database.is_sqlite else 'Postgres'} answers")
    with database.reading() as session:
        theirs = now_in(session)
    if not is_current(database):
        what = "the database has not the form that this version reads."
        return [answers, wrong("migrations", what, "Run: muster migrate")]
    return [answers, ok("migrations", "current"), clock(SystemClock().now() - theirs)]


def clock(apart: timedelta) -> Finding:
    """What it means that this machine is *apart* ahead of the database, whose clock holds for all."""
    if abs(apart) <= CLOCKS_APART:
        return ok("database clock", "the same as this machine's")
    seconds = f"{abs(apart).total_seconds():.0f} s"
    return note("database clock", f"{seconds} apart from this machine's; the database's holds.", "Set both by NTP.")


def watched(database: Database) -> list[Watched]:
    """Every product that is not archived, by key."""
    from bot.store import products

    with database.reading() as session:
        return [Watched(one, tuple(products.people(session, one.id))) for one in products.everything(session)]


def looks(database: Database, known: Sequence[Watched]) -> Iterator[Look]:
    """Everything to look at where the database can be read."""
    for one in known:
        yield from doctor_sources.looks(database, one.product)
    for one in known:
        step = f"Run: muster schedule list --product {one.product.key}"
        yield Look(f"slots of {one.product.key}", step, partial(_slots, database, one.product))
    yield Look("worker", "Run: muster run", partial(_worker, database))
    yield Look("posts", "Run: muster outbox list", partial(_posts, database))


def _missing_file(database: Database) -> Finding | None:
    name = database.engine.url.database
    if not database.is_sqlite or name in {None, "", ":memory:"} or str(name).startswith("file:"):
        return None
    path = Path(str(name)).absolute()
    if path.exists():
        return None
    if not path.parent.is_dir():
        return wrong("database", f"there is no folder {path.parent}.", "Make it, or correct DATABASE_URL.")
    return wrong("database", f"there is none at {path} yet.", "Run: muster migrate")


def _slots(database: Database, product: Product) -> list[Finding]:
    """When everything of a product comes next, on its own clock."""
    from bot.store import schedules
    from bot.store.session import now_in

    with database.reading() as session:
        found, now = schedules.of_product(session, product.id), now_in(session)
    if not found:
        step = f'Run: muster schedule set error_review --product {product.key} --at "mon 09:00"'
        return [note(f"slots of {product.key}", "nothing is on a schedule.", step)]
    return [_slot(product, one, now) for one in found]


def _slot(product: Product, schedule: Schedule, now: datetime) -> Finding:
    check = f"{schedule.ritual} of {product.key}"
    if schedule.paused:
        return note(check, "paused.", f"Run: muster schedule resume {schedule.ritual} --product {product.key}")
    local = partial(_local, product=product)
    if schedule.next_due < now - LATE:
        tried = f", and broke {schedule.failures} times" if schedule.failures else ""
        return wrong(check, f"was due {local(schedule.next_due)}{tried}.", "See that a worker runs, and what it logs.")
    following = next(slots_after(schedule.at, zone_named(product.timezone), schedule.next_due)).due
    return ok(check, f"next {local(schedule.next_due)}, then {local(following)}")


def _local(instant: datetime, product: Product) -> str:
    return f"{instant.astimezone(zone_named(product.timezone)):%a %Y-%m-%d %H:%M %Z}"


def _worker(database: Database) -> list[Finding]:
    """Whether somebody looks at the schedules."""
    from bot.store import heartbeats
    from bot.store.session import now_in

    with database.reading() as session:
        last, now = heartbeats.latest(session, "tick"), now_in(session)
    if last is None:
        return [note("worker", "none is running.", "Run: muster run")]
    if now - last > TICK_IS_OLD:
        when = f"{last:%Y-%m-%d %H:%M} UTC"
        return [wrong("worker", f"none has looked at the schedules since {when}.", "Run: muster run")]
    return [ok("worker", f"looked at the schedules {max(now - last, timedelta()).total_seconds():.0f} s ago")]


def _posts(database: Database) -> list[Finding]:
    """What did not arrive, and what has waited for long."""
    from bot.store import posts
    from bot.store.products import LOCAL_WORKSPACE
    from bot.store.session import now_in

    with database.reading() as session:
        open_since, now = posts.oldest_open(session, LOCAL_WORKSPACE), now_in(session)
        found = posts.everything(session, LOCAL_WORKSPACE, [PostState.PARKED, *posts.ON_THE_WAY])
    parked = [one for one in found if one.state is PostState.PARKED]
    held = [one for one in found if one.held and one.state is not PostState.PARKED]
    said = [
        note("posts", f"{len(some)} {what}, the oldest {some[0].key}.", "Run: muster outbox list")
        for some, what in ((parked, "could not be delivered"), (held, "held: it cannot be told if they arrived"))
        if some
    ]
    if open_since is not None and now - open_since > LATE:
        when = f"{open_since:%Y-%m-%d %H:%M} UTC"
        said.append(wrong("posts", f"the oldest that is not sent could have been at {when}.", "Run: muster run"))
    return said or [ok("posts", "none is late, and none waits for a decision")]
