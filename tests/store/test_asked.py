"""When somebody was last written to about something."""

from datetime import timedelta

import pytest

from bot.store import asked
from bot.store.asked import LastPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_post

DAY = timedelta(days=1)


@pytest.mark.every_database
def test_the_last_post_counts_whose_key_begins_so_letter_for_letter(database: Database) -> None:
    with database.unit_of_work() as session:
        for place, key in enumerate(["ask/U_1/a", "ask/U_1/b", "ask/UX1/c", "again/U_1/d", "ASK/U_1/e"]):
            a_post(session, key, now=MONDAY + place * DAY, recipient="U_1")
        a_post(session, "ask/U_1/f", now=MONDAY + 9 * DAY, recipient="U2")

        mine = asked.last(session, LOCAL_WORKSPACE, "ask/U_1/", to="U_1")
        none = asked.last(session, LOCAL_WORKSPACE, "ask/U_2/", to="U_1")
        assert mine is not None
        everybodys = asked.last_after(session, LOCAL_WORKSPACE, "ask/U_1/", after=mine)
        assert everybodys is not None
        later = asked.last_after(session, LOCAL_WORKSPACE, "ask/U_1/", after=everybodys)
        all_of_mine = asked.together(session, LOCAL_WORKSPACE, "ask/U_1/", to="U_1")

    assert mine == LastPost(key="ask/U_1/b", written_at=MONDAY + DAY, place=mine.place)
    assert everybodys == LastPost(key="ask/U_1/f", written_at=MONDAY + 9 * DAY, place=everybodys.place)
    assert (none, later) == (None, None)
    assert all_of_mine == ["ask/U_1/a", "ask/U_1/b"]
