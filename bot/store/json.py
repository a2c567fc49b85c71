"""Frozen values as JSON columns, and back."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


def dumped(value: object) -> Any:
    """*value* (a dataclass, or a collection of them) as plain JSON data."""
    return _adapter(type(value)).dump_python(value, mode="json")  # type: ignore[arg-type]  # classes are hashable


def loaded(kind: type[T], data: object) -> T:
    """The *kind* that `dumped` made *data* of; fields that are new since then have their defaults."""
    found: T = _adapter(kind).validate_python(data)  # type: ignore[arg-type]  # classes are hashable
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
