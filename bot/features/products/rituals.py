"""Which of the rituals a person means, by its name or by a part of it: “update post”, “health”, “review”."""

from collections.abc import Sequence

from bot.domain.product import Stage
from bot.domain.words import folded
from bot.kit.asking import Ask
from bot.kit.reply import MarkedUpError
from bot.kit.ritual import Ritual


class WhichRitualError(MarkedUpError):
    """A word that fits several rituals, where one must be meant."""

    def __init__(self, ask: Ask, several: Sequence[Ritual]) -> None:
        names = ", ".join(f"`{ask.command} settings set {spoken(one)} {one.default_at}`" for one in several)
        super().__init__(f"Which of them? {names}")


def spoken(ritual: Ritual) -> str:
    """A ritual's name as people say it."""
    return ritual.name.replace("_", " ")


def first_of_all(ask: Ask) -> Ritual:
    """The ritual that every product begins with, and that is meant where none is named."""
    return next((one for one in ask.guide.rituals if one.from_stage is Stage.EXPLORATION), ask.guide.rituals[0])


def meant(ask: Ask, words: Sequence[str]) -> tuple[tuple[Ritual, ...], tuple[str, ...]]:
    """The rituals that the first *words* name, none where they name none, and the words left."""
    for taken in (2, 1):
        said = tuple(part for word in words[:taken] for part in folded(word).split("-"))
        found = tuple(one for one in ask.guide.rituals if said and _is_called(one, said))
        if found and len(words) >= taken:
            return found, tuple(words[taken:])
    return (), tuple(words)


def _is_called(ritual: Ritual, said: tuple[str, ...]) -> bool:
    name = tuple(ritual.name.split("_"))
    return said == name or (len(said) == 1 and said[0] in name)
