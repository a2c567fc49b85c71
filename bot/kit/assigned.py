"""Whoever gets a fix is told of it, and reminded on the day it is due, wherever the fix comes from."""

from datetime import date, datetime, time

from sqlmodel import Session

from bot.domain.fixes import OPEN, Fix
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.domain.typed_days import shown
from bot.domain.window import instant_of, zone_named
from bot.kit import later, reviewing
from bot.kit.blocks import actions, button, fallback, plain_section
from bot.kit.post import Post
from bot.store import fixes

DUE = "fixing.due"
"""The reminder of a fix (value: its number and the day it was due)."""

TITLE_ROOM, NAME_ROOM = 120, 60

HOUR = 9
"""When people are reminded, on the clock of the product."""


def follows(session: Session, product: Product, fix_id: int, *, by: str, now: datetime) -> list[Post]:
    """What follows where *by* (empty: Muster) made or changed a fix: its new owner is told, unless it was they who did
    it, and a reminder is laid by for the day it is due.
    """
    fix = fixes.with_id(session, fix_id)
    if fix is None or fix.state not in OPEN:
        return []
    _lay_by(session, product, fix, now)
    return _told(session, product, fix, by)


def title_of(fix: Fix) -> str:
    """What a fix is called, in quotes."""
    return f"“{clip(one_line(fix.title), TITLE_ROOM)}”"


def name_of(product: Product) -> str:
    """What a product is called, to stand in a sentence."""
    return clip(one_line(product.name), NAME_ROOM)


def _lay_by(session: Session, product: Product, fix: Fix, now: datetime) -> None:
    if fix.due is None or fix.owner is None:
        return
    instant = _instant(fix.due, product)
    if instant > now:
        key = f"{fix.id}/{fix.due}"
        later.at(session, instant, name=DUE, key=key, now=now, user=fix.owner, value=f"{fix.id} {fix.due}")


def _instant(day: date, product: Product) -> datetime:
    return instant_of(datetime.combine(day, time(HOUR)), zone_named(product.timezone))


def _told(session: Session, product: Product, fix: Fix, by: str) -> list[Post]:
    if fix.owner is None or fix.owner in {by, _assigned_by(session, fix)}:
        return []
    until = f", due {shown(fix.due)}" if fix.due else ""
    words = f"You have a fix for {name_of(product)}: {title_of(fix)}{until}."
    show = button("Show it", reviewing.FIX, value=str(fix.id))
    blocks = [plain_section(words), actions("fix", show)]
    return [Post(key=f"fix/{fix.id}/owner/{fix.owner}", to=fix.owner, text=fallback(words), blocks=blocks)]


def _assigned_by(session: Session, fix: Fix) -> str | None:
    """Who made its owner the owner, None where it was so from the beginning."""
    named = [
        one.user for one in fixes.history(session, fix.id) if one.detail.get("owner", [None, None])[1] == fix.owner
    ]
    return named[-1] if named else None
