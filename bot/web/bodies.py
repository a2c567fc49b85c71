"""What a program sends in the body of a request, taken in and unpacked within limits."""

import asyncio
import zlib
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request

MOST_RAW = 16_000_000
"""Bytes of a body as it is sent."""
MOST_UNPACKED = 64_000_000
"""Bytes of a body that was packed with gzip, unpacked."""
PATIENCE_S = 120
"""Seconds that a body may take to arrive."""

JSON_TYPES = ("application/json",)
LINES_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")

_DRAINED = 4 * MOST_RAW
_STEP = 1 << 16


class RefusedError(Exception):
    """A request that cannot be served as it is: the status to answer with, and why, in one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class TooLargeError(RefusedError):
    """More than is taken in at once."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(413, f"{what} is larger than {most // 1_000_000} MB: send it in several parts.")


class NoJsonError(RefusedError):
    """A body in which there is no JSON."""

    def __init__(self) -> None:
        super().__init__(400, "The body is no JSON: send an array of objects, or one object a line.")


def require_rows(request: Request) -> None:
    """Raise `RefusedError` (415) unless the head of the request says that JSON comes, plain or packed with gzip."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {*JSON_TYPES, *LINES_TYPES}:
        raise RefusedError(
            415, "Send JSON: Content-Type application/json (an array) or application/x-ndjson (an object a line)."
        )
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"identity", "gzip"}:
        raise RefusedError(415, "A body comes plain or with Content-Encoding gzip.")


async def taken_in(request: Request) -> bytes:
    """The body as it was sent. Raises `RefusedError` where it is too large, too slow, or never ends."""
    found, seen = bytearray(), 0
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for piece in request.stream():
                seen += len(piece)
                # Read on and forget: who is cut off while sending never sees the answer.
                if seen > _DRAINED:
                    break
                if seen <= MOST_RAW:
                    found += piece
    except TimeoutError:
        raise RefusedError(408, f"The body took longer than {PATIENCE_S} seconds to arrive.") from None
    except ClientDisconnect:
        raise RefusedError(400, "The body broke off.") from None
    if seen > MOST_RAW:
        raise TooLargeError("The body", MOST_RAW)
    return bytes(found)


async def drained(request: Request) -> None:
    """Let a body that nobody will read pass by, so that its sender gets to read why."""
    with suppress(RefusedError):
        await taken_in(request)


def unpacked(body: bytes, encoding: str) -> bytes:
    """*body* as it was before it was packed, if it was. Raises `RefusedError`."""
    if encoding.strip().lower() != "gzip":
        return body
    found, reader = bytearray(), _gunzip()
    try:
        for start in range(0, len(body), _STEP):
            piece = body[start : start + _STEP]
            while piece:
                reader = _gunzip() if reader.eof else reader
                found += reader.decompress(piece, MOST_UNPACKED + 1 - len(found))
                if len(found) > MOST_UNPACKED:
                    raise TooLargeError("The unpacked body", MOST_UNPACKED)
                piece = reader.unused_data
    except zlib.error:
        raise RefusedError(400, "The body says that it is gzip, but cannot be unpacked.") from None
    if not reader.eof:
        raise RefusedError(400, "The packed body breaks off before its end.")
    return bytes(found)


def _gunzip() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
