"""Yes or no of who was named: an owner accepts, or declines and says why, and the backup steps in or it is a gap."""

from dataclasses import dataclass

from bot.domain.holders import mentions
from bot.domain.ownership import Did, Origin, Ownership, accepted, without
from bot.domain.product import Product
from bot.domain.responsibilities import is_responsibility, responsibility
from bot.domain.text import bounded, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.ownership import nights, telling
from bot.features.ownership.deeds import Turn, changed, done
from bot.features.ownership.telling import ACCEPT, AT_NIGHT, BY_DAY, DECLINE
from bot.features.ownership.words import owners_of, spoken, spoken_key
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import Block, fallback, plain_section, saying, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import text_input
from bot.kit.owning import leads_of, ownership_of, speaks_for
from bot.kit.post import Post
from bot.kit.reply import MarkedUpError, Reply, View
from bot.kit.safekeeping import protected_text
from bot.store import ownerships, products

REASON_ROOM = 300


class OldButtonError(UserError):
    """A button that names nothing that is known."""

    def __init__(self) -> None:
        super().__init__("This message is over. Say “owner” to see who owns what.")


class NotNamedError(MarkedUpError):
    """Somebody answers for what is not, or no longer, theirs."""

    def __init__(self, product: Product, ownership: Ownership) -> None:
        super().__init__(
            f"You are not named for {spoken_key(ownership.responsibility)} of {named(product)} any more. Now:"
            f" {owners_of(ownership)}."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What somebody answers about: the ownership, as whom (themselves, or a group of theirs), and the deed told of."""

    product: Product
    ownership: Ownership
    holder: str
    deed_id: int


def accept(ask: Ask) -> Reply:
    """They say yes."""
    return _answered(ask, may=None)


def accept_nights(ask: Ask) -> Reply:
    """They say yes, and may be called at night too."""
    return _answered(ask, may=True)


def accept_days(ask: Ask) -> Reply:
    """They say yes, and are not called at night."""
    return _answered(ask, may=False)


def open_decline(ask: Ask) -> Reply:
    """The form that asks why."""
    case = case_of(ask, ask.value)
    reason = text_input(
        "reason",
        f"Why is {spoken_key(case.ownership.responsibility)} not yours?",
        hint="Whoever named you and the leads read it.",
        longest=REASON_ROOM,
    )
    return Reply(
        view=View(name=DECLINE, title="Decline", submit="Decline", blocks=[reason], carries={"about": ask.value})
    )


def decline(ask: Ask, _seen: object) -> Reply:
    """They say no: the backup steps in, or it is a gap; whoever named them and the leads are told why."""
    case = case_of(ask, ask.carried("about") or "")
    why = protected_text(one_line(bounded(ask.field("reason") or "", REASON_ROOM)), case.product.record.pii)
    if not why:
        raise FieldError({"reason": "Say in a few words why."})
    before = case.ownership
    after = without(before, case.holder, now=ask.now)
    who = "" if case.holder == ask.user else f" for {mentions([case.holder])}"
    what = f"{spoken_key(before.responsibility)} of {named(case.product)}"
    text = f"You declined {what}{who}. {_who_now(after)} Whoever named you and the leads are told why."
    told = _told(ask, case, f"<@{ask.user}> declined {what}{who}. {_who_now(after)}", why)
    reply = done(ask, case.product, [Turn(before=before, after=after, did=Did.DECLINED)], Origin.BUTTON, text=text)
    telling.redraw(ask.session, case.deed_id)
    return Reply(text=reply.text, blocks=reply.blocks, posts=[*reply.posts, *told])


def waiting(ask: Ask) -> list[Waiting]:
    """What the person who asks was named for and has not said yes to."""
    mine = [row for row in ownerships.everything(ask.session) if _waits(ask, row)]
    return [_waiting(ask, row) for row in mine]


def case_of(ask: Ask, value: str) -> Case:
    """What a button is about; it went to a client and came back. Raises `OldButtonError`, `NotNamedError`."""
    number, key, deed = (*value.split(" "), "", "", "")[:3]
    if not is_responsibility(key):
        raise OldButtonError
    product = product_with_id(ask, number)
    row = ownership_of(ask, product, key)
    mine = [one for one in row.named if speaks_for(ask.session, ask.user, one)]
    if not mine:
        raise NotNamedError(product, row)
    # What still waits before what was answered, and themselves before a group of theirs.
    holder = min(mine, key=lambda one: (one in row.accepted, one != ask.user))
    told = number_of(deed) or telling.deed_for(ask.session, row, holder)
    return Case(product=product, ownership=row, holder=holder, deed_id=told)


def asked_in(ask: Ask, product: Product, row: Ownership) -> list[Block]:
    """The buttons to answer with, where the person who asks is waited for."""
    return [telling.presses(product, row.responsibility)] if _waits(ask, row) else []


def _answered(ask: Ask, *, may: bool | None) -> Reply:
    """Their yes; *may*: whether they may be called at night, None where that was not asked."""
    try:
        case = case_of(ask, ask.value)
    except NotNamedError as error:
        # The message is older than what it tells of: from now on it says so.
        telling.redraw(ask.session, number_of(ask.value.rpartition(" ")[2]))
        return Reply(text=str(error))
    if case.holder not in case.ownership.accepted:
        changed(ask, case.product, accepted(case.ownership, case.holder), Did.ACCEPTED, Origin.BUTTON)
    telling.redraw(ask.session, case.deed_id)
    said = f"You said yes to {spoken_key(case.ownership.responsibility)} of {named(case.product)}."
    text = said if may is None else f"{said} {nights.said(ask, may=may)}"
    return Reply(text=text, blocks=[section(text, saying("Who owns what", f"owner {case.product.key}"))])


def _told(ask: Ask, case: Case, text: str, why: str) -> list[Post]:
    """Whoever named them and the leads hear it, each once."""
    before = case.ownership
    key = f"ownership/declined/{case.product.id}/{before.responsibility}/{before.version}"
    people = dict.fromkeys([before.set_by, *leads_of(ask.session, case.product)])
    words = [section(text), plain_section(f"Why: {why}")]
    name = saying("Show it", f"owner {case.product.key} {_typed(before.responsibility)}")
    blocks = [*words, {"type": "actions", "block_id": "declined", "elements": [name]}]
    return [
        Post(
            key=f"{key}/{user}", to=user, text=fallback(f"Declined: {spoken_key(before.responsibility)}"), blocks=blocks
        )
        for user in people
        if user and user != ask.user
    ]


def _who_now(after: Ownership) -> str:
    if after.is_gap:
        return "Nobody answers for it now."
    return f"{mentions(after.acting)} {'answers' if len(after.acting) == 1 else 'answer'} for it now."


def _waits(ask: Ask, row: Ownership) -> bool:
    return any(speaks_for(ask.session, ask.user, one) for one in row.waits_for)


def _waiting(ask: Ask, row: Ownership) -> Waiting:
    product = products.with_id(ask.session, row.product_id)
    text = f"{named(product)}: you own {spoken_key(row.responsibility)}, named by <@{row.set_by}>. Is it yours?"
    words = f"owner {product.key} {_typed(row.responsibility)}"
    return Waiting(text=text, press=saying("Answer", words))


def _typed(key: str) -> str:
    return spoken(responsibility(key)).replace(":", "")


ACTIONS = (
    Action(name=ACCEPT, effect=Effect.CHANGE, run=accept),
    Action(name=AT_NIGHT, effect=Effect.CHANGE, run=accept_nights),
    Action(name=BY_DAY, effect=Effect.CHANGE, run=accept_days),
    Action(name=DECLINE, effect=Effect.OPEN, run=open_decline),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=DECLINE, submit=decline),)
