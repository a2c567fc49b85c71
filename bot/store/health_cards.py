"""The messages in which a product's channel heard of a change of state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.standings import State
from bot.store.json import dumped, loaded
from bot.store.tables import HealthCardRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a card told as news: *what* (a metric, or a signal) has come to this state, said in *words* (mrkdwn)."""

    what: str
    state: State
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A message about health. The latest one is edited in place and has buttons; *closed_at*: it has none any more."""

    id: int
    product_id: int
    post_key: str
    posted_at: datetime
    told: tuple[Told, ...]
    closed_at: datetime | None = None


def add(session: Session, product_id: int, *, post_key: str, told: Sequence[Told], now: datetime) -> Card:
    """Write a new card down."""
    row = HealthCardRow(product_id=product_id, post_key=post_key, posted_at=now, told=dumped(tuple(told)))
    session.add(row)
    session.flush()
    return _card(row)


def latest(session: Session, product_id: int) -> Card | None:
    """The card that stands: the one that was posted last, None where there never was one."""
    row = session.exec(
        select(HealthCardRow)
        .where(col(HealthCardRow.product_id) == product_id)
        .order_by(col(HealthCardRow.id).desc())
        .limit(1)
    ).first()
    return None if row is None else _card(row)


def with_id(session: Session, card_id: int) -> Card | None:
    """The card of this id, None where there is none."""
    row = session.get(HealthCardRow, card_id)
    return None if row is None else _card(row)


def tell(session: Session, card: Card, told: Sequence[Told]) -> Card:
    """Let *card* tell this as news from now on."""
    row = session.get_one(HealthCardRow, card.id)
    row.told = dumped(tuple(told))
    session.add(row)
    session.flush()
    return _card(row)


def close(session: Session, card: Card, now: datetime) -> None:
    """*card* is over: a newer one stands."""
    row = session.get_one(HealthCardRow, card.id)
    row.closed_at = now
    session.add(row)
    session.flush()


def _card(row: HealthCardRow) -> Card:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Card(
        id=row.id,
        product_id=row.product_id,
        post_key=row.post_key,
        posted_at=row.posted_at,
        told=loaded(tuple[Told, ...], row.told),
        closed_at=row.closed_at,
    )
