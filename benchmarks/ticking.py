"""A worker that ticks until nothing is due any more: `python -m benchmarks.ticking URL SECONDS_LATER`."""

import asyncio
import sys
from datetime import timedelta

from sqlmodel import Session

from benchmarks import plans
from bot.schedule.runner import Runner
from bot.store import schedules
from bot.store.session import Database, Moment, now_in


async def _work(database: Database, runner: Runner, moment: Moment) -> None:
    # A tick that settles nothing is no end: another worker may have been first with everything it looked at.
    def is_any_due(session: Session) -> bool:
        return bool(schedules.due(session, moment(session), limit=1))

    while await runner.tick() or await database.look(is_any_due):
        pass


def main() -> None:
    """Tick, and end."""
    url, later = sys.argv[1:]
    database = Database(url)
    moment = plans.shifted(now_in, timedelta(seconds=float(later)))
    with plans.running(database, moment) as runner:
        asyncio.run(_work(database, runner, moment))
    database.close()


if __name__ == "__main__":
    main()
