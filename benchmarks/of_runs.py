"""E2: how many runs are missed or doubled when many rituals are due in one minute and workers are killed."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter, sleep

from sqlalchemy import text

from benchmarks import plans
from benchmarks.timing import Result
from bot.store.session import Database, now_in

WORKERS = 2


def e2(count: int) -> Iterator[Result]:
    """Two workers on one database; in a second run both are killed in the middle, and two others follow."""
    due = 5_000 if count >= plans.FULL else 300
    for name, opened in plans.BOTH.items():
        for what, killed in (("", False), (", killed in the middle", True)):
            with opened() as url:
                took, wrong = _settled(url, due, killed=killed)
            label = f"{name}, {due:,} due, {WORKERS} workers{what}: wrong"
            yield Result(row="E2", name=label, ratio=wrong, goal=0, took=took, floor=0)


def _settled(url: str, due: int, *, killed: bool) -> tuple[float, int]:
    """How long it took, and how many runs were missed or doubled."""
    database = Database(url)
    plans.fill(database, due)
    with database.reading() as session:
        later = (plans.DUE + timedelta(seconds=1) - now_in(session)).total_seconds()
    start = perf_counter()
    workers = _started(url, later)
    if killed:
        while _written(database) < due // 2:
            sleep(0.02)
        for worker in workers:
            worker.kill()
            worker.wait()
        assert _written(database) < due, "they were done before they could be killed"
        workers = _started(url, later)
    for worker in workers:
        assert worker.wait() == 0
    took = perf_counter() - start
    wrong = _wrong(database, due)
    database.close()
    return took, wrong


def _started(url: str, later: float) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "benchmarks.ticking", url, str(later)]
    return [subprocess.Popen(command) for _ in range(WORKERS)]


def _written(database: Database) -> int:
    with database.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM posts")).scalar_one())


def _wrong(database: Database, due: int) -> int:
    """Rituals of a product without their post, and posts too many; both tables must agree."""
    with database.reading() as session:
        slots = session.execute(text("SELECT schedule_id FROM slots WHERE state = 'ran'")).scalars().all()
        posts = session.execute(text("SELECT product_id FROM posts")).scalars().all()
    ran = Counter(slots)
    per_product = Counter(posts)
    missed = due - len(ran)
    doubled = sum(ran.values()) - len(ran)
    other = sum(abs(found - len(plans.RITUALS)) for found in per_product.values())
    return missed + doubled + other + len(plans.RITUALS) * (due // len(plans.RITUALS) - len(per_product))
