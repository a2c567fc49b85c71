"""Where predictions come from: one module per kind of place, behind `bot.domain.sourcing.Source`."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from bot.domain.sourcing import Shape, Source, SourceSpec
from bot.errors import UserError


class UnknownSourceError(UserError):
    """No module here reads such a place."""

    def __init__(self, uri: str) -> None:
        known = "; ".join(kind.SUPPORTED for kind in _kinds())
        super().__init__(f"“{uri.rpartition('@')[2]}” is no source that Muster can read. It reads: {known}.")


def open_source(spec: SourceSpec) -> Source:
    """The source that *spec* names. Raises `UserError` or `TransientError`, each with one sentence.

    A kind of source is a module in this package with `accepts(uri)`, `open_spec(spec)`, `describe(spec)` and
    `SUPPORTED`, which says in half a sentence what it reads.
    """
    return _kind_of(spec.uri).open_spec(spec)  # type: ignore[no-any-return]  # found by name, checked by its tests


def describe(spec: SourceSpec) -> Shape:
    """The columns of the source that *spec* names, with samples: what to show to somebody who is to map it."""
    return _kind_of(spec.uri).describe(spec)  # type: ignore[no-any-return]  # see open_source


def _kind_of(uri: str) -> ModuleType:
    kind = next((kind for kind in _kinds() if kind.accepts(uri)), None)
    if kind is None:
        raise UnknownSourceError(uri)
    return kind


def _kinds() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = import_module(found.name)
        if hasattr(module, "open_spec"):
            yield module
