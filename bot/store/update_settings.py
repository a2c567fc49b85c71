"""Who approves a product's update, and what stakeholders see of it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select, update

from bot.errors import UserError
from bot.store.tables import UpdateSettingsRow
from bot.store.upsert import insert_into, inserted


class SettingsChangedError(UserError):
    """Somebody else saved these settings after they were read."""

    def __init__(self) -> None:
        super().__init__("Somebody changed these settings while you were here; nothing was overwritten. Open it again.")


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateSettings:
    """What a product's people settled about its update. *approver* None: the PM approves. *track_record*: stakeholders
    see how often forecasts held. *version* 0: nobody settled anything yet.
    """

    approver: str | None = None
    deputy: str | None = None
    track_record: bool = False
    version: int = 0


def of_product(session: Session, product_id: int) -> UpdateSettings:
    """What holds for a product."""
    row = session.exec(
        select(UpdateSettingsRow)
        .where(col(UpdateSettingsRow.product_id) == product_id)
        .execution_options(populate_existing=True)
    ).first()
    return UpdateSettings(**row.model_dump(exclude={"product_id"})) if row else UpdateSettings()


def save(session: Session, product_id: int, settings: UpdateSettings) -> UpdateSettings:
    """Let *settings*, which were read at their `version`, hold from now on. Raises `SettingsChangedError`."""
    values = {
        "approver": settings.approver,
        "deputy": settings.deputy,
        "track_record": settings.track_record,
        "version": settings.version + 1,
    }
    if settings.version == 0:
        statement = insert_into(session, UpdateSettingsRow).on_conflict_do_nothing(index_elements=["product_id"])
        saved = inserted(session, statement.values(product_id=product_id, **values))
    else:
        same = (
            col(UpdateSettingsRow.product_id) == product_id,
            col(UpdateSettingsRow.version) == settings.version,
        )
        changed = update(UpdateSettingsRow).where(*same).values(**values)
        saved = session.exec(changed.execution_options(synchronize_session="fetch")).rowcount
    if saved == 0:
        raise SettingsChangedError
    return of_product(session, product_id)
