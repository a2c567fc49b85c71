"""A week in numbers: how many predictions, how many of them wrong, and where."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """So many of so many; the sample size travels with the share."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share 0..1, None when nothing was counted."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The predictions of one segment or one model version; `name` is None where the source had none."""

    name: str | None
    seen: int
    judged: int
    wrong: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """All predictions of a window, counted where the data lives.

    `seen` counts each identity once, `unranked` those that the ranking cannot place, `judged` those whose `correct`
    is known. `has_judgement` is False where the source has no `correct` at all: then nothing is said about wrong.
    Groups are ordered by `seen` descending, then name.
    """

    seen: int
    unranked: int
    judged: int
    wrong: int
    has_judgement: bool = True
    segments: tuple[Group, ...] = ()
    models: tuple[Group, ...] = ()

    @property
    def share_wrong(self) -> Share:
        """Wrong among judged."""
        return Share(part=self.wrong, whole=self.judged)


def ordered_groups(groups: Iterable[Group]) -> tuple[Group, ...]:
    """*groups* as a summary keeps them: the largest first, then by name, the nameless last."""
    return tuple(sorted(groups, key=lambda group: (-group.seen, group.name is None, group.name or "")))
