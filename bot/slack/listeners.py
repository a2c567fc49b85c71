"""Bolt's listeners: one for each kind of thing that Slack sends; what it means is the registry's to say."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.incoming import Incoming
from bot.errors import MusterError
from bot.kit.forms import field_of
from bot.kit.reply import Reply
from bot.log import logger
from bot.slack import gestures, saying
from bot.slack.answers import Answers, TooLateError
from bot.slack.desk import Desk, explained
from bot.slack.directory import People
from bot.slack.scopes import HAPPENINGS

ANY = re.compile(".*", re.DOTALL)

Body = dict[str, Any]
T = TypeVar("T")


class Afterwards:
    """What goes on after the acknowledgement, in this process: nothing that a crash may not take away."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Let *work* go on by itself; where it breaks, the log says so."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rest(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except MusterError as error:
            logger().warning("answer.lost", reason=str(error))
        except Exception:  # noqa: BLE001 nobody awaits this: the log is the only place to say it
            logger().exception("answer.broke")


class Listeners:
    """What Bolt calls. Every listener acknowledges within Slack's three seconds."""

    def __init__(self, *, desk: Desk, answers: Answers, people: People, afterwards: Afterwards) -> None:
        self._desk = desk
        self._answers = answers
        self._people = people
        self._afterwards = afterwards

    def attach(self, app: AsyncApp) -> None:
        """Let *app* call these."""
        app.middleware(self.on_anything)
        app.command(ANY)(self.on_command)
        app.action(ANY)(self.on_click)
        app.view(ANY)(self.on_submission)
        app.view_closed(ANY)(self.on_nothing)
        app.shortcut(ANY)(self.on_shortcut)
        for kind in ("app_mention", "message"):
            app.event(kind)(self.on_words)
        app.event("app_home_opened")(self.on_home)
        app.event("user_change")(self.on_person)
        for kind in HAPPENINGS:
            app.event(kind)(self.on_happening)
        app.event(ANY)(self.on_nothing)
        # Unheard, what somebody types into a menu that asks would stand in Bolt's warning.
        app.options(ANY)(self.on_nothing)

    async def on_anything(self, body: Body, next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:  # noqa: A002 Bolt's name
        """Before all else: Slack says that it holds things back, or the request is one for the listeners below."""
        if body.get("type") == "app_rate_limited":
            logger().error("slack.holds_back", minute=body.get("minute_rate_limited"))
            return BoltResponse(status=200)
        await next()
        return None

    async def on_command(self, ack: AsyncAck, body: Body) -> None:
        """A slash command: looking is answered in the acknowledgement."""
        incoming = await self._read(gestures.command, body, ack)
        if incoming is None:
            return
        taken = await self._desk.take(incoming)
        if taken.reply is None:
            await ack()
        else:
            await ack(response_type="ephemeral", **saying.message(taken.reply))
        if taken.wanted:
            self._afterwards.do(self._open(incoming))

    async def on_click(self, ack: AsyncAck, body: Body) -> None:
        """A button: acknowledged once it is written down or understood, answered beside it."""
        await self._gesture(gestures.click, ack, body)

    async def on_shortcut(self, ack: AsyncAck, body: Body) -> None:
        """An entry of Slack's menus."""
        await self._gesture(gestures.shortcut, ack, body)

    async def on_submission(self, ack: AsyncAck, body: Body) -> None:
        """A form: what it changes is committed before Slack closes it."""
        incoming = await self._read(gestures.submission, body, ack)
        if incoming is None:
            return
        accepted = await self._desk.submit(incoming)
        if accepted.errors:
            await ack(response_action="errors", errors=_placed(accepted.errors, body))
        elif accepted.view is not None:
            await ack(response_action="update", view=saying.form(accepted.view, incoming))
        else:
            await ack()
            if incoming.channel is None:
                self._afterwards.do(self._show_home(incoming))

    async def on_words(self, ack: AsyncAck, body: Body, event: Body) -> None:
        """A mention in a channel, or a direct message; both may tell of the same words."""
        incoming = (
            await self._read(lambda told: gestures.mention(event, told), body, ack) if _is_for_us(event) else None
        )
        if incoming is not None:
            await self._desk.write_down(incoming)
        await ack()

    async def on_home(self, ack: AsyncAck, body: Body) -> None:
        """Somebody opened App Home: they see it as it is now."""
        incoming = await self._read(gestures.event, body, ack)
        await ack()
        if incoming is not None and incoming.value in {"", "home"}:
            self._afterwards.do(self._show_home(incoming))

    async def on_person(self, ack: AsyncAck, body: Body) -> None:
        """Something about a person changed: that is known before anybody acts on it."""
        change = await self._read(gestures.change, body, ack)
        if change is None:
            return
        incoming, described = change
        await self._desk.hear(incoming, await self._people.described(incoming.user, described))
        await ack()

    async def on_happening(self, ack: AsyncAck, body: Body) -> None:
        """Something that nobody said to Muster: written down for every happening that listens to it."""
        incoming = await self._read(gestures.event, body, ack)
        if incoming is not None:
            await self._desk.hear(incoming)
            await ack()

    async def on_nothing(self, ack: AsyncAck) -> None:
        """Something that nobody waits for."""
        await ack()

    async def _gesture(self, read: Callable[[Body], Incoming], ack: AsyncAck, body: Body) -> None:
        incoming = await self._read(read, body, ack)
        if incoming is None:
            return
        taken = await self._desk.take(incoming)
        await ack()
        if taken.wanted:
            self._afterwards.do(self._open(incoming))
        elif taken.reply is not None:
            self._afterwards.do(self._tell(incoming, taken.reply))

    async def _read(self, read: Callable[[Body], T], body: Body, ack: AsyncAck) -> T | None:
        """What *body* says; what cannot be read is refused in words where Slack shows them."""
        try:
            return read(body)
        except gestures.UnreadableError as error:
            logger().warning("gesture.unreadable", kind=body.get("type") or "command")
            if body.get("type") == "view_submission":
                await ack(response_action="errors", errors=_placed({"": str(error)}, body))
            else:
                await ack()
            return None

    async def _open(self, incoming: Incoming) -> None:
        view = await self._desk.view_for(incoming)
        if isinstance(view, Reply):
            await self._tell(incoming, view)
            return
        try:
            await self._answers.open(incoming, view)
        except TooLateError:
            await self._tell(incoming, saying.too_late(incoming))
        except Exception as error:  # noqa: BLE001 Slack refused the form: the person hears of it
            await self._tell(incoming, explained(error, incoming))

    async def _tell(self, incoming: Incoming, reply: Reply) -> None:
        told = saying.stored(reply)
        if told is not None and incoming.channel is None and incoming.trigger is not None:
            # In App Home there is no message to answer beside.
            try:
                await self._answers.open(incoming, saying.as_view(reply))
            except TooLateError:
                await self._desk.tell_directly(incoming, reply)
        elif told is not None:
            await self._answers.tell(incoming, told)

    async def _show_home(self, incoming: Incoming) -> None:
        await self._answers.publish_home(incoming.user, await self._desk.home(incoming.user, incoming))


def _is_for_us(event: Body) -> bool:
    """Words of a person, new ones: neither a bot's, nor edited, deleted, joined; of a channel only what mentions us."""
    if event.get("bot_id") or event.get("subtype") or not event.get("user"):
        return False
    return event.get("type") == "app_mention" or event.get("channel_type") == "im"


def _placed(errors: dict[str, str] | Any, body: Body) -> dict[str, str]:
    """*errors* by block, those of the form as a whole beside its first field."""
    blocks = (body.get("view") or {}).get("blocks") or []
    inputs = [block["block_id"] for block in blocks if block.get("type") == "input"]
    first = next(iter(inputs), "form")
    named = {field_of(block_id): block_id for block_id in inputs}
    return {named.get(name, name) or first: sentence for name, sentence in errors.items()}
