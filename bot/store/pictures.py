"""Pictures as data, and what Slack calls them once they were handed over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.charts import Chart
from bot.domain.delivery import Handed
from bot.store.json import dumped, loaded
from bot.store.tables import PictureRow
from bot.store.upsert import insert_into

_PREFIX = "muster:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A chart that was kept under *key*; *handed* when Slack has it as a file, since *handed_at*."""

    key: str
    chart: Chart
    handed: Handed | None = None
    handed_at: datetime | None = None


def reference(key: str) -> str:
    """How blocks name the picture of *key* until Slack has a name for it."""
    return f"{_PREFIX}{key}"


def key_in(reference: object) -> str | None:
    """The key that `reference` made *reference* of; None for everything else."""
    is_ours = isinstance(reference, str) and reference.startswith(_PREFIX)
    return str(reference).removeprefix(_PREFIX) if is_ours else None


def keep(session: Session, workspace: str, key: str, chart: Chart, now: datetime) -> None:
    """Keep *chart* under *key*; another one that stood there before is to be drawn anew."""
    there = _rows(session, workspace, [key]).get(key)
    drawn = dumped(chart)
    if there is not None and there.chart == drawn:
        return
    values = {
        "chart": drawn,
        "alt": chart.alt,
        "made_at": now,
        "file_id": None,
        "file_url": None,
        "uploaded_at": None,
    }
    statement = insert_into(session, PictureRow).values(workspace=workspace, key=key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["workspace", "key"], set_=values))


def named(session: Session, workspace: str, keys: Collection[str]) -> dict[str, Picture]:
    """The pictures of these keys that there are, by their keys."""
    return {key: _picture(row) for key, row in _rows(session, workspace, keys).items()}


def handed_over(session: Session, workspace: str, picture: Picture, handed: Handed, now: datetime) -> None:
    """Remember what Slack calls *picture*, unless another chart has taken its place meanwhile."""
    row = _rows(session, workspace, [picture.key], to_change=True).get(picture.key)
    if row is not None and row.chart == dumped(picture.chart):
        row.file_id, row.file_url, row.uploaded_at = handed.file_id, handed.url, now
        session.add(row)
        session.flush()


def forget(session: Session, workspace: str, handed: Mapping[str, Handed]) -> None:
    """Forget these files, each under its picture's key, which Slack does not show: the next post has new ones made."""
    for key, row in _rows(session, workspace, handed, to_change=True).items():
        if row.file_id == handed[key].file_id:
            row.file_id = row.file_url = row.uploaded_at = None
            session.add(row)
    session.flush()


def _rows(session: Session, workspace: str, keys: Collection[str], *, to_change: bool = False) -> dict[str, PictureRow]:
    statement = (
        select(PictureRow)
        .where(col(PictureRow.workspace) == workspace, col(PictureRow.key).in_(sorted(keys)))
        .order_by(col(PictureRow.key))
        .execution_options(populate_existing=True)
    )
    found = session.exec(statement.with_for_update() if to_change else statement)
    return {row.key: row for row in found}


def _picture(row: PictureRow) -> Picture:
    handed = None if row.file_id is None else Handed(row.file_id, row.file_url or "")
    return Picture(key=row.key, chart=loaded(Chart, row.chart), handed=handed, handed_at=row.uploaded_at)
