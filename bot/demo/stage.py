"""The demo's Slack: its people and its channel, and how what was posted is shown."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from bot.clock import Clock
from bot.demo import story
from bot.demo.peer import config as peer
from bot.demo.terminal import show
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User

TOKEN = "xoxb-demo"  # noqa: S105 it opens nothing but the demo's own Slack
BOT = App(token=TOKEN)

CHANNELS = (story.TEAM_CHANNEL, story.NEWS_CHANNEL)


def playground() -> peer.Workspace:
    """The playground's people and channels: the story's, and a channel for a product of one's own."""
    members = (peer.App.bot_user, *(one.id for one in story.EVERYBODY))
    people = tuple(
        peer.Person(id=one.id, name=one.name.split()[0].lower(), real_name=one.name) for one in story.EVERYBODY
    )
    team = peer.Channel(id=story.TEAM_CHANNEL[0], name=story.TEAM_CHANNEL[1], members=members)
    news = peer.Channel(id=story.NEWS_CHANNEL[0], name=story.NEWS_CHANNEL[1], members=members)
    own = peer.Channel(id="C02COPILOT", name="copilot-team", members=members)
    return peer.Workspace(people=people, channels=(team, news, own))


def welcome(page: str) -> str:
    """What the playground says once it is up."""
    return f"""
Muster plays at {page}
In #{story.TEAM_CHANNEL[1]} you see last week's error review, in #{story.NEWS_CHANNEL[1]} the updates.
Things to try in the message box:
  /muster                 what is useful in this channel
  /muster health          how the product does against its targets; also: health trend csat
  /muster update          the week as stakeholders will read it: approve it, edit it, skip it
  /muster help            everything Muster understands
  /muster product add     a product of your own; a source to try: {story.DATA}
Its forms send only what you touch. Ctrl-C closes it."""


def local_slack(clock: Clock) -> Sandbox:
    """A Slack with the story's people and channel, whose messages carry the time of *clock*."""
    slack = Sandbox(BOT, clock=clock)
    members = {BOT.bot_user, *(person.id for person in story.EVERYBODY)}
    slack.workspace.add(
        *(User(id=person.id, name=person.name) for person in story.EVERYBODY),
        *(Channel(id=channel, name=name, members=set(members)) for channel, name in CHANNELS),
    )
    return slack


def as_read(slack: Sandbox) -> list[dict[str, Any]]:
    """Everything in the local Slack, direct messages under the name of whom they are for."""
    directs = {one.id: one.name for one in slack.workspace.channels.values() if one.is_im}
    return [{**one, "channel": directs.get(one["channel"], one["channel"])} for one in slack.messages()]


def tell(messages: Sequence[dict[str, Any]], console: Console) -> None:
    """Print what was posted, and what to try next."""
    people = {person.id: person.name for person in story.EVERYBODY}
    names = {**dict(CHANNELS), BOT.bot_user: "Muster", **people}
    show(messages, console, names=names, zone=story.ZONE)
    console.print(
        f"\nFour weeks of {story.PRODUCT.name}: reviews, checks, updates and an incident, {len(messages)} messages,"
        " each posted once to a local Slack.\n"
        "Yours next: .venv/bin/muster migrate, then .venv/bin/muster product add --help",
        highlight=False,
    )
