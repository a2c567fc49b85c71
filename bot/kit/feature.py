"""A feature, and how features are found."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from bot.errors import UserError
from bot.kit.ritual import Ritual


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """One thing Muster does. A package under `bot.features` offers it as FEATURE."""

    name: str
    summary: str
    rituals: tuple[Ritual, ...] = ()


class UnknownRitualError(UserError):
    """No feature has this ritual; says which there are."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no ritual “{name}”. There are: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Registry:
    """Every feature there is, by name."""

    features: tuple[Feature, ...]

    @property
    def rituals(self) -> tuple[Ritual, ...]:
        """Every ritual of every feature."""
        return tuple(ritual for feature in self.features for ritual in feature.rituals)

    def ritual(self, name: str) -> Ritual:
        """The ritual of this name, dashes and underscores alike. Raises `UnknownRitualError`."""
        wanted = name.replace("-", "_")
        for ritual in self.rituals:
            if ritual.name == wanted:
                return ritual
        raise UnknownRitualError(name, [ritual.name for ritual in self.rituals])


def discover(package: ModuleType) -> Registry:
    """The features that the packages directly under *package* offer."""
    return Registry(tuple(sorted(_features(package), key=lambda feature: feature.name)))


def _features(package: ModuleType) -> Iterator[Feature]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        feature = getattr(importlib.import_module(found.name), "FEATURE", None)
        if isinstance(feature, Feature):
            yield feature
