"""Whether looking at more errors still teaches anything: how many kinds of error are new among the last ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.text import count_of

LOOKED_AT = 20
"""Over how many reviewed errors it is said. Source: sources 6, “Saturation meter”."""

SUGGESTION = "Widen the sample, or rank by something else."


@dataclass(frozen=True, kw_only=True, slots=True)
class Saturation:
    """How many kinds were seen for the first time among the last *looked_at* errors."""

    looked_at: int
    new: int


def saturation(kinds: Sequence[int], *, last: int = LOOKED_AT) -> Saturation | None:
    """How many kinds are new among the last of *kinds*: one for each error that was given one, the first error first.

    None before there are *last* of them, for then it says nothing.
    """
    if len(kinds) < last:
        return None
    seen, recent = set(kinds[:-last]), set(kinds[-last:])
    return Saturation(looked_at=last, new=len(recent - seen))


def sentence(found: Saturation | None) -> str:
    """What is said of it, with what to do when nothing is new any more; empty where it is too early to say."""
    if found is None:
        return ""
    if not found.new:
        return f"No new kind of error in the last {found.looked_at}. {SUGGESTION}"
    return f"{count_of(found.new, 'new kind')} of error in the last {found.looked_at}."
