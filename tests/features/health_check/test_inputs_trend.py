"""`/muster health trend` and `explain`: how a metric went, in words, with a chart and with the statistics."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.charts import Chart
from bot.domain.incoming import Incoming, Kind
from bot.domain.measuring import Measured, Part
from bot.domain.product import Product
from bot.domain.window import Window
from bot.errors import TransientError
from bot.features.health_check import trend
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.store import changes, measures
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.features.health_check.checks import keep
from tests.features.health_check.filling import words
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer
from tests.support.office import PM, TEAM
from tests.support.readings import new_reading

WEEK = timedelta(weeks=1)
SPELLED_OUT = """\
Edit rate, spelled out
The value is 26 %, the target is under 30 %. Verdict: pass. The value alone decides; a miss of a usage \
measure is a warning.
It is between 23.4 % and 28.8 % with 95 % confidence: Wilson's interval around a share, from 1,000 cases.
The target lies outside of that: the verdict is certain.
The period before it was 24 %: up 2 points.
It is rising steadily, the wrong way: typically up 2 points from one value to the next.
The trend is tested by Mann and Kendall, over 4 values: chance alone would go that way as steadily in 4.2 % \
of cases (p = 0.0417, one side); under 5 % it is shown. The slope by Theil and Sen: up 2 points a period.
It is read weekly. A value counts for two weeks; of fewer than 30 cases it is too few to tell. The channel \
hears of a new state at once.
What people ask about and how sure the model is are compared with the four weeks before by the population \
stability index: from 0.1 it changed somewhat, above 0.25 a lot, if a chi-square test says that chance would \
do as much in under 1 % of cases.
[Trend]
[Target]
"""
RISING = (0.2, 0.22, 0.24, 0.26)


class Pencil:
    """What is outside, where pictures are drawn as told."""

    def __init__(self, draw: Callable[[Chart], dict[str, Any]]) -> None:
        self.picture = draw


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product whose edit rate rises, week by week."""
    product = a_team(session, now=MONDAY - timedelta(days=60))
    readings = [
        new_reading("edit_rate", value, end=MONDAY - back * WEEK, n=1_000) for back, value in enumerate(RISING[::-1])
    ]
    keep(session, product, *readings)
    return product


def chart(session: Session, told: Reply, draw: Callable[[Chart], dict[str, Any]]) -> Reply:
    """What comes after the words."""
    assert told.then is not None
    incoming = Incoming(
        kind=Kind.ERRAND, key="then", user=PM, channel=TEAM, name=told.then.errand, value=told.then.value
    )
    house = House(registry=registry(), moment=lambda _session: MONDAY + WEEK, workspace=LOCAL_WORKSPACE)
    ask = house.ask(session, incoming)
    history = trend.ask_chart(ask)
    return trend.keep_chart(ask, history, trend.draw(history, Pencil(draw)))  # type: ignore[arg-type]  # only pictures are asked of it


def image(drawn: Chart) -> dict[str, Any]:
    """A picture, as Slack knows it."""
    return {"type": "image", "slack_file": {"id": "F1"}, "alt_text": drawn.alt}


def no_image(_drawn: Chart) -> dict[str, Any]:
    """Slack takes no picture."""
    raise TransientError("Slack takes no files now.")


def test_the_words_come_first_with_value_target_and_course(session: Session, product: Product) -> None:
    told = answer(session, "health trend edit_rate")

    assert words(told) == (
        "Edit rate, the last 8 weeks\n"
        "Edit rate: 4 values, from 20 % on 26 Oct to 26 % on 16 Nov, up 6 points; lowest 20 %, highest 26 %."
        " Target: under 30 %.\n"
        "It is rising steadily, the wrong way: typically up 2 points from one value to the next.\n"
        "[The statistics]"
    )


def test_the_chart_follows_as_it_was_when_it_was_asked_for(session: Session, product: Product) -> None:
    told = answer(session, "health trend edit_rate")
    keep(session, product, new_reading("edit_rate", 0.9, end=MONDAY + WEEK))

    (block,) = chart(session, told, image).blocks

    assert block["alt_text"].startswith("Edit rate: 4 values, from 20 % on 26 Oct to 26 % on 16 Nov")


def test_where_no_picture_can_be_had_the_words_stand_alone_and_that_is_said(session: Session, product: Product) -> None:
    told = chart(session, answer(session, "health trend edit_rate"), no_image)

    assert words(told) == "The chart cannot be shown now; the words above say the same."


def test_a_change_stands_beside_the_number_that_moved_after_it(session: Session, product: Product) -> None:
    before = new_reading("edit_rate", 0.24, end=MONDAY - WEEK, n=100_000)
    keep(session, product, before, new_reading("edit_rate", 0.26, n=100_000))
    at = MONDAY - timedelta(days=6)
    changes.note(session, product.id, Change(key="v7", at=at, what="prompt v7 live", noted_by=PM, noted_at=at))

    told = words(answer(session, "health trend edits"))

    assert "Marked: prompt v7 live, 10 Nov." in told
    assert "Since prompt v7 live (Tue 10 Nov 09:00) edit rate went from 24 % to 26 %" in told


def test_drift_of_the_mix_is_told_where_it_was_measured(session: Session, product: Product) -> None:
    for back, refunds in ((0, 600), (1, 100)):
        end = MONDAY - back * WEEK
        parts = (Part(name="refunds", seen=refunds), Part(name="cards", seen=1_000 - refunds))
        measures.keep(session, product.id, Window(end - WEEK, end), Measured(seen=1_000, parts=parts), end)

    told = words(answer(session, "health trend edit_rate"))

    assert (
        "What people ask about, against the 1 week before: changed a lot: refunds 10 % → 60 %, cards 90 % → 40 %."
        in told
    )


@pytest.mark.parametrize(
    ("text", "begins"),
    [("edit_rate 3", "Edit rate, the last 3 weeks"), ("edit rate 12 weeks", "Edit rate, the last 12 weeks")],
)
def test_the_number_of_weeks_can_be_said(session: Session, product: Product, text: str, begins: str) -> None:
    assert words(answer(session, f"health trend {text}")).startswith(begins)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("edit_rate soon", "“soon” is no number of weeks: say 2 to 52"),
        ("edit_rate 99", "“99” is no number of weeks"),
        ("", "Which metric?"),
    ],
)
def test_other_words_are_refused(session: Session, product: Product, text: str, sentence: str) -> None:
    assert sentence in answer(session, f"health trend {text}").text


def test_without_a_value_it_says_so_and_draws_nothing(session: Session, product: Product) -> None:
    told = answer(session, "health trend csat")

    assert told.then is None
    assert "Satisfaction (CSAT) has no value in that time." in words(told)


def test_the_statistics_are_spelled_out_on_request(session: Session, product: Product) -> None:
    told = words(answer(session, "health explain edit_rate")).splitlines()

    assert told == SPELLED_OUT.splitlines()


@pytest.mark.parametrize(
    ("known", "sentences"),
    [
        ({"n": 12}, ["Fewer than 30 cases are too few to tell."]),
        ({}, ["How sure it is cannot be told: nobody said of how many cases it comes."]),
        ({"low": 0.25, "high": 0.35}, ["bounds that came with the value", "inside of that: not certain"]),
        (
            {"end": MONDAY - 3 * WEEK},
            ["Verdict: unknown. It is too old to speak for today: a value speaks until it is two weeks old."],
        ),
    ],
)
def test_what_keeps_a_verdict_from_being_sure_is_said(
    session: Session, known: dict[str, Any], sentences: list[str]
) -> None:
    product = a_team(session, now=MONDAY - timedelta(days=60))
    keep(session, product, new_reading("edit_rate", 0.26, **known))

    told = words(answer(session, "health explain edit_rate"))

    assert [sentence for sentence in sentences if sentence not in told] == []


def test_a_mean_is_explained_as_one(session: Session, product: Product) -> None:
    keep(session, product, new_reading("csat", 4.2, n=212, sd=0.9), new_reading("time_saved", 12, n=212))

    assert "Student's interval around a mean, from 212 cases, with a standard deviation of 0.9" in words(
        answer(session, "health explain csat")
    )
    saved = words(answer(session, "health explain time_saved"))
    assert "for a mean it takes the standard deviation too" in saved
    assert "Without a target nothing can be met or missed." in saved


def test_what_was_never_read_is_unknown(session: Session, product: Product) -> None:
    assert "was not read in this time, so it is unknown" in words(answer(session, "health explain accuracy"))
