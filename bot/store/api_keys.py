"""Keys with which programs send a product's data in: shown once, kept as digests."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, or_, select, update

from bot.errors import UserError
from bot.store.tables import ApiKeyRow

PREFIX = "muster_"
USED_EVERY = timedelta(minutes=1)
"""How often it is written down that a key is in use."""

_RANDOM_BYTES = 32
_SHOWN = len(PREFIX) + 4
_LONGEST = 200


class NoSuchKeyError(UserError):
    """No key has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no key {number}. muster api-key list shows them all.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """A key as it is known: never the key itself, only its first letters."""

    id: int
    product_id: int
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def create(session: Session, product_id: int, name: str, now: datetime) -> tuple[ApiKey, str]:
    """A new key of a product, and the text that is the key: nobody can ever read that again."""
    text = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    row = ApiKeyRow(product_id=product_id, name=name, prefix=text[:_SHOWN], digest=_digest(text), created_at=now)
    session.add(row)
    session.flush()
    return _key(row), text


def everything(session: Session, *, product_id: int | None = None) -> list[ApiKey]:
    """Every key (of this product), the revoked ones too, oldest first."""
    asked = select(ApiKeyRow).order_by(col(ApiKeyRow.id))
    if product_id is not None:
        asked = asked.where(col(ApiKeyRow.product_id) == product_id)
    return [_key(row) for row in session.exec(asked)]


def revoke(session: Session, number: int, now: datetime) -> ApiKey:
    """Shut a key for good; doing it again changes nothing. Raises `NoSuchKeyError`."""
    session.exec(
        update(ApiKeyRow)
        .where(col(ApiKeyRow.id) == number, col(ApiKeyRow.revoked_at).is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session="fetch")
    )
    row = session.get(ApiKeyRow, number)
    if row is None:
        raise NoSuchKeyError(number)
    return _key(row)


def named_by(session: Session, text: str) -> ApiKey | None:
    """The key that *text* is, None where it is none that may be used.

    It is looked up by its digest: how long that takes says nothing of how near a guess was.
    """
    if not text.startswith(PREFIX) or len(text) > _LONGEST:
        return None
    asked = select(ApiKeyRow).where(col(ApiKeyRow.digest) == _digest(text), col(ApiKeyRow.revoked_at).is_(None))
    row = session.exec(asked).first()
    return None if row is None else _key(row)


def is_due(key: ApiKey, now: datetime) -> bool:
    """Whether it is time to write down that *key* is in use."""
    return key.last_used_at is None or now - key.last_used_at >= USED_EVERY


def used(session: Session, key: ApiKey, now: datetime) -> None:
    """Write down that *key* is in use, at most once a minute."""
    session.exec(
        update(ApiKeyRow)
        .where(
            col(ApiKeyRow.id) == key.id,
            or_(col(ApiKeyRow.last_used_at).is_(None), col(ApiKeyRow.last_used_at) <= now - USED_EVERY),
        )
        .values(last_used_at=now)
    )


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()


def _key(row: ApiKeyRow) -> ApiKey:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return ApiKey(
        id=row.id,
        product_id=row.product_id,
        name=row.name,
        prefix=row.prefix,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
