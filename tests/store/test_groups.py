"""User groups: as Slack last described them, each workspace its own."""

from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.domain.people import Group
from bot.store import groups
from bot.store.session import Database
from tests.support.builders import MONDAY

ON_CALL = Group(id="S1", handle="on-call", name="On <call>", members=("U2", "U1"))
EXPERTS = Group(id="S2", handle="experts", name="Experts")


def test_a_group_is_known_as_slack_last_described_it(database: Database) -> None:
    later = Group(id="S1", handle="duty", name="Duty", members=("U3",))

    def twice(session: Session) -> list[Group | None]:
        groups.keep(session, "local", ON_CALL, MONDAY)
        before = groups.known(session, "local", "S1")
        groups.keep(session, "local", later, MONDAY + timedelta(days=1))
        return [before, groups.known(session, "local", "S1")]

    assert database.do(twice) == [ON_CALL, later]
    assert database.do(lambda session: groups.known(session, "other", "S1")) is None


def test_every_group_of_a_workspace_by_its_handle(database: Database) -> None:
    for workspace, group in [("local", ON_CALL), ("local", EXPERTS), ("other", ON_CALL)]:
        database.do(partial(groups.keep, workspace=workspace, group=group, now=MONDAY))

    assert database.do(partial(groups.everything, workspace="local")) == [EXPERTS, ON_CALL]
