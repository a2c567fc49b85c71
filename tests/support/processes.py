"""Processes of a test's own, to be killed or stopped: forked from one that has imported all of Muster before."""

import multiprocessing
import os
import pkgutil
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

import bot

KILLED = -9
"""What a process that was killed ends with."""


class Child:
    """A process that does *do* with what it is *given*, both of them picklable; what it writes to stderr is kept.

    Nothing is in it but what it is given and *environment* (without one, that of now): as in any new process, only that
    it need not import anything, which takes longer than most of them run.
    """

    def __init__(self, do: Callable[..., None], *given: object, environment: Mapping[str, str] | None = None) -> None:
        self._said = tempfile.NamedTemporaryFile(prefix="muster-said-")  # noqa: SIM115 closed when the process has ended
        known = dict(os.environ if environment is None else environment)
        # As a daemon it ends with the tests, whatever becomes of the one that started it.
        self._process = _forking().Process(target=_become, args=(self._said.name, known, do, given), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """kill -9: no goodbye, as in a power cut."""
        self._process.kill()

    def stop(self) -> None:
        """Tell it to stop, as a platform does before it takes a process away."""
        self._process.terminate()

    def says(self, pattern: str, *, within_s: float = 30) -> re.Match[str]:
        """What of its words so far fits *pattern*, as soon as something does."""
        deadline = time.monotonic() + within_s
        while (found := re.search(pattern, self._words())) is None:
            assert self._process.is_alive(), self._words()
            assert time.monotonic() < deadline, self._words()
            time.sleep(0.02)
        return found

    def ends(self, *, within_s: float = 60) -> tuple[int, str]:
        """Its exit code (`KILLED` for one), and all that it said, once it has ended."""
        self._process.join(within_s)
        assert self._process.exitcode is not None, self._words()
        with self._said:
            return self._process.exitcode, self._words()

    def _words(self) -> str:
        return Path(self._said.name).read_text(encoding="utf-8", errors="replace")


def muster(*words: str) -> None:
    """`muster` with these words on its command line; for a `Child` to do."""
    from bot.cli.main import main

    sys.argv[:] = ["muster", *words]
    main()


def die() -> None:
    """kill -9 from within."""
    os.kill(os.getpid(), signal.SIGKILL)


@cache
def _forking() -> ForkServerContext:
    """Where children come from: a process without threads that has imported everything, started with the first."""
    context = multiprocessing.get_context("forkserver")
    every = (found.name for found in pkgutil.walk_packages(bot.__path__, "bot."))
    context.set_forkserver_preload([*(name for name in every if not name.startswith(_HEAVY)), *_OURS])
    return context


_HEAVY = ("bot.demo.", "bot.sandbox.")
_OURS = ("tests.e2e.relay_child", "tests.e2e.inbound_child", "tests.store.dying")


def _become(said: str, environment: Mapping[str, str], do: Callable[..., None], given: tuple[object, ...]) -> None:
    with Path(said).open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    do(*given)
