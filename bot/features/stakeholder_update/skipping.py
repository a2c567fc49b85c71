"""Skip this week: nothing is posted, why is kept, and it can be brought back."""

from bot.domain import drafts as rules
from bot.domain.draft_states import Move, next_state
from bot.domain.drafts import ReasonNeededError
from bot.domain.text import clean, clip, one_line
from bot.features.stakeholder_update.finding import Case, SomebodyWasFirstError, carried, case_of, latest_of, own
from bot.features.stakeholder_update.names import REOPEN, SKIP
from bot.features.stakeholder_update.settling import settled, told
from bot.kit.asking import Ask
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import text_input
from bot.kit.reply import Reply, View
from bot.store import drafts

REASON_ROOM = 300


def say_skip(ask: Ask) -> Reply:
    """The form that skips the latest update of a product."""
    return _form(own(ask, latest_of(ask, "update skip")))


def open_form(ask: Ask) -> Reply:
    """The form that skips the update of the button."""
    return _form(own(ask, case_of(ask, ask.value)))


def skip(ask: Ask, _seen: object) -> Reply:
    """Skip the week, and keep why."""
    case = own(ask, case_of(ask, ask.carried("update")))
    reason = clip(one_line(clean(ask.field("reason") or "")), REASON_ROOM)
    try:
        after = rules.skipped(case.draft, by=ask.user, at=ask.now, reason=reason)
    except ReasonNeededError as error:
        raise FieldError({"reason": str(error)}) from error
    return told(ask, settled(ask, case, after, Move.SKIP, reason=reason), "You skipped this week's update.")


def reopen(ask: Ask) -> Reply:
    """Bring a skipped update back, unless another week's came after it."""
    case = own(ask, case_of(ask, ask.value))
    latest = drafts.of_product(ask.session, case.product.id)[0]
    if latest.id != case.draft.id:
        raise SomebodyWasFirstError(ask, case.product, drafts.last_event(ask.session, latest.id))
    after = rules.reopened(case.draft, by=ask.user, at=ask.now)
    return told(ask, settled(ask, case, after, Move.REOPEN), "You brought the update back: it waits to be approved.")


def _form(case: Case) -> Reply:
    next_state(case.draft.state, Move.SKIP)
    hint = "It is kept with the update; stakeholders read nothing this week."
    why = text_input("reason", "Why is there no update this week?", hint=hint, longest=REASON_ROOM)
    carries = {"update": carried(case.draft)}
    return Reply(view=View(name=SKIP, title="Skip this week", submit="Skip", blocks=[why], carries=carries))


COMMANDS = (
    Command(
        noun="update",
        verb="skip",
        takes="[product]",
        summary="Post no update this week, and say why",
        example="update skip",
        effect=Effect.OPEN,
        run=say_skip,
        synonyms=("cancel",),
    ),
)
ACTIONS = (
    Action(name=SKIP, effect=Effect.OPEN, run=open_form),
    Action(name=REOPEN, effect=Effect.CHANGE, run=reopen),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=SKIP, submit=skip),)
