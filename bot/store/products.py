"""Products and who looks after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from bot.domain.people import Assignment, Role
from bot.domain.product import Product, ProductRecord
from bot.domain.sourcing import SourceSpec
from bot.errors import UserError
from bot.store.json import dumped, loaded
from bot.store.tables import ProductRow, RoleRow

LOCAL_WORKSPACE = "local"
"""The workspace of an installation that serves one."""


class UnknownProductError(UserError):
    """No product has this key; says which there are."""

    def __init__(self, key: str, known: Sequence[str]) -> None:
        there_are = (
            f"There are: {', '.join(known)}." if known else "There is none yet: muster product add KEY --name NAME."
        )
        super().__init__(f"There is no product “{key}”. {there_are}")


class TakenKeyError(UserError):
    """Two products cannot share a key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is a product “{key}” already (it may be archived). Choose another name or key.")


class ChangedMeanwhileError(UserError):
    """Somebody else saved this product after it was read."""

    def __init__(self, key: str) -> None:
        super().__init__(f"“{key}” was changed by somebody else meanwhile. Look at it again, then repeat your change.")


class GoneProductError(UserError):
    """The product was put away, or never was."""

    def __init__(self) -> None:
        super().__init__("This product is not there any more: it was archived.")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewProduct:
    """What a product needs before it has an id."""

    key: str
    name: str
    timezone: str
    team_channel: str | None = None
    stakeholder_channel: str | None = None
    record: ProductRecord = field(default_factory=ProductRecord)
    source: SourceSpec | None = None
    readings_source: SourceSpec | None = None
    workspace: str = LOCAL_WORKSPACE


def add(session: Session, new: NewProduct) -> Product:
    """Write down a new product. Raises `TakenKeyError`."""
    if _row(session, new.key, new.workspace) is not None:
        raise TakenKeyError(new.key)
    row = ProductRow(
        workspace=new.workspace,
        key=new.key,
        name=new.name,
        timezone=new.timezone,
        team_channel=new.team_channel,
        stakeholder_channel=new.stakeholder_channel,
        record=dumped(new.record),
        source=dumped(new.source) if new.source else None,
        readings_source=dumped(new.readings_source) if new.readings_source else None,
    )
    session.add(row)
    session.flush()
    return _product(row)


def save(session: Session, product: Product) -> Product:
    """Replace a product by *product*, which was read at its `version`. Raises `ChangedMeanwhileError`."""
    statement = (
        update(ProductRow)
        .where(col(ProductRow.id) == product.id, col(ProductRow.version) == product.version)
        .values(
            name=product.name,
            timezone=product.timezone,
            team_channel=product.team_channel,
            stakeholder_channel=product.stakeholder_channel,
            record=dumped(product.record),
            source=dumped(product.source) if product.source else None,
            readings_source=dumped(product.readings_source) if product.readings_source else None,
            version=product.version + 1,
        )
        .execution_options(synchronize_session="fetch")
    )
    if session.exec(statement).rowcount == 0:
        raise ChangedMeanwhileError(product.key)
    return with_id(session, product.id)


def archive(session: Session, product_id: int, now: datetime) -> None:
    """Put a product away; everything that was said about it stays."""
    session.exec(update(ProductRow).where(col(ProductRow.id) == product_id).values(archived_at=now))


def bring_back(session: Session, product_id: int) -> None:
    """Take a product out of the archive."""
    session.exec(update(ProductRow).where(col(ProductRow.id) == product_id).values(archived_at=None))


def current(session: Session, product_id: int) -> Product:
    """The product with this id. Raises `GoneProductError` when it is archived or never was."""
    row = session.exec(select(ProductRow).where(col(ProductRow.id) == product_id)).first()
    if row is None or row.archived_at is not None:
        raise GoneProductError
    return _product(row)


def named(session: Session, key: str, *, workspace: str = LOCAL_WORKSPACE, archived: bool = False) -> Product:
    """The product with this key; an archived one only if asked for. Raises `UnknownProductError`."""
    row = _row(session, key, workspace)
    if row is None or (row.archived_at is not None and not archived):
        raise UnknownProductError(key, [product.key for product in everything(session, workspace=workspace)])
    return _product(row)


def with_id(session: Session, product_id: int) -> Product:
    """The product with this id, archived or not. Raises `GoneProductError` where there never was one."""
    row = session.exec(select(ProductRow).where(col(ProductRow.id) == product_id)).first()
    if row is None:
        raise GoneProductError
    return _product(row)


def everything(session: Session, *, workspace: str = LOCAL_WORKSPACE, archived: bool = False) -> list[Product]:
    """All products of a workspace by key, the archived ones only if asked for."""
    rows = session.exec(select(ProductRow).where(col(ProductRow.workspace) == workspace).order_by(col(ProductRow.key)))
    return [_product(row) for row in rows if archived or row.archived_at is None]


def lock(session: Session, product_id: int) -> None:
    """Let everybody else who locks this product wait until the transaction ends: what is read from here on is the
    latest.
    """
    # Not the key: whoever only refers to the product need not wait.
    session.exec(select(ProductRow.id).where(col(ProductRow.id) == product_id).with_for_update(key_share=True)).first()


def people(session: Session, product_id: int) -> list[Assignment]:
    """Who looks after a product, in the order they were named."""
    rows = session.exec(select(RoleRow).where(col(RoleRow.product_id) == product_id).order_by(col(RoleRow.id)))
    return [Assignment(Role(row.role), row.user_id) for row in rows]


def assign(session: Session, product: Product, role: Role, users: Iterable[str]) -> None:
    """Let *users* hold *role* for a product, and nobody else."""
    session.exec(delete(RoleRow).where(col(RoleRow.product_id) == product.id, col(RoleRow.role) == role))
    for user in users:
        session.add(RoleRow(workspace=product.workspace, product_id=product.id, role=role, user_id=user))
    session.flush()


def _row(session: Session, key: str, workspace: str) -> ProductRow | None:
    return session.exec(
        select(ProductRow).where(col(ProductRow.workspace) == workspace, col(ProductRow.key) == key)
    ).first()


def _product(row: ProductRow) -> Product:
    assert row.id is not None  # noqa: S101 a flushed row has its key
    return Product(
        id=row.id,
        workspace=row.workspace,
        key=row.key,
        name=row.name,
        timezone=row.timezone,
        team_channel=row.team_channel,
        stakeholder_channel=row.stakeholder_channel,
        record=loaded(ProductRecord, row.record),
        source=loaded(SourceSpec, row.source) if row.source else None,
        readings_source=loaded(SourceSpec, row.readings_source) if row.readings_source else None,
        archived=row.archived_at is not None,
        version=row.version,
    )
