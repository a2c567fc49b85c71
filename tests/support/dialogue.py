"""Dialogues: what a person says, presses or fills in, and what they are told, turn by turn."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Role, Standing
from bot.domain.product import Product
from bot.features.products import service
from bot.kit.blocks import SAY
from bot.kit.forms import field_of
from bot.kit.reply import Reply
from bot.kit.routing import UnknownWordError, route
from bot.slack import saying
from bot.slack.handling import House
from bot.store.products import LOCAL_WORKSPACE, NewProduct
from bot.store.session import now_in
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.office import ML, PM, TEAM, Office, buttons, read

ANYTHING = "⋯"
"""In what is expected it stands for anything on that line: times of day, for one."""

Said = str | Mapping[str, Any]
Form = dict[str, Any]


def verify(office: Office, turns: Iterable[tuple[Said, str]], *, user: str = PM, channel: str = TEAM) -> None:
    """Hold a dialogue, and assert that each answer is the one expected, whole (`ANYTHING` stands for anything).

    What is said is words after the slash command, a button as `[Undo]`, or a form's values by field. An opened form is
    heard as `(form) Its title`, a refused one as a line `field: what is wrong` for each field.
    """
    for said, expected in turns:
        heard = hear(office, said, user=user, channel=channel)
        assert agrees(heard, expected), f"{said}\n--- said:\n{heard}\n--- expected:\n{expected}"


def hear(office: Office, said: Said, *, user: str = PM, channel: str = TEAM) -> str:
    """Everything that *user*, and nobody else, is told when they say it, press it or fill it in."""
    before, form = private(office, user), office.slack.modal(user)
    _do(office, said, user, channel)
    told = [message for key, message in private(office, user).items() if before.get(key) != message]
    opened = office.slack.modal(user)
    assert [end for message in told for end in dead_ends(message)] == []
    heard = [read(message) for message in told]
    if not isinstance(said, str):
        heard += [f"{field_of(field)}: {sentence}" for field, sentence in office.slack.errors(user).items()]
    if opened is not None and (form is None or opened["id"] != form["id"]):
        heard.append(f"(form) {opened['title']['text']}")
    return "\n".join(heard)


def dead_ends(message: Mapping[str, Any]) -> list[str]:
    """The buttons of a message or form that lead to no known action, and to no words that name a command."""
    return [label for label, one in buttons(dict(message)).items() if not _leads(one["action_id"], one.get("value"))]


def agrees(heard: str, expected: str) -> bool:
    """Whether *heard* is what was *expected*."""
    pattern = "[^\n]*".join(map(re.escape, expected.split(ANYTHING)))
    return re.fullmatch(pattern, heard) is not None


def private(office: Office, user: str) -> dict[str, dict[str, Any]]:
    """What only *user* sees: messages shown to them alone, and what was written to them directly."""
    shown = [one for one in office.slack.ephemerals() if one["shown_to"] == user]
    written = [one for one in office.slack.messages() if one["channel"].startswith("D") and one.get("bot_id")]
    mine = [one for one in written if _is_with(office, one["channel"], user)]
    return {f"{one['channel']}/{one['ts']}": one for one in [*shown, *mine]}


def a_team(session: Session, **known: Any) -> Product:
    """A product whose weekly review is on its usual time: a PM (U0PM), an ML lead (U0ML), Berlin, the team's channel."""
    defaults = {"key": "copilot", "name": "Support Copilot", "timezone": "Europe/Berlin", "team_channel": TEAM}
    now, people = known.pop("now", now_in(session)), known.pop("people", {Role.PM: PM, Role.ML_LEAD: ML})
    return service.add(session, NewProduct(**defaults | known), people=people, rituals=registry().rituals, now=now)


def answer(
    session: Session, text: str, *, now: datetime = MONDAY, user: str = PM, channel: str | None = TEAM, **house: Any
) -> Reply:
    """What the handlers answer to *text* at *now*, straight from them; refusals included, as they are told."""
    return _answered(session, _incoming(Kind.COMMAND, user, channel, text=text), now, house)


def pressed(
    session: Session, action: str, value: str, *, now: datetime = MONDAY, user: str = PM, channel: str | None = TEAM
) -> Reply:
    """What the handlers answer to a button at *now*."""
    return _answered(session, _incoming(Kind.CLICK, user, channel, name=action, value=value), now, {})


def shown(reply: Reply, *, user: str = PM, channel: str | None = TEAM) -> Form:
    """*reply* as Slack gets it: a message, or a form."""
    if reply.view is None:
        return saying.message(reply)
    return saying.form(reply.view, _incoming(Kind.COMMAND, user, channel))


def _leads(action_id: str, value: str | None) -> bool:
    name = action_id.partition(":")[0]
    if name != SAY:
        return name in registry().actions
    try:
        route(registry().commands, registry(), value or "", slash="/muster")
    except UnknownWordError:
        return False
    return True


def _do(office: Office, said: Said, user: str, channel: str) -> None:
    if not isinstance(said, str):
        office.submit(dict(said), user=user)
    elif said.startswith("[") and said.endswith("]"):
        office.press(said[1:-1], user=user, channel=channel)
    else:
        office.say(said, user=user, channel=channel)


def _is_with(office: Office, channel: str, user: str) -> bool:
    return user in office.slack.workspace.channels[channel].members


def _incoming(kind: Kind, user: str, channel: str | None, **known: str) -> Incoming:
    return Incoming(kind=kind, key="asked", user=user, channel=channel, **known)  # type: ignore[arg-type]  # words only


def _answered(session: Session, incoming: Incoming, now: datetime, known: Mapping[str, Any]) -> Reply:
    house = House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE, **known)
    person = Person(user=incoming.user, name="Ana Lima", standing=Standing.MEMBER, timezone="Europe/Berlin")
    try:
        return house.meant(incoming).answer(house.ask(session, incoming, person))
    except Exception as error:  # noqa: BLE001 told as it would be; what nobody foresaw is a test's failure elsewhere
        return saying.spoken(error, incoming)
