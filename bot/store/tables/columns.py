"""How columns and constraints are made, the same in every table."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

# Named constraints can be dropped by a later migration, unnamed ones cannot be on SQLite.
SQLModel.metadata.naming_convention = {
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def json_column(*, nullable: bool = False) -> Any:
    """A column of JSON data; None is stored as NULL."""
    return Field(default=None, sa_type=JSON(none_as_null=True), nullable=nullable)
