"""Owners are asked for and named in many words: the product first or last, people added and taken away."""

from datetime import timedelta

import pytest

from bot.domain.people import Standing
from bot.domain.product import Product, ProductRecord
from bot.domain.responsibilities import EVALUATION_DATA, MODEL_COST
from bot.features.ownership import FEATURE
from bot.kit.command import Effect
from bot.store.session import Database
from tests.features.ownership.talking import Talk
from tests.support.builders import a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, owned, ownerships_of

HOUR = timedelta(hours=1)
UNCHANGED = ((RAJ,), LI)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def talk(database: Database, product: Product) -> Talk:
    return Talk(database)


@pytest.fixture
def two(database: Database, product: Product, talk: Talk) -> Talk:
    """Ana has two products, and an hour ago Raj and Li (the backup) were named for the cost of both."""
    owned(database, product, MODEL_COST, RAJ, backup=LI)
    other = database.do(lambda session: a_product(session, key="refunds", name="Refund Desk"))
    owned(database, other, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += HOUR
    return talk


@pytest.mark.parametrize(
    "said",
    [
        "owner refunds cost",
        "owner cost refunds",
        "owner cost of refunds?",
        'owner cost "Refund Desk"',
        "who owns refunds cost",
        "who is responsible for cost of Refunds?",
    ],
)
def test_the_product_may_be_named_first_or_last(two: Talk, said: str) -> None:
    assert two.say(said).startswith(f"Ask <@{RAJ}> about model cost of *Refund Desk*.")


@pytest.mark.parametrize(
    "said", ["owner cost <@{0}> refunds", "owner cost refunds <@{0}>", "owner cost for refunds <@{0}>, backup <@U0LI>"]
)
def test_the_product_may_stand_beside_the_names(two: Talk, said: str) -> None:
    assert two.say(said.format(MIA)).startswith(f"You made <@{MIA}> owner of model cost of *Refund Desk*")


@pytest.mark.parametrize("verb", ["history", "gaps"])
def test_history_and_gaps_take_the_product_last_too(two: Talk, verb: str) -> None:
    assert "Refund Desk" in two.say(f"owner {verb} cost refunds").splitlines()[0]


def test_a_product_that_is_called_like_a_part_of_a_question_is_not_taken_for_it(talk: Talk, database: Database) -> None:
    database.do(lambda session: a_product(session, key="data", name="Data"))

    assert talk.say("owner evaluation data").startswith("Which product? `/muster owner copilot evaluation data`")
    assert talk.say("owner cost data").startswith("Nobody answers for model cost of *Data* now.")


def test_which_product_keeps_what_was_typed(two: Talk) -> None:
    assert two.say(f"owner cost <@{MIA}|mia>, backup <@{LI}>") == (
        f"Which product? `/muster owner copilot cost <@{MIA}> backup <@{LI}>`,"
        f" `/muster owner refunds cost <@{MIA}> backup <@{LI}>`"
    )
    assert two.say("owner cost `<!channel>") == (
        "Which product? `/muster owner copilot cost &lt;!channel&gt;`, `/muster owner refunds cost &lt;!channel&gt;`"
    )


def test_did_you_mean_keeps_who_was_named_and_where(two: Talk) -> None:
    said = two.say(f"owner refunds kost <@{MIA}|mia> & me backup <@{LI}>").splitlines()[0]
    added = two.say(f"owner refunds kost add <@{MIA}>").splitlines()[0]

    assert said.endswith(f"`/muster owner refunds model cost <@{MIA}> &amp; me backup <@{LI}>`")
    assert added.endswith(f"`/muster owner refunds model cost add <@{MIA}>`")
    assert two.say("owner history refunds kost").splitlines()[0].endswith("`/muster owner history refunds model cost`")


@pytest.mark.parametrize(
    "said",
    [
        "who has cost",
        "who is responsible for cost?",
        "who is the owner of cost",
        "who decides cost",
        "who is in charge of the cost",
        "who do I ask about cost?",
        "who owns cost now",
        "owner list cost",
    ],
)
def test_people_ask_as_they_speak(talk: Talk, database: Database, product: Product, said: str) -> None:
    owned(database, product, MODEL_COST, RAJ)

    assert talk.say(said).startswith(f"Ask <@{RAJ}> about model cost of *Support Copilot*.")


def test_who_decides_to_retrain_and_everything_are_understood(talk: Talk) -> None:
    assert talk.say("who decides retrain or roll back?").startswith("Nobody answers for retrain or roll back")
    assert [talk.say(said) for said in ("owner all", "owner list", "owner everything")] == [talk.say("owner")] * 3


@pytest.mark.parametrize(
    ("said", "told", "after"),
    [
        ("owner cost add <@U0MIA>", "You made <@U0ML> and <@U0MIA> owners of model cost", ((RAJ, MIA), LI)),
        ("owner add cost <@U0MIA>", "You made <@U0ML> and <@U0MIA> owners of model cost", ((RAJ, MIA), LI)),
        ("owner cost add backup <@U0MIA>", "You made <@U0MIA> the backup of model cost", ((RAJ,), MIA)),
        ("owner cost remove <@U0ML>", "Nobody owns model cost of *Support Copilot* now, backup <@U0LI>.", ((), LI)),
        ("owner cost remove <@U0LI>", "You made nobody the backup of model cost", ((RAJ,), None)),
        ("owner cost remove backup", "You made nobody the backup of model cost", ((RAJ,), None)),
        ("owner cost remove <@U0ML> and <@U0LI>", "Nobody owns model cost of *Support Copilot* now.", ((), None)),
        (
            "owner cost remove <@U0MIA>",
            "<@U0MIA> is not named for model cost. Now: <@U0ML>, backup <@U0LI>.",
            UNCHANGED,
        ),
        ("owner cost remove nobody", "Say who is to be removed.", UNCHANGED),
        ("owner cost add nobody", "Nobody cannot be added.", UNCHANGED),
        ("owner cost add <@U0ML>", "It is so already: model cost of *Support Copilot*", UNCHANGED),
    ],
)
def test_people_are_added_and_taken_away(
    talk: Talk, product: Product, said: str, told: str, after: tuple[tuple[str, ...], str | None]
) -> None:
    owned(talk.database, product, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += HOUR

    assert talk.say(said).startswith(told)
    row = ownerships_of(talk.database, product)[MODEL_COST]
    assert (row.owners, row.backup) == after


def test_of_several_owners_it_is_said_from_whom_it_was_taken(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, RAJ, MIA, backup=LI)
    talk.clock.at += HOUR

    assert talk.say(f"owner cost remove <@{RAJ}>").startswith(
        f"You took model cost of *Support Copilot* from <@{RAJ}>. Now: <@{MIA}>, backup <@{LI}>."
    )


@pytest.mark.parametrize("said", ["owner cost <@U0MIA> backup <@U0MIA>", "owner cost backup <@U0ML>"])
def test_who_owns_it_is_not_the_backup_too(talk: Talk, database: Database, product: Product, said: str) -> None:
    before = owned(database, product, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += HOUR

    assert talk.say(said).startswith("Who owns it cannot be the backup too: choose somebody else.")
    assert ownerships_of(database, product)[MODEL_COST] == before


def test_a_backup_who_becomes_the_owner_is_said_to_be_the_backup_no_more(
    talk: Talk, database: Database, product: Product
) -> None:
    owned(database, product, MODEL_COST, RAJ, backup=LI)
    talk.clock.at += HOUR

    assert talk.say(f"owner cost <@{LI}>").startswith(
        f"You made <@{LI}> owner of model cost of *Support Copilot*. <@{LI}> was the backup: nobody is now. Still open"
    )


def test_a_question_whose_owner_left_gets_a_backup(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, RAJ)
    talk.slack.standings[RAJ] = Standing.GONE
    talk.clock.at += HOUR

    assert talk.say(f"owner cost backup <@{LI}>").startswith(f"You made <@{LI}> the backup of model cost")
    assert ownerships_of(database, product)[MODEL_COST].named == (RAJ, LI)


def test_a_question_whose_backup_left_gets_an_owner_and_the_backup_is_dropped(
    talk: Talk, database: Database, product: Product
) -> None:
    owned(database, product, MODEL_COST, RAJ, backup=LI)
    talk.slack.standings[LI] = Standing.GONE
    talk.clock.at += HOUR

    assert talk.say(f"owner cost <@{MIA}>").startswith(
        f"You made <@{MIA}> owner of model cost of *Support Copilot*. <@{LI}>, the backup, is not in Slack any more:"
        " nobody is the backup now. Still open"
    )
    assert ownerships_of(database, product)[MODEL_COST].named == (MIA,)
    assert [to for to, _ in talk.told()] == [MIA, RAJ]


def test_who_took_the_first_naming_back_is_not_held_up(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner cost <@{RAJ}>")
    talk.click("Undo")

    assert talk.say(f"owner cost <@{MIA}>", user=RAJ).startswith(f"You made <@{MIA}> owner")
    owned(database, product, EVALUATION_DATA, LI, by=LI)
    talk.say(f"owner data <@{RAJ}>")
    talk.click("Replace anyway")
    talk.click("Undo")
    assert talk.say(f"owner data <@{MIA}>").startswith(f"You made <@{MIA}> owner")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("evals ml", "evals/ml_engineering"),
        ("evals pm", "evals/product"),
        ("problem and use case engineering", "use_case/ml_engineering"),
        ("golden dataset research", "golden_dataset/research"),
    ],
)
def test_a_part_of_an_area_is_named_in_short(database: Database, said: str, key: str) -> None:
    product = database.do(lambda session: a_product(session, record=ProductRecord(areas=True)))

    Talk(database).say(f"owner {said} <@{MIA}>")

    assert list(ownerships_of(database, product)) == [key]


def test_with_the_areas_on_hints_speak_of_them(database: Database) -> None:
    database.do(lambda session: a_product(session, record=ProductRecord(areas=True)))
    talk = Talk(database)

    assert talk.say("owner zebra").endswith(
        "retrain or roll back. And 27 parts of the nine areas: `/muster owner copilot` shows them."
    )
    assert "Evals is an area too: `/muster owner evals product`." in talk.say("owner evals")
    assert "is an area too" not in talk.say("owner data")


def test_people_of_other_companies_read_nothing_of_it() -> None:
    assert [one.verb for one in FEATURE.commands if one.effect is Effect.READ and not one.inside] == []


def test_a_backup_alone_is_worded_as_one(talk: Talk, database: Database, product: Product) -> None:
    talk.say(f"owner data backup <@{LI}>")

    assert talk.told()[0][1].splitlines()[1] == (
        "*Evaluation datasets*: you are the backup, and nobody owns it: you stand in until somebody does."
    )
    assert f"Evaluation datasets: nobody owns it, and <@{LI}>, the backup, stands in." in talk.say("owner gaps")
    assert talk.say("owner gaps data").startswith("No gap, but a backup stands in: Support Copilot")
    assert f"named by <@{ANA}>, the backup has not said yes yet)" in talk.say("owner data")


def test_a_gap_says_why_and_one_question_is_answered_alone(talk: Talk, database: Database, product: Product) -> None:
    talk.is_known_as(RAJ, Standing.MEMBER)
    owned(database, product, MODEL_COST, RAJ)
    assert talk.say("owner gaps cost") == (
        f"No gap: <@{RAJ}> answers for model cost of *Support Copilot*.\n[Who owns what]"
    )
    talk.becomes(RAJ, Standing.GONE)

    said = talk.say("owner gaps cost").splitlines()

    assert said[0] == "1 gap: Support Copilot"
    assert said[2] == f"<@{RAJ}> left Slack: nobody answers for it now."
    assert talk.say("owner gaps zebra").startswith("“zebra” is none of the questions")


def test_a_yes_given_elsewhere_ends_the_buttons_of_the_message_too(talk: Talk, database: Database) -> None:
    talk.say(f"owner cost <@{RAJ}>")
    talk.say(f"owner quality <@{RAJ}>")
    talk.say("owner copilot model cost", user=RAJ)

    talk.click("Accept", user=RAJ)

    assert [text.endswith("Accepted.") for _, text in talk.told()] == [True, False]
