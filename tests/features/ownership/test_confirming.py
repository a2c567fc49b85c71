"""Every ninety days owners are asked in one message; they keep it, hand it over or retire; silence takes nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.ownership import Did
from bot.domain.people import Group, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import EVALUATION_DATA, MODEL_COST, MODEL_QUALITY, asked_of
from bot.features.ownership import accepting, confirming, confirming_answers, confirming_handing
from bot.features.ownership.confirming_messages import ALL_STILL, HAND_OVER, RETIRE, STILL
from bot.kit.feature import Feature
from bot.store import groups, ownerships
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, Workspace, owned, ownerships_of

BERLIN = ZoneInfo("Europe/Berlin")
DAY, QUARTER = timedelta(days=1), timedelta(days=90)
AUGUST = datetime(2026, 8, 3, 10, tzinfo=UTC)
"""A Monday; ninety days later, clocks gone back, it is Sunday 1 November 11:00 in Berlin."""

FEATURE = Feature(
    name="ownership",
    summary="Whether it is still theirs",
    actions=(*confirming_answers.ACTIONS, *confirming_handing.ACTIONS, *accepting.ACTIONS),
    modals=(*confirming_handing.MODALS, *accepting.MODALS),
    laters=confirming.LATERS,
)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def workspace(database: Database) -> Workspace:
    return Workspace(database, FEATURE, now=AUGUST + 80 * DAY)


def what(product: Product, key: str) -> str:
    """What a button about it carries."""
    return f"{product.id} {key}"


def last_did(database: Database, product: Product, key: str) -> Did:
    with database.reading() as session:
        return ownerships.history(session, product.id, key)[-1].what


@pytest.mark.every_database
def test_after_ninety_days_over_a_clock_change_everything_is_asked_at_once_on_the_next_working_morning(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    owned(database, product, MODEL_QUALITY, LI, ANA, backup=MIA, now=AUGUST + 13 * DAY)
    owned(database, product, EVALUATION_DATA, LI, now=AUGUST + 15 * DAY)

    workspace.until(datetime(2026, 11, 2, 8, tzinfo=BERLIN), workers=2)
    assert workspace.told() == []
    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN), workers=2)

    asked = (
        "Every three months you are asked once: is this still yours? Nothing is taken from you by silence; it is only"
        " shown how long ago you said so.\n"
        "*Support Copilot*, *model cost*: since 3 August 2026, last confirmed 90 days ago. No backup.\n"
        "[Still mine]\n[Hand over]\n[Retire]\n"
        "*Support Copilot*, *model quality*: since 16 August 2026, last confirmed 77 days ago. Together with <@U0PM>."
        " Backup: <@U0MIA>.\n"
        "[Still mine]\n[Hand over]\n[Retire]\n"
        "[All still mine]"
    )
    assert workspace.told() == [(LI, asked)]
    workspace.passes(5 * DAY, workers=2)
    assert len(workspace.told()) == 1


def test_silence_is_asked_about_once_more_then_the_leads_hear_of_it_and_nothing_is_taken(
    database: Database, workspace: Workspace, product: Product
) -> None:
    before = owned(database, product, MODEL_COST, LI, now=AUGUST)

    workspace.until(datetime(2026, 11, 20, 12, tzinfo=BERLIN))

    heads = [(to, text.split("\n")[0]) for to, text in workspace.told()]
    silent = (
        "<@U0LI> was asked twice whether this is still theirs, and has not answered. Nothing changes by that: they stay"
        " the owner until somebody names another."
    )
    assert [(to, head[:40]) for to, head in heads[:2]] == [
        (LI, "Every three months you are asked once: i"),
        (LI, "You were asked a week ago and have not a"),
    ]
    assert heads[2:] == [(ANA, silent), (RAJ, silent)]
    assert ownerships_of(database, product)[MODEL_COST] == before

    workspace.clock.advance(70 * DAY)
    workspace.until(datetime(2027, 2, 10, 12, tzinfo=BERLIN))
    assert [to for to, _ in workspace.told()[4:]] == [LI, LI]


def test_all_still_mine_confirms_all_of_them_and_the_buttons_die(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    owned(database, product, MODEL_QUALITY, LI, ANA, now=AUGUST)
    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN))

    reply = workspace.press(LI, ALL_STILL, f"{what(product, MODEL_COST)},{what(product, MODEL_QUALITY)}")

    assert reply.text == (
        "Model cost of *Support Copilot* is still yours.\nModel quality of *Support Copilot* is still yours.\n"
        "You are asked again in three months."
    )
    rows = ownerships_of(database, product)
    assert {rows[key].confirmed_at for key in (MODEL_COST, MODEL_QUALITY)} == {workspace.clock.now()}
    told = dict(workspace.told())
    assert "[" not in told[LI]
    assert told[ANA].endswith("Together with <@U0LI>. No backup.\n<@U0LI> said that it is.")
    workspace.passes(15 * DAY)
    assert len(workspace.told()) == 2


def test_who_answers_before_the_message_is_due_gets_none(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    workspace.until(datetime(2026, 11, 2, 8, tzinfo=BERLIN))

    workspace.press(LI, STILL, what(product, MODEL_COST))
    workspace.passes(DAY)

    assert workspace.told() == []


def test_who_hands_over_stays_the_backup_and_the_other_is_asked_for_a_yes(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    owned(database, product, MODEL_QUALITY, LI, backup=ANA, now=AUGUST)

    form = workspace.press(LI, HAND_OVER, what(product, MODEL_COST)).view
    reply = workspace.fill(LI, form, to=MIA, what="all")

    rows = ownerships_of(database, product)
    cost, quality = rows[MODEL_COST], rows[MODEL_QUALITY]
    assert (cost.owners, cost.backup, cost.waits_for) == ((MIA,), LI, (MIA,))
    assert (quality.owners, quality.backup, quality.waits_for) == ((MIA,), ANA, (MIA,))
    assert "They are asked to say yes; until they do, it shows that it waits." in reply.text
    assert [to for to, _ in workspace.told()] == [MIA]

    no = workspace.press(MIA, "ownership.decline", f"{what(product, MODEL_COST)} 0").view
    workspace.fill(MIA, no, reason="I know nothing of money")
    assert ownerships_of(database, product)[MODEL_COST].owners == (LI,)


def test_nobody_hands_over_to_themselves_or_to_somebody_who_is_gone(
    database: Database, workspace: Workspace, product: Product
) -> None:
    before = owned(database, product, MODEL_COST, LI, now=AUGUST)
    workspace.slack.standings[MIA] = Standing.GUEST
    form = workspace.press(LI, HAND_OVER, what(product, MODEL_COST)).view

    told = [workspace.fill(LI, form, to=to).text for to in (LI, MIA)]

    assert told[0] == "Choose somebody else: “Still mine” keeps it."
    assert told[1].startswith("This person cannot have it: ")
    assert ownerships_of(database, product)[MODEL_COST] == before


def test_who_retires_says_why_and_the_backup_owns_it_or_the_leads_hear_of_the_gap(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, backup=MIA, now=AUGUST)
    owned(database, product, MODEL_QUALITY, LI, now=AUGUST)

    for key in (MODEL_COST, MODEL_QUALITY):
        form = workspace.press(LI, RETIRE, what(product, key)).view
        assert workspace.fill(LI, form).text == "Say in a few words why."
        workspace.fill(LI, form, reason="I move to <another> team")

    rows = ownerships_of(database, product)
    assert (rows[MODEL_COST].owners, rows[MODEL_QUALITY].is_gap) == ((MIA,), True)
    assert last_did(database, product, MODEL_QUALITY) is Did.RETIRED
    told = workspace.told()
    assert [to for to, _ in told] == [MIA, ANA, RAJ, ANA, RAJ]
    assert told[1][1] == (
        "<@U0LI> retired from model cost of *Support Copilot*. <@U0MIA> answers for it now.\n"
        "Why: I move to <another> team\n[Name somebody]"
    )
    assert told[3][1].startswith("<@U0LI> retired from model quality of *Support Copilot*. Nobody answers for it now.")


def test_a_button_that_came_too_late_says_whose_it_is_now(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    row = owned(database, product, MODEL_COST, MIA)

    told = {workspace.press(LI, name, what(product, MODEL_COST)).text for name in (STILL, ALL_STILL, HAND_OVER, RETIRE)}

    assert told == {"You are not named for model cost of *Support Copilot* any more. Now: <@U0MIA>."}
    assert workspace.press(LI, STILL, "1 nonsense").text == "This message is over. Say “owner” to see who owns what."
    assert ownerships_of(database, product)[MODEL_COST] == row


def test_for_a_group_the_one_is_asked_who_named_it_and_the_leads_where_they_are_gone(
    database: Database, workspace: Workspace, product: Product
) -> None:
    owned(database, product, MODEL_COST, CALLED, now=AUGUST, by=MIA)
    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN))
    assert [to for to, _ in workspace.told()] == [MIA]

    reply = workspace.press(MIA, STILL, what(product, MODEL_COST))
    assert reply.text.startswith("Model cost of *Support Copilot* is still in the hands of <!subteam^S0CALL>.")

    workspace.clock.advance(88 * DAY)
    workspace.is_known_as(MIA, Standing.GONE)
    workspace.passes(7 * DAY)
    assert [to for to, _ in workspace.told()[1:]] == [ANA, RAJ]


def test_who_retires_for_a_group_or_hands_over_for_it_reads_that_the_group_is_meant(
    database: Database, workspace: Workspace, product: Product
) -> None:
    group = Group(id=CALLED, handle="on-call", name="On call", members=())
    database.do(lambda session: groups.keep(session, LOCAL_WORKSPACE, group, AUGUST))
    for key in (MODEL_COST, MODEL_QUALITY):
        owned(database, product, key, CALLED, now=AUGUST, by=MIA)

    retiring = workspace.press(MIA, RETIRE, what(product, MODEL_COST)).view
    handing = workspace.press(MIA, HAND_OVER, what(product, MODEL_QUALITY)).view
    retired = workspace.fill(MIA, retiring, reason="It is dissolved").text
    handed = workspace.fill(MIA, handing, to=LI).text

    labels = [form.blocks[0]["label"]["text"] for form in (retiring, handing) if form is not None]
    assert labels == ["Why do you retire from model cost for @on-call?", "Who has it from now on for @on-call?"]
    assert retired == (
        "You retired from model cost of *Support Copilot* for <!subteam^S0CALL>. Nobody answers for it now. The leads"
        " are told why."
    )
    assert handed == (
        "You handed model quality of *Support Copilot* for <!subteam^S0CALL> to <@U0LI>. They are asked to say yes;"
        " until they do, it shows that it waits. Where there was no backup, <!subteam^S0CALL> is it now, until somebody"
        " else is named."
    )
    assert dict(workspace.told())[ANA].startswith(
        "<@U0MIA> retired from model cost of *Support Copilot* for <!subteam^S0CALL>. Nobody answers for it now."
    )


def test_each_is_written_to_when_they_are_at_work(database: Database, workspace: Workspace, product: Product) -> None:
    workspace.is_known_as(LI, Standing.MEMBER, timezone="America/New_York")
    owned(database, product, MODEL_COST, LI, now=AUGUST)

    workspace.until(datetime(2026, 11, 2, 8, 59, tzinfo=ZoneInfo("America/New_York")))
    assert workspace.told() == []
    workspace.passes(timedelta(minutes=1))
    assert [to for to, _ in workspace.told()] == [LI]


def test_a_time_zone_that_nobody_here_knows_keeps_nobody_from_being_asked(
    database: Database, workspace: Workspace, product: Product
) -> None:
    workspace.is_known_as(LI, Standing.MEMBER, timezone="Mars/Olympus")
    owned(database, product, MODEL_COST, LI, now=AUGUST)
    owned(database, product, MODEL_QUALITY, MIA, now=AUGUST)

    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN))

    assert [to for to, _ in workspace.told()] == [LI, MIA]


def test_however_much_somebody_owns_all_of_it_is_asked_at_once_in_messages_that_slack_takes(
    database: Database, workspace: Workspace
) -> None:
    hostile = database.do(lambda session: a_product(session, name="*<!here>* & `co` " * 20))
    for one in asked_of(areas=True):
        owned(database, hostile, one.key, LI, MIA, backup=ANA, now=AUGUST)
    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN))

    told = [text for to, text in workspace.told() if to == LI]
    assert [text.count("[Still mine]") for text in told] == [20, 12]
    assert told[1].startswith("And this, is it still yours?\n")
    assert {text.split("\n")[-1] for text in told} == {"[All still mine]"}
    assert "<!here>" not in told[0]


def test_of_several_messages_all_answers_count_and_nothing_is_said_to_have_been_asked_that_was_not(
    database: Database, workspace: Workspace, product: Product
) -> None:
    keys = [one.key for one in asked_of(areas=True)]
    for place, key in enumerate(keys):
        owned(database, product, key, LI, now=AUGUST + timedelta(minutes=place))
    gained = database.do(lambda session: a_product(session, key="gained", name="Gained"))
    workspace.until(datetime(2026, 11, 2, 9, tzinfo=BERLIN))
    first = ",".join(what(product, key) for key in keys[:20])
    workspace.press(LI, ALL_STILL, first)
    workspace.press(LI, STILL, what(product, keys[20]))
    owned(database, gained, MODEL_COST, LI, now=AUGUST)

    workspace.until(datetime(2026, 11, 18, 12, tzinfo=BERLIN))

    (one, two, again, *leads) = workspace.told()
    assert [text.count("[Still mine]") for _, text in (one, two, again)] == [0, 11, 11]
    assert two[1].count("<@U0LI> said that it is.") == 1
    assert again[1].startswith("You were asked a week ago")
    assert [(to, text.count("•"), "Gained" in text) for to, text in leads] == [(ANA, 11, False), (RAJ, 11, False)]

    workspace.passes(2 * DAY)
    (*_, (to, text)) = workspace.told()
    assert (to, text.startswith("Every three months"), "*Gained*, *model cost*" in text) == (LI, True, True)
