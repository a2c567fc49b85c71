"""Who left is noticed by event or by the daily look, the backup steps in visibly, and everybody hears it once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from bot.clock import SetClock
from bot.domain.incoming import Incoming, Kind
from bot.domain.ownership import Did, Happened, Origin
from bot.domain.people import Group, Person, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE, MODEL_COST, MODEL_QUALITY, asked_of
from bot.errors import TransientError
from bot.features.ownership import leaving
from bot.features.ownership.leaving_seen import LOOK
from bot.kit.feature import Feature
from bot.store import groups, inbox, ownerships, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, TEAM, Slack, Workspace, owned, ownerships_of
from tests.support.dialogue import a_team, hear, private
from tests.support.office import Office, read

DAY = timedelta(days=1)
ALONE = Feature(
    name="ownership",
    summary="Who left",
    happenings=leaving.HAPPENINGS,
    errands=leaving.ERRANDS,
    laters=leaving.LATERS,
)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def workspace(database: Database) -> Workspace:
    return Workspace(database, ALONE)


def happened(database: Database, product: Product, key: str) -> list[Did]:
    with database.reading() as session:
        return [one.what for one in ownerships.history(session, product.id, key)]


def test_who_left_slack_stays_named_the_backup_steps_in_and_the_leads_and_the_backup_hear_it_in_one_message(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    owned(database, product, MODEL_COST, RAJ)

    workspace.becomes(RAJ, Standing.GONE, times=2)

    rows = ownerships_of(database, product)
    assert (rows[MODEL_QUALITY].owners, rows[MODEL_QUALITY].acting) == ((RAJ,), (LI,))
    assert (rows[MODEL_COST].owners, rows[MODEL_COST].is_gap) == ((RAJ,), True)
    head = "<@U0ML> left Slack. They stay named until somebody else is; until then this is how it stands:\n"
    stands_in = "*Support Copilot*, model quality: <@U0LI> stands in as the backup.\n"
    nobody = "*Support Copilot*, model cost: *nobody answers for it now*.\n"
    yours = (
        "*Support Copilot*, model quality: you were named as the backup, so it is yours until somebody else is named."
        " It means: whether the answers are good enough, and what is done where they are not.\n[Accept]\n[Decline]\n"
    )
    assert workspace.told() == [
        (ANA, f"{head}{stands_in}{nobody}[Name somebody]"),
        (LI, f"{head}{yours}[Name somebody]"),
    ]


@pytest.mark.every_database
def test_two_workers_an_event_and_the_daily_look_tell_it_once(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=ANA)
    workspace.becomes(RAJ, Standing.GONE, times=2)

    workspace.passes(2 * DAY, workers=2)

    assert [to for to, _ in workspace.told()] == [ANA]
    assert happened(database, product, MODEL_QUALITY) == [Did.ASSIGNED, Did.LEFT]


class BusySlack(Slack):
    """A Slack that describes a hundred people, and then asks for a pause."""

    def __init__(self, clock: SetClock, pause: timedelta) -> None:
        super().__init__()
        self._clock, self._pause = clock, pause
        self._asked: list[datetime] = []

    @override
    def people(self, users: Collection[str]) -> dict[str, Person]:
        recent = [one for one in self._asked if self._clock.now() - one < self._pause]
        for _ in users:
            if len(recent) >= 100:
                raise TransientError("Slack is busy.", after=self._pause)
            recent.append(self._clock.now())
            self._asked.append(self._clock.now())
        return super().people(users)

    @property
    def asked(self) -> int:
        return len(self._asked)


@pytest.mark.parametrize("minutes", [1, 61])
def test_the_daily_look_comes_to_its_end_however_many_hold_something_though_slack_asks_for_pauses(
    database: Database, workspace: Workspace, product: Product, minutes: int
) -> None:
    slack = BusySlack(workspace.clock, timedelta(minutes=minutes))
    workspace.slack = slack
    slack.groups[CALLED] = tuple(f"U0IN{number:03}" for number in range(60))
    people = [f"U0{number:03}" for number in range(190)]
    slack.channels[TEAM] |= set(people)
    owned(database, product, INCIDENT_RESPONSE, CALLED)
    for place, one in enumerate(asked_of(areas=True)[-19:]):
        owned(database, product, one.key, *people[10 * place : 10 * place + 10])
    slack.standings |= {people[189]: Standing.GONE, people[1]: Standing.GONE}

    workspace.passes(DAY)

    rows = ownerships_of(database, product).values()
    assert [one.away for one in rows if one.away] == [{people[1]: "left Slack"}, {people[189]: "left Slack"}]
    assert slack.asked <= 250 + 50, "a pause costs no more than what was asked at once"
    assert [to for to, _ in workspace.told()] == [ANA, RAJ, ANA, RAJ]


def test_a_group_is_not_gone_because_nobody_in_it_was_looked_at(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, CALLED, backup=LI)
    group = Group(id=CALLED, handle="on-call", name="On call", members=("U0NEW",))
    database.do(lambda session: groups.keep(session, LOCAL_WORKSPACE, group, MONDAY))

    incoming = Incoming(kind=Kind.ERRAND, key="look", user="", name=LOOK, unasked=True)
    workspace.database.do(lambda session: inbox.write(session, LOCAL_WORKSPACE, incoming, MONDAY))
    workspace.work()

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (CALLED,)


def test_an_event_that_was_lost_is_made_up_for_by_the_daily_look_once(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.becomes(RAJ, Standing.GUEST, lost=True)
    assert workspace.told() == []

    workspace.passes(3 * DAY)

    assert [to for to, _ in workspace.told()] == [ANA, LI]
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {RAJ: "is a guest now"}


def test_who_comes_back_answers_again_and_the_leads_and_the_backup_hear_it(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.becomes(RAJ, Standing.GONE)
    before = len(workspace.told())

    workspace.becomes(RAJ, Standing.MEMBER)

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (RAJ,)
    assert [to for to, _ in workspace.told()[before:]] == [ANA, LI]
    assert workspace.told()[before][1] == (
        "<@U0ML> is back. This is how it stands now:\n*Support Copilot*, model quality: <@U0ML> answers for it."
    )


def test_who_left_the_teams_channel_is_gone_until_they_join_again(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)

    workspace.leaves(RAJ)
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {RAJ: "left the team channel"}
    workspace.passes(2 * DAY)
    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (LI,)

    workspace.joins(RAJ)
    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (RAJ,)


def test_a_daily_look_knows_who_was_in_the_channel_the_day_before(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.passes(DAY)

    workspace.leaves(RAJ, lost=True)
    workspace.leaves(LI)
    workspace.joins(LI)
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {}
    workspace.passes(DAY)
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {RAJ: "left the team channel"}

    workspace.joins(RAJ, lost=True)
    workspace.passes(DAY)
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {}


def test_who_never_was_in_the_channel_did_not_leave_it(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, "U0FAR", backup=LI)

    workspace.passes(3 * DAY)

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == ("U0FAR",)
    assert workspace.told() == []


def test_who_is_named_anew_after_they_left_the_channel_has_not_left_it_once_more(
    database: Database, workspace: Workspace, product: Product
) -> None:
    row = owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.passes(DAY)
    workspace.leaves(RAJ)
    named = replace(ownerships_of(database, product)[MODEL_QUALITY], away={})
    happened = Happened(by=ANA, at=row.set_at, what=Did.ASSIGNED, origin=Origin.COMMAND)
    database.do(lambda session: ownerships.save(session, named, happened))

    workspace.passes(2 * DAY)

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (RAJ,)


def test_having_left_a_channel_counts_only_while_it_is_the_teams(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.slack.channels["C0NEW"] = {ANA}
    workspace.leaves(RAJ, "C0NEW")
    workspace.leaves(RAJ)
    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (LI,)

    moved = replace(product, team_channel="C0NEW")
    database.do(lambda session: products.save(session, moved))
    workspace.passes(2 * DAY)

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (RAJ,)


def test_a_channel_out_of_reach_changes_nothing_and_hides_nobody(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    owned(database, product, MODEL_COST, MIA)
    workspace.leaves(RAJ)
    del workspace.slack.channels[TEAM]
    workspace.becomes(MIA, Standing.GONE, lost=True)

    workspace.passes(2 * DAY)

    rows = ownerships_of(database, product)
    assert (rows[MODEL_QUALITY].acting, rows[MODEL_COST].away) == ((LI,), {MIA: "left Slack"})


def test_who_left_the_channel_and_then_slack_is_told_of_once_and_shown_as_it_is(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)

    workspace.leaves(RAJ)
    workspace.becomes(RAJ, Standing.GONE)

    assert ownerships_of(database, product)[MODEL_QUALITY].away == {RAJ: "left Slack"}
    assert [to for to, _ in workspace.told()] == [ANA, LI]


def test_what_somebody_changed_at_the_same_moment_is_not_lost_and_who_left_is_shown_on_top_of_it(
    database: Database, workspace: Workspace, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = owned(database, product, MODEL_QUALITY, RAJ)
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    monkeypatch.setattr(leaving, "concerned", lambda *_: [stale])

    workspace.becomes(RAJ, Standing.GONE)

    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (LI,)
    assert [to for to, _ in workspace.told()] == [ANA, LI]


def test_a_group_that_nobody_is_left_in_is_gone_and_a_group_with_one_is_not(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, CALLED, backup=LI)
    workspace.slack.groups[CALLED] = (RAJ, MIA)
    workspace.passes(DAY)

    workspace.becomes(RAJ, Standing.GONE)
    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (CALLED,)
    workspace.becomes(MIA, Standing.GONE)
    assert ownerships_of(database, product)[MODEL_QUALITY].away == {CALLED: "has no members left"}

    workspace.slack.groups[CALLED] = (RAJ, MIA, ANA)
    workspace.hear("subteam_members_changed", value=CALLED)
    assert ownerships_of(database, product)[MODEL_QUALITY].acting == (CALLED,)
    with database.reading() as session:
        known = groups.known(session, LOCAL_WORKSPACE, CALLED)
    assert known is not None
    assert known.members == (RAJ, MIA, ANA)


def test_where_no_lead_is_there_the_others_of_the_matrix_hear_it(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ)
    owned(database, product, MODEL_COST, MIA)
    workspace.becomes(ANA, Standing.GONE)
    assert workspace.told() == []

    workspace.becomes(RAJ, Standing.GONE)

    assert [to for to, _ in workspace.told()] == [MIA]


def test_slack_is_not_asked_about_what_touches_nothing_that_is_held(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI)
    workspace.leaves(RAJ)
    before = workspace.slack.looks

    workspace.becomes(MIA, Standing.GONE)
    workspace.becomes(RAJ, Standing.MEMBER)
    workspace.slack.channels["C0ELSE"] = {LI}
    workspace.leaves(LI, "C0ELSE")

    assert workspace.slack.looks == before
    assert happened(database, product, MODEL_QUALITY) == [Did.ASSIGNED, Did.LEFT]


def test_in_slack_the_leads_hear_who_was_deactivated_and_name_somebody_from_there(office: Office) -> None:
    product = office.database.do(a_team)
    owned(office.database, product, MODEL_QUALITY, RAJ, backup=MIA)

    office.changes(RAJ, deleted=True)

    (message,) = [one for one in private(office, ANA).values() if "left Slack" in read(one)]
    assert "<@U0MIA> stands in as the backup" in read(message)
    assert hear(office, "[Name somebody]", channel=message["channel"]).startswith("(form) ")
    assert "<@U0ML> left Slack: <@U0MIA> stands in" in hear(office, "owner")
