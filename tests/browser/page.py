"""A page in a headless Chromium, driven by `drive.mjs`: what a person does to it, and what they see."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

HERE = Path(__file__).parent

At = Mapping[str, Any]
"""Where on the page: a role, a text, a label, a placeholder or css; see `found` in `drive.mjs`."""

_LONGEST_LINE = 16 << 20
_START_WITHIN = 60.0
_ANSWER_WITHIN = 30.0
_STOP_WITHIN = 10.0


class CannotBrowseError(Exception):
    """Something that a browser test needs is not installed; the message says what and how to get it."""


class PageError(AssertionError):
    """What was to be done or seen on the page could not be."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """The programs that drive a page."""

    node: str
    chromium: str


def tools() -> Tools:
    """What this machine has for it. Raises `CannotBrowseError`, naming the first thing that is missing."""
    node = shutil.which("node")
    if node is None:
        raise CannotBrowseError("no node here: install Node.js 20 or later to drive a browser")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not Path(chromium).exists():
        raise CannotBrowseError("no chromium here: install it, or name its path in CHROMIUM")
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        raise CannotBrowseError("no node_modules in tests/browser: run `npm ci` there")
    return Tools(node=node, chromium=chromium)


@asynccontextmanager
async def browsing(folder: Path, *, patience: float = 10.0) -> AsyncIterator["Page"]:
    """A page of a browser of its own, whose profile and log lie in *folder*. Raises `CannotBrowseError`.

    Each deed waits *patience* seconds at most for its place to be there.
    """
    process = await _started(tools(), folder, patience)
    try:
        page = Page(process, folder / "browser.log")
        async with asyncio.timeout(_START_WITHIN):
            await page.answer()
        yield page
    finally:
        await _stop(process)


class Page:
    """One page. Every deed waits a while until its place is there; `PageError` says what was not."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def goto(self, url: str) -> None:
        """Open *url*."""
        await self._do("goto", url=url)

    async def click(self, **at: Any) -> None:
        """Click there."""
        await self._do("click", at=at)

    async def hover(self, **at: Any) -> None:
        """Move the mouse there."""
        await self._do("hover", at=at)

    async def fill(self, text: str, **at: Any) -> None:
        """Put *text* into the field there, in place of what it holds."""
        await self._do("fill", at=at, text=text)

    async def press(self, key: str, **at: Any) -> None:
        """Press a key there: `Enter`, `Escape`, `Shift+Tab`."""
        await self._do("press", at=at, key=key)

    async def select(self, option: str, **at: Any) -> None:
        """Choose the option with this label from the list there."""
        await self._do("select", at=at, option=option)

    async def wait_for(self, *, state: str = "visible", **at: Any) -> None:
        """Wait until it is visible there, or `hidden`, `attached`, `detached`."""
        await self._do("wait_for", at=at, state=state)

    async def text(self, **at: Any) -> str:
        """The text that shows there."""
        return cast(str, await self._do("text", at=at))

    async def texts(self, **at: Any) -> list[str]:
        """The texts of all such places as they are now, in the order of the page; nothing is waited for."""
        return cast(list[str], await self._do("texts", at=at))

    async def value(self, **at: Any) -> str:
        """What the field there holds."""
        return cast(str, await self._do("value", at=at))

    async def picture(self, **at: Any) -> tuple[int, int]:
        """Width and height of the picture there, as soon as it has come and can be read."""
        width, height = await self._do("picture", at=at)
        return width, height

    async def screenshot(self, path: Path) -> None:
        """Write what shows to *path*, a PNG."""
        await self._do("screenshot", path=str(path))

    async def errors(self) -> list[str]:
        """The errors that the page's own script left uncaught."""
        return cast(list[str], await self._do("errors"))

    async def answer(self) -> Any:
        """The driver's next answer."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise PageError(f"The browser is gone:\n{self._log.read_text(errors='replace')[-2000:]}")
        told = json.loads(line)
        if "error" in told:
            raise PageError(told["error"])
        return told["value"]

    async def _do(self, deed: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": deed} | given).encode() + b"\n")
        async with asyncio.timeout(_ANSWER_WITHIN):
            await self._process.stdin.drain()
            return await self.answer()


async def _started(found: Tools, folder: Path, patience: float) -> Process:
    with (folder / "browser.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            found.node,
            str(HERE / "drive.mjs"),
            found.chromium,
            str(folder / "profile"),
            f"{patience * 1000:.0f}",
            cwd=folder,
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            limit=_LONGEST_LINE,
        )


async def _stop(process: Process) -> None:
    """Let it close its browser; if it cannot, end it."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
