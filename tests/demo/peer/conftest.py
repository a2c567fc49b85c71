from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.peer.config import Channel, Person, Workspace
from bot.demo.peer.server import Running, running
from tests.support.local_slack import Peer, local_slack_binary

__all__ = ["local_slack_binary"]  # pytest finds the fixture here

WORKSPACE = Workspace(
    people=(Person(id="U01ALICE", name="alice", real_name="Alice Anderson", email="alice@example.com"),),
    channels=(Channel(id="C01TEAM", name="team", members=("U01ALICE", "U0BOT")),),
)


@pytest.fixture
async def slack(local_slack_binary: Path, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(local_slack_binary, WORKSPACE, folder=tmp_path / "a slack") as up:
        yield up


@pytest.fixture
async def peer(slack: Running) -> AsyncIterator[Peer]:
    async with Peer(slack.url) as somebody:
        yield somebody
