"""The independent Slack: its binary as a fixture, and `Peer`, which speaks and clicks in it as its people would."""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import aiohttp
import pytest

from bot.demo.peer import fetching, packages

Json = dict[str, Any]

SOON = 15.0
"""Seconds. A message or a reaction that the bot leaves without an answer takes the local Slack ten of them."""


@pytest.fixture(scope="session")
def local_slack_binary() -> Path:
    """The local Slack, fetched once for all tests; where it cannot be fetched, the test is skipped and says why."""
    try:
        package = packages.for_machine()
        with _alone(fetching.cache_folder(os.environ)) as folder:
            return fetching.fetch(folder, package, patience=60)
    except (packages.NoPackageError, fetching.NpmMissingError, fetching.NotFetchedError) as why:
        pytest.skip(str(why))


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """One test process fetches, the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


class Peer:
    """Somebody at the local Slack at *url*: says commands, clicks, fills in forms, and looks. Use with `async with`.

    It keeps what the pages are told: `stack` (the open modals, the top one last), `errors` (of the form just sent,
    by block), `homes` (by person, then app). One stack of modals serves the whole workspace.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.stack: list[Json] = []
        self.errors: dict[str, str] = {}
        self.homes: dict[str, dict[str, Json]] = {}
        self._told = asyncio.Condition()
        self._views = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(self._url, timeout=aiohttp.ClientTimeout(total=SOON))
        self._page = await self._http.ws_connect("/ui", max_msg_size=0)
        self._take(await self._page.receive_json(timeout=SOON))
        self._listener = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._page.close()
        await self._listener
        await self._http.close()

    async def command(self, user: str, text: str = "", *, channel: str, command: str = "/muster") -> None:
        """Say a slash command; its answer comes as messages or as a modal."""
        await self._post("command", {"user": user, "text": text, "channel": channel, "command": command})

    async def interact(self, user: str, message: Json, **action: Any) -> None:
        """Use an element of a message: `action_id`, and `block_id`, `value`, `selected_option` as needed."""
        given = {"type": "button"} | action
        await self._post(
            "interact", {"user": user, "channel": message["channel"], "messageTs": message["ts"], "action": given}
        )

    async def click_in_home(self, user: str, **action: Any) -> None:
        """Use an element of the App Home of *user*; the bot is told of no view, as the local Slack has it."""
        (app,) = (await self.state())["apps"]
        given = {"type": "button"} | action
        click = {"t": "block_action", "channel": "", "messageTs": "", "user": user, "appId": app["appId"]}
        await self._page.send_json(click | {"action": given})

    async def message(self, user: str, text: str, *, channel: str, thread_ts: str | None = None) -> Json:
        """Say something, and return it as it stands in the channel."""
        said = {"user": user, "text": text, "channel": channel, "thread_ts": thread_ts}
        return cast(Json, (await self._post("message", said))["message"])

    async def react(self, user: str, message: Json, name: str, *, present: bool = True) -> None:
        """Add a reaction, or with *present* false take it back."""
        at = {"channel": message["channel"], "ts": message["ts"]}
        await self._post("reaction", at | {"user": user, "name": name, "present": present})

    async def open_home(self, user: str) -> None:
        """Open the bot's App Home; what it shows comes into `homes`."""
        await self._post("open-home", {"user": user})

    async def submit_view(self, user: str, values: Json) -> dict[str, str]:
        """Send the top modal, wait for the answer, and return its errors by block; without any, look at `stack`.

        *values* is by block and action; only what is given is sent: an untouched initial value does not count.
        """
        before, self.errors = self._views, {}
        await self._page.send_json({"t": "view_submit", "user": user, "values": values})
        await self.until(lambda: self._views > before)
        return self.errors

    async def close_view(self, user: str) -> None:
        """Close all modals, as the cross of the top one does."""
        await self._page.send_json({"t": "view_close", "user": user})
        await self.until(lambda: not self.stack)

    async def view(self, title: str) -> Json:
        """The top modal, as soon as it bears this title."""
        await self.until(lambda: bool(self.stack) and self.stack[-1]["title"]["text"] == title)
        return self.stack[-1]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until *holds*, looked at after everything the page is told. Raises `TimeoutError`."""
        async with asyncio.timeout(SOON), self._told:
            await self._told.wait_for(holds)

    async def messages(self, channel: str) -> list[Json]:
        """Everything in a channel, replies and what is for one person only included, oldest first."""
        return cast(list[Json], (await self._get(f"messages/{channel}"))["messages"])

    async def said(self, channel: str, holds: Callable[[Json], bool]) -> Json:
        """The latest message in a channel that *holds*, as soon as there is one. Raises `TimeoutError`."""
        async with asyncio.timeout(SOON), self._told:
            while not (found := [one for one in await self.messages(channel) if holds(one)]):
                await self._told.wait()
        return found[-1]

    async def state(self) -> Json:
        """The workspace: its apps, its people, its channels."""
        return await self._get("state")

    async def log(self) -> list[Json]:
        """What went between Slack and the bot: `direction`, `kind`, `summary` and `detail`, oldest first."""
        return cast(list[Json], (await self._get("log"))["log"])

    async def reset(self) -> None:
        """Forget all messages, modals and homes."""
        await self._post("reset", {})

    async def _get(self, path: str) -> Json:
        async with self._http.get(f"/_control/{path}", raise_for_status=True) as answer:
            return cast(Json, await answer.json())

    async def _post(self, path: str, given: Json) -> Json:
        async with self._http.post(f"/_control/{path}", json=given, raise_for_status=True) as answer:
            return cast(Json, await answer.json())

    async def _listen(self) -> None:
        async for frame in self._page:
            async with self._told:
                self._take(frame.json())
                self._told.notify_all()

    def _take(self, told: Json) -> None:
        match told["t"]:
            case "init":
                self.stack, self.homes = told["state"]["modalStack"], told["state"]["homeViews"]
            case "view":
                self._views, self.stack, self.errors = self._views + 1, told["stack"], {}
            case "view_errors":
                self._views, self.errors = self._views + 1, told["errors"]
            case "home":
                self.homes.setdefault(told["user"], {})[told["appId"]] = told["view"]
            case _:
                pass  # messages and the log are asked for where they are needed
