"""Who is named is told privately what it means, and says yes or no; a no is told, and the backup steps in."""

from datetime import timedelta

import pytest

from bot.domain.ownership import Did, Happened, Origin, gone
from bot.domain.people import Group
from bot.domain.product import Pii, Product, ProductRecord
from bot.domain.responsibilities import INCIDENT_RESPONSE, MODEL_COST
from bot.features.ownership.telling import ACCEPT, AT_NIGHT, BY_DAY, DECLINE, FEW
from bot.store import groups, night_calls, ownerships
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.ownership.talking import Talk
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, TEAM, owned, ownerships_of
from tests.support.dialogue import answer
from tests.support.office import read

NAMED = f"<@{ANA}> changed what you own in *Support Copilot*:"
MEANS = "It means: what the model may cost, and what is done where it costs more."


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def talk(database: Database, product: Product) -> Talk:
    return Talk(database)


def about(product: Product, key: str = MODEL_COST, deed: int = 1) -> str:
    """What the buttons of the message that told of the first deed carry."""
    return f"{product.id} {key} {deed}"


def test_owners_and_the_backup_are_told_what_it_means_and_asked_for_a_yes(talk: Talk) -> None:
    both, step_in = f"<@{ANA}> and <@{RAJ}>", "you step in when no owner is there"

    talk.say(f"owner cost me <@{RAJ}>, backup <@{LI}>")

    assert talk.told() == [
        (
            RAJ,
            f"{NAMED}\n*Model cost*: you own it, together with <@{ANA}>; backup <@{LI}>.\n{MEANS}\n[Accept]\n[Decline]",
        ),
        (LI, f"{NAMED}\n*Model cost*: you are the backup of {both}: {step_in}.\n{MEANS}\n[Accept]\n[Decline]"),
    ]


@pytest.mark.parametrize(("days", "is_told"), [(1, False), (90, False), (91, True)])
def test_who_had_it_within_ninety_days_is_not_told_again_what_it_means(
    talk: Talk, database: Database, product: Product, *, days: int, is_told: bool
) -> None:
    owned(database, product, MODEL_COST, LI)
    owned(database, product, MODEL_COST, MIA, now=MONDAY + timedelta(days=365))
    talk.clock.at = MONDAY + timedelta(days=365 + days)

    talk.say(f"owner cost <@{LI}>")

    assert [(to, MEANS in text) for to, text in talk.told() if "you own it" in text] == [(LI, is_told)]


def test_who_loses_it_is_told_but_not_who_left(talk: Talk, database: Database, product: Product) -> None:
    row = gone(owned(database, product, MODEL_COST, MIA, RAJ), MIA, "left Slack")
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    database.do(lambda session: ownerships.save(session, row, happened))

    talk.say("owner cost me")

    assert talk.told() == [(RAJ, f"{NAMED}\n*Model cost* is not yours any more. Now: <@{ANA}>.")]


def test_a_yes_is_kept_and_the_buttons_die(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{RAJ}>")

    assert (
        talk.answer(ACCEPT, about(product), RAJ) == "You said yes to model cost of *Support Copilot*.\n[Who owns what]"
    )
    assert ownerships_of(database, product)[MODEL_COST].accepted == (RAJ,)
    assert talk.told() == [(RAJ, f"{NAMED}\n*Model cost*: you own it.\n{MEANS}\nAccepted.")]
    with database.reading() as session:
        assert [one.what for one in ownerships.history(session, product.id)] == [Did.ASSIGNED, Did.ACCEPTED]
    talk.answer(ACCEPT, about(product), RAJ)
    assert ownerships_of(database, product)[MODEL_COST].version == 2


@pytest.mark.parametrize(("action", "may"), [(AT_NIGHT, True), (BY_DAY, False)])
def test_a_yes_to_incidents_also_says_whether_at_night(
    talk: Talk, database: Database, product: Product, action: str, may: bool
) -> None:
    talk.say(f"owner incidents <@{RAJ}>")
    assert talk.told()[0][1].endswith("[Accept, call me at night too]\n[Accept, days only]\n[Decline]")

    talk.answer(action, about(product, INCIDENT_RESPONSE), RAJ)

    assert ownerships_of(database, product)[INCIDENT_RESPONSE].accepted == (RAJ,)
    with database.reading() as session:
        assert night_calls.said(session, LOCAL_WORKSPACE, RAJ) is may


def test_a_no_is_told_with_its_reason_and_the_backup_owns_it(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{MIA}>, backup <@{LI}>", user=RAJ)

    assert talk.answer(DECLINE, about(product), MIA) == "(form)"
    assert talk.send(MIA, reason="  ") == "reason: Say in a few words why."
    heard = talk.send(MIA, reason="I leave <@U1> in May")

    assert heard == (
        f"You declined model cost of *Support Copilot*. <@{LI}> answers for it now. Whoever named you and the leads are"
        " told why.\n[Undo]"
    )
    row = ownerships_of(database, product)[MODEL_COST]
    assert (row.owners, row.backup, row.waits_for) == ((LI,), None, (LI,))
    declined = (
        f"<@{MIA}> declined model cost of *Support Copilot*. <@{LI}> answers for it now.\nWhy: I leave <@U1> in May"
    )
    told = talk.told()
    assert [(to, text) for to, text in told if "declined" in text] == [
        (RAJ, f"{declined}\n[Show it]"),
        (ANA, f"{declined}\n[Show it]"),
    ]
    assert f"*Model cost* is not yours any more. Now: <@{LI}>." in dict(told)[MIA]
    assert dict(told)[LI].splitlines()[0] == f"<@{MIA}> changed what you own in *Support Copilot*:"


def test_a_no_without_a_backup_is_a_gap(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{MIA}>")
    talk.answer(DECLINE, about(product), MIA)

    assert "Nobody answers for it now." in talk.send(MIA, reason="no time")
    assert ownerships_of(database, product)[MODEL_COST].is_gap


def test_personal_data_in_a_reason_are_masked_where_the_product_says_so(database: Database) -> None:
    product = database.do(lambda session: a_product(session, record=ProductRecord(pii=Pii.REDACT)))
    talk = Talk(database)
    talk.say(f"owner cost <@{MIA}>")
    talk.answer(DECLINE, about(product), MIA)
    talk.send(MIA, reason="ask ana.lima@example.com")

    (_, told) = next(one for one in talk.told() if "declined" in one[1])
    assert "ana.lima@example.com" not in told
    assert "Why: ask " in told


def test_who_is_not_named_any_more_is_told_who_is(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{MIA}>")
    owned(database, product, MODEL_COST, LI, backup=RAJ)
    sorry = f"You are not named for model cost of *Support Copilot* any more. Now: <@{LI}>, backup <@{RAJ}>."

    assert [talk.answer(name, about(product), MIA) for name in (ACCEPT, DECLINE)] == [sorry, sorry]
    assert dict(talk.told())[MIA].endswith(f"*Model cost* is not yours any more. Now: <@{LI}>, backup <@{RAJ}>.")
    assert talk.answer(ACCEPT, "1 nothing 3", MIA) == "This message is over. Say “owner” to see who owns what."
    assert talk.answer(ACCEPT, "", MIA) == "This message is over. Say “owner” to see who owns what."


def test_each_member_of_a_small_group_is_told_and_any_of_them_says_yes_for_it(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.slack.groups[CALLED] = (ANA, LI, MIA)
    talk.say(f"owner cost <!subteam^{CALLED}>")

    assert [to for to, _ in talk.told()] == [LI, MIA]
    talk.answer(ACCEPT, about(product), MIA)
    assert ownerships_of(database, product)[MODEL_COST].accepted == (CALLED,)
    assert [text.endswith("Accepted.") for _, text in talk.told()] == [True, True]


def test_who_is_named_and_in_a_group_that_is_too_answers_for_themselves_first(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.slack.groups[CALLED] = (RAJ, MIA)
    talk.say(f"owner cost <!subteam^{CALLED}> and <@{RAJ}>")

    talk.answer(ACCEPT, about(product), RAJ)
    assert ownerships_of(database, product)[MODEL_COST].accepted == (RAJ,)
    talk.answer(ACCEPT, about(product), RAJ)
    assert ownerships_of(database, product)[MODEL_COST].accepted == (RAJ, CALLED)


def test_a_large_group_is_told_at_once_in_the_teams_channel(talk: Talk, product: Product) -> None:
    talk.slack.groups[CALLED] = tuple(f"U{number}" for number in range(FEW + 1))
    talk.is_known_as(ANA, talk.slack.person(ANA).standing)
    talk.say(f"owner cost <!subteam^{CALLED}>")

    ((to, text),) = talk.told()
    assert to == TEAM
    assert text.startswith(
        f"<!subteam^{CALLED}>: U0Pm changed what you own in *Support Copilot*:\n*Model cost*: you own"
    )


def test_what_waits_for_a_yes_waits_in_me_until_it_is_said(talk: Talk, database: Database, product: Product) -> None:
    talk.slack.groups[CALLED] = (LI, MIA)
    database.do(
        lambda session: groups.keep(
            session, LOCAL_WORKSPACE, Group(id=CALLED, handle="c", name="C", members=(LI, MIA)), MONDAY
        )
    )
    owned(database, product, MODEL_COST, CALLED, RAJ)

    def waits(user: str) -> str:
        with database.reading() as session:
            return read({"blocks": answer(session, "me", user=user).blocks})

    asked = f"*Support Copilot*: you own model cost, named by <@{ANA}>. Is it yours?"
    assert [asked in waits(user) for user in (RAJ, LI, ANA)] == [True, True, False]
    heard = talk.say("owner copilot model cost", user=LI)
    assert heard.endswith("[Accept]\n[Decline]\n[Change]\n[History]")
    talk.click("Accept", user=LI)
    assert [asked in waits(user) for user in (RAJ, LI)] == [True, False]
    assert "[Accept]" not in talk.say("owner cost", user=LI)
