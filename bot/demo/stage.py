"""The demo's Slack: its people and its channel, and how what was posted is shown."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from bot.clock import Clock
from bot.demo import story
from bot.demo.terminal import show
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User

TOKEN = "xoxb-demo"  # noqa: S105 it opens nothing but the demo's own Slack
BOT = App(token=TOKEN)


def local_slack(clock: Clock) -> Sandbox:
    """A Slack with the story's people and channel, whose messages carry the time of *clock*."""
    slack = Sandbox(BOT, clock=clock)
    channel_id, name = story.TEAM_CHANNEL
    people = (story.PM, story.ML_LEAD)
    slack.workspace.add(
        *(User(id=person.id, name=person.name) for person in people),
        Channel(id=channel_id, name=name, members={BOT.bot_user, *(person.id for person in people)}),
    )
    return slack


def tell(messages: Sequence[dict[str, Any]], console: Console) -> None:
    """Print what was posted, and what to try next."""
    channel_id, name = story.TEAM_CHANNEL
    names = {channel_id: name, BOT.bot_user: "Muster", story.PM.id: story.PM.name, story.ML_LEAD.id: story.ML_LEAD.name}
    show(messages, console, names=names, zone=story.ZONE)
    heads = sum("thread_ts" not in message for message in messages)
    console.print(
        f"\n{heads} weekly reviews of {story.PRODUCT.name}, {len(messages)} messages, each posted once"
        " to a local Slack.\nYours next: .venv/bin/muster migrate, then .venv/bin/muster product add --help",
        highlight=False,
    )
