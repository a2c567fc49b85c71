"""The demo's story: one product, its people, and four weeks of what its model really said."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.people import Role
from bot.domain.planning import At, Slot, slots_after
from bot.domain.prediction import Prediction
from bot.domain.product import ProductRecord, Risk, Stage
from bot.domain.ranking import Ranking
from bot.domain.sourcing import STORED, SourceSpec
from bot.store.products import NewProduct

DATA = Path(__file__).parent / "data" / "feedback_sentiment.jsonl.gz"
"""3,708 review sentences rated by people, and what two versions of a sentiment model said of them; see its card."""

DATA_ENDS = datetime(2026, 11, 16, tzinfo=UTC)
"""The Monday after the last of the data's four weeks."""

ZONE = "Europe/Berlin"
REVIEWS = At.parse("mon 09:00")
WEEKS = 4
HEAD_START = timedelta(days=4, hours=3)
"""How long before its first review the story begins: on a Thursday, whose afternoon brings the first update."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the demo's workspace."""

    id: str
    name: str


PM = Person("U01ANA", "Ana Lima")
ML_LEAD = Person("U02RAJ", "Raj Patel")
NEWCOMER = Person("U03MIA", "Mia Chen")
EVERYBODY = (PM, ML_LEAD, NEWCOMER)
TEAM_CHANNEL = ("C01RADAR", "review-radar")
NEWS_CHANNEL = ("C03NEWS", "shop-news")

PRODUCT = NewProduct(
    key="review-radar",
    name="Review Radar",
    timezone=ZONE,
    team_channel=TEAM_CHANNEL[0],
    stakeholder_channel=NEWS_CHANNEL[0],
    source=SourceSpec(uri=STORED, ranking=Ranking.LOSS),
    record=ProductRecord(
        persona="Product managers of an online shop",
        job="See at once which customer reviews need an answer",
        output_format="how pleased the customer is, from -4 to 4",
        stage=Stage.SCALE,
        risk=Risk.LOW,
        daily_requests=132,
    ),
)
PEOPLE = {Role.PM: PM.id, Role.ML_LEAD: ML_LEAD.id}


def reviews_before(now: datetime) -> list[Slot]:
    """The demo's four review times, the last of them the latest one that is over at *now*."""
    weeks_ago = now - timedelta(weeks=WEEKS)
    return list(_until(now, slots_after(REVIEWS, ZoneInfo(ZONE), weeks_ago)))[-WEEKS:]


def laid_before(predictions: Iterator[Prediction], last: Slot) -> Iterator[Prediction]:
    """*predictions* moved by whole weeks, so that their fourth week is the one before *last*."""
    monday = datetime.combine(last.nominal.date(), datetime.min.time(), tzinfo=UTC)
    move = timedelta(weeks=round((monday - DATA_ENDS) / timedelta(weeks=1)))
    return (replace(one, occurred_at=one.occurred_at + move) for one in predictions)


def _until(now: datetime, slots: Iterator[Slot]) -> Iterator[Slot]:
    for slot in slots:
        if slot.due > now:
            return
        yield slot
