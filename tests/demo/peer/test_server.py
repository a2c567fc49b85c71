import asyncio
import os
import socket
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import aiohttp
import pytest

from bot.demo.peer import server
from bot.demo.peer.config import App, Workspace
from bot.demo.peer.listening import addresses
from bot.demo.peer.server import Running, running
from tests.demo.peer.conftest import WORKSPACE
from tests.support.local_slack import Peer

DEAF = "#!/bin/sh\ntrap '' TERM\necho 'Web UI:  http://127.0.0.1:1 '\nwhile :; do sleep 1; done\n"


def a_program(folder: Path, text: str) -> Path:
    """A stand-in for the binary, where only its behaviour as a process matters."""
    path = folder / "program"
    path.write_text(text)
    path.chmod(0o755)
    return path


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_it_listens_on_loopback_only(slack: Running) -> None:
    assert addresses(slack.process.pid) == {IPv4Address("127.0.0.1")}


@pytest.mark.parametrize("address", [IPv4Address("127.0.0.2"), IPv6Address("::1")], ids=str)
def test_another_address_that_is_listened_on_is_seen(address: IPv4Address | IPv6Address) -> None:
    with socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6) as another:
        try:
            another.bind((str(address), 0))
        except OSError:
            pytest.skip(f"{address} is not there on this machine")
        another.listen()

        assert address in addresses(os.getpid())


async def test_it_is_stopped_when_others_could_reach_it(
    local_slack_binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "addresses", lambda _pid: {IPv4Address("127.0.0.1"), IPv4Address("0.0.0.0")})

    with pytest.raises(server.NotOnLoopbackError, match=r"it was on 0\.0\.0\.0, 127\.0\.0\.1"):
        async with running(local_slack_binary, WORKSPACE, folder=tmp_path):
            pytest.fail("it must not be handed out")


async def test_it_knows_the_workspace_it_was_given(slack: Running, peer: Peer) -> None:
    state = await peer.state()

    assert state["workspace"] == {"name": "Demo", "domain": "demo", "teamId": "T01LOCAL"}
    assert state["apps"] == [{"appId": "A01APP", "botUserId": "U0BOT", "mode": "socket"}]
    assert [(one["id"], one["name"], one["members"]) for one in state["channels"]] == [
        ("C01TEAM", "team", ["U01ALICE", "U0BOT"])
    ]
    assert [(one["id"], one["real_name"]) for one in state["users"]] == [
        ("U0BOT", "muster"),
        ("U01ALICE", "Alice Anderson"),
    ]
    assert slack.log.parent.name == "a slack"


async def test_over_http_it_calls_where_it_was_told(local_slack_binary: Path, tmp_path: Path) -> None:
    workspace = Workspace(app=App(request_url="http://127.0.0.1:9/slack/events"))

    async with running(local_slack_binary, workspace, folder=tmp_path) as up, Peer(up.url) as peer:
        assert (await peer.state())["apps"][0]["mode"] == "events"


async def test_it_is_gone_after_the_with(local_slack_binary: Path, tmp_path: Path) -> None:
    async with running(local_slack_binary, WORKSPACE, folder=tmp_path) as up:
        assert not is_gone(up.process.pid)

    assert is_gone(up.process.pid)


async def test_it_is_gone_when_its_user_is_cancelled(local_slack_binary: Path, tmp_path: Path) -> None:
    started: asyncio.Future[Running] = asyncio.get_running_loop().create_future()

    async def use() -> None:
        async with running(local_slack_binary, WORKSPACE, folder=tmp_path) as up:
            started.set_result(up)
            await up.watch()

    task = asyncio.create_task(use())
    pid = (await started).process.pid
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert is_gone(pid)


async def test_it_goes_by_itself_when_whoever_started_it_is_gone(slack: Running) -> None:
    assert slack.process.stdin is not None
    slack.process.stdin.close()  # what the system does when we are killed

    async with asyncio.timeout(5):
        assert await slack.process.wait() == 0


async def test_one_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_STOP_WITHIN", 0.2)
    monkeypatch.setattr(server, "addresses", lambda _pid: {IPv4Address("127.0.0.1")})

    async with running(a_program(tmp_path, DEAF), WORKSPACE, folder=tmp_path / "run") as up:
        pass

    assert up.process.returncode == -9


async def test_a_taken_port_is_said(slack: Running, local_slack_binary: Path, tmp_path: Path) -> None:
    port = int(slack.url.rpartition(":")[2])

    with pytest.raises(server.LocalSlackDiedError) as said:
        async with running(local_slack_binary, WORKSPACE, folder=tmp_path / "second", port=port):
            pytest.fail("both cannot have the port")

    assert str(said.value).splitlines()[:2] == [
        "The local Slack ended by itself (exit 1). The last it said:",
        f"error: Failed to start server. Is port {port} in use?",
    ]


async def test_what_it_said_last_is_told_when_it_dies(tmp_path: Path) -> None:
    program = a_program(tmp_path, "#!/bin/sh\nfor n in 1 2 3 4 5 6 7 8 9; do echo line $n; done\nexit 3\n")

    with pytest.raises(server.LocalSlackDiedError) as said:
        async with running(program, WORKSPACE, folder=tmp_path / "run"):
            pytest.fail("it is dead")

    assert str(said.value) == "The local Slack ended by itself (exit 3). The last it said:\n" + "\n".join(
        f"line {n}" for n in range(2, 10)
    )


async def test_one_that_never_says_where_it_is_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_START_WITHIN", 0.2)

    with pytest.raises(server.LocalSlackSilentError, match="The last it said:\nhm"):
        async with running(a_program(tmp_path, "#!/bin/sh\necho hm\nexec sleep 60\n"), WORKSPACE, folder=tmp_path):
            pytest.fail("it is not up")


async def test_its_death_is_noticed(slack: Running) -> None:
    watching = asyncio.create_task(slack.watch())
    slack.process.kill()

    with pytest.raises(server.LocalSlackDiedError, match="exit -9"):
        await watching


async def test_its_page_is_for_people(slack: Running) -> None:
    async with aiohttp.ClientSession() as http, http.get(slack.url) as answer:
        assert "<title>local-slack</title>" in await answer.text()
