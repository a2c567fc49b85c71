"""What programs send in: rows of one kind are read, kept batch by batch, and answered for one by one."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from bot.domain.text import bounded
from bot.errors import UserError
from bot.kit.receiving import BATCH, Taken
from bot.store.session import Database
from bot.web.bodies import NoJsonError, unpacked
from bot.web.json_rows import BROKEN_OFF, NOT_JSON, LeftOut, Object, rows

MOST_BAD = 1_000
"""Bad rows after which nothing more of a body is read."""

_REASON_ROOM = 500

T = TypeVar("T")

Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind(Generic[T]):
    """One kind of thing that comes in. `read` raises `UserError` with what is wrong with a row; what it returns may be
    stored as it is. `keep` runs in a transaction.
    """

    read: Callable[[Fields], T]
    keep: Callable[[Session, Sequence[T]], Taken]


@dataclass(kw_only=True, slots=True)
class Report:
    """What became of the rows of a body."""

    taken: Taken = field(default_factory=Taken)
    bad: list[LeftOut] = field(default_factory=list)

    def leave_out(self, line: int, reason: str) -> None:
        """Say why a row is not kept, in text that any answer can carry."""
        self.bad.append(LeftOut(line, bounded(reason, _REASON_ROOM)))

    @property
    def holds_no_json(self) -> bool:
        """Whether there was nothing in the body but rows that are no JSON."""
        nothing = not self.taken.kept and not self.taken.same
        return nothing and bool(self.bad) and all(one.reason in {NOT_JSON, BROKEN_OFF} for one in self.bad)


async def received(database: Database, body: bytes, encoding: str, kind: Kind[T]) -> Report:
    """Keep every good row of *body*, a transaction for each 2,000, and say what became of them all.

    Rows are unpacked and read on a thread, never on the loop's. Raises `RefusedError` for a body that is no JSON at
    all, or cannot be unpacked; then nothing is kept.
    """
    report = Report()
    batches = _Batches(rows=await asyncio.to_thread(_cut, body, encoding), kind=kind, report=report)
    while batch := await asyncio.to_thread(batches.next):
        report.taken += await database.run(_keeping(kind, batch))
    if report.holds_no_json:
        raise NoJsonError
    return report


def _keeping(kind: Kind[T], batch: Sequence[T]) -> Callable[[Session], Taken]:
    return lambda session: kind.keep(session, batch)


def _cut(body: bytes, encoding: str) -> Iterator[Object | LeftOut]:
    return rows(unpacked(body, encoding))


@dataclass(kw_only=True, slots=True)
class _Batches(Generic[T]):
    """The good rows of a body, batch by batch; the bad ones go into *report*."""

    rows: Iterator[Object | LeftOut]
    kind: Kind[T]
    report: Report

    def next(self) -> list[T]:
        """The next batch, empty at the end."""
        batch: list[T] = []
        for row in self.rows:
            if len(self.report.bad) >= MOST_BAD:
                self.report.leave_out(row.line, f"over {MOST_BAD:,} rows are bad; nothing from here on was read.")
                self.rows = iter(())
                break
            self._read(row, batch)
            if len(batch) == BATCH:
                break
        return batch

    def _read(self, row: Object | LeftOut, batch: list[T]) -> None:
        if isinstance(row, LeftOut):
            self.report.leave_out(*row)
            return
        try:
            batch.append(self.kind.read(row.fields))
        except UserError as error:
            self.report.leave_out(row.line, str(error))
        except RecursionError:
            self.report.leave_out(row.line, "it is nested too deeply.")
