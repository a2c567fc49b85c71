"""A feature, and how features are found."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

from bot.errors import UserError
from bot.kit.asking import Ask, Help, Waiting
from bot.kit.command import Action, AnyErrand, AnyModal, Command, Shortcut
from bot.kit.happening import Happening
from bot.kit.later import Later
from bot.kit.ritual import Ritual


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """One thing Muster does. A package under `bot.features` offers it as FEATURE.

    *synonyms* are other words for its nouns. *waiting* says what waits for a person, *home* what their App Home shows
    of it (the lower *home_order*, the earlier).
    """

    name: str
    summary: str
    rituals: tuple[Ritual, ...] = ()
    commands: tuple[Command, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    modals: tuple[AnyModal, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    errands: tuple[AnyErrand, ...] = ()
    laters: tuple[Later, ...] = ()
    happenings: tuple[Happening, ...] = ()
    waiting: Callable[[Ask], Sequence[Waiting]] | None = None
    home: Callable[[Ask], Sequence[dict[str, Any]]] | None = None
    home_order: int = 50


class UnknownRitualError(UserError):
    """No feature has this ritual; says which there are."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no ritual “{name}”. There are: {', '.join(known)}.")


@dataclass(frozen=True)
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

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Every command, by noun; a bare noun comes before its verbs."""
        every = [command for feature in self.features for command in feature.commands]
        return tuple(sorted(every, key=lambda command: (command.noun, command.verb is not None)))

    @cached_property
    def actions(self) -> dict[str, Action]:
        """Every action by its name."""
        return {action.name: action for feature in self.features for action in feature.actions}

    @cached_property
    def modals(self) -> dict[str, AnyModal]:
        """Every form by its name."""
        return {modal.name: modal for feature in self.features for modal in feature.modals}

    @cached_property
    def shortcuts(self) -> dict[str, Shortcut]:
        """Every shortcut by its name."""
        return {shortcut.name: shortcut for feature in self.features for shortcut in feature.shortcuts}

    @cached_property
    def errands(self) -> dict[str, AnyErrand]:
        """Every errand by its name."""
        return {errand.name: errand for feature in self.features for errand in feature.errands}

    @cached_property
    def laters(self) -> dict[str, Later]:
        """Everything that is looked at again at a set time, by its name."""
        return {later.name: later for feature in self.features for later in feature.laters}

    @cached_property
    def happenings(self) -> dict[str, Happening]:
        """Everything that is done when something happened, by its name."""
        return {happening.name: happening for feature in self.features for happening in feature.happenings}

    @cached_property
    def helps(self) -> tuple[Help, ...]:
        """Every command as help shows it."""
        return tuple(_help(command) for command in self.commands)

    @cached_property
    def synonyms(self) -> dict[str, str]:
        """Other words for nouns, each with its noun."""
        return {word: noun for feature in self.features for word, noun in feature.synonyms.items()}

    def waiting(self, ask: Ask) -> list[Waiting]:
        """What waits for the person who asks, over all features."""
        return [one for feature in self.features if feature.waiting for one in feature.waiting(ask)]

    def home(self, ask: Ask) -> list[dict[str, Any]]:
        """What the person's App Home shows, over all features."""
        shown = sorted(self.features, key=lambda feature: feature.home_order)
        return [block for feature in shown if feature.home for block in feature.home(ask)]


def discover(package: ModuleType) -> Registry:
    """The features that the packages directly under *package* offer."""
    return Registry(tuple(sorted(_features(package), key=lambda feature: feature.name)))


def _help(command: Command) -> Help:
    words = (command.noun, command.verb, command.takes)
    return Help(
        noun=command.noun,
        verb=command.verb,
        usage=" ".join(word for word in words if word),
        summary=command.summary,
        example=command.example,
        synonyms=command.synonyms,
    )


def _features(package: ModuleType) -> Iterator[Feature]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        feature = getattr(importlib.import_module(found.name), "FEATURE", None)
        if isinstance(feature, Feature):
            yield feature
