"""Drives and uses a sandbox from a process of its own. Run by the tests, not collected."""

import asyncio
import json
import sys

import aiohttp

from bot.sandbox.control import RemoteSandbox
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.workspace import App, Channel, User
from tests.sandbox.places import TEAM, a_client_at


async def main(url: str) -> None:
    slack = RemoteSandbox(url)
    slack.install(App(token="xoxb-remote", bot_id="B09", bot_user="U09BOT"))
    slack.add(User(id="U1", name="One"), Channel(id=TEAM, name="team", members={"U1", "U09BOT"}))
    slack.fail(Fault(method="chat.postMessage", answer=Answer.CLOSE, stores=True))
    async with aiohttp.ClientSession() as session:
        client = a_client_at(url, session, "xoxb-remote")
        try:
            await client.chat_postMessage(channel=TEAM, text="lost answer")
        except aiohttp.ServerDisconnectedError:
            await client.chat_postMessage(channel=TEAM, text="second")
    sys.stdout.write(json.dumps([message["text"] for message in slack.messages(TEAM)]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
