"""The weekly review through the real runner, on both databases: what the team reads on Monday."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.measuring import Measured
from bot.domain.planning import At, slots_after, window_of
from bot.domain.prediction import Prediction
from bot.domain.product import Never, Pii, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.sourcing import Counts, Source, SourceSpec
from bot.domain.summary import Group, Summary
from bot.domain.window import Window, zone_named
from bot.errors import UserError
from bot.features.error_review import blocks
from bot.features.error_review.view import Week, review_view
from bot.kit.blocks import Block
from bot.sandbox.blocks import problems
from bot.store import reviews
from bot.store.pulls import Pull
from bot.store.session import Database
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.hostile import hostile_text
from tests.support.reviews import load, reviewed, words

WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
]
LAST_WEEK = MONDAY - timedelta(days=7, hours=1)


def distinct(count: int, **known: object) -> list[Prediction]:
    """Predictions whose inputs are not alike, worst first."""
    return [
        a_prediction(id=f"p{n:03}", input=f"{WORDS[n % 16]} {WORDS[n // 16]} question", score=n / 1000, **known)
        for n in range(count)
    ]


async def test_the_short_message_says_the_week_in_numbers_and_shows_the_worst_five(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, distinct(40, correct=False, segment="cards", model_version="2.0.0", expected="a fact"))
    load(database, product, [a_prediction(id=f"r{n}", correct=True, score=0.9, input=None) for n in range(59)])
    load(database, product, [a_prediction(id="unscored", score=None, input=None)])
    load(database, product, [a_prediction(occurred_at=LAST_WEEK, correct=n < 20, input=None) for n in range(40)])

    head, first, second = await reviewed(database, product)

    said = words(head)
    assert said.startswith("Error review: Support Copilot, 9 to 15 November")
    assert "100 answers seen, 1 without a score. 40.4 % wrong of 99 judged; last week 50 % of 40." in said
    assert "The worst 20 sit in: cards 20." in said
    assert "20 of them come from model 2.0.0, which gave 40 % of all answers." in said
    assert said.count("said an answer, expected a fact") == 5
    assert "All 20 are in the thread. Ranked by score, seven days to Mon 16 Nov 09:00 CET." in said
    assert [post.parent_id for post in (head, first, second)] == [None, head.id, head.id]
    assert [n for n in range(1, 21) if f"{n}.  {WORDS[(n - 1) % 16]}" in words(first) + words(second)] == list(
        range(1, 21)
    )
    with database.reading() as session:
        seats = reviews.seats_of(session, product.id, window_of_monday())
    assert [seat.rank for seat in seats] == list(range(1, 21))


def window_of_monday() -> Window:
    return Window(MONDAY - timedelta(days=7), MONDAY)


async def test_a_team_may_have_all_twenty_in_the_message(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, distinct(30))

    (whole,) = await reviewed(database, product, options={"form": "long"})

    assert words(whole).count("said an answer") == 20
    assert len(whole.blocks) <= 50


async def test_near_duplicates_take_one_seat_and_are_counted(database: Database) -> None:
    product = database.do(a_product)
    same = [a_prediction(id=f"s{n}", input=f"when is invoice {n} due please", score=0.01 + n / 100) for n in range(7)]
    load(database, product, [*same, a_prediction(id="other", input="something else entirely", score=0.5)])

    (head,) = await reviewed(database, product)

    assert "+6 alike" in words(head)
    assert "something else entirely" in words(head)


async def test_what_breaks_a_never_is_flagged_and_counted_apart(database: Database) -> None:
    record = ProductRecord(nevers=(Never(name="promise a price", phrases=("it will cost",)),))
    product = database.do(lambda session: a_product(session, record=record))
    load(database, product, distinct(30))
    load(database, product, [a_prediction(id="late", output="It will cost 5 dollars", input="how much", score=0.9)])

    head, *_ = await reviewed(database, product)

    assert "1 of the worst 31 breaks a never: promise a price." in words(head)


async def test_personal_data_is_masked_before_anything_is_stored_or_shown(database: Database) -> None:
    product = database.do(lambda session: a_product(session, record=ProductRecord(pii=Pii.REDACT)))
    secret = "ana.lima@example.com"
    row = a_prediction(input=f"write to {secret}", output=f"sent to {secret}", expected=secret, context=secret)

    head, *_ = await reviewed(database, product, open_source=lambda _spec: OneRow(row))

    assert "write to [e-mail]" in words(head)
    with database.reading() as session:
        stored = session.connection().execute(text("SELECT * FROM predictions")).all()
        sent = session.connection().execute(text("SELECT text, blocks FROM posts")).all()
    assert len(stored) == 1
    assert secret not in f"{stored} {sent}"


class OneRow:
    """A source of one prediction."""

    def __init__(self, row: Prediction) -> None:
        self.row = row

    def worst(self, window: object, limit: int) -> list[Prediction]:
        return [self.row]

    def count(self, window: object) -> Counts:
        return Counts(seen=1, unranked=0)

    def summary(self, window: object) -> Summary:
        return Summary(seen=1, unranked=0, judged=0, wrong=0, has_judgement=False)

    def measure(self, window: object) -> Measured:
        return Measured(seen=1)

    def close(self) -> None:
        pass


async def test_a_source_that_fails_does_not_stop_the_review_which_says_what_it_could_not_see(
    database: Database,
) -> None:
    def gone(_spec: SourceSpec) -> Source:
        raise UserError("There is no file “predictions.parquet”.")

    product = database.do(a_product)

    (head,) = await reviewed(database, product, open_source=gone)

    assert "I could not see the predictions of these seven days" in words(head)
    assert "There is no file “predictions.parquet”." in words(head)


async def test_a_week_without_predictions_says_so(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, [a_prediction(occurred_at=LAST_WEEK)])

    (head,) = await reviewed(database, product)

    assert "No predictions reached me for these seven days." in words(head)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_no_prediction_falls_between_two_weeks_and_none_is_in_both(zone: str) -> None:
    at, place = At.parse("sun 02:15"), zone_named(zone)
    slots = list(islice(slots_after(at, place, datetime(2026, 9, 1, tzinfo=UTC)), 60))

    for before, after in pairwise(slots):
        assert window_of(before, at, place).end == window_of(after, at, place).start


texts = st.none() | hostile_text


@st.composite
def predictions(draw: st.DrawFn) -> Prediction:
    return a_prediction(
        input=draw(texts),
        output=draw(texts),
        expected=draw(texts),
        segment=draw(texts),
        model_version=draw(texts),
        trace_url=draw(texts | st.just("https://traces.example/1")),
        confidence=draw(st.none() | st.floats(0, 1)),
        score=0.1,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(predictions(), min_size=1, max_size=25), hostile_text)
def test_no_text_breaks_slacks_limits_and_no_item_is_left_out(rows: list[Prediction], name: str) -> None:
    record = ProductRecord(nevers=(Never(name=name or "x", phrases=("a",)),))
    segments = tuple(Group(name=row.segment, seen=1, judged=1, wrong=1) for row in rows)
    week = Summary(seen=len(rows), unranked=0, judged=1, wrong=1, segments=segments)
    pull = Pull(
        window=window_of_monday(),
        ranking=Ranking.SCORE,
        pool=tuple(rows),
        row_ids=tuple(range(len(rows))),
        this=week,
        last=None,
        pulled_at=MONDAY,
    )
    view = review_view(pull, record)
    when = Week(product=name, window=pull.window, zone=zone_named("Europe/Berlin"), late=True)

    parts = [blocks.head(when, view, 7), blocks.whole(when, view, 7), *blocks.thread(when, view, 7)]

    for message in parts:
        assert problems(list(message.blocks)) == []
        assert_accepted(list(message.blocks))
        assert all("http" in link and link.startswith("<https://") for link in trusted(message.blocks))
    in_thread = sum(block["type"] == "section" for message in parts[2:] for block in message.blocks)
    assert in_thread == len(view.items)


def trusted(message: Sequence[Block]) -> list[str]:
    """Every text in which Slack reads links and mentions, but for how far people are, which holds no prediction."""
    return [
        element["text"]
        for block in message
        for element in block.get("elements", [block.get("text", {})])
        if element.get("type") == "mrkdwn" and block.get("block_id") != "progress"
    ]
