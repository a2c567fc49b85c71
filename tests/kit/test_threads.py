"""Calls to the outside: they may hang, and then keep nobody."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from bot.kit.threads import HangsError, Threads

SOON, LONG = timedelta(seconds=0.1), timedelta(seconds=10)
ROOT = Path(__file__).parents[2]
HANGS = """
import asyncio, time
from datetime import timedelta
from bot.kit.threads import HangsError, Threads

async def main() -> None:
    try:
        await Threads().call(lambda: time.sleep(60), name="slow", limit=timedelta(seconds=0.1))
    except HangsError:
        print("given up")

asyncio.run(main())
"""


async def test_an_answer_and_an_error_come_through() -> None:
    assert await Threads().call(lambda: "answer", name="source", limit=LONG) == "answer"
    with pytest.raises(ZeroDivisionError):
        await Threads().call(lambda: 1 / 0, name="source", limit=LONG)


async def test_a_time_out_of_the_source_itself_is_an_answer() -> None:
    def work() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await Threads().call(work, name="source", limit=LONG)


async def test_what_hangs_is_given_up_and_counted_until_it_ends() -> None:
    outside, release = Threads(), Event()

    with capture_logs() as logged:
        for _ in range(5):
            with pytest.raises(HangsError, match="did not answer within 0 seconds"):
                await outside.call(lambda: release.wait(10), name="slow", limit=SOON)
        assert await outside.call(lambda: "next", name="quick", limit=LONG) == "next"
        release.set()
        while outside._hung:  # noqa: ASYNC110 a count, no event
            await asyncio.sleep(0.01)

    assert [line["hung"] for line in logged] == [1, 2, 3, 4, 5]


def test_the_process_ends_while_a_source_hangs() -> None:
    done = subprocess.run([sys.executable, "-c", HANGS], cwd=ROOT, capture_output=True, check=True, timeout=20)

    assert done.stdout.endswith(b"given up\n")
