"""Everything that is known of a product's week, loaded for its update."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.failure_modes import kind_of
from bot.domain.fixes import Fix, FixState
from bot.domain.forecasts import TrackRecord, track_record
from bot.domain.health import Health
from bot.domain.incident_told import Trouble, trouble_of
from bot.domain.material import Looked, Material, Work
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.projecting import has_levelled_off
from bot.domain.updates import Body
from bot.domain.watching import Which
from bot.domain.window import Window, zone_named
from bot.kit.checking import LOOKS_BACK, health_of
from bot.store import (
    changes,
    directory,
    drafts,
    failure_modes,
    fixes,
    forecasts,
    incidents,
    products,
    readings,
    reviews,
    update_settings,
)
from bot.store.products import LOCAL_WORKSPACE

WEEK = timedelta(weeks=1)


THE_TEAM = "the team"
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")


def material_of(
    session: Session, product: Product, week: Window, *, as_of: datetime, previous: Body | None
) -> Material:
    """Everything that an update of *product* for *week* is composed from, as it is known at *as_of*."""
    news = Window(_told_until(session, product, week, as_of), as_of)
    known = health_of(session, product, as_of=as_of, which=Which.ALL)
    return Material(
        product=product.name,
        zone=product.timezone,
        week=week,
        as_of=as_of,
        chosen=health_of(session, product, as_of=as_of),
        known=known,
        last=health_of(session, product, as_of=as_of - WEEK, which=Which.ALL),
        done=tuple(_done(session, product, news)),
        agreed=tuple(_agreed(session, product)),
        looked=_looked(session, product, news),
        incidents=tuple(_incidents(session, product, news)),
        has_nevers=any(never.phrases for never in product.record.nevers),
        changes=tuple(_changed(session, product, news)),
        forecasts=tuple(forecasts.standing(session, product.id)),
        levelling=_levelling(session, product, known),
        record=_record(session, product),
        asked=_asked(session, product),
        previous=previous,
    )


def _told_until(session: Session, product: Product, week: Window, as_of: datetime) -> datetime:
    """From when on something is news: since the last update was drafted, be it before its week was over."""
    earlier = next(iter(drafts.before_week(session, product.id, week.end)), None)
    usual = min(week.start, as_of - WEEK)
    return max(min(usual, earlier.made_at), usual - WEEK) if earlier else usual


def _changed(session: Session, product: Product, news: Window) -> Iterator[Change]:
    """What changed, as far as the product's own people, their programs or the model itself say so: anybody may note a
    change for the charts, but stakeholders read only what the team stands by.
    """
    team = {one.user for one in products.people(session, product.id)}
    for change in changes.of_product(session, product.id, since=news.start, until=news.end):
        if change.noted_by in team or not _PERSON.fullmatch(change.noted_by):
            yield change


def name_of(session: Session, user: str) -> str:
    """What *user* is called; “the team” where nobody asked Slack yet: a mention in plain text would be letters."""
    person = directory.known(session, LOCAL_WORKSPACE, user)
    return person.name if person is not None and person.name else THE_TEAM


def _done(session: Session, product: Product, news: Window) -> Iterator[Work]:
    for fix in fixes.of_product(session, product.id, {FixState.SHIPPED, FixState.CHECKED}):
        if fix.shipped_at is not None and news.start <= fix.shipped_at <= news.end:
            yield _work(session, product, fix)


def _agreed(session: Session, product: Product) -> list[Work]:
    """The open fixes that somebody has and that have a date, the first due first: nothing else is promised."""
    open_ones = [fix for fix in fixes.of_product(session, product.id) if fix.owner and fix.due]
    return [_work(session, product, fix) for fix in sorted(open_ones, key=lambda fix: (str(fix.due), fix.id))]


def _work(session: Session, product: Product, fix: Fix) -> Work:
    shipped = fix.shipped_at
    return Work(
        title=fix.title,
        kind=fix.kind,
        who=name_of(session, fix.owner) if fix.owner else "",
        due=fix.due,
        done_on=shipped.astimezone(zone_named(product.timezone)).date() if shipped else None,
    )


def _looked(session: Session, product: Product, news: Window) -> Looked | None:
    review = reviews.before(session, product.id, news.end)
    if review is None or review.window.end <= news.start:
        return None
    nevers = {never.name for never in product.record.nevers}
    broken = Counter(name for seat in review.seats for name in seat.breaches if name in nevers)
    return Looked(answers=len(review.seats), window=review.window, broken=dict(broken))


def _incidents(session: Session, product: Product, news: Window) -> Iterator[Trouble]:
    """The incidents that went on since the last update, as they stand at the end of *news*."""
    modes = failure_modes.of_product(session, product)
    for one in incidents.of_product(session, product.id):
        if one.declared_at > news.end or (one.resolved_at is not None and one.resolved_at < news.start):
            continue
        events = incidents.events(session, one.id)
        told = trouble_of(one, events, kind_of(one.kind, modes), news=news, as_of=news.end)
        if told is not None:
            yield told


def _levelling(session: Session, product: Product, known: Health) -> frozenset[str]:
    names = [check.metric.name for check in known.checks if check.reading is not None]
    every = readings.of_product(session, product.id, metrics=names, since=known.as_of - LOOKS_BACK)
    return frozenset(
        check.metric.name
        for check in known.checks
        if check.reading is not None
        and has_levelled_off(check.metric, [one for one in every if one.metric == check.metric.name], check.reading)
    )


def _record(session: Session, product: Product) -> TrackRecord | None:
    if not update_settings.of_product(session, product.id).track_record:
        return None
    return track_record(forecasts.of_product(session, product.id))


def _asked(session: Session, product: Product) -> str:
    pms = [one.user for one in products.people(session, product.id) if one.role is Role.PM]
    return name_of(session, pms[0]) if pms else ""
