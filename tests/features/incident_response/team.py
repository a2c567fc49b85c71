"""A team whose incidents are tried out in one transaction: forms sent in, and what was told to whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.domain.incidents import Incident
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.features.incident_response import card
from bot.kit.asking import Ask
from bot.kit.reply import Reply, View
from bot.slack.handling import House
from bot.store import directory, incidents, posts
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.tables import PostRow
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team
from tests.support.incidents import MINUTE, TUESDAY
from tests.support.office import ML, OTHER, PM, TEAM, read

LEE, GUEST = "U0LEE", "U0GUEST"
THREAD = "1795046460.000100"
"""The time stamp of a message that is the card of an incident."""


def people(session: Session) -> Product:
    """A product of Ana's and Raj's, with Mia and Lee beside them and a guest, all of whom Slack described."""
    names = {PM: "Ana Lima", ML: "Raj Patel", OTHER: "Mia Chen", LEE: "Lee Wong"}
    for user, name in names.items():
        person = Person(user=user, name=name, standing=Standing.MEMBER)
        directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)
    guest = Person(user=GUEST, name="Gil Guest", standing=Standing.GUEST)
    directory.keep(session, LOCAL_WORKSPACE, guest, MONDAY)
    return a_team(session, now=MONDAY)


def asking(session: Session, *, now: datetime, user: str = PM, **known: Any) -> Ask:
    """What a handler is given."""
    usual = {"kind": Kind.SUBMISSION, "key": "asked", "user": user, "channel": TEAM}
    return _house(now).ask(session, Incoming(**usual | known))


def submitted(session: Session, view: View, values: Mapping[str, str], *, now: datetime, user: str = PM) -> Reply:
    """What the form answers, sent in with *values*."""
    filled = {name: (value,) for name, value in values.items()}
    ask = asking(session, now=now, user=user, values=filled, carries=dict(view.carries))
    return registry().modals[view.name].submit(ask, None)


def form(reply: Reply) -> View:
    """The form that was opened."""
    assert reply.view is not None, reply.text
    return reply.view


def told(reply: Reply) -> list[tuple[str, str]]:
    """What the posts of an answer say, each with whom it goes to; a thread's line as it stands in the channel."""
    return [(post.to, read({"text": post.text, "blocks": list(post.blocks)})) for post in reply.posts]


def now_of(session: Session, number: int = 1) -> Incident:
    """The incident as it is now."""
    found = incidents.with_id(session, number)
    assert found is not None
    return found


def posted(session: Session, product: Product, incident: Incident, ts: str) -> None:
    """Let the card of an incident stand in the channel as the message *ts*."""
    first = card.post(session, product, incident, TEAM, TUESDAY)
    new = NewPost(workspace=LOCAL_WORKSPACE, key=first.key, recipient=TEAM, text=first.text, blocks=first.blocks)
    posts.add(session, new, TUESDAY)
    row = session.exec(select(PostRow).where(col(PostRow.key) == first.key)).one()
    row.channel, row.ts = TEAM, ts
    session.add(row)
    session.flush()


def answer_in(session: Session, text: str, thread: str, *, user: str = PM) -> Reply:
    """What is answered to *text* in a thread of the team's channel, a while after Tuesday's incident was declared."""
    now = TUESDAY + 14 * MINUTE
    ask = asking(session, now=now, user=user, kind=Kind.MENTION, thread=thread, text=text)
    return _house(now).meant(ask.incoming).answer(ask)


def _house(now: datetime) -> House:
    return House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
