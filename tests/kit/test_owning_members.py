"""Who counts as there: members, and those of whom Slack was never asked."""

from bot.domain.people import Person, Standing
from bot.kit.answerable import NotAnswerableError, require_answerable
from bot.kit.owning import present
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY


def test_guests_strangers_bots_and_who_left_are_not_there_and_cannot_be_named(database: Database) -> None:
    refused = []
    with database.trying() as session:
        for standing in Standing:
            person = Person(user=f"U0{standing.upper()}", name="Lee", standing=standing)
            directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)
        asked = ["U0UNKNOWN", *(f"U0{one.upper()}" for one in Standing), "U0MEMBER"]
        there = present(session, asked)
        for user in dict.fromkeys(asked):
            try:
                require_answerable(session, user)
            except NotAnswerableError:
                refused.append(user)

    assert there == ("U0UNKNOWN", "U0MEMBER")
    assert refused == ["U0GUEST", "U0STRANGER", "U0BOT", "U0GONE"]
