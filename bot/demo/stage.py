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

_TEAM = (story.PM, story.ML_LEAD, story.NEWCOMER)


def playground() -> peer.Workspace:
    """The playground's people and channels: the story's, and a channel for a product of one's own."""
    members = (peer.App.bot_user, *(one.id for one in _TEAM))
    people = tuple(peer.Person(id=one.id, name=one.name.split()[0].lower(), real_name=one.name) for one in _TEAM)
    team = peer.Channel(id=story.TEAM_CHANNEL[0], name=story.TEAM_CHANNEL[1], members=members)
    return peer.Workspace(
        people=people, channels=(team, peer.Channel(id="C02COPILOT", name="copilot-team", members=members))
    )


def welcome(page: str) -> str:
    """What the playground says once it is up."""
    return f"""
Muster plays at {page}
In #{story.TEAM_CHANNEL[1]} you see last week's error review. Things to try in the message box:
  /muster                 what is useful in this channel
  /muster help            everything Muster understands
  /muster product add     a product of your own; a source to try: {story.DATA}
Its forms send only what you touch. Ctrl-C closes it."""


def local_slack(clock: Clock) -> Sandbox:
    """A Slack with the story's people and channel, whose messages carry the time of *clock*."""
    slack = Sandbox(BOT, clock=clock)
    channel_id, name = story.TEAM_CHANNEL
    slack.workspace.add(
        *(User(id=person.id, name=person.name) for person in _TEAM),
        Channel(id=channel_id, name=name, members={BOT.bot_user, *(person.id for person in _TEAM)}),
    )
    return slack


def as_read(slack: Sandbox) -> list[dict[str, Any]]:
    """Everything in the local Slack, direct messages under the name of whom they are for."""
    directs = {one.id: one.name for one in slack.workspace.channels.values() if one.is_im}
    return [{**one, "channel": directs.get(one["channel"], one["channel"])} for one in slack.messages()]


def tell(messages: Sequence[dict[str, Any]], console: Console) -> None:
    """Print what was posted, and what to try next."""
    channel_id, name = story.TEAM_CHANNEL
    people = {person.id: person.name for person in _TEAM}
    names = {channel_id: name, BOT.bot_user: "Muster", **people}
    show(messages, console, names=names, zone=story.ZONE)
    heads = sum("thread_ts" not in message for message in messages if message["channel"] == channel_id)
    console.print(
        f"\n{heads} weekly reviews of {story.PRODUCT.name}, {len(messages)} messages, each posted once"
        " to a local Slack.\nYours next: .venv/bin/muster migrate, then .venv/bin/muster product add --help",
        highlight=False,
    )
