"""A bot of the ordinary kind, written without Muster: it echoes, asks in a form, and has a Home."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.peer.config import App
from bot.demo.peer.server import Running

BUTTON = {"action_id": "again", "block_id": "buttons", "value": "v"}


@asynccontextmanager
async def echoing(slack: Running, *, channel: str) -> AsyncIterator[None]:
    """The bot, connected over the socket; it greets in *channel*."""
    app = AsyncApp(client=AsyncWebClient(App.bot_token, base_url=slack.api_url))
    app.command("/echo")(_echo)
    app.command("/ask")(_ask)
    app.view("form")(_Greeter(channel).check)
    app.action(BUTTON["action_id"])(_ask)
    app.event("app_home_opened")(_home)
    app.event("message")(_hear)
    handler = AsyncSocketModeHandler(app, App.app_token, web_client=app.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt has no types here


def values(name: str | None, size: str | None = None) -> dict[str, Any]:
    """The values of the form as a page sends them."""
    typed = {"type": "plain_text_input", "value": name}
    picked = {"type": "static_select", "selected_option": size and _option(size)}
    return {"name": {"text": typed}, "size": {"pick": picked}}


async def _echo(ack: AsyncAck, respond: AsyncRespond, command: dict[str, str]) -> None:
    await ack()
    await respond(f"You said {command['text']}", response_type="ephemeral")


async def _ask(ack: AsyncAck, client: AsyncWebClient, body: dict[str, Any]) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=_form("Your name"))


async def _home(client: AsyncWebClient, event: dict[str, str]) -> None:
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [_buttons()]})


async def _hear() -> None:
    """Take note of what people say: what no listener wants is not acknowledged, and the local Slack waits for it."""


class _Greeter:
    def __init__(self, channel: str) -> None:
        self._channel = channel

    async def check(self, ack: AsyncAck, client: AsyncWebClient, view: dict[str, Any]) -> None:
        """Refuse an empty name, ask on after `more`, greet everybody else."""
        given = view["state"]["values"]
        match given["name"]["text"]["value"]:
            case None:
                await ack(response_action="errors", errors={"name": "Say your name."})
            case "more":
                await ack(response_action="push", view=_form("More"))
            case name:
                await ack()
                size = given["size"]["pick"]["selected_option"]
                text = f"Hello {name}" + (f" ({size['value']})" if size else "")
                said = {"type": "section", "block_id": "said", "text": {"type": "mrkdwn", "text": text}}
                await client.chat_postMessage(channel=self._channel, text=text, blocks=[said, _buttons()])


def _form(title: str) -> dict[str, Any]:
    box = {"type": "plain_text_input", "action_id": "text"}
    menu = {"type": "static_select", "action_id": "pick", "options": [_option("small"), _option("large")]}
    blocks = [_input("name", "Name", box), _input("size", "Size", menu) | {"optional": True}]
    return {"type": "modal", "callback_id": "form", "title": _plain(title), "submit": _plain("Send"), "blocks": blocks}


def _input(block: str, label: str, element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": block, "label": _plain(label), "element": element}


def _buttons() -> dict[str, Any]:
    button = {"type": "button", "action_id": BUTTON["action_id"], "value": BUTTON["value"], "text": _plain("Again")}
    return {"type": "actions", "block_id": BUTTON["block_id"], "elements": [button]}


def _option(value: str) -> dict[str, Any]:
    return {"text": _plain(value.title()), "value": value}


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
