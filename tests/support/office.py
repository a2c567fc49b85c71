"""A whole Muster at work against a sandbox, in a thread of its own: what people say to it, and what they see."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import pytest
from sqlmodel import Session

from bot.config import Settings
from bot.domain.delivery import Patience
from bot.sandbox.outcome import Outcome
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack.client import connected
from bot.slack.desk import Limits
from bot.store import edits, inbox, posts
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from bot.web.app import application
from bot.web.server import serving
from bot.wiring.parts import Parts, assembled
from bot.wiring.running import slack_app
from tests.support.charting import drawn

PM, ML, GUEST, STRANGER, OTHER = "U0PM", "U0ML", "U0GUEST", "U0FAR", "U0ELSE"
TEAM, ELSEWHERE, SHARED = "C0TEAM", "C0ELSE", "C0SHARED"
UNASKED_S = 1.0
"""How often the office looks by itself whether there is anything to do."""

BOT = App(token="xoxb-office", app_token="xapp-office", signing_secret="f" * 32)


class Office:
    """Muster, a sandbox, and people. Use it as a context manager; nothing runs on a schedule here.

    Slack and Muster are *patient* where a test is about what is said, not about how soon: the machine may be busy.
    """

    def __init__(self, database: Database, *, patient: bool = False, **settings: Any) -> None:
        self.database = database
        self.slack = Sandbox(BOT, ack_within=30) if patient else Sandbox(BOT)
        self._limits = Limits(writing=20, looking=15, submitting=22, noting=5) if patient else Limits()
        # This Slack has no limit of one message a second and channel.
        self._patience = Patience(pace=timedelta(milliseconds=20))
        everybody = {PM, ML, GUEST, OTHER}
        self.slack.workspace.add(
            User(id=PM, name="Ana Lima"),
            User(id=ML, name="Raj Patel"),
            User(id=OTHER, name="Mia Chen", tz="America/New_York"),
            User(id=GUEST, name="Gil Guest", is_restricted=True),
            User(id=STRANGER, name="Sam Stranger", team_id="T0OTHER"),
            Channel(id=TEAM, name="team", members={BOT.bot_user, *everybody}),
            Channel(id=ELSEWHERE, name="elsewhere", members={BOT.bot_user, *everybody}),
            Channel(id=SHARED, name="shared", members={BOT.bot_user, *everybody}, is_ext_shared=True),
        )
        self._settings = settings
        self._up: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="office", daemon=True)

    def say(self, text: str, *, user: str = PM, channel: str = TEAM) -> str:
        """What the person is told when they type *text* after the slash command: everything, as plain text."""
        before = len(self.slack.ephemerals())
        outcome = self.slack.command(user, channel, "/muster", text)
        assert outcome.ok, outcome
        self.settle()
        return "\n".join(read(one) for one in self.slack.ephemerals()[before:])

    def press(self, label: str, *, user: str = PM, channel: str = TEAM) -> str:
        """What the person is told when they press the button *label* of the latest message that has it."""
        before = len(self.slack.ephemerals())
        seen = [one for one in self.slack.messages(channel) + self.slack.ephemerals(channel) if buttons(one).get(label)]
        message = max(seen, key=lambda one: float(one["ts"]))
        element = buttons(message)[label]
        outcome = self.slack.click(user, channel, message["ts"], element["action_id"], element.get("value"))
        assert outcome.ok, outcome
        self.settle()
        return "\n".join(read(one) for one in self.slack.ephemerals()[before:])

    def submit(self, values: dict[str, Any] | None = None, *, user: str = PM) -> Outcome:
        """Fill in the form that is open and send it."""
        outcome = self.slack.submit(user, values)
        self.settle()
        return outcome

    def changes(self, user: str, **changes: Any) -> None:
        """Something about a person changes, `deleted=True`; wait until all is done that follows."""
        self._happened(self.slack.change_person(user, **changes))

    def leaves(self, user: str, channel: str = TEAM) -> None:
        """A person leaves a channel."""
        self._happened(self.slack.leave(user, channel))

    def joins(self, user: str, channel: str = TEAM) -> None:
        """A person joins a channel."""
        self._happened(self.slack.join(user, channel))

    def reacts(self, emoji: str, *, ts: str, user: str = PM, channel: str = TEAM) -> None:
        """A person reacts to a message."""
        self._happened(self.slack.react(user, channel, ts, emoji))

    def regroups(self, group: str, *members: str) -> None:
        """A user group has other members from now on."""
        self._happened(self.slack.regroup(group, members))

    def settle(self) -> None:
        """Wait until nothing is left to do: inbox empty, answers told, posts sent, forms open."""
        asyncio.run_coroutine_threadsafe(self._settled(), self._loop).result(30)

    def __enter__(self) -> Self:
        self.slack.__enter__()
        self._thread.start()
        self._up.result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        self.slack.__exit__(kind, error, trace)

    def _happened(self, outcome: Outcome) -> None:
        assert outcome.ok, outcome
        self.settle()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if not self._up.done():
                self._up.set_exception(error)
            raise

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        settings = Settings(_env_file=None, slack_bot_token=BOT.token, slack_api_url=self.slack.url, **self._settings)
        async with AsyncExitStack() as stack:
            sender = await stack.enter_async_context(connected(token=BOT.token, base_url=self.slack.url))
            self.parts: Parts = stack.enter_context(
                assembled(self.database, sender, moment=now_in, settings=settings, patience=self._patience, draw=drawn)
            )
            self.app = await stack.enter_async_context(slack_app(settings, self.parts, sender, limits=self._limits))
            door = self.app.door(BOT.signing_secret or "")
            pages = application(database=self.database, moment=now_in, slack=door)
            port = await stack.enter_async_context(serving(pages, port=0, host="127.0.0.1"))
            self.events_url = f"http://127.0.0.1:{port}/slack/events"
            self.slack.workspace.install(App(**{**vars(BOT), "events_url": self.events_url}))
            working = asyncio.create_task(self._work())
            self._up.set_result(None)
            await self._stop.wait()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self) -> None:
        """What happens by itself; whoever waits for it works it off at once, see `_settled`."""
        while True:
            await self._turn()
            await asyncio.sleep(UNASKED_S)

    async def _turn(self) -> None:
        await self.app.inbox.turn()
        await self.parts.relay.turn()

    async def _settled(self) -> None:
        while True:
            await self._turn()
            await self.app.rest()
            if not await self.database.look(_is_anything_due):
                return
            await asyncio.sleep(0.005)


def _is_anything_due(session: Session) -> bool:
    """Whether anything is left to do now; what is to be looked at later may wait."""
    now = now_in(session)
    oldest = (inbox.oldest_open(session, LOCAL_WORKSPACE), posts.oldest_open(session, LOCAL_WORKSPACE))
    waits = any(instant is not None and instant <= now for instant in oldest)
    return waits or edits.are_open(session, LOCAL_WORKSPACE, now)


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """Muster at work, on SQLite and on Postgres, with nothing said yet."""
    with Office(database, patient=True) as opened:
        yield opened


def read(message: dict[str, Any]) -> str:
    """A message as a person reads it, blocks and all."""
    return "\n".join(_texts(message.get("blocks") or [])) or str(message.get("text", ""))


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons of a message by their label."""
    found = {}
    for block in message.get("blocks") or []:
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if element.get("type") == "button":
                found[element["text"]["text"]] = element
    return found


def _texts(part: Any) -> list[str]:
    match part:
        case {"type": "button"}:
            return [f"[{part['text']['text']}]"]
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            return [text]
        case dict():
            return [text for value in part.values() for text in _texts(value)]
        case list():
            return [text for one in part for text in _texts(one)]
        case _:
            return []
