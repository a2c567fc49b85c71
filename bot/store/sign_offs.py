"""Who signed for a launch, on which ground; of those who sign for one function at once, one stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from bot.domain.launch import Decision, Signatory, SignOff
from bot.errors import UserError
from bot.store.tables import SignOffRow
from bot.store.upsert import insert_into, inserted


class SignedBeforeError(UserError):
    """Somebody has signed for this function already; *stands* is what they said, None where it stands no more."""

    def __init__(self, stands: SignOff | None) -> None:
        super().__init__("Somebody signed for this before; yours was not saved. Look at it again.")
        self.stands = stands


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSignOff:
    """A sign-off before it has a number."""

    product_id: int
    signatory: Signatory
    user: str
    decision: Decision
    reason: str = ""
    ground: Mapping[str, Any] = field(default_factory=dict)


def sign(session: Session, new: NewSignOff, now: datetime) -> SignOff:
    """Write down what somebody signed. Raises `SignedBeforeError` where one of this function stands."""
    statement = insert_into(session, SignOffRow).values(
        product_id=new.product_id,
        function=new.signatory,
        user_id=new.user,
        decision=new.decision,
        reason=new.reason,
        ground=dict(new.ground),
        signed_at=now,
        fallen_why="",
    )
    is_first = inserted(session, statement.on_conflict_do_nothing()) == 1
    stands = standing(session, new.product_id).get(new.signatory)
    if not is_first or stands is None:
        raise SignedBeforeError(stands)
    return stands


def fell(session: Session, sign_off_id: int, why: str, now: datetime) -> bool:
    """Let a sign-off stand no more, and keep why; False where it did not stand any more."""
    statement = (
        update(SignOffRow)
        .where(col(SignOffRow.id) == sign_off_id, col(SignOffRow.fallen_at).is_(None))
        .values(fallen_at=now, fallen_why=why)
        .execution_options(synchronize_session="fetch")
    )
    return session.exec(statement).rowcount == 1


def standing(session: Session, product_id: int) -> dict[Signatory, SignOff]:
    """What stands, by function, as far as it was written down."""
    found = _read(session, col(SignOffRow.product_id) == product_id, col(SignOffRow.fallen_at).is_(None))
    return {one.signatory: one for one in found}


def of_product(session: Session, product_id: int) -> list[SignOff]:
    """Every sign-off of a product, fallen ones too, the first one first."""
    return _read(session, col(SignOffRow.product_id) == product_id)


def with_id(session: Session, sign_off_id: int) -> SignOff | None:
    """The sign-off with this number, None where there is none."""
    return next(iter(_read(session, col(SignOffRow.id) == sign_off_id)), None)


def products_signed_for(session: Session) -> set[int]:
    """The products of which any sign-off stands."""
    return set(session.exec(select(SignOffRow.product_id).where(col(SignOffRow.fallen_at).is_(None)).distinct()))


def _read(session: Session, *where: ColumnElement[bool]) -> list[SignOff]:
    rows = session.exec(
        select(SignOffRow).where(*where).order_by(col(SignOffRow.id)).execution_options(populate_existing=True)
    )
    return [_sign_off(row) for row in rows]


def _sign_off(row: SignOffRow) -> SignOff:
    assert row.id is not None  # noqa: S101 a stored row has its key
    return SignOff(
        id=row.id,
        product_id=row.product_id,
        signatory=Signatory(row.function),
        user=row.user_id,
        decision=Decision(row.decision),
        reason=row.reason,
        ground=row.ground,
        signed_at=row.signed_at,
        fallen_at=row.fallen_at,
        fallen_why=row.fallen_why,
    )
