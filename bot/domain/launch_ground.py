"""The ground that a sign-off stands on: the facts its signer saw, kept as plain data, and what became worse since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.text import clip, one_line

WORDS_ROOM = 160
"""Characters of what a team wrote that a sentence of difference quotes."""


class Part(StrEnum):
    """The parts of the page."""

    THINGS = "things"
    OWNERS = "owners"
    TARGETS = "targets"
    GOLDEN_SET = "golden_set"
    FAILURE_MODES = "failure_modes"
    ERRORS = "errors"
    RISK = "risk"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that is known of a product and that a launch rests on.

    *title* and *says* are what a person reads (“Accuracy”, “38 %, target at least 40 %”). *met*: it is as a launch
    needs it; what is unknown is not. *worth*: how good it is, more is better; what moves without mattering has the same
    worth. *holds*: what people rely on word for word, by label; an empty one is a blank. *trouble*: it is there only
    because something is wrong, so its going is good. *who*: the people and groups it is about; they are no part of the
    ground.
    """

    key: str
    part: Part
    title: str
    says: str
    met: bool
    worth: float = 0
    holds: Mapping[str, str] = field(default_factory=dict)
    trouble: bool = False
    who: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The fact in words, without a full stop. It may hold anybody's words."""
        return f"{self.title}: {self.says}"


def ground_of(facts: Iterable[Fact]) -> dict[str, Any]:
    """*facts* as plain data, to be kept with a sign-off."""
    return {
        fact.key: {
            "part": str(fact.part),
            "title": fact.title,
            "says": fact.says,
            "met": fact.met,
            "worth": fact.worth,
            "holds": dict(fact.holds),
            "trouble": fact.trouble,
        }
        for fact in facts
    }


def differences(ground: Mapping[str, Any], ground_now: Mapping[str, Any]) -> tuple[str, ...]:
    """What got worse or different since *ground* was seen, a plain sentence for each; empty where nothing did.

    What only got better is no difference, nor what moved and is worth the same: a value that still meets its target, a
    blank that was filled, a trouble that is over. The sentences may hold anybody's words.
    """
    kept = (line for key, before in ground.items() for line in _changed(before, ground_now.get(key)))
    new = (line for key, now in ground_now.items() if key not in ground for line in _appeared(now))
    return (*kept, *new)


def _changed(before: Mapping[str, Any], now: Mapping[str, Any] | None) -> Iterator[str]:
    if now is None:
        if not before["trouble"]:
            yield f"{before['title']} is not on the page any more; it was: {before['says']}."
        return
    if now["worth"] < before["worth"] or (before["met"] and not now["met"]):
        yield f"{now['title']}: {now['says']}. It was: {before['says']}."
    yield from _rewritten(now["title"], before["holds"], now["holds"])


def _appeared(now: Mapping[str, Any]) -> Iterator[str]:
    # A way to fail that nobody knew of is news, even where all is said of it.
    if not now["met"] or now["part"] == Part.FAILURE_MODES:
        yield f"{now['title']}: {now['says']}. It was not there before."


def _rewritten(title: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for label, words in before.items():
        changed = now.get(label, "")
        if words and changed != words:
            yield f"{title}: {label} was “{_short(words)}”, is {f'“{_short(changed)}”' if changed else 'empty'}."


def _short(words: str) -> str:
    return clip(one_line(words), WORDS_ROOM)
