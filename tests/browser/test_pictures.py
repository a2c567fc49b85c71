"""Charts in a post, in its edit and in a private answer, as a person sees them on the local Slack's page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlmodel import Session

from bot.charts import draw
from bot.demo.peer.config import App
from bot.demo.peer.server import Running, running
from bot.domain.delivery import Patience
from bot.kit.pictures import picture
from bot.outbox.relay import Relay
from bot.slack.client import SlackSender, connected
from bot.store import posts
from bot.store.migrations import migrate
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from bot.wiring.outside import Outside
from tests.browser.page import Page
from tests.browser.slack_page import SlackPage
from tests.support.builders import MONDAY, a_post
from tests.support.charting import a_chart
from tests.support.real_run import ANA, TEAM, a_workspace


@pytest.fixture
async def slack(local_slack_binary: Path, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(local_slack_binary, a_workspace(), folder=tmp_path / "slack") as up:
        yield up


async def test_people_see_the_chart_of_a_post_of_its_edit_and_of_a_private_answer(
    slack: Running, page: Page, tmp_path: Path
) -> None:
    desk = SlackPage(page)
    await desk.open(slack)
    await desk.look_into("copilot-team")
    url = f"sqlite:///{tmp_path / 'muster.db'}"
    migrate(url)
    with closing(Database(url)) as database:
        async with connected(token=App.bot_token, base_url=slack.api_url, by_address=True) as sender:
            relay = a_relay(database, sender)
            database.do(lambda session: show(session, "Accuracy", "82 %"))
            await relay.turn()
            assert await seen(page, "82 %") == (1200, 675)

            database.do(lambda session: show(session, "Accuracy and more " * 5, "83 %"))
            await relay.turn()
            assert await seen(page, "83 %") == (1200, 719)

            await answer(sender, "84 %")
            assert await seen(page, "84 %") == (1200, 675)
            assert await page.errors() == []


def a_relay(database: Database, sender: SlackSender) -> Relay:
    patience = Patience(pace=Patience().pace * 0)
    return Relay(
        database=database, sender=sender, moment=now_in, workspace=LOCAL_WORKSPACE, patience=patience, draw=draw
    )


async def seen(page: Page, alt: str) -> tuple[int, int]:
    return await page.picture(css=f".main .msg img[alt='{alt}']")


async def answer(sender: SlackSender, alt: str) -> None:
    nothing, parts = cast("Any", None), cast("Any", SimpleNamespace(draw=draw))
    outside = Outside(open_source=nothing, parts=parts, sender=sender, loop=asyncio.get_running_loop())
    block = await asyncio.to_thread(outside.picture, a_chart(alt=alt))
    await sender._client.chat_postEphemeral(channel=TEAM, user=ANA, text="Health", blocks=[block])


def show(session: Session, title: str, alt: str) -> None:
    """Post a chart, or edit it in."""
    blocks = [picture(session, "health", a_chart(title, alt=alt), MONDAY)]
    a_post(session, "health", recipient=TEAM, text="Health", blocks=blocks)
    posts.revise(session, LOCAL_WORKSPACE, "health", text="Health", blocks=blocks)
