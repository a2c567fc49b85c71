"""Everything an update is composed from, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.changing import Change
from bot.domain.fixes import FixKind
from bot.domain.forecasts import Forecast, TrackRecord
from bot.domain.health import Health
from bot.domain.incident_told import Trouble
from bot.domain.updates import Body
from bot.domain.window import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A fix as an update tells it: *who* is a plain name, *due* when it is to be done, *done_on* when it was."""

    title: str
    kind: FixKind
    who: str = ""
    due: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A week's worst answers: how many there were, and how many of them broke which never."""

    answers: int
    window: Window
    broken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """All that an update of *product* (its name) is composed from.

    *chosen*: the product's set, which the headline and the count speak of. *known*: everything that is measured, at the
    same time; *last*: the same a week before. *looked* None: no answers were looked at this week; *has_nevers*: the
    team wrote down what the model must never do. *incidents*: those that went on since the last update. *levelling*:
    the metrics that have levelled off. *record*: how often forecasts held, None where stakeholders do not see it.
    *asked*: whom readers ask. *previous*: last week's update.
    """

    product: str
    zone: str
    week: Window
    as_of: datetime
    chosen: Health
    known: Health
    last: Health
    done: tuple[Work, ...] = ()
    agreed: tuple[Work, ...] = ()
    looked: Looked | None = None
    has_nevers: bool = False
    incidents: tuple[Trouble, ...] = ()
    changes: tuple[Change, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    levelling: frozenset[str] = frozenset()
    record: TrackRecord | None = None
    asked: str = ""
    previous: Body | None = None
