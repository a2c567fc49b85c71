"""Anybody asks who owns what: the whole matrix, one question, the gaps, the history."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ownership import Did, Happened, Origin, Ownership, gone
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.domain.responsibilities import MODEL_COST, MODEL_QUALITY, asked_of
from bot.features.ownership import matrix
from bot.kit.limits import BLOCKS
from bot.store import ownerships, products
from bot.store.session import Database
from tests.features.ownership.talking import Talk
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, owned, ownerships_of
from tests.support.office import read

DAY = timedelta(days=1)
BARE = """Who owns what: Support Copilot
*Model quality*: nobody yet
*Model cost*: nobody yet
*Incident response*: nobody yet
*Evaluation datasets*: nobody yet
*Retrain or roll back*: nobody yet
[Change]
[Gaps]
[History]"""


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def talk(database: Database, product: Product) -> Talk:
    return Talk(database)


def left(database: Database, row: Ownership, user: str, why: str) -> Ownership:
    """Muster noticed that somebody is gone."""
    happened = Happened(by="", at=MONDAY + DAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    return database.do(lambda session: ownerships.save(session, gone(row, user, why), happened))


@pytest.mark.parametrize("said", ["owner", "owners", "who", "raci copilot", "ownership COPILOT", "who owns?"])
def test_the_matrix_shows_all_five_questions(talk: Talk, said: str) -> None:
    assert talk.say(said, user=MIA) == BARE


def test_the_matrix_says_since_when_by_whom_who_said_yes_and_who_stands_in(
    talk: Talk, database: Database, product: Product
) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, CALLED, accepted=[RAJ])
    left(database, owned(database, product, MODEL_COST, ANA, backup=LI), ANA, "left Slack")
    left(database, owned(database, product, "incident_response", RAJ, MIA), RAJ, "left <#C1>&")
    left(database, owned(database, product, "evaluation_data", RAJ), RAJ, "left Slack")

    since = "since 16 November 2026, named by <@U0PM>"
    assert talk.say("owner", user=MIA).splitlines()[1:-4] == [
        f"*Model quality*: <@{RAJ}> and <!subteam^{CALLED}>",
        f"{since}, waiting for a yes of <!subteam^{CALLED}>, last confirmed 16 November 2026",
        f"*Model cost*: <@{ANA}>, backup <@{LI}>",
        f"<@{ANA}> left Slack: <@{LI}> stands in",
        f"{since}, accepted, the backup has not said yes yet, last confirmed 16 November 2026",
        f"*Incident response*: <@{RAJ}> and <@{MIA}>",
        f"<@{RAJ}> left &lt;#C1&gt;&amp;",
        f"{since}, waiting for a yes of <@{MIA}>, last confirmed 16 November 2026",
        f"*Evaluation datasets*: <@{RAJ}>",
        f"<@{RAJ}> left Slack: nobody answers for it now",
        f"{since}, last confirmed 16 November 2026",
    ]


@pytest.mark.parametrize("said", ["owner cost", "who owns the model cost?", "owner copilot budget", "owner show cost"])
def test_who_answers_for_a_question_is_said_with_whom_to_ask_now(
    talk: Talk, database: Database, product: Product, said: str
) -> None:
    left(database, owned(database, product, MODEL_COST, ANA, backup=LI), ANA, "left Slack")

    assert talk.say(said, user=MIA) == (
        f"Ask <@{LI}> about model cost of *Support Copilot*.\n"
        f"Owner: <@{ANA}>, backup <@{LI}> (since 16 November 2026, named by <@{ANA}>, accepted, the backup has not"
        " said yes yet, last confirmed 16 November 2026)\n"
        f"<@{ANA}> left Slack: <@{LI}> stands in\n"
        "Model cost: what the model may cost, and what is done where it costs more.\n"
        "[Change]\n[History]"
    )


def test_of_a_gap_it_is_said_that_nobody_answers(talk: Talk) -> None:
    heard = talk.say("owner retrain or roll back", user=MIA)

    assert heard.splitlines()[:2] == [
        "Nobody answers for retrain or roll back of *Support Copilot* now.",
        "Owner: nobody yet",
    ]


@pytest.mark.parametrize(
    ("said", "guess"),
    [
        ("owner incidnt", " Did you mean “incident response”? `/muster owner incident response`"),
        ("owner cost tomorrow", " Did you mean “model cost”? `/muster owner model cost`"),
        ("owner zebra & co", ""),
    ],
)
def test_what_is_unclear_is_answered_with_what_was_probably_meant(talk: Talk, said: str, guess: str) -> None:
    first, second = talk.say(said).splitlines()

    assert first.endswith(f"is none of the questions that need an owner.{guess}")
    assert "& " not in first
    assert second == (
        "There are: model quality, model cost, incident response, evaluation datasets, retrain or roll back."
    )


def test_gaps_say_what_is_open_who_usually_has_it_and_how_to_name_somebody(
    talk: Talk, database: Database, product: Product
) -> None:
    for key in (MODEL_QUALITY, "incident_response", "evaluation_data"):
        owned(database, product, key, RAJ)
    left(database, owned(database, product, MODEL_COST, ANA, backup=LI), ANA, "left Slack")

    assert talk.say("owner gaps", user=MIA) == (
        "1 gap: Support Copilot\n"
        "*Retrain or roll back*: the decision to retrain the model or to go back to an earlier one.\n"
        "`/muster owner copilot retrain or roll back @name`\n"
        f"Model cost: <@{ANA}> left Slack: <@{LI}> stands in.\n"
        "[Name owners]\n[Who owns what]"
    )


def test_without_gaps_there_is_nothing_to_name(talk: Talk, database: Database, product: Product) -> None:
    for one in asked_of(areas=False):
        owned(database, product, one.key, RAJ)

    assert talk.say("owner gaps") == "No gaps: everything in *Support Copilot* has an owner.\n[Who owns what]"


def test_the_history_tells_the_last_thing_first_in_plain_words(
    talk: Talk, database: Database, product: Product
) -> None:
    left(database, owned(database, product, MODEL_COST, ANA, backup=LI), ANA, "left Slack")
    talk.clock.at += 2 * DAY
    talk.say(f"owner cost <@{RAJ}>")

    assert talk.say("owner history cost", user=MIA) == (
        "Model cost, history: Support Copilot\n"
        f"*Model cost*: <@{ANA}> set it: owner <@{ANA}> → <@{RAJ}>, <@{ANA}> no longer counts as gone\n"
        "18 Nov 2026 09:00 CET, by a command\n"
        f"*Model cost*: Muster noticed that somebody is gone: <@{ANA}> left Slack\n"
        "17 Nov 2026 09:00 CET, from Slack\n"
        f"*Model cost*: <@{ANA}> set it: owner nobody → <@{ANA}>, backup nobody → <@{LI}>\n"
        "16 Nov 2026 09:00 CET, by a command\n"
        "[Who owns what]"
    )
    assert talk.say("owner history quality") == "Nobody was ever named for model quality of *Support Copilot*."


def test_of_a_long_history_it_is_said_how_many_are_not_shown(talk: Talk, database: Database, product: Product) -> None:
    for _ in range(11):
        owned(database, product, MODEL_COST, RAJ)
        owned(database, product, MODEL_COST, LI)

    heard = talk.say("owner log")

    assert heard.count("set it") == 20
    assert "2 earlier ones are not shown." in heard


def test_the_nine_areas_are_switched_on_shown_named_and_off_again(
    talk: Talk, database: Database, product: Product
) -> None:
    assert talk.say("owner areas on", user=MIA).startswith("Only the people of Support Copilot")
    assert talk.say("owner areas") == "The nine areas are off. Say `/muster owner areas on`."
    assert talk.say("owner areas on copilot") == (
        "You switched the nine areas of *Support Copilot* on. 9 areas, each with a part for product, research and ML"
        " engineering.\n[Switch them off]\n[Who owns what]"
    )
    assert talk.say("owner areas on").startswith("It is so already")
    talk.say(f"owner launch readiness ML engineering <@{RAJ}>, backup <@{LI}>")

    assert talk.say("owner launch readiness").splitlines() == [
        "Launch readiness: Support Copilot",
        "*Launch readiness*",
        "Product: nobody yet",
        "Research: nobody yet",
        f"ML engineering: <@{RAJ}>, backup <@{LI}>",
        "[Change]",
    ]
    assert talk.say(f"owner launch readiness <@{RAJ}>").startswith("Whose part of it? Say “launch readiness product”,")
    assert talk.say("owner history launch readiness").count("set it") == 1
    assert talk.say("owner gaps").startswith("31 gaps: Support Copilot")
    assert talk.say("owner areas off").endswith(
        "Who was named for them stays named, unseen.\n[Switch them on]\n[Who owns what]"
    )
    assert talk.say("owner") == BARE
    assert ownerships_of(database, product)["launch_readiness/ml_engineering"].owners == (RAJ,)


@given(
    owners=st.integers(0, 10),
    backup=st.booleans(),
    away=st.integers(0, 10),
    why=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
)
def test_all_32_rows_fit_into_one_message(owners: int, backup: bool, away: int, why: str) -> None:
    users = tuple(f"U0123456{number:03}" for number in range(owners))
    record = replace(Product(id=1, workspace="local", key="c", name="C", timezone="UTC").record, areas=True)
    product = Product(id=1, workspace="local", key="copilot", name="C" * 80, timezone="UTC", record=record)
    known = {
        one.key: Ownership(
            product_id=1,
            responsibility=one.key,
            owners=users,
            backup="U0BACKUP0000" if backup else None,
            since=MONDAY,
            set_by="U0PM",
            set_at=MONDAY,
            confirmed_at=MONDAY,
            away=dict.fromkeys(users[:away], why),
            version=1,
        )
        for one in asked_of(areas=True)
    }

    blocks = matrix.whole(product, known).blocks

    assert len(blocks) <= BLOCKS
    assert_accepted(blocks)
    seen = read({"blocks": list(blocks)})
    assert "left out" not in seen
    assert all(seen.count(f"*{title}*") >= 1 for title in ("Model cost", "Launch readiness"))


def test_whoever_looks_need_not_be_a_member(talk: Talk) -> None:
    talk.slack.standings[MIA] = Standing.GUEST

    assert talk.mention("owner", user=MIA) == BARE


def test_of_several_products_the_one_that_is_named_is_shown(talk: Talk, database: Database, product: Product) -> None:
    other = database.do(lambda session: a_product(session, key="refunds", name="Refunds"))
    owned(database, other, MODEL_COST, LI)

    assert talk.say("owner") == "Which product? `/muster owner copilot`, `/muster owner refunds`"
    assert talk.say("owner refunds cost").startswith(f"Ask <@{LI}> about model cost of *Refunds*.")
    database.do(lambda session: products.archive(session, other.id, MONDAY))
    assert talk.say("owner") == BARE
