"""A channel's topic while incidents are open: what it says, and what becomes of what somebody had written there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from bot.domain.incidents import Severity
from bot.domain.text import clip, one_line

MARK = "(Muster)"
"""What a topic of ours ends with, so that people know who wrote it."""

NAMED, NAME_ROOM = 3, 40
"""How many incidents are named, and how many characters of a name."""

REMEMBERED = 5
"""How many of our latest topics are known again: one that was on its way while the next was decided may arrive last."""

_SIGNS = " -,'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """An open incident as a topic names it: *kind* (empty for none) and *owner* in words, which are not ours."""

    number: int
    kind: str
    severity: Severity
    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is known of a channel's topic: what stood there before ours, ours (the latest last), and whether it is
    *over*, so that the former one is to stand there again.
    """

    former: str
    ours: tuple[str, ...] = ()
    over: bool = False

    @property
    def says(self) -> str:
        """What the topic is to be."""
        return self.former if self.over else self.ours[-1]


def topic_of(several: Sequence[Open]) -> str | None:
    """What a topic says of what is open, the worst first; None where nothing is. It changes only where the owner, the
    severity or the number of incidents does.
    """
    if not several:
        return None
    worst = sorted(several, key=lambda one: (one.severity, one.number))
    if len(worst) == 1:
        (one,) = worst
        kind = f"{_name(one.kind)}, " if one.kind else ""
        return f"Incident {one.number}: {kind}severity {one.severity.value}, owner {_name(one.owner)} {MARK}"
    named = "; ".join(f"{one.number}, severity {one.severity.value}, owner {_name(one.owner)}" for one in worst[:NAMED])
    more = f"; and {len(worst) - NAMED} more" if len(worst) > NAMED else ""
    return f"{len(worst)} incidents: {named}{more} {MARK}"


def decided(before: Kept | None, found: str, wanted: str | None) -> Kept | None:
    """What is to be known from now on where the topic is *found* like this (as Slack writes it) and is *wanted* like
    that; None: nothing is done. What somebody wrote while ours stood there is left alone until nothing is open.
    """
    mine = before is not None and is_same(found, before.ours)
    if wanted is None:
        return _over(before, found, mine=mine)
    if before is not None and mine:
        return replace(before, ours=_with(before.ours, wanted), over=False)
    if before is None or before.over or is_same(found, (before.former,)):
        return Kept(former=found, ours=_with(before.ours if before else (), wanted))
    return None


def is_same(found: str, several: Sequence[str]) -> bool:
    """Whether the topic that Slack names is one of *several*; Slack writes `&amp;` where people wrote &."""
    return _read(found) in {_read(one) for one in several}


def _over(before: Kept | None, found: str, *, mine: bool) -> Kept | None:
    if before is None or (before.over and not mine):
        return None
    # Where somebody wrote another one meanwhile, theirs is what is to stand there.
    return replace(before, over=True) if mine else Kept(former=found, ours=before.ours, over=True)


def _with(ours: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    return ours if ours[-1:] == (wanted,) else (*ours, wanted)[-REMEMBERED:]


def _read(topic: str) -> str:
    return one_line(unescape(topic)).strip()


def _name(name: str) -> str:
    """A name without anything that Slack would turn into something else: an emoji, a link, a mention."""
    plain = "".join(one if one.isalnum() or one in _SIGNS else " " for one in name)
    return clip(" ".join(plain.split()), NAME_ROOM) or "without a name"
