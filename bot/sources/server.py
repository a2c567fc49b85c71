"""A database server or file, as far as reading predictions from it goes."""

from collections.abc import Mapping
from typing import Protocol

from bot.sources.asked import Row
from bot.sources.dialect import Dialect, Kind


class Server(Protocol):
    """A database that can be read. Raises `UserError` and `TransientError`, never the driver's errors."""

    dialect: Dialect

    def look(self, sql: str, values: Mapping[str, object]) -> tuple[dict[str, str], list[Row]]:
        """The columns of what *sql* yields, with their types, and its rows."""
        ...

    def kind_of(self, type_name: str) -> Kind:
        """What a column of that type holds."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...
