"""Who has a fix is told once that it is theirs, and reminded once, on the day it is due."""

from datetime import date, datetime, time

from sqlmodel import Session

from bot.domain.fixes import NEXT, OPEN, STEPS, Fix, FixState, takes_reason
from bot.domain.people import next_to_tell
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.domain.window import instant_of, zone_named
from bot.domain.words import number_of
from bot.features.fixing.dates import shown
from bot.features.fixing.words import SHORT_TITLE
from bot.kit import later, reviewing
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, fallback, plain_section
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import directory, fixes, products
from bot.store.products import LOCAL_WORKSPACE

DUE = "fixing.due"
DONE, MOVE, WEEK, GIVE_UP = "fixing.done", "fixing.move", "fixing.week", "fixing.give_up"
STEP, AGAIN = "fixing.step", "fixing.again"

HOUR = 9
"""When people are reminded, on the clock of the product."""


def after(ask: Ask, product: Product, fix_id: int) -> list[Post]:
    """What follows from a change to a fix: its new owner is told, and a reminder is laid by for the day it is due."""
    fix = fixes.with_id(ask.session, fix_id)
    if fix is None or fix.state not in OPEN:
        return []
    _lay_by(ask, product, fix)
    return _told(ask, product, fix)


def remind(ask: Ask) -> Reply:
    """Remind the owner of a fix that is due today; silent where it is shipped, moved or given up."""
    number, _, due = ask.value.partition(" ")
    fix = fixes.with_id(ask.session, number_of(number))
    if fix is None or fix.owner is None or fix.state not in OPEN or str(fix.due) != due:
        return Reply()
    product = products.with_id(ask.session, fix.product_id)
    return Reply() if product.archived else Reply(posts=_reminders(ask.session, product, fix, fix.owner))


def presses(fix: Fix) -> Block:
    """What can be done with an open fix, as a row of buttons."""
    return actions(
        f"fix-{fix.id}",
        press("Done", DONE, fix),
        press("Move a week", WEEK, fix),
        press("Change", MOVE, fix),
        press("Drop", GIVE_UP, fix),
    )


def steps(fix: Fix) -> list[Block]:
    """The other steps that a fix can go now, and the way back for one that is over, as a row of buttons."""
    ahead = [
        step for step in STEPS[1:] if step in NEXT[fix.state] and not (step is FixState.SHIPPED and fix.state in OPEN)
    ]
    pressed = [button(step.capitalize(), f"{STEP}:{step}", value=f"{fix.id} {step}") for step in ahead]
    if takes_reason(fix.state, FixState.DECIDED) and FixState.DECIDED in NEXT[fix.state]:
        pressed.append(button("Open again", AGAIN, value=str(fix.id)))
    return [actions("steps", pressed[0], *pressed[1:])] if pressed else []


def press(label: str, action: str, fix: Fix) -> Element:
    """A button for a fix."""
    return button(label, f"{action}:{fix.id}", value=str(fix.id))


def _lay_by(ask: Ask, product: Product, fix: Fix) -> None:
    if fix.due is None or fix.owner is None:
        return
    instant = _instant(fix.due, product)
    if instant > ask.now:
        key = f"{fix.id}/{fix.due}"
        later.at(ask.session, instant, name=DUE, key=key, now=ask.now, user=fix.owner, value=f"{fix.id} {fix.due}")


def _instant(day: date, product: Product) -> datetime:
    return instant_of(datetime.combine(day, time(HOUR)), zone_named(product.timezone))


def _told(ask: Ask, product: Product, fix: Fix) -> list[Post]:
    if fix.owner is None or fix.owner in {ask.user, _assigned_by(ask.session, fix)}:
        return []
    until = f", due {shown(fix.due)}" if fix.due else ""
    words = f"You have a fix for {_name(product)}: {_title(fix)}{until}."
    show = button("Show it", reviewing.FIX, value=str(fix.id))
    blocks = [plain_section(words), actions("fix", show)]
    return [Post(key=f"fix/{fix.id}/owner/{fix.owner}", to=fix.owner, text=fallback(words), blocks=blocks)]


def _assigned_by(session: Session, fix: Fix) -> str | None:
    """Who made its owner the owner, None where it was so from the beginning."""
    named = [
        one.user for one in fixes.history(session, fix.id) if one.detail.get("owner", [None, None])[1] == fix.owner
    ]
    return named[-1] if named else None


def _reminders(session: Session, product: Product, fix: Fix, owner: str) -> list[Post]:
    """A reminder to the owner; where they have left, to the next of the product's people."""
    gone = directory.gone(session, LOCAL_WORKSPACE, [owner])
    to = next_to_tell(products.people(session, product.id), gone) if gone else owner
    if to is None:
        return []
    words = f"Due today: {_title(fix)} (fix {fix.id} of {_name(product)}). "
    words += "Whoever had it has left: who takes it?" if gone else "Is it shipped?"
    first, *more = (
        press("Done", DONE, fix),
        press("Move a week", WEEK, fix),
        *([press("Change", MOVE, fix)] if gone else []),
        press("Drop", GIVE_UP, fix),
    )
    blocks = [plain_section(words), actions("fix", first, *more)]
    return [Post(key=f"fix/{fix.id}/due/{fix.due}", to=to, text=fallback(words), blocks=blocks)]


def _title(fix: Fix) -> str:
    return f"“{clip(one_line(fix.title), 2 * SHORT_TITLE)}”"


def _name(product: Product) -> str:
    return clip(one_line(product.name), SHORT_TITLE)


LATERS = (Later(name=DUE, run=remind),)
