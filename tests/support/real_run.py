"""The real `muster run` as a process of its own, against a local Slack; and predictions of the past days to review."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.clock import SystemClock
from bot.demo.peer.config import App, Channel, Person, Workspace
from bot.demo.peer.server import Running
from tests.support.processes import Child, muster

ROOT = Path(__file__).parents[2]
ANA, RAJ, TEAM, NEWS = "U01ANA", "U02RAJ", "C01TEAM", "C02NEWS"
STARTS_WITHIN_S = 30


def a_workspace(*, request_url: str | None = None) -> Workspace:
    """A workspace with Ana, Raj, their channel and the one where others read of it, and Muster in both."""
    return Workspace(
        app=App(request_url=request_url, signing_secret="8f742231b10e8888abcd99yyyzzz85a5"),
        people=(
            Person(id=ANA, name="ana", real_name="Ana Lima", tz="Europe/Berlin"),
            Person(id=RAJ, name="raj", real_name="Raj Patel", tz="Europe/Berlin"),
        ),
        channels=(
            Channel(id=TEAM, name="copilot-team", members=(ANA, RAJ, App.bot_user)),
            Channel(id=NEWS, name="copilot-news", members=(ANA, RAJ, App.bot_user)),
        ),
    )


def a_free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def predictions_of_this_week(folder: Path, *, count: int = 60) -> Path:
    """A JSONL file of *count* predictions of the past days, each third of them wrong, the first the worst."""
    now = SystemClock().now()
    rows = [
        {
            "id": f"p{number}",
            "occurred_at": (now - timedelta(hours=2 * number + 1)).isoformat(),
            "input": f"{_VERBS[number % 8]} {_THINGS[number // 8]} {_WHYS[number % 7]}?",
            "prediction": "Please contact support." if number % 3 == 0 else "It is under Settings.",
            "reference": "It is under Settings.",
            "correct": number % 3 != 0,
            "score": number / count,
            "model_version": "2.0.0",
            "segment": _THINGS[number // 8],
        }
        for number in range(count)
    ]
    path = folder / "predictions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


_VERBS = ("Change", "Close", "Refund", "Translate", "Explain", "Cancel", "Move", "Print")
_THINGS = ("card", "account", "invoice", "parcel", "password", "contract", "address", "subscription")
_WHYS = ("for my sister", "before Monday", "without a fee", "from abroad", "again", "in writing", "on my phone")


@asynccontextmanager
async def muster_run(
    slack: Running, workspace: Workspace, *, database_url: str, port: int = 0
) -> AsyncIterator[Process]:
    """`muster migrate`, then `muster run`, up and connected; at the end it is told to stop, and must end well."""
    app = workspace.app
    over_http = {"SLACK_SIGNING_SECRET": app.signing_secret} if app.request_url else {"SLACK_APP_TOKEN": app.app_token}
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": app.bot_token,
        "PORT": str(port),
        **over_http,
    }
    code, told = await asyncio.to_thread(Child(muster, "migrate", environment=environment).ends)
    assert code == 0, told
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=PIPE
    )
    said: list[str] = []
    reading = asyncio.create_task(_read(process, said))
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            while not any("Slack reaches me" in line for line in said):
                assert process.returncode is None, "".join(said)
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), STARTS_WITHIN_S)
        await reading
    assert code == 0, "".join(said)
    assert not re.search(r"Traceback|\"level\": \"error\"", "".join(said)), "".join(said)


async def _read(process: Process, said: list[str]) -> None:
    assert process.stderr is not None
    while line := await process.stderr.readline():
        said.append(line.decode())
