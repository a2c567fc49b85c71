"""Answering a call the way a fault wants it."""

import json
from collections.abc import Mapping
from typing import assert_never

from bot.sandbox.call import Result
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.wire import Line

HTML_TYPE = "text/html; charset=utf-8"

Headers = Mapping[str, str]


async def answer_real(line: Line, result: Result, headers: Headers) -> bool:
    """Answer as Slack does; True, for the connection goes on."""
    await line.answer(200, _body(result), headers=headers)
    return True


async def answer_badly(line: Line, fault: Fault, result: Result, headers: Headers) -> bool:
    """Answer as *fault* wants it, where *result* would be the truth; whether the connection goes on."""
    match fault.answer:
        case Answer.REAL:
            return await answer_real(line, result, headers)
        case Answer.ERROR:
            return await answer_real(line, {"ok": False, "error": fault.value}, headers)
        case Answer.RATE_LIMITED | Answer.STATUS | Answer.HTML | Answer.EMPTY:
            await _answer_strangely(line, fault, headers)
            return True
        case Answer.RESET | Answer.CLOSE | Answer.HALF | Answer.SILENCE:
            await _break_off(line, fault.answer, result)
            return False
        case _:
            assert_never(fault.answer)


async def _answer_strangely(line: Line, fault: Fault, headers: Headers) -> None:
    match fault.answer:
        case Answer.RATE_LIMITED:
            pause = {"retry-after": fault.value} if fault.value else {}
            await line.answer(429, _body({"ok": False, "error": "ratelimited"}), headers={**headers, **pause})
        case Answer.STATUS:
            await line.answer(int(fault.value), b"<html>upstream error</html>", headers=headers, kind=HTML_TYPE)
        case Answer.HTML:
            await line.answer(200, b"<html>please log in</html>", headers=headers, kind=HTML_TYPE)
        case _:
            await line.answer(200, b"", headers=headers)


async def _break_off(line: Line, answer: Answer, result: Result) -> None:
    match answer:
        case Answer.RESET:
            line.reset()
        case Answer.HALF:
            await line.answer_half(_body(result))
        case Answer.SILENCE:
            await line.client_gone()
        case _:
            """Closed without a word by whoever holds the line."""


def _body(result: Result) -> bytes:
    return json.dumps(result).encode()
