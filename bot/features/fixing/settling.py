"""What a board settles for all of its fixes: where the line is, and what would help most."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.text import clean, clip, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.fixing.board import HELPS, LINE, board_of, redraw
from bot.features.fixing.closed import still_open
from bot.features.fixing.deeds import FIXED, Deed, change, done
from bot.features.fixing.finding import first_come, own_review_of
from bot.features.fixing.words import SHORT_TITLE
from bot.kit.asking import Ask
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import choice, text_input
from bot.kit.reply import Reply, View
from bot.store import audit, fixes, reviews

HELP_ROOM = 300
LABELS, CLEANING, COLLECTION = "labels", "cleaning", "collection"
HELPFUL: Mapping[str, str] = {
    LABELS: "Better labels",
    CLEANING: "Cleaner data",
    COLLECTION: "More data",
    "other": "Something else, see below",
}


class NothingToOrderError(UserError):
    """There is no fix on the board."""

    def __init__(self) -> None:
        super().__init__("There is no fix on the board yet: add one, then draw the line.")


class AskedOnceError(UserError):
    """The team has answered."""

    def __init__(self) -> None:
        super().__init__("The team has answered this already: it stands on the board.")


def open_line(ask: Ask) -> Reply:
    """The form that asks how many fit this week."""
    review, _ = own_review_of(ask, ask.value)
    if (over := still_open(ask, review)) is not None:
        return over
    ordered = board_of(ask.session, review.id, ask).ordered
    if not ordered:
        raise NothingToOrderError
    choices = {"0": "None of them"} | {
        str(place): f"{place}, down to {clip(one_line(fix.title), SHORT_TITLE)}" for place, fix in enumerate(ordered, 1)
    }
    drawn = str(sum(fix.this_week for fix in ordered))
    fields = [choice("fit", "How many fit this week, from the top?", choices, initial=drawn)]
    order = " ".join(str(fix.id) for fix in ordered)
    carries = {"review": str(review.id), "order": order, "fit": drawn}
    return Reply(view=View(name=LINE, title="Draw the line", submit="Draw", blocks=fields, carries=carries))


def draw(ask: Ask, _seen: object) -> Reply:
    """Draw the line under so many fixes, in the order that was shown."""
    review, product = own_review_of(ask, ask.carried("review"))
    if (over := still_open(ask, review)) is not None:
        return over
    ordered = board_of(ask.session, review.id, ask).ordered
    if [str(fix.id) for fix in ordered] != (ask.carried("order") or "").split():
        raise UserError("The order changed while you were here: open the form again.")
    fit = number_of(ask.field("fit") or ask.carried("fit"))
    moved = [fix for place, fix in enumerate(ordered, 1) if fix.this_week != (place <= fit)]
    if not moved:
        return Reply(text="The line stays where it was.")
    with first_come():
        # In one order for everybody: two who draw at once would wait for each other.
        for fix in sorted(moved, key=lambda one: one.id):
            fixes.save(ask.session, replace(fix, this_week=not fix.this_week), change(ask, "line"))
    deed = Deed(what=f"{FIXED} line", product=product, review_id=review.id, before=moved)
    return done(ask, deed, f"You drew the line: {min(fit, len(ordered))} of {len(ordered)} fit this week.")


def open_helps(ask: Ask) -> Reply:
    """The form that asks, once, what would help most."""
    review, _ = own_review_of(ask, ask.value)
    if (over := still_open(ask, review)) is not None:
        return over
    if review.most_help:
        raise AskedOnceError
    fields = [
        choice("help", "What would help most?", HELPFUL, initial=LABELS),
        text_input("words", "In your own words", optional=True, lines=True, longest=HELP_ROOM),
    ]
    carries = {"review": str(review.id), "help": LABELS}
    return Reply(view=View(name=HELPS, title="What would help most?", blocks=fields, carries=carries))


def helps(ask: Ask, _seen: object) -> Reply:
    """Keep the team's answer."""
    review, product = own_review_of(ask, ask.carried("review"))
    if (over := still_open(ask, review)) is not None:
        return over
    if review.most_help:
        raise AskedOnceError
    answer = _answer(ask)
    reviews.say_what_helps(ask.session, review.id, answer)
    audit.done(ask.session, user=ask.user, what="review helps", now=ask.now, product=product, detail=answer)
    redraw(ask, review.id)
    return Reply(text="Your answer stands on the board now.")


def _answer(ask: Ask) -> str:
    """What was chosen, and the team's own words for it. Raises `FieldError` where there are neither."""
    chosen = ask.field("help") or ask.carried("help") or ""
    words = clip(one_line(clean(ask.field("words") or "")), HELP_ROOM)
    label = HELPFUL[chosen] if chosen in {LABELS, CLEANING, COLLECTION} else ""
    if not label and not words:
        raise FieldError({"words": "Say in your own words what would help."})
    return ": ".join(part for part in (label, words) if part)


ACTIONS = (
    Action(name=LINE, effect=Effect.OPEN, run=open_line),
    Action(name=HELPS, effect=Effect.OPEN, run=open_helps),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=LINE, submit=draw), Modal(name=HELPS, submit=helps))
