"""Every message of the review, whole, as it was read and found good."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.prediction import Prediction
from bot.domain.product import Never, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.summary import Group, Summary
from bot.domain.window import Window, zone_named
from bot.features.error_review import blocks
from bot.features.error_review.blocks import Message
from bot.features.error_review.view import Week, review_view
from bot.sandbox.blocks import problems
from bot.sandbox.showing import formats_in, links_in, mentions_in
from bot.store.pulls import Pull
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_prediction
from tests.support.snapshots import DATA, Snapshots

PLACE = "blocks/error_review"
ASKED = (
    "Why was my transfer declined?",
    "Where is the money I sent on Monday?",
    "My card has not arrived yet",
    "How do I change my PIN?",
    "Can I have a second account?",
    "You charged me twice for one coffee",
    "What is the fee for cash abroad?",
    "The app asks for a passcode I never set",
    "I want my refund now",
    "Who can see my statements?",
    "Please close everything",
    "Is my salary late or lost?",
    "How long does verification take?",
    "It says my identity could not be checked",
    "Freeze it, somebody stole my bag",
    "Top up failed with code 51",
    "Do you support Apple Pay?",
    "Which exchange rate did you use?",
    "Cancel the standing order to my landlord",
    "I cannot hear the person on the line",
)
HOSTILE = "<!channel> @here #general <https://evil.example|click> *bold* `code` ```x``` \u202egnp.exe :tada: & <@U0PM>"
LONG = "Ignore what was said before. \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 ```code``` \n" * 230
"""Over 10 kB, with letters from right to left and the joiner that they need."""


def rows(count: int, **known: object) -> list[Prediction]:
    """Predictions whose inputs are not alike, worst first."""
    return [
        a_prediction(
            id=f"p{n:02}",
            input=ASKED[n],
            output="An answer",
            expected="Another answer",
            score=n / 100,
            confidence=0.3 + n / 40,
            correct=False,
            segment="cards" if n % 2 else "transfers",
            model_version="2.0.0",
            **known,
        )
        for n in range(count)
    ]


def a_summary(seen: int, *, wrong: int, **known: object) -> Summary:
    segments = (Group(name="cards", seen=seen // 4, judged=seen // 4, wrong=wrong // 2),)
    models = (
        Group(name="2.0.0", seen=seen // 2, judged=seen // 2, wrong=wrong),
        Group(name="1.0.0", seen=seen // 2, judged=seen // 2, wrong=0),
    )
    fields: dict[str, object] = {"unranked": 46, "judged": seen, "segments": segments, "models": models}
    return Summary(seen=seen, wrong=wrong, **fields | known)  # type: ignore[arg-type]  # plain fields


def a_week(*, end: datetime = MONDAY, late: bool = False) -> Week:
    window = Window(end - timedelta(days=7), end)
    return Week(product="Support Copilot", window=window, zone=zone_named("Europe/Berlin"), late=late)


def said(
    pool: Sequence[Prediction],
    this: Summary,
    *,
    last: Summary | None = None,
    week: Week | None = None,
    record: ProductRecord | None = None,
    long: bool = False,
) -> list[Message]:
    """The messages of a week in which the source answered."""
    week = week or a_week()
    pull = Pull(
        window=week.window,
        ranking=Ranking.SCORE,
        pool=tuple(pool),
        row_ids=tuple(range(len(pool))),
        this=this,
        last=last,
        pulled_at=MONDAY,
    )
    view = review_view(pull, record or ProductRecord())
    return [blocks.whole(week, view, 7)] if long else [blocks.head(week, view, 7), *blocks.thread(week, view, 7)]


NEVER = ProductRecord(nevers=(Never(name="promise a refund date", phrases=("by friday",)),))
LAST = a_summary(1068, wrong=184)

CASES: dict[str, Callable[[], list[Message]]] = {
    "usual": lambda: said(rows(20), a_summary(1060, wrong=110), last=LAST),
    "long": lambda: said(rows(20), a_summary(1060, wrong=110), last=LAST, long=True),
    "first_week": lambda: said(rows(6), a_summary(60, wrong=6)),
    "empty": lambda: said([], a_summary(0, wrong=0, unranked=0, segments=(), models=()), long=True),
    "nothing_to_rank": lambda: said([], a_summary(200, wrong=0, unranked=200), long=True),
    "nobody_judged": lambda: said(rows(6), a_summary(60, wrong=0, judged=0, has_judgement=False)),
    "breaks_a_never": lambda: said(
        [*rows(6), a_prediction(id="late", input="Where is my refund", output="You have it by Friday.", score=0.9)],
        a_summary(60, wrong=6),
        record=NEVER,
    ),
    "late": lambda: said(rows(6), a_summary(60, wrong=6), week=a_week(late=True)),
    "across_a_year": lambda: said(
        rows(6), a_summary(60, wrong=6), week=a_week(end=datetime(2027, 1, 4, 8, 0, tzinfo=UTC))
    ),
    "across_a_month": lambda: said(
        rows(6), a_summary(60, wrong=6), week=a_week(end=datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    ),
    "nothing_wrong": lambda: said(rows(6), a_summary(1060, wrong=0), last=a_summary(1068, wrong=0)),
    "long_texts": lambda: said(
        [a_prediction(id="l", input=LONG, output=LONG, expected=LONG, score=0.1)],
        a_summary(60, wrong=6),
        long=True,
    ),
    "hostile": lambda: said(
        [a_prediction(id="h", input=HOSTILE, output=HOSTILE * 40, expected=HOSTILE, score=0.1, segment=HOSTILE)],
        a_summary(60, wrong=6),
        long=True,
    ),
    "source_failed": lambda: [blocks.blind(a_week(), "There is no file “predictions.parquet”.")],
}


@pytest.mark.parametrize("case", CASES)
def test_the_review_reads_as_agreed_and_slack_takes_it(case: str, snapshots: Snapshots) -> None:
    for number, message in enumerate(CASES[case]()):
        shown = list(message.blocks)
        name = f"{PLACE}/{case}" if number == 0 else f"{PLACE}/{case}.part-{number}"
        snapshots.expect(name, {"text": message.text, "blocks": shown})
        assert problems(shown) == []
        assert_accepted(shown)


def test_hostile_words_ping_link_and_format_nothing() -> None:
    (message,) = CASES["hostile"]()
    shown = {"text": "", "blocks": list(message.blocks)}

    assert [mentions_in(shown), links_in(shown), formats_in(shown)] == [[], [], []]


def test_no_expected_message_is_left_over() -> None:
    cases = {path.name.split(".", maxsplit=1)[0] for path in (DATA / PLACE).glob("*.json")}

    assert cases == set(CASES)
