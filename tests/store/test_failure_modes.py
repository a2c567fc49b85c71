"""What a team said of its failure modes, on both databases: kept whole, and the slower of two is told who was faster."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from bot.domain.failure_modes import START_SET, FailureMode, Level
from bot.store import failure_modes
from bot.store.failure_modes import FailureModeChangedError
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product

WHOLE = FailureMode(
    key="wrong_language",
    name="Wrong language 🦥",
    severity=Level.CRITICAL,
    likelihood=Level.LOW,
    blocking=True,
    seen="A note",
    recovery="Asks again",
    fallback="A person answers",
    below_confidence=0.6,
    owner="U0ANA",
)
BARE = FailureMode(key="bare", name="Bare", severity=Level.LOW)


def test_what_was_said_comes_back_whole_and_stays_with_its_product(database: Database) -> None:
    with database.unit_of_work() as session:
        mine, other = a_product(session), a_product(session, key="radar")
        for one in (WHOLE, BARE):
            failure_modes.save(session, mine.id, one, by="U0PM", now=MONDAY)

    with database.reading() as session:
        said = [replace(WHOLE, version=1), replace(BARE, version=1)]
        assert failure_modes.said(session, mine.id) == said
        assert failure_modes.said(session, other.id) == []
        assert failure_modes.of_product(session, mine)[len(START_SET) :] == tuple(said)
        assert failure_modes.changed_by(session, mine.id, "bare") == "U0PM"
        assert failure_modes.changed_by(session, mine.id, "hallucination") is None


@pytest.mark.parametrize("version", [0, 1])
def test_who_read_an_older_version_is_told_who_was_first(database: Database, version: int) -> None:
    with database.unit_of_work() as session:
        product_id = a_product(session).id
        failure_modes.save(session, product_id, WHOLE, by="U0PM", now=MONDAY)
        failure_modes.save(session, product_id, replace(BARE, key=WHOLE.key, version=1), by="U0ML", now=MONDAY)

        with pytest.raises(FailureModeChangedError, match="Somebody was faster") as refused:
            failure_modes.save(session, product_id, replace(WHOLE, version=version), by="U0X", now=MONDAY)

        assert refused.value.by == "U0ML"
        assert failure_modes.said(session, product_id) == [replace(BARE, key=WHOLE.key, version=2)]


async def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(database: Database) -> None:
    product_id = database.do(lambda session: a_product(session).id)
    users = [f"U0{number}" for number in range(6)]

    came = await asyncio.gather(
        *(
            database.run(partial(failure_modes.save, product_id=product_id, mode=WHOLE, by=user, now=MONDAY))
            for user in users
        ),
        return_exceptions=True,
    )

    (winner,) = [user for user, outcome in zip(users, came, strict=True) if outcome is None]
    told = [one.by for one in came if isinstance(one, FailureModeChangedError)]
    assert told == [winner] * 5
