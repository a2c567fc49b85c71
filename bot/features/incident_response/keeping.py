"""“Add to incident timeline”: a message of Slack, by its author and at its time, becomes part of the record."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from bot.domain.incidents import Did, Event, Incident
from bot.domain.incoming import Quoted
from bot.errors import PermanentError, UserError
from bot.features.incident_response import words
from bot.features.incident_response.deeds import recorded
from bot.features.incident_response.finding import Case, NoOpenIncidentError, WhichIncidentError, case_of, open_case_of
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, section
from bot.kit.command import Action, AnyErrand, Effect, Errand, Outside, Shortcut
from bot.kit.reply import Next, Reply
from bot.store import incidents, products
from bot.store.predictions import EPOCH

KEEP = "incident_response.keep"
"""The shortcut, the button that says for which incident, and the errand that looks at the message."""

CARRIED, MOST = 1_500, 20


class NoMessageError(UserError):
    """Only a message can be kept."""

    def __init__(self) -> None:
        super().__init__("I do not know which message you mean: use “Add to incident timeline” in its own menu.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A message that is to be kept, as far as it is known before Slack was asked."""

    number: str
    channel: str
    ts: str
    author: str
    text: str


def from_menu(ask: Ask) -> Reply:
    """Keep the message; where several incidents are open and nothing says which, ask."""
    channel, ts = ask.channel, ask.incoming.message
    if channel is None or ts is None:
        raise NoMessageError
    try:
        case, _ = open_case_of(ask, ())
    except WhichIncidentError:
        return _which(ask, channel, ts)
    return Reply(then=Next(errand=KEEP, value=_value(ask, case.incident, channel, ts)))


def chosen(ask: Ask) -> Reply:
    """The incident that was chosen for it."""
    return Reply(text="I look at the message.", replace=True, then=Next(errand=KEEP, value=ask.value))


def keep(ask: Ask, case: Case, channel: str, quoted: Quoted) -> bool:
    """Put a message into the record, once however often it is asked for; False where it is there."""
    said = words.kept(unescape(quoted.text), case.product)
    seconds, _, micros = quoted.ts.partition(".")
    at = EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros or 0))
    detail = {"text": said, "author": quoted.author, "permalink": quoted.permalink}
    event = Event(at=at, by=ask.user, what=Did.KEPT, key=f"said/{channel}/{quoted.ts}", detail=detail)
    return recorded(ask, case, event)


def _which(ask: Ask, channel: str, ts: str) -> Reply:
    several = incidents.open_ones(ask.session)
    if not several:
        raise NoOpenIncidentError
    pressed = [_press(ask, one, channel, ts) for one in several[:MOST]]
    text = "Several incidents are open: into whose record does the message go?"
    return Reply(text=text, blocks=[section(text), actions("which", pressed[0], *pressed[1:])])


def _press(ask: Ask, one: Incident, channel: str, ts: str) -> Element:
    label = f"Incident {one.id}: {words.short(one.seen, 40)}"
    return button(label, f"{KEEP}:{one.id}", value=_value(ask, one, channel, ts))


def _value(ask: Ask, one: Incident, channel: str, ts: str) -> str:
    product = products.with_id(ask.session, one.product_id)
    said = words.kept(ask.incoming.quoted or "", product, CARRIED)
    return f"{one.id} {channel} {ts} {ask.incoming.author or '-'} {said}"


def _meant(ask: Ask) -> Meant:
    number, channel, ts, author, text = [*ask.value.split(" ", 4), *[""] * 5][:5]
    if not channel or not ts.replace(".", "").isdigit():
        raise NoMessageError
    return Meant(number=number, channel=channel, ts=ts, author=author, text=text)


def _looked_at(meant: Meant, outside: Outside) -> Quoted:
    """The message as it stands now; as it was handed over where Muster cannot see it."""
    try:
        return outside.quote(meant.channel, meant.ts)
    except PermanentError:
        author = None if meant.author == "-" else meant.author
        return Quoted(author=author, text=meant.text, ts=meant.ts, permalink="")


def _kept(ask: Ask, meant: Meant, quoted: Quoted) -> Reply:
    case = case_of(ask, meant.number)
    about = words.subject(case.incident, case.product)
    if keep(ask, case, meant.channel, quoted):
        return Reply(text=f"You added it to the record of {about}, with who wrote it and when.")
    return Reply(text=f"It is in the record of {about} already.")


ACTIONS = (Action(name=KEEP, effect=Effect.CHANGE, run=chosen),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=KEEP, ask=_meant, fetch=_looked_at, keep=_kept),)
SHORTCUTS = (
    Shortcut(
        name=KEEP,
        label="Add to incident timeline",
        description="Keep this message in the record of an incident",
        run=from_menu,
        effect=Effect.CHANGE,
        on_message=True,
    ),
)
