"""The real `muster run` against the independent Slack: over the socket, and over signed HTTP."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.demo.peer.server import running
from tests.support.local_slack import Peer, local_slack_binary
from tests.support.real_run import ANA, RAJ, TEAM, a_free_port, a_workspace, muster_run, predictions_of_this_week

__all__ = ["local_slack_binary"]  # pytest finds the fixture here

Json = dict[str, Any]


@asynccontextmanager
async def at_work(binary: Path, folder: Path, database_url: str, *, over_http: bool) -> AsyncIterator[Peer]:
    """Muster at work in the local Slack, and somebody at its page."""
    port = a_free_port() if over_http else 0
    workspace = a_workspace(request_url=f"http://127.0.0.1:{port}/slack/events" if over_http else None)
    async with (
        running(binary, workspace, folder=folder / "slack") as slack,
        muster_run(slack, workspace, database_url=database_url, port=port),
        Peer(slack.url) as peer,
    ):
        yield peer


def says(text: str) -> Callable[[Json], bool]:
    """Whether a message says *text*, in its words or its blocks."""
    return lambda message: text in str(message.get("text")) or text in str(message.get("blocks"))


def a_form(source: Path) -> Json:
    """What Ana fills in to add her product."""

    def text(value: str) -> Json:
        return {"type": "plain_text_input", "value": value}

    return {
        "name": {"name": text("Support Copilot")},
        "channel": {"channel": {"type": "conversations_select", "selected_conversation": TEAM}},
        "timezone": {"timezone": text("Europe/Berlin")},
        "pm": {"pm": {"type": "users_select", "selected_user": ANA}},
        "ml_lead": {"ml_lead": {"type": "users_select", "selected_user": RAJ}},
        "source": {"source": text(str(source))},
    }


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_from_adding_a_product_to_its_first_review(
    local_slack_binary: Path, tmp_path: Path, *, over_http: bool
) -> None:
    source = predictions_of_this_week(tmp_path)
    database_url = f"sqlite:///{tmp_path / 'muster.db'}"
    async with at_work(local_slack_binary, tmp_path, database_url, over_http=over_http) as peer:
        await peer.command(ANA, "hlep", channel=TEAM)
        await peer.said(TEAM, says("Did you mean “help”?"))

        await peer.command(ANA, "product add", channel=TEAM)
        await peer.view("Add a product")
        wrong = a_form(source) | {"timezone": {"timezone": {"type": "plain_text_input", "value": "Berlin"}}}
        assert list(await peer.submit_view(ANA, wrong)) == ["timezone"]
        assert await peer.submit_view(ANA, a_form(source)) == {}
        await peer.said(TEAM, says("You added *Support Copilot*"))
        preview = await peer.said(TEAM, says("Only you see this"))
        assert says("Change card for my sister?")(preview)

        await peer.command(RAJ, "review now", channel=TEAM)
        head = await peer.said(
            # Once it has replies it is the head of its own thread; the preview says the same, but not in its text.
            TEAM,
            lambda one: one["text"].startswith("Error review") and one.get("thread_ts") in {None, one["ts"]},
        )
        await peer.said(TEAM, lambda one: one.get("thread_ts") == head["ts"] and says("11 to ")(one))

        await peer.interact(RAJ, head, action_id="error_review.full:1", value="1 1")
        whole = await peer.said(TEAM, says("Number 1, whole"))
        assert says("Expected: It is under Settings.")(whole)

        await peer.open_home(ANA)
        await peer.until(lambda: "Support Copilot" in str(peer.homes.get(ANA)))


async def test_words_in_a_thread_are_answered_there(local_slack_binary: Path, tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'muster.db'}"
    async with at_work(local_slack_binary, tmp_path, database_url, over_http=False) as peer:
        root = await peer.message(ANA, "Shall we look at the errors?", channel=TEAM)
        await peer.message(RAJ, "<@U0BOT> help review", channel=TEAM, thread_ts=root["ts"])

        answer = await peer.said(TEAM, says("review now [product]"))
        assert answer.get("thread_ts") == root["ts"]
