"""Looking at a review that was made, every text whole, and asking for one now."""

from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.prediction import Prediction
from bot.domain.product import Never, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.reviewing import VERDICTS, Part, Said, Why, Words
from bot.domain.window import Window
from bot.features.error_review import blocks, card
from bot.features.error_review.view import Item
from bot.kit import reviewing, verdicts
from bot.kit.help import usage
from bot.sandbox.blocks import problems
from bot.sandbox.showing import formats_in, links_in, mentions_in
from bot.store.meetings import Item as StoredItem
from bot.store.overrides import Override
from bot.store.questions import Question
from bot.store.reviews import Review
from bot.store.session import Database, now_in
from bot.wiring import registry
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import a_team, answer, dead_ends, hear, pressed, shown, verify
from tests.support.hostile import hostile_text
from tests.support.office import GUEST, TEAM, Office, read
from tests.support.reviews import load, reviewed
from tests.support.snapshots import Snapshots

ASKED = "You asked for a review of *Support Copilot*: I read its predictions and post it in <#C0TEAM>."
ON_ITS_WAY = "The review of *Support Copilot* is on its way to <#C0TEAM>."
UNTOUCHED = "Nobody has looked at these 6 errors yet.\n[Start review]\n[All 6]\n[Finish]"
NONE_YET = "There was no review of *Support Copilot* yet.\n[Make one now]"
TRACE = "https://traces.example/42"
GONE = "This review is not there any more. Say “review” to see the latest one."
TOPICS = ("transfer", "card", "refund", "identity", "limit", "fee", "payee", "statement", "login", "currency")


def mixed(count: int = 12) -> list[Prediction]:
    """Predictions with fixed words, worst first; the second has everything there is to know."""
    plain = [
        a_prediction(id=f"p{n}", input=f"question about {TOPICS[n % 10]} {n * 'again '}", score=n / 100)
        for n in range(count)
    ]
    rich = a_prediction(
        id="rich",
        input="How much is it?\nPlease say <!channel> *now*",
        output="It will cost 5 dollars, see <http://evil.example|here>",
        expected="an offer to hand over",
        final_output="a person will tell you",
        context="price list, page 2",
        citations=("faq/prices", "faq/refunds"),
        segment="prices",
        model_version="2.0.0",
        confidence=0.39,
        loss=1.5,
        latency_s=2.25,
        trace_url=TRACE,
        score=0.005,
    )
    return [*plain, rich]


async def test_every_look_at_a_review(database: Database, snapshots: Snapshots) -> None:
    record = ProductRecord(nevers=(Never(name="promise a price", phrases=("it will cost",)),))
    product = database.do(lambda session: a_team(session, record=record, now=MONDAY - timedelta(days=1)))
    load(database, product, mixed())
    await reviewed(database, product)

    looks = {
        "latest": database.do(lambda session: answer(session, "review")),
        "all": database.do(lambda session: pressed(session, reviewing.ALL, "1")),
        "full": database.do(lambda session: pressed(session, blocks.FULL, "1 2")),
        "gone": database.do(lambda session: pressed(session, blocks.FULL, "1 99")),
    }

    for name, reply in looks.items():
        message = shown(reply)
        assert problems(message["blocks"]) == []
        assert dead_ends(message) == []
        assert mentions_in(message) == []
        assert set(links_in(message)) <= {TRACE}
        snapshots.expect(f"blocks/looking/{name}", message)


async def test_a_week_without_predictions_is_said_so_and_offers_a_review_now(database: Database) -> None:
    product = database.do(lambda session: a_team(session, now=MONDAY - timedelta(days=1)))
    await reviewed(database, product)

    told = read(shown(database.do(lambda session: answer(session, "review"))))

    assert told == "The latest review of *Support Copilot* found no predictions in its seven days.\n[Make one now]"


def test_a_review_is_made_now_and_every_item_is_looked_at(office: Office) -> None:
    product, now = office.database.do(a_team), office.database.do(now_in)
    hear(office, "settings set long")
    day = now - timedelta(days=1)
    load(
        office.database,
        product,
        [a_prediction(input=one, occurred_at=day, score=n / 10) for n, one in enumerate(TOPICS[:6])],
    )

    verify(office, [("reviews", NONE_YET), ("[Make one now]", f"{ASKED}\n{ON_ITS_WAY}")])

    (posted,) = office.slack.messages(TEAM)
    assert read(posted).startswith("Error review: Support Copilot, ")
    verify(office, [("review", "The worst 6 of Support Copilot, ⋯\n" + 5 * "⋯\n[Full text]\n⋯\n" + UNTOUCHED)])
    assert [line for line in hear(office, "[All 6]").splitlines() if line.endswith("[Full text]")] == 6 * [
        "[Full text]"
    ]
    assert "Asked: transfer\nSaid: an answer" in full_text(office, posted["ts"], "error_review.full:1")
    assert "Asked: fee\nSaid: an answer" in full_text(office, posted["ts"], "error_review.full:6")


def full_text(office: Office, ts: str, action: str, *, user: str = GUEST) -> str:
    """What the person reads who presses “Full text” of one item of the whole list of the posted review."""
    assert office.slack.click(user, TEAM, ts, reviewing.ALL).ok
    office.settle()
    everything = office.slack.ephemerals()[-1]
    before = len(office.slack.ephemerals())
    assert office.slack.click(user, TEAM, everything["ts"], action).ok
    office.settle()
    (told,) = office.slack.ephemerals()[before:]
    return read(told)


def test_a_review_of_a_product_without_a_channel_says_what_is_missing(office: Office) -> None:
    office.database.do(lambda session: a_team(session, team_channel=None))

    verify(
        office,
        [
            ("review now", "Support Copilot has no channel yet: choose one with “product edit copilot”."),
            ("review", NONE_YET),
        ],
    )


def test_words_after_review_that_name_nothing_lead_to_its_help(office: Office) -> None:
    office.database.do(a_team)
    help_text = usage(registry(), "review", "/muster")

    verify(
        office,
        [
            ("review frob", f"I do not know “frob”.\n{help_text}"),
            ("review nwo", f"I do not know “nwo”. Did you mean “now”?\n{help_text}"),
            ("errors copilto", f"I do not know “copilto”. Did you mean “copilot”?\n{help_text}"),
        ],
    )


@pytest.mark.parametrize("value", ["", "1", "1 1", "x y", "² 1", "-1 0", "9" * 9])
def test_a_button_that_carries_anything_is_answered(database: Database, value: str) -> None:
    assert database.do(lambda session: pressed(session, reviewing.ALL, value)).text == GONE
    assert database.do(lambda session: pressed(session, blocks.FULL, value)).text == GONE


@pytest.mark.parametrize("letter", ["a", "ä", "\U0001f600", "漢"])
@pytest.mark.parametrize("length", [10, 2_800, 2_900, 5_900])
def test_a_text_is_shown_whole_up_to_six_thousand(letter: str, length: int) -> None:
    text = (letter * 9 + " ") * (length // (10 if ord(letter) < 0x10000 else 20))
    item = Item(rank=1, prediction=a_prediction(input=text, output="said"), alike=(), breaches=())

    told = "".join(read({"blocks": list(blocks.full(item).blocks)}).split())

    assert text.replace(" ", "") in told
    assert "Said:said" in told


def said_of(words: str, name: str) -> StoredItem:
    """An item of which much was said, all of it anybody's words, and about which people differ."""
    spoken = [
        Words(part=part, user=user, verdict=verdict, note=words * 50, said_at=MONDAY)
        for part in Part
        for user, verdict in zip(PEOPLE, cycle(VERDICTS[part]), strict=False)
    ]
    question = Question(
        id=1,
        item_id=1,
        asked_by="U1",
        expert="U2",
        question=words * 50,
        asked_at=MONDAY,
        acceptable="no",
        answer=words,
        answered_at=MONDAY,
    )
    right = Override(what="breach", about=name, user="U1", reason=words * 50, at=MONDAY)
    return StoredItem(
        id=1,
        review_id=1,
        rank=2,
        row_id=1,
        prediction=a_prediction(),
        alike_rows=(),
        breaches=(),
        why=Why.WORST,
        back_from=None,
        left_from=None,
        kind=name,
        said=Said(words=tuple(spoken)),
        overrides=(right,) * 9,
        questions=(question,) * 9,
        reviewed_at=None,
    )


def a_table(*, hostile: str) -> card.Table:
    """A meeting over two items."""
    review = Review(
        id=1,
        product_id=1,
        window=Window(MONDAY - timedelta(days=7), MONDAY),
        ranking=Ranking.SCORE,
        made_at=MONDAY,
        seats=(),
    )
    return card.Table(review=review, items=[said_of(hostile, hostile)] * 2, decider="U1")


PEOPLE = [f"U{n}" for n in range(8)]
OURS = {f"*{verdicts.word(part, verdict)}*" for part in Part for verdict in VERDICTS[part]} | {
    "*You differ.*",
    "*Finish*",
    "*no*",
}
texts = st.none() | hostile_text | hostile_text.map(lambda text: text * 200)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts, texts, texts, hostile_text, hostile_text)
def test_no_text_breaks_slacks_limits_pings_or_links(
    asked: str | None, said: str | None, context: str | None, name: str, citation: str
) -> None:
    row = a_prediction(
        input=asked, output=said, expected=said, context=context, citations=(citation,), segment=name, trace_url=TRACE
    )
    items = [Item(rank=n, prediction=row, alike=(row,), breaches=()) for n in range(1, 21)]

    for message in (
        card.card(a_table(hostile=name), said_of(name, citation), items[0]),
        blocks.full(items[0]),
        blocks.everything(name, items, 1),
        blocks.glance(name, items, 1, tail=()),
    ):
        sent = {"text": message.text, "blocks": list(message.blocks)}
        assert problems(sent["blocks"]) == []
        assert set(mentions_in({"blocks": sent["blocks"]})) <= {f"<@{who}>" for who in PEOPLE}
        assert set(links_in({"blocks": sent["blocks"]})) <= {TRACE}
        assert set(formats_in({"blocks": sent["blocks"]})) <= OURS
        assert dead_ends(sent) == []
