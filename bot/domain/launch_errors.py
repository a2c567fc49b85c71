"""Which reviewed errors stand against a launch: harmful ones, blocking ones, and those that break the failure bar."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.launch_ground import Fact, Part
from bot.domain.reviewing import Quick, Severity
from bot.domain.typed_days import shown

REVIEW_HOLDS = timedelta(days=14)
"""How long a review speaks for how things are: two of its periods, as with everything that is read."""

_GRAVE = {Severity.HARMFUL: "harmful", Severity.LAUNCH_BLOCKING: "launch-blocking"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reviewed:
    """An item of a review as far as a launch asks: the row of its prediction, where it stood, the names of what it
    breaks, and what product said of it. *settled*: what the decider said instead. *righted*: what of the machine's
    sayings people put right, as (what, about). *answered*: a shipped fix is about it.
    """

    row_id: int
    rank: int
    until: datetime
    breaches: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    settled: str | None = None
    quick: Quick | None = None
    righted: frozenset[tuple[str, str]] = frozenset()
    answered: bool = False


def error_facts(items: Iterable[Reviewed], nevers: Collection[str], zone: ZoneInfo) -> Iterator[Fact]:
    """What stands against a launch, each error once, the latest review first. *nevers*: the names of what the model
    must never do; those hold whatever label was wrong.
    """
    seen = set()
    for item in sorted(items, key=lambda one: (one.until, -one.rank), reverse=True):
        against = _against(item, nevers)
        if against and item.row_id not in seen:
            seen.add(item.row_id)
            yield _fact(item, against, zone)


def review_fact(latest: datetime | None, now: datetime, zone: ZoneInfo) -> Fact:
    """Whether anybody looked at errors of late: where nobody did, that none is known means nothing. *latest*: when the
    days of the last review ended.
    """
    met = latest is not None and now - latest <= REVIEW_HOLDS
    says = f"the latest ended {shown(latest.astimezone(zone).date())}" if latest else "there was none yet"
    too_old = latest is not None and not met
    return Fact(
        key="review",
        part=Part.ERRORS,
        title="Error review",
        says=f"{says}, too long ago to tell" if too_old else says,
        met=met,
        worth=met,
    )


def _against(item: Reviewed, nevers: Collection[str]) -> tuple[str, ...]:
    if item.answered:
        return ()
    broken = (f"breaks “{name}”" for name in item.breaches if _is_broken(item, name, nevers))
    return (*broken, *(_GRAVE[one] for one in _said(item)))


def _is_broken(item: Reviewed, name: str, nevers: Collection[str]) -> bool:
    if ("breach", name) in item.righted:
        return False
    no_error = item.quick is Quick.WRONG_LABEL or ("label", "correct") in item.righted
    return name in nevers or not no_error


def _said(item: Reviewed) -> list[Severity]:
    """Where people differ and nobody settled it, the gravest counts."""
    said = [item.settled] if item.settled else item.severities
    return [grave for grave in _GRAVE if grave in said][-1:]


def _fact(item: Reviewed, against: tuple[str, ...], zone: ZoneInfo) -> Fact:
    # Somebody may find it graver than it was: that is worse.
    worth = -1 if against == (_GRAVE[Severity.HARMFUL],) else -2
    return Fact(
        key=f"error/{item.row_id}",
        part=Part.ERRORS,
        title=f"Error {item.rank} of the review of {shown(item.until.astimezone(zone).date())}",
        says=f"{', '.join(against)}; no shipped fix covers it",
        met=False,
        worth=worth,
        trouble=True,
    )
