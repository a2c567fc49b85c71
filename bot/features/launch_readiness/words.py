"""Anybody's words, days and people, as the page and the answers about a launch show them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.holders import mention
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line, unformatted
from bot.domain.typed_days import shown
from bot.kit.safekeeping import protected_text

NOTE_ROOM, REASON_ROOM = 200, 500


def said(text: str, room: int = REASON_ROOM) -> str:
    """Anybody's words for mrkdwn, on one line and without any format of their own."""
    return escape(clip(one_line(unformatted(text)), room))


def kept(product: Product, text: str | None, room: int) -> str:
    """What somebody typed, as it may be stored."""
    return clip(one_line(protected_text(text or "", product.record.pii)), room)


def day(instant: datetime, zone: ZoneInfo) -> str:
    """The day of an instant: Mon 16 Nov 2026."""
    return shown(instant.astimezone(zone).date())


def people(holders: Iterable[str], between: str = " or ") -> str:
    """Several people in mrkdwn: “A or B”; “nobody yet” where there is none."""
    return between.join(map(mention, holders)) or "nobody yet"


def listed(names: Iterable[str], most: int = 5) -> str:
    """“a, b and c”; past *most* how many more there are."""
    every = list(names)
    shown_names = every if len(every) <= most else [*every[:most], f"{len(every) - most} more"]
    *first, last = shown_names or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last
