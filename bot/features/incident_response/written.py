"""The written review of an incident: a Markdown file to fill in, handed over in the direct conversation."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.incidents import Incident
from bot.domain.product import Product
from bot.domain.text import escape
from bot.domain.words import number_of
from bot.domain.written_review import markdown_of
from bot.errors import UsageError
from bot.features.incident_response.card import WRITTEN
from bot.features.incident_response.finding import case_of, case_or_latest
from bot.features.incident_response.summing_up import account_of
from bot.kit.asking import Ask
from bot.kit.command import Action, Command, Effect, Errand, Outside
from bot.kit.reply import Next, Reply
from bot.store import audit

HAND_OVER = "incident_response.hand_over_review"


class WhichIncidentError(UsageError):
    """The words name no incident."""

    def __init__(self) -> None:
        super().__init__(
            "Name the incident by its number, like “incident review 12”. “incident stats” shows the latest."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A written review as a file for one person."""

    user: str
    name: str
    content: bytes
    comment: str


def say(ask: Ask) -> Reply:
    """Hand over the review of the incident whose number was typed."""
    if ask.words and not number_of(ask.words[0].removeprefix("#")):
        raise WhichIncidentError
    return _taken(ask, str(case_or_latest(ask, ask.words)[0].incident.id))


def press(ask: Ask) -> Reply:
    """Hand over the review of the incident that the button names."""
    return _taken(ask, ask.value)


def ask_file(ask: Ask) -> File:
    """The file that the errand hands over."""
    case = case_of(ask, ask.value)
    return File(
        user=ask.user,
        name=file_name(case.product, case.incident),
        content=content(ask.session, case.product, case.incident),
        comment=f"The review of incident {case.incident.id} of {escape(case.product.name)}, to be filled in.",
    )


def hand_over(file: File, outside: Outside) -> None:
    """Give it to the person."""
    outside.hand_over(file.user, name=file.name, content=file.content, comment=file.comment)


def handed_over(_ask: Ask, file: File, _answer: None) -> Reply:
    """Say where it is."""
    return Reply(text=f"`{file.name}` is in your direct messages with me: fill in what only people know.")


def content(session: Session, product: Product, incident: Incident) -> bytes:
    """The review of an incident as it is known now; the same record, the same bytes."""
    return markdown_of(account_of(session, product, incident)).encode()


def file_name(product: Product, incident: Incident) -> str:
    """What the file is called: copilot-incident-12.md."""
    return f"{product.key}-incident-{incident.id}.md"


def _taken(ask: Ask, number: str) -> Reply:
    case = case_of(ask, number)
    what = f"incident {case.incident.id} review"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=case.product)
    return Reply(then=Next(errand=HAND_OVER, value=str(case.incident.id)))


COMMANDS = (
    Command(
        noun="incident",
        verb="review",
        takes="[N]",
        summary="The written review of an incident, as a file to fill in",
        example="incident review 1",
        effect=Effect.CHANGE,
        run=say,
        synonyms=("written", "postmortem", "retro"),
        inside=True,
    ),
)
ACTIONS = (Action(name=WRITTEN, effect=Effect.CHANGE, run=press, inside=True),)
ERRAND: Errand[File, None] = Errand(name=HAND_OVER, ask=ask_file, fetch=hand_over, keep=handed_over)
