"""Running `muster` in this process, as a person would type it."""

import contextlib
import io
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.cli.main import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


Muster = Callable[..., Said]


@pytest.fixture
def muster(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Muster:
    """Type a command, in a folder of its own."""
    monkeypatch.chdir(tmp_path_factory.mktemp("anywhere"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("SLACK_BOT_TOKEN", "SLACK_API_URL", "MUSTER_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)

    def type_in(line: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["muster", *shlex.split(line)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        out, err, code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Said(code, out.getvalue(), err.getvalue())

    return type_in


@pytest.fixture
def known(muster: Muster, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Muster:
    """`muster` on a migrated database of its own, SQLite and Postgres."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return muster
