"""Checks as they come round, each in one transaction, and what the channel shows after them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.planning import Period, Slot
from bot.domain.product import Product
from bot.domain.readings import NewReading
from bot.features.health_check.service import checked
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.store import health_cards, posts, readings
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from tests.support.builders import MONDAY
from tests.support.office import read
from tests.support.readings import new_reading

DAY = timedelta(days=1)


def keep(session: Session, product: Product, *known: NewReading, now: datetime = MONDAY) -> None:
    """Let these be the readings of the product, as U0PM entered them."""
    readings.keep_all(session, product.id, known, by="U0PM", now=now)


def check(
    session: Session,
    product: Product,
    at: datetime = MONDAY,
    *,
    cadence: Period = Period.DAILY,
    failed: Mapping[str, str] | None = None,
) -> list[Post]:
    """What the check due at *at* posts; it goes into the outbox as the runner would put it there."""
    slot = Slot(nominal=at.replace(tzinfo=None), due=at)
    turn = Turn(session=session, now=at, product=product, slot=slot, failed=failed or {})
    said = checked(turn, cadence=cadence)
    put(session, said, at)
    return said


def days(session: Session, product: Product, metric: str, values: Iterable[float]) -> list[list[str]]:
    """What the daily checks post when the metric's daily readings come to these, from Monday on: a line for each text."""
    said = []
    for place, value in enumerate(values):
        at = MONDAY + place * DAY
        keep(session, product, new_reading(metric, value, end=at, days=1, n=1_000), now=at)
        said.append([words(post) for post in check(session, product, at)])
    return said


def put(session: Session, said: Iterable[Post], now: datetime) -> None:
    """Write posts into the outbox."""
    for post in said:
        new = NewPost(workspace=LOCAL_WORKSPACE, key=post.key, recipient=post.to, text=post.text, blocks=post.blocks)
        posts.add(session, new, now)


def words(post: Post) -> str:
    """A post as a person reads it."""
    return read({"blocks": list(post.blocks)})


def standing_card(session: Session, product: Product) -> str:
    """The card that stands, as a person reads it now."""
    card = health_cards.latest(session, product.id)
    assert card is not None
    return shown(session, card.post_key)


def shown(session: Session, key: str) -> str:
    """The post of this key, as a person reads it now."""
    post = posts.named(session, LOCAL_WORKSPACE, key)
    assert post is not None
    return read({"blocks": list(post.blocks)})
