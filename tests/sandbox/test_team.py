"""What the sandbox says of the workspace itself."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App
from tests.sandbox.places import a_client, error_of


async def test_team_info_needs_its_scope_and_names_the_workspace(
    slack: Sandbox, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    reader = App(token="xoxb-8", scopes=frozenset({"team:read"}))
    slack.workspace.install(reader)

    team = (await a_client(slack, session, reader).team_info())["team"]

    assert (team["id"], team["name"], team["domain"]) == ("T01SANDBOX", "Sandbox", "sandbox")
    assert await error_of(client, "team.info") == "missing_scope"
