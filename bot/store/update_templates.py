"""A team's own wording of the parts of its update."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from bot.domain.updates import Part
from bot.errors import UserError
from bot.store.tables import TemplateRow
from bot.store.upsert import insert_into, inserted


class TemplateChangedError(UserError):
    """Somebody else saved this template after it was read."""

    def __init__(self, by: str | None) -> None:
        who = f"<@{by}>" if by else "Somebody"
        super().__init__(f"{who} changed this template meanwhile; yours was not saved. Open it again.")


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTemplate:
    """A part's template as a team saved it. `version` grows with every change."""

    part: Part
    source: str
    saved_by: str
    saved_at: datetime
    version: int


def of_product(session: Session, product_id: int) -> dict[Part, OwnTemplate]:
    """The parts that a product's team words itself."""
    rows = session.exec(
        select(TemplateRow)
        .where(col(TemplateRow.product_id) == product_id)
        .order_by(col(TemplateRow.id))
        .execution_options(populate_existing=True)
    )
    return {Part(row.name): _template(row) for row in rows}


def save(session: Session, product_id: int, part: Part, source: str, *, seen: int, by: str, now: datetime) -> None:
    """Let *source* be the template of *part*. *seen* is the version that was looked at, 0 where there was none.

    Raises `TemplateChangedError`.
    """
    values = {"source": source, "saved_by": by, "saved_at": now}
    if seen == 0:
        statement = insert_into(session, TemplateRow).values(product_id=product_id, name=part, version=1, **values)
        saved = inserted(session, statement.on_conflict_do_nothing())
    else:
        saved = session.exec(
            update(TemplateRow)
            .where(
                col(TemplateRow.product_id) == product_id,
                col(TemplateRow.name) == part,
                col(TemplateRow.version) == seen,
            )
            .values(**values, version=seen + 1)
            .execution_options(synchronize_session="fetch")
        ).rowcount
    if saved != 1:
        kept = of_product(session, product_id).get(part)
        raise TemplateChangedError(kept.saved_by if kept else None)


def reset(session: Session, product_id: int, part: Part) -> bool:
    """Go back to our own template of *part*; False where it was that already."""
    statement = delete(TemplateRow).where(col(TemplateRow.product_id) == product_id, col(TemplateRow.name) == part)
    return session.exec(statement).rowcount == 1


def _template(row: TemplateRow) -> OwnTemplate:
    return OwnTemplate(
        part=Part(row.name), source=row.source, saved_by=row.saved_by, saved_at=row.saved_at, version=row.version
    )
