"""Who did what to an update, and when, in words."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.domain.draft_states import Move
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.domain.window import Window, zone_named
from bot.store import directory
from bot.store.drafts import DraftEvent

NAME_ROOM = 80

_DID: Mapping[Move, str] = {
    Move.DRAFT: "drafted the update",
    Move.EDIT: "edited the update",
    Move.APPROVE: "approved the update",
    Move.WITHDRAW: "took the approval of the update back",
    Move.SKIP: "skipped the update",
    Move.REOPEN: "brought the skipped update back",
    Move.HOLD: "held the update, because nobody had approved it in time",
    Move.POST: "posted the update",
    Move.CORRECT: "corrected the update",
    Move.LAPSE: "let the update lapse, because another week's took its place",
}


def did(event: DraftEvent, *, you: str = "") -> str:
    """Who did what, for mrkdwn: “<@U0PM> approved the update”, “You approved the update”."""
    who = "You" if event.user and event.user == you else f"<@{event.user}>" if event.user else "Muster"
    return f"{who} {_DID[event.what]}"


def when(product: Product, instant: datetime) -> str:
    """An instant on the product's clock: Fri 20 Nov at 09:41 CET."""
    local = instant.astimezone(zone_named(product.timezone))
    return f"{local:%a} {local.day} {local:%b} at {local:%H:%M %Z}"


def day_and_time(product: Product, instant: datetime) -> str:
    """The same in short, for what is read in the same days: Fri 09:41."""
    return f"{instant.astimezone(zone_named(product.timezone)):%a %H:%M}"


def day(product: Product, instant: datetime) -> str:
    """The day of an instant where the product is: 20 November."""
    local = instant.astimezone(zone_named(product.timezone))
    return f"{local.day} {local:%B}"


def week_words(product: Product, week: Window) -> str:
    """A week by its first and its last day."""
    return f"{day(product, week.start)} to {day(product, week.end)}"


def name_of(session: Session, product: Product, user: str) -> str:
    """A person's name for text that is shown letter for letter, where nobody is called by it; else their id."""
    person = directory.known(session, product.workspace, user)
    return clip(one_line(person.name), NAME_ROOM) if person and person.name.strip() else user


def product_name(product: Product) -> str:
    """A product's name for text that is shown letter for letter."""
    return clip(one_line(product.name), NAME_ROOM)
