"""Owners are named in words: who is meant, who may, who was first, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.leaving import LEFT_CHANNEL
from bot.domain.ownership import JUST_NOW, Did, Happened, Origin, Ownership, gone
from bot.domain.people import Role, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE, MODEL_COST, MODEL_QUALITY
from bot.features.ownership.setting import ANYWAY
from bot.store import audit, night_calls, ownerships, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.ownership.talking import Talk
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, owned, ownerships_of

OPEN = "Still open: model quality, incident response, evaluation datasets and retrain or roll back."


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def talk(database: Database, product: Product) -> Talk:
    """A team (Ana the PM, Raj the ML lead) that talks to Muster."""
    return Talk(database)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (f"owner cost <@{RAJ}>", ((RAJ,), None)),
        (f"owner copilot model cost <@{RAJ}|raj> <@{MIA}>", ((RAJ, MIA), None)),
        (f"owner cost <@{RAJ}|raj> and <@{MIA}|mia, the second>, backup <@{LI}|li>", ((RAJ, MIA), LI)),
        (f"owner cost <@{RAJ}>,<@{MIA}>, backup: <@{LI}>", ((RAJ, MIA), LI)),
        (f"OWNERS “model cost” <@{RAJ}> &amp; me", ((RAJ, ANA), None)),
        (f"owner set cost = <@{RAJ}>; deputy me", ((RAJ,), ANA)),
        (f"owner cost: <!subteam^{CALLED}|@on-call> backup <@{LI}>", ((CALLED,), LI)),
    ],
)
def test_people_name_owners_as_they_write(
    talk: Talk, database: Database, product: Product, said: str, named: tuple[tuple[str, ...], str | None]
) -> None:
    talk.slack.groups[CALLED] = (LI, MIA)

    heard = talk.say(said)

    row = ownerships_of(database, product)[MODEL_COST]
    assert ((row.owners, row.backup), row.set_by) == (named, ANA)
    assert heard.endswith(f"{OPEN}\n[Undo]")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"owner cost <@{MIA}>", f"You made <@{MIA}> owner of model cost of *Support Copilot*, backup <@{LI}>."),
        ("owner cost me", f"You own model cost of *Support Copilot*, backup <@{LI}>."),
        (f"owner cost backup <@{MIA}>", f"You made <@{MIA}> the backup of model cost of *Support Copilot*."),
        ("owner cost backup nobody", "You made nobody the backup of model cost of *Support Copilot*."),
    ],
)
def test_the_answer_says_what_was_done_and_what_is_still_open(
    talk: Talk, database: Database, product: Product, said: str, told: str
) -> None:
    owned(database, product, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += timedelta(hours=1)

    assert talk.say(said) == f"{told} {OPEN}\n[Undo]"


def test_whoever_names_nobody_leaves_a_gap_and_is_told_so(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += timedelta(hours=1)

    heard = talk.say("owner cost nobody")

    assert heard == (
        "Nobody owns model cost of *Support Copilot* now. Still open: model quality, model cost, incident response,"
        " evaluation datasets and retrain or roll back.\n[Undo]"
    )
    assert dict(talk.told())[RAJ].endswith("*Model cost* is not yours any more. Now: nobody yet.")


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing.GUEST, "is a guest here, and guests do not act"),
        (Standing.STRANGER, "belongs to another workspace"),
        (Standing.BOT, "is a bot: a person must answer for it"),
        (Standing.GONE, "is not in Slack any more"),
    ],
)
def test_only_members_of_the_workspace_can_own_something(
    talk: Talk, database: Database, product: Product, standing: Standing, told: str
) -> None:
    talk.slack.standings[MIA] = standing

    assert talk.say(f"owner cost <@{RAJ}>, backup <@{MIA}>") == f"<@{MIA}> {told}. Nothing was changed."
    assert ownerships_of(database, product) == {}


def test_a_group_that_is_empty_answers_for_nothing(talk: Talk, database: Database, product: Product) -> None:
    talk.slack.groups[CALLED] = ()

    heard = talk.say(f"owner cost <!subteam^{CALLED}>")

    assert heard == f"<!subteam^{CALLED}> has no members, or was switched off. Nothing was changed."
    assert ownerships_of(database, product) == {}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("owner cost @raj", "“@raj” is only text to me: choose the person or the user group from Slack's list while"),
        (f"owner kost <@{RAJ}>", "“kost” is none of the questions that need an owner. Did you mean “model cost”?"),
        ("owner cost <!here>", "“&lt;!here&gt;” names nobody. Say it like"),
        (f"owner cost <@{RAJ}> tomorrow", "“tomorrow” names nobody. Say it like"),
        (f"owner cost <@{RAJ}> nobody", "Somebody and nobody at once I cannot do."),
        (f"owner cost backup <@{RAJ}> <@{MIA}>", "Name one backup: a person or a user group."),
        ("owner cost backup", "Name one backup: a person or a user group."),
        (f"owner <@{RAJ}>", "Say what they are to own: `/muster owner cost @ana`."),
        (
            f"owner evals product <@{RAJ}>",
            "The nine areas are not switched on for *Support Copilot*: `/muster owner are",
        ),
        ("owner cost " + " ".join(f"<@U{number}>" for number in range(11)), "Name up to 10 owners: where many answer,"),
    ],
)
def test_what_is_unclear_is_said_and_nothing_is_set(
    talk: Talk, database: Database, product: Product, said: str, told: str
) -> None:
    assert told in talk.say(said)
    assert ownerships_of(database, product) == {}


def test_whoever_sets_what_is_so_already_changes_nothing(talk: Talk, database: Database, product: Product) -> None:
    before = owned(database, product, MODEL_COST, RAJ, backup=LI)

    assert talk.say(f"owner cost <@{RAJ}>") == (
        f"It is so already: model cost of *Support Copilot*: <@{RAJ}>, backup <@{LI}>."
    )
    assert ownerships_of(database, product) == {MODEL_COST: before}


def left_the_channel(database: Database, row: Ownership, user: str) -> None:
    """Somebody is not in the team's channel any more, and that was noticed."""
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    database.do(lambda session: ownerships.save(session, gone(row, user, LEFT_CHANNEL), happened))


def test_who_left_the_channel_and_is_named_by_name_all_the_same_answers_again(
    talk: Talk, database: Database, product: Product
) -> None:
    left_the_channel(database, owned(database, product, MODEL_COST, RAJ, backup=LI), RAJ)
    talk.clock.at += timedelta(hours=1)

    talk.say(f"owner cost backup <@{MIA}>")
    assert ownerships_of(database, product)[MODEL_COST].away == {RAJ: LEFT_CHANNEL}
    heard = talk.say(f"owner cost <@{RAJ}>")

    assert heard.startswith(f"<@{RAJ}> no longer counts as gone: model cost of *Support Copilot*: <@{RAJ}>, backup")
    assert ownerships_of(database, product)[MODEL_COST].acting == (RAJ,)


def test_who_left_slack_and_is_named_again_is_refused_though_they_are_named_already(
    talk: Talk, database: Database, product: Product
) -> None:
    left_the_channel(database, owned(database, product, MODEL_COST, RAJ), RAJ)
    talk.slack.standings[RAJ] = Standing.GONE

    assert talk.say(f"owner cost <@{RAJ}>") == f"<@{RAJ}> is not in Slack any more. Nothing was changed."


def test_replace_anyway_remembers_who_was_named_by_name(talk: Talk, database: Database, product: Product) -> None:
    left_the_channel(database, owned(database, product, MODEL_COST, RAJ, MIA, by=LI), RAJ)

    assert "Replace anyway" in talk.say(f"owner cost <@{RAJ}>")
    talk.click("Replace anyway")

    row = ownerships_of(database, product)[MODEL_COST]
    assert (row.owners, row.away) == ((RAJ,), {})


def test_others_set_nothing_but_who_owns_it_may(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, MIA)
    talk.clock.at += timedelta(hours=1)
    refused = "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."

    assert talk.say(f"owner cost <@{LI}>", user=LI) == refused
    owned(database, product, MODEL_COST, MIA, now=talk.clock.now())
    assert talk.say(f"owner cost <@{LI}>", user=LI) == refused
    talk.clock.at += timedelta(hours=1)
    assert talk.say(f"owner quality <@{LI}>", user=MIA) == refused
    assert talk.say(f"owner cost <@{LI}>", user=MIA).startswith(f"You made <@{LI}> owner of model cost")


def test_a_member_of_an_owning_group_may_set_it(talk: Talk, database: Database, product: Product) -> None:
    talk.slack.groups[CALLED] = (LI, MIA)
    talk.say(f"owner cost <!subteam^{CALLED}>")
    talk.clock.at += timedelta(hours=1)

    assert talk.say("owner cost me", user=LI).startswith("You own model cost of *Support Copilot*.")


def test_whoever_sets_what_somebody_set_a_moment_ago_is_told_and_may_replace_it(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.say(f"owner cost <@{LI}>")
    talk.clock.at += JUST_NOW - timedelta(seconds=1)

    heard = talk.say(f"owner cost <@{MIA}>", user=RAJ)

    assert heard == (
        f"<@{ANA}> set model cost of *Support Copilot* less than a minute ago: <@{LI}>. Yours was not saved.\n"
        "[Replace anyway]\n[Show who owns what]"
    )
    assert ownerships_of(database, product)[MODEL_COST].owners == (LI,)
    assert talk.click("Replace anyway", user=RAJ).startswith(f"You made <@{MIA}> owner of model cost")
    with database.reading() as session:
        last = ownerships.history(session, product.id)[-1]
    assert (last.by, last.origin, last.after["owners"]) == (RAJ, Origin.BUTTON, [MIA])


def test_after_a_minute_or_by_the_same_person_it_is_set_at_once(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.say(f"owner cost <@{LI}>")
    talk.say(f"owner cost <@{MIA}>")
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA,)

    talk.clock.at += JUST_NOW
    talk.say(f"owner cost <@{LI}>", user=RAJ)
    assert ownerships_of(database, product)[MODEL_COST].owners == (LI,)


def test_who_pressed_replace_anyway_after_a_third_person_is_told_who_won(
    talk: Talk, database: Database, product: Product
) -> None:
    seen = owned(database, product, MODEL_COST, LI)
    owned(database, product, MODEL_COST, MIA, by=RAJ)

    heard = talk.answer(ANYWAY, f"{product.id} {MODEL_COST} {seen.version} command {LI},{RAJ} -", ANA)

    assert heard == (
        f"<@{RAJ}> changed model cost of *Support Copilot* at the same moment; yours was not saved. Now it is: <@{MIA}>."
        " Look at it again, then repeat yours."
    )
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA,)


@pytest.mark.parametrize("value", ["", "1 model_cost", "1 nothing 0 command U0PM -", "1 model_cost 0 command <@U1> -"])
def test_a_button_that_says_nothing_sets_nothing(talk: Talk, database: Database, product: Product, value: str) -> None:
    assert talk.answer(ANYWAY, value, ANA).startswith("Say what they are to own")
    assert ownerships_of(database, product) == {}


def test_what_was_set_is_taken_back_with_everything_as_it_was(talk: Talk, database: Database, product: Product) -> None:
    before = owned(database, product, MODEL_COST, RAJ, backup=LI, accepted=[RAJ])
    talk.clock.at += timedelta(hours=1)
    talk.say(f"owner cost <@{MIA}> backup nobody")

    heard = talk.click("Undo")

    assert heard == (f"You took it back. *Support Copilot* is as it was before: model cost: <@{RAJ}>, backup <@{LI}>.")
    assert ownerships_of(database, product)[MODEL_COST] == replace(before, version=3)
    told = dict(talk.told())
    assert told[MIA].endswith(f"*Model cost* is not yours any more. Now: <@{RAJ}>, backup <@{LI}>.")
    assert told[RAJ].endswith("*Model cost* is yours as before.")


def test_what_was_changed_since_is_not_taken_back(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{MIA}>")
    owned(database, product, MODEL_COST, LI)

    assert talk.click("Undo").startswith("This was changed since: taking it back would lose that.")
    assert ownerships_of(database, product)[MODEL_COST].owners == (LI,)


def test_whoever_gave_their_own_away_takes_it_back_and_who_lost_the_right_does_not(
    talk: Talk, database: Database, product: Product
) -> None:
    owned(database, product, MODEL_COST, MIA, by=MIA)
    talk.say(f"owner cost <@{LI}>", user=MIA)
    assert talk.click("Undo", user=MIA).startswith("You took it back.")

    talk.say(f"owner quality <@{LI}>", user=RAJ)
    database.do(lambda session: products.assign(session, product, Role.ML_LEAD, []))
    assert talk.click("Undo", user=RAJ).startswith("Only the people of Support Copilot and the admins change it.")
    assert ownerships_of(database, product)[MODEL_QUALITY].owners == (LI,)


def test_every_change_is_in_the_audit_log_and_in_the_history_with_where_it_came_from(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.mention(f"owner cost <@{MIA}>")
    talk.click("Undo")

    with database.reading() as session:
        log = [(one.user, one.what) for one in audit.everything(session)]
        history = [(one.by, one.what, one.origin) for one in ownerships.history(session, product.id, MODEL_COST)]
    assert log == [(ANA, "ownership assigned"), (ANA, "ownership assigned")]
    assert history == [(ANA, Did.ASSIGNED, Origin.MENTION), (ANA, Did.ASSIGNED, Origin.BUTTON)]


def test_who_makes_themselves_owner_of_incident_response_is_asked_about_the_night(
    talk: Talk, database: Database, product: Product
) -> None:
    heard = talk.say("owner incidents me")

    assert heard.endswith("[Undo]\n[Call me at night too]\n[Call me by day only]")
    assert talk.click("Call me at night too").startswith("You may be called at night from now on.")
    assert talk.say(f"owner incidents <@{RAJ}>").endswith("[Undo]")
    assert talk.say("owner incidents me").endswith("[Undo]")
    assert talk.say("owner nights off").startswith("You are not called at night.")
    assert talk.say("owner nights").startswith("You are not called at night.")
    with database.reading() as session:
        assert night_calls.said(session, LOCAL_WORKSPACE, ANA) is False
    assert ownerships_of(database, product)[INCIDENT_RESPONSE].accepted == (ANA,)


def test_a_product_that_was_put_away_meanwhile_is_said(talk: Talk, database: Database, product: Product) -> None:
    value = f"{product.id} {MODEL_QUALITY} 0 command {RAJ} -"
    database.do(lambda session: products.archive(session, product.id, talk.clock.now()))

    assert talk.answer(ANYWAY, value, ANA) == "This product is not there any more: it was archived."
