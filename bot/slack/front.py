"""The door for Slack's HTTP requests: size, signature and age are checked before anything reads them."""

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import logger

MAX_BYTES = 1024 * 1024

_LONGEST_STAMP = 12


class Door:
    """An ASGI application that lets only Slack's own requests through to *inner*.

    Too large: 413. Not signed by Slack, older than five minutes, or garbled: 401. Signed but not readable: 400.
    Nothing of a body reaches the log.
    """

    def __init__(self, inner: ASGIApp, *, signing_secret: str) -> None:
        self._inner = inner
        self._verifier = SignatureVerifier(signing_secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            await _refuse(send, 413, "too large")
        elif not self._is_signed(dict(scope["headers"]), body):
            await _refuse(send, 401, "not signed")
        else:
            await self._let_in(scope, body, send)

    async def _let_in(self, scope: Scope, body: bytes, send: Send) -> None:
        try:
            await self._inner(scope, _again(body), send)
        except Exception as error:  # noqa: BLE001 whatever stands in a request brings no traceback and no body into the log
            # Signed, and still not JSON, nested without end, or not in the shape that Bolt reads unasked.
            await _refuse(send, 400, f"not readable ({type(error).__name__})")

    def _is_signed(self, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        given = headers.get(b"x-slack-signature", b"")
        # The SDK's verifier raises on what it does not expect, and an error is an answer that says too much.
        if headers.get(b"content-encoding") or not (stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
            return False
        try:
            return self._verifier.is_valid(body, stamp.decode(), given.decode("ascii"))
        except UnicodeDecodeError:
            return False


async def _body(receive: Receive) -> bytes | None:
    """The whole body, None as soon as it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(send: Send, status: int, reason: str) -> None:
    logger().warning("slack.refused", status=status, reason=reason)
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(reason)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
