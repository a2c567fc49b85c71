"""The items of a product's reviews as far as a launch asks: what each breaks, how grave it is, and what answers it."""

from sqlalchemy import ColumnElement, String, cast, exists, or_
from sqlmodel import Session, col, select

from bot.domain.fixes import FixState
from bot.domain.launch_errors import Reviewed
from bot.domain.reviewing import Part, Quick, Severity
from bot.store import fixes, overrides
from bot.store.tables import ReviewItemRow, ReviewRow, SettlementRow, WordsRow

_GRAVE = (Severity.HARMFUL, Severity.LAUNCH_BLOCKING)
_ANSWERED = (FixState.SHIPPED, FixState.CHECKED)
_NO_BREACH = "[]"


def of_product(session: Session, product_id: int) -> list[Reviewed]:
    """What of a product's reviews may stand against a launch, however old: it broke something, or somebody of product
    called it harmful or launch-blocking.
    """
    rows = session.exec(
        select(ReviewItemRow, ReviewRow)
        .join(ReviewRow, col(ReviewRow.id) == col(ReviewItemRow.review_id))
        .where(
            col(ReviewRow.product_id) == product_id,
            or_(cast(col(ReviewItemRow.breaches), String) != _NO_BREACH, _called(WordsRow), _called(SettlementRow)),
        )
        .order_by(col(ReviewItemRow.id))
        .execution_options(populate_existing=True)
    ).all()
    ids = [item.id or 0 for item, _ in rows]
    said, settled = _words(session, ids), _settled(session, ids)
    righted = overrides.of_items(session, ids)
    answered = {one.row_id for one in fixes.errors_of(session, product_id) if one.state in _ANSWERED}
    return [
        Reviewed(
            row_id=item.prediction_row_id,
            rank=item.rank,
            until=review.window_end,
            breaches=tuple(item.breaches),
            severities=tuple(verdict for item_id, verdict in said if item_id == item.id),
            settled=settled.get(item.id or 0),
            quick=Quick(item.quick) if item.quick else None,
            righted=frozenset((one.what, one.about) for item_id, one in righted if item_id == item.id),
            answered=item.prediction_row_id in answered,
        )
        for item, review in rows
    ]


def _called(table: type[WordsRow] | type[SettlementRow]) -> ColumnElement[bool]:
    return exists().where(
        col(table.item_id) == col(ReviewItemRow.id), col(table.part) == Part.PRODUCT, col(table.verdict).in_(_GRAVE)
    )


def _words(session: Session, ids: list[int]) -> list[tuple[int, str]]:
    rows = session.exec(
        select(WordsRow.item_id, WordsRow.verdict)
        .where(col(WordsRow.item_id).in_(ids), col(WordsRow.part) == Part.PRODUCT, col(WordsRow.verdict).is_not(None))
        .order_by(col(WordsRow.id))
    )
    return [(item_id, verdict) for item_id, verdict in rows if verdict is not None]


def _settled(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.exec(
        select(SettlementRow.item_id, SettlementRow.verdict).where(
            col(SettlementRow.item_id).in_(ids), col(SettlementRow.part) == Part.PRODUCT
        )
    )
    return dict(rows.all())
