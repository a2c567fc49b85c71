"""The local Slack as a process of its own, on loopback only, for as long as somebody wants it."""

import asyncio
import os
import re
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from bot.demo.peer.config import LOOPBACK, Files, Workspace, lay
from bot.demo.peer.listening import addresses
from bot.errors import UserError

LOG = "local-slack.log"

_START_WITHIN = 30.0
_STOP_WITHIN = 5.0
_LOOK_EVERY = 0.02
_LAST_LINES = 8
_PAGE = re.compile(r"Web UI:\s+(http://127\.0\.0\.1:\d+)\s")
_SOURCE = re.compile(r"\d+ \| ")

# It sees nothing of our environment but these: no token, no proxy, no setting of its runtime.
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "TZ")


class LocalSlackDiedError(UserError):
    """The local Slack ended by itself."""

    def __init__(self, code: int | None, said: str) -> None:
        super().__init__(f"The local Slack ended by itself (exit {code}). The last it said:\n{said}")


class LocalSlackSilentError(UserError):
    """The local Slack runs, and never said where."""

    def __init__(self, said: str) -> None:
        super().__init__(f"The local Slack did not come up in {_START_WITHIN:.0f} seconds. The last it said:\n{said}")


class NotOnLoopbackError(UserError):
    """Others on the network could have reached the local Slack."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(
            f"The local Slack was stopped: it must listen on {LOOPBACK} only,"
            f" and it was on {', '.join(found) or 'nothing'}."
        )


@dataclass(frozen=True, kw_only=True)
class Running:
    """A local Slack that is up: `url` is the page for people, `api_url` the base address of every Slack call."""

    url: str
    log: Path
    process: Process

    @property
    def api_url(self) -> str:
        """What belongs in SLACK_API_URL."""
        return f"{self.url}/api/"

    async def watch(self) -> NoReturn:
        """Wait as long as it runs. Raises `LocalSlackDiedError` when it ends."""
        raise LocalSlackDiedError(await self.process.wait(), _end_of(self.log))


@asynccontextmanager
async def running(binary: Path, workspace: Workspace, *, folder: Path, port: int = 0) -> AsyncIterator[Running]:
    """A local Slack with this workspace, up and on loopback only; it ends with the `async with`, or with this program.

    Its settings, its uploads and its log lie in *folder*. With *port* 0 it picks a free one.
    Raises `LocalSlackDiedError` (the port is taken, say), `LocalSlackSilentError`, `NotOnLoopbackError`.
    """
    process = await _started(_command(binary, lay(workspace, folder), port), folder)
    try:
        up = Running(url=await _page(process, folder / LOG), log=folder / LOG, process=process)
        _refuse_others(process)
        yield up
    finally:
        await _stop(process)


def _command(binary: Path, files: Files, port: int) -> list[str]:
    # It runs in its own folder: the way to the binary must not depend on ours.
    program = str(binary.resolve())
    where = ["--port", str(port), "--base-host", LOOPBACK]
    return [program, "--config", files.settings, "--files-dir", files.uploads, *where]


async def _started(command: list[str], folder: Path) -> Process:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with (folder / LOG).open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment | {"BUN_OPTIONS": f"--preload={Files.preload}"},
            stdin=PIPE,
            stdout=log,
            stderr=STDOUT,
            start_new_session=True,  # Ctrl-C is for us: we end it when the bot is done with it
        )


async def _page(process: Process, log: Path) -> str:
    """The address of its page, as soon as it says so."""
    try:
        async with asyncio.timeout(_START_WITHIN):
            while not (said := _PAGE.search(_text(log))):
                if process.returncode is not None:
                    raise LocalSlackDiedError(process.returncode, _end_of(log))
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError as error:
        raise LocalSlackSilentError(_end_of(log)) from error
    return said[1]


def _refuse_others(process: Process) -> None:
    found = sorted(map(str, addresses(process.pid)))
    if found != [LOOPBACK]:
        raise NotOnLoopbackError(found)


async def _stop(process: Process) -> None:
    """End it, kindly first; when we are hurried meanwhile, at once."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _end_of(log: Path) -> str:
    """Its last lines; those that quote its own source, each very long, say nothing to anybody."""
    lines = [line.rstrip() for line in _text(log).splitlines() if line.strip() and not _SOURCE.match(line)]
    return "\n".join(lines[-_LAST_LINES:])


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
