"""Many people at one failure mode at once: whoever is told that it is done has done it, and the log tells it in order."""

import asyncio
from functools import partial

import pytest
from sqlmodel import Session

from bot.domain.product import Product
from bot.features.failure_modes import commands
from bot.features.failure_modes.deeds import SomebodyWasFirstError
from bot.kit.reply import Reply
from bot.store import audit
from bot.store.session import Database
from tests.features.failure_modes.matrices import a_matrix, an_ask, mode, record


def set_limit(session: Session, seconds: int) -> Reply:
    """Say how slow is too slow, and how bad that is."""
    severity = "high" if seconds % 2 else "low"
    words = ("set", "latency-spike", "slower", "than", f"{seconds} s", "severity", severity)
    return commands.say(an_ask(session).saying(words))


@pytest.mark.every_database
async def test_nothing_is_lost_and_nobody_is_told_what_is_not_so(database: Database) -> None:
    product: Product = database.do(a_matrix)

    came = await asyncio.gather(
        *(database.run(partial(set_limit, seconds=seconds)) for seconds in range(1, 13)), return_exceptions=True
    )

    done = [one for one in came if isinstance(one, Reply)]
    assert [one for one in came if not isinstance(one, Reply | SomebodyWasFirstError)] == []
    with database.reading() as session:
        told = [deed.before for deed in audit.everything(session) if deed.before]
        limits = [(one["was"]["mode"]["slower_than"], one["became"]["mode"]["slower_than"]) for one in told]
        now = mode(session, product, "latency_spike")

        assert len(told) == len(done)
        assert [was for was, _ in limits] == [None, *(became for _, became in limits[:-1])]
        assert (limits[-1][1], len(told)) == (now.slower_than, now.version)
        assert record(session, product).max_latency_s == now.slower_than
        assert now.severity == ("high" if (now.slower_than or 0) % 2 else "low")
