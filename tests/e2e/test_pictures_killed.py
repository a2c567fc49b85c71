"""kill -9 while a post's picture is on its way: one message with its picture, whatever was uploaded in vain."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from bot.clock import SystemClock
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel
from bot.store.session import Database
from tests.e2e.relay_child import a_relay
from tests.support.charting import ALT, a_picture_post
from tests.support.processes import KILLED

BOT = App(token="xoxb-sandbox")


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        sandbox.workspace.add(Channel(id="C0TEAM", name="team", members={BOT.bot_user}))
        yield sandbox


@pytest.mark.parametrize(("step", "uploads"), [("drawn", 1), ("handed-over", 2), ("answered", 1)])
def test_a_relay_killed_with_a_picture_on_its_way_leaves_one_message_that_shows_it(
    database: Database, database_url: str, slack: Sandbox, step: str, uploads: int
) -> None:
    database.do(lambda session: a_picture_post(session, now=SystemClock().now()))

    assert a_relay(database_url, slack.url, die_at=step).ends()[0] == KILLED
    if step == "drawn":
        slack.faults.add(Fault(method="files.completeUploadExternal", answer=Answer.RATE_LIMITED, value="1"))
    code, said = a_relay(database_url, slack.url).ends()

    assert code == 0, said
    (message,) = slack.messages()
    assert message["blocks"] == [
        {"type": "divider"},
        {"type": "image", "slack_file": {"id": slack.files()[-1].id}, "alt_text": ALT},
    ]
    assert [Image.open(BytesIO(one.content)).size for one in slack.files()] == [(1200, 675)] * uploads
