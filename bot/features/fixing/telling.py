"""Who has a fix is told once that it is theirs, and reminded once, on the day it is due."""

from sqlmodel import Session

from bot.domain.fixes import NEXT, OPEN, STEPS, Fix, FixState, takes_reason
from bot.domain.people import next_to_tell
from bot.domain.product import Product
from bot.domain.words import number_of
from bot.kit import assigned
from bot.kit.asking import Ask
from bot.kit.assigned import DUE, name_of, title_of
from bot.kit.blocks import Block, Element, actions, button, fallback, plain_section
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import directory, fixes, products
from bot.store.products import LOCAL_WORKSPACE

DONE, MOVE, WEEK, GIVE_UP = "fixing.done", "fixing.move", "fixing.week", "fixing.give_up"
STEP, AGAIN = "fixing.step", "fixing.again"


def after(ask: Ask, product: Product, fix_id: int) -> list[Post]:
    """What follows from a change to a fix: its new owner is told, and a reminder is laid by for the day it is due."""
    return assigned.follows(ask.session, product, fix_id, by=ask.user, now=ask.now)


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


def _reminders(session: Session, product: Product, fix: Fix, owner: str) -> list[Post]:
    """A reminder to the owner; where they have left, to the next of the product's people."""
    gone = directory.gone(session, LOCAL_WORKSPACE, [owner])
    to = next_to_tell(products.people(session, product.id), gone) if gone else owner
    if to is None:
        return []
    words = f"Due today: {title_of(fix)} (fix {fix.id} of {name_of(product)}). "
    words += "Whoever had it has left: who takes it?" if gone else "Is it shipped?"
    first, *more = (
        press("Done", DONE, fix),
        press("Move a week", WEEK, fix),
        *([press("Change", MOVE, fix)] if gone else []),
        press("Drop", GIVE_UP, fix),
    )
    blocks = [plain_section(words), actions("fix", first, *more)]
    return [Post(key=f"fix/{fix.id}/due/{fix.due}", to=to, text=fallback(words), blocks=blocks)]


LATERS = (Later(name=DUE, run=remind),)
