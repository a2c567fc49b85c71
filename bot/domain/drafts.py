"""A week's update, who decides about it, and what each move of it asks for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.charts import Chart
from bot.domain.draft_states import DraftState, Move, next_state
from bot.domain.people import Assignment, Role
from bot.domain.updates import Body, Claim, Facts, Suggestion
from bot.domain.window import Window
from bot.errors import UserError


class ReasonNeededError(UserError):
    """Whoever skips a week or corrects what was posted says why."""

    def __init__(self) -> None:
        super().__init__("Say why in a few words: it is kept with the update.")


class UntickedError(UserError):
    """Claims that nobody ticked, for the text as it is now."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = tuple(claims)
        super().__init__("Tick what you have checked: " + ", ".join(f"“{one.text}”" for one in self.claims))


class UndecidedError(UserError):
    """Suggestions that are neither accepted nor deleted."""

    def __init__(self, suggestions: Iterable[Suggestion]) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__("Accept or delete each suggestion: " + ", ".join(f"“{one.text}”" for one in self.suggestions))


class SameTextError(UserError):
    """A correction that changes nothing."""

    def __init__(self) -> None:
        super().__init__("Nothing is different: the update stays as it is.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciders:
    """Who decides about a product's update: the approver, their deputy, and the admins; None: nobody is named."""

    approver: str | None = None
    deputy: str | None = None
    admins: tuple[str, ...] = ()

    def may_decide(self, user: str) -> bool:
        """Whether *user* may edit, approve, withdraw, skip, reopen, post and correct."""
        return user in self.named or user in self.admins

    @property
    def named(self) -> tuple[str, ...]:
        """The approver and the deputy, each once."""
        return tuple(dict.fromkeys(one for one in (self.approver, self.deputy) if one))


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A week's update. *post_due*: when it is to be posted, which is the deadline. *approver* and *deputy*: who was
    asked. *ticks*: the ids of the claims that were ticked when it was approved.

    *decided_by* and *reason* tell of the latest approval, withdrawal, skip or reopening. *version* grows with every
    move: whoever saves must have seen the latest.
    """

    id: int
    product_id: int
    week: Window
    post_due: datetime
    state: DraftState
    body: Body
    facts: Facts
    made_at: datetime
    approver: str | None = None
    deputy: str | None = None
    remarks: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    chart: Chart | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    post_key: str | None = None
    posted_at: datetime | None = None
    corrected_by: str | None = None
    corrected_at: datetime | None = None
    version: int = 1

    @property
    def asked(self) -> tuple[str, ...]:
        """Who was asked to decide, each once."""
        return tuple(dict.fromkeys(one for one in (self.approver, self.deputy) if one))


def deciders(
    people: Iterable[Assignment], *, approver: str | None, deputy: str | None, gone: Collection[str]
) -> Deciders:
    """Who decides: the *approver* who is named, else the PM; who is *gone* decides nothing."""
    pms = [one.user for one in people if one.role is Role.PM]
    here = [user for user in (approver, *pms) if user and user not in gone]
    return Deciders(approver=next(iter(here), None), deputy=deputy if deputy not in gone else None)


def is_due(draft: Draft, now: datetime) -> bool:
    """Whether its time to be posted has come: what is approved from then on is posted at once."""
    return draft.state is DraftState.HELD or now >= draft.post_due


def undecided(body: Body) -> tuple[Suggestion, ...]:
    """The suggestions that nobody has accepted or deleted."""
    return tuple(one for one in body.suggestions if one.accepted is None)


def unticked(claims: Iterable[Claim], ticks: Collection[str]) -> tuple[Claim, ...]:
    """The *claims* that nobody ticked."""
    return tuple(one for one in claims if one.id not in ticks)


def with_decisions(body: Body, taken: Mapping[str, bool], by: str) -> Body:
    """*body* with its suggestions accepted or deleted *by* somebody; those that *taken* does not name stay."""
    decided = tuple(
        replace(one, accepted=taken[one.id], by=by) if one.id in taken and one.accepted is not taken[one.id] else one
        for one in body.suggestions
    )
    return replace(body, suggestions=decided)


def edited(draft: Draft, body: Body) -> Draft:
    """The draft with other words: nothing of it is ticked any more, and an approval is gone. Raises `NotNowError`."""
    state = next_state(draft.state, Move.EDIT)
    return replace(draft, state=state, body=body, ticks=(), decided_by=None, decided_at=None, reason="")


def approved(
    draft: Draft, body: Body, claims: Iterable[Claim], *, ticks: Collection[str], by: str, at: datetime
) -> Draft:
    """The draft, approved: *body* is its text with the suggestions decided, *claims* all that it states.

    Raises `NotNowError`, `UndecidedError`, `UntickedError`.
    """
    state = next_state(draft.state, Move.APPROVE)
    stated = tuple(claims)
    if open_ones := undecided(body):
        raise UndecidedError(open_ones)
    if missing := unticked(stated, ticks):
        raise UntickedError(missing)
    ticked = tuple(one.id for one in stated)
    return replace(draft, state=state, body=body, ticks=ticked, decided_by=by, decided_at=at, reason="")


def withdrawn(draft: Draft, *, by: str, at: datetime) -> Draft:
    """The draft without its approval; whoever approves it again ticks again. Raises `NotNowError`."""
    return _decided(draft, Move.WITHDRAW, by=by, at=at)


def skipped(draft: Draft, *, by: str, at: datetime, reason: str) -> Draft:
    """The draft that is not posted this week. Raises `NotNowError`, `ReasonNeededError`."""
    after = _decided(draft, Move.SKIP, by=by, at=at)
    return replace(after, reason=_required(reason))


def reopened(draft: Draft, *, by: str, at: datetime) -> Draft:
    """The draft that was skipped, to be decided once more. Raises `NotNowError`."""
    return _decided(draft, Move.REOPEN, by=by, at=at)


def held(draft: Draft) -> Draft:
    """The draft that nobody approved in time. Raises `NotNowError`."""
    return replace(draft, state=next_state(draft.state, Move.HOLD))


def lapsed(draft: Draft) -> Draft:
    """The draft whose place another week's took. Raises `NotNowError`."""
    return replace(draft, state=next_state(draft.state, Move.LAPSE))


def posted(draft: Draft, *, key: str, at: datetime) -> Draft:
    """The draft, posted as the post *key*. Raises `NotNowError` unless it is approved."""
    return replace(draft, state=next_state(draft.state, Move.POST), post_key=key, posted_at=at)


def corrected(draft: Draft, body: Body, *, by: str, at: datetime, reason: str) -> Draft:
    """What was posted, with other words. Raises `NotNowError`, `ReasonNeededError`, `SameTextError`."""
    state = next_state(draft.state, Move.CORRECT)
    if (body.headline, body.parts) == (draft.body.headline, draft.body.parts):
        raise SameTextError
    return replace(draft, state=state, body=body, corrected_by=by, corrected_at=at, reason=_required(reason))


def _decided(draft: Draft, move: Move, *, by: str, at: datetime) -> Draft:
    state = next_state(draft.state, move)
    return replace(draft, state=state, ticks=(), decided_by=by, decided_at=at, reason="")


def _required(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeededError
    return reason.strip()
