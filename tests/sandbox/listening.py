"""An app that listens over HTTP, verifies what comes as Slack's SDK does, and answers what a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App

T = TypeVar("T")


@dataclass(kw_only=True)
class ListeningApp:
    """What came, oldest first, and how the next ones are answered; the next one alone *delay_s* late."""

    secret: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Awaitable[Any]] | None = None
    status: int = 200
    delay_s: float = 0.0
    extra: dict[str, str] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not SignatureVerifier(self.secret).is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        payload = _payload(request.content_type, body.decode())
        self.seen.append(payload)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        delay_s, self.delay_s = self.delay_s, 0.0
        await asyncio.sleep(delay_s)
        answer = await self.answer(payload) if self.answer else None
        if isinstance(answer, dict):
            return web.json_response(answer, status=self.status)
        return web.Response(text=answer or "", status=self.status, headers=self.extra)


def _payload(kind: str, body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body) if kind == "application/json" else {}
    form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
    if "payload" in form:
        return dict(json.loads(form["payload"]))
    return found or form


@asynccontextmanager
async def listening(slack: Sandbox, app: App) -> AsyncIterator[ListeningApp]:
    """*app* with an address of its own, as the sandbox knows it from now on."""
    own = ListeningApp(secret=app.signing_secret)
    server = web.Application()
    server.router.add_post("/slack", own.serve)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.workspace.install(replace(app, events_url=f"http://127.0.0.1:{runner.addresses[0][1]}/slack"))
    try:
        yield own
    finally:
        await runner.cleanup()


def always(answer: Any) -> Callable[[dict[str, Any]], Awaitable[Any]]:
    """The same answer to everything."""

    async def give(_payload: dict[str, Any]) -> Any:
        return answer

    return give


def a_modal(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain("Review"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [a_field("why")],
        **fields,
    }


def a_field(name: str, kind: str = "plain_text_input", *, optional: bool = False, **fields: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": name, **fields}
    return {
        "type": "input",
        "block_id": f"{name}-block",
        "label": plain(name),
        "element": element,
        "optional": optional,
    }


def a_button(action_id: str, value: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "value": value, "text": plain(value)}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name.title()), "value": name} for name in names]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
