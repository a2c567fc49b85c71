"""The states of a week's update, and the one table of moves between them."""

from collections.abc import Mapping
from enum import StrEnum

from bot.errors import UserError


class DraftState(StrEnum):
    """How far a week's update is. HELD: its time to be posted came and nobody had approved it. LAPSED: another week's
    draft took its place before it was posted.
    """

    DRAFTED = "drafted"
    APPROVED = "approved"
    SKIPPED = "skipped"
    HELD = "held"
    POSTED = "posted"
    LAPSED = "lapsed"


class Move(StrEnum):
    """What happens to a week's update."""

    DRAFT = "draft"
    EDIT = "edit"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    SKIP = "skip"
    REOPEN = "reopen"
    HOLD = "hold"
    POST = "post"
    CORRECT = "correct"
    LAPSE = "lapse"


ALLOWED: Mapping[tuple[DraftState | None, Move], DraftState] = {
    (None, Move.DRAFT): DraftState.DRAFTED,
    (DraftState.DRAFTED, Move.EDIT): DraftState.DRAFTED,
    (DraftState.DRAFTED, Move.APPROVE): DraftState.APPROVED,
    (DraftState.DRAFTED, Move.SKIP): DraftState.SKIPPED,
    (DraftState.DRAFTED, Move.HOLD): DraftState.HELD,
    (DraftState.DRAFTED, Move.LAPSE): DraftState.LAPSED,
    # Whoever changes what was approved has it approved again.
    (DraftState.APPROVED, Move.EDIT): DraftState.DRAFTED,
    (DraftState.APPROVED, Move.WITHDRAW): DraftState.DRAFTED,
    (DraftState.APPROVED, Move.SKIP): DraftState.SKIPPED,
    (DraftState.APPROVED, Move.POST): DraftState.POSTED,
    (DraftState.APPROVED, Move.LAPSE): DraftState.LAPSED,
    (DraftState.HELD, Move.EDIT): DraftState.HELD,
    (DraftState.HELD, Move.APPROVE): DraftState.APPROVED,
    (DraftState.HELD, Move.SKIP): DraftState.SKIPPED,
    (DraftState.HELD, Move.LAPSE): DraftState.LAPSED,
    (DraftState.SKIPPED, Move.REOPEN): DraftState.DRAFTED,
    (DraftState.POSTED, Move.CORRECT): DraftState.POSTED,
}
"""The only moves there are: into POSTED leads one, from APPROVED, and into APPROVED only approving."""

OPEN = frozenset({DraftState.DRAFTED, DraftState.HELD})
"""It waits for somebody to decide."""

UNPOSTED = frozenset({*OPEN, DraftState.APPROVED})
"""What another week's draft takes the place of; what was skipped stays on record as skipped."""

_OWN = frozenset({Move.HOLD, Move.LAPSE})
"""What only Muster does."""

_IS: Mapping[DraftState, str] = {
    DraftState.DRAFTED: "not approved yet",
    DraftState.APPROVED: "approved",
    DraftState.SKIPPED: "skipped",
    DraftState.HELD: "held, because nobody approved it in time",
    DraftState.POSTED: "posted",
    DraftState.LAPSED: "over, because another week's draft took its place",
}


class NotNowError(UserError):
    """The move does not lead anywhere from this state; *state* is the one it is in."""

    def __init__(self, state: DraftState | None, move: Move) -> None:
        now = _IS[state] if state else "not drafted yet"
        ways = [each.value for each in moves_from(state) if each not in _OWN]
        what = f" From there one can {' or '.join(ways)}." if ways else ""
        super().__init__(f"This update is {now}: one cannot {move} it now.{what}")
        self.state = state


def next_state(state: DraftState | None, move: Move) -> DraftState:
    """Where *move* leads from *state* (None: there is no draft). Raises `NotNowError`."""
    if (state, move) not in ALLOWED:
        raise NotNowError(state, move)
    return ALLOWED[state, move]


def moves_from(state: DraftState | None) -> tuple[Move, ...]:
    """What can happen to an update in *state*."""
    return tuple(move for (start, move) in ALLOWED if start is state)


def diagram() -> str:
    """The table of moves as a Mermaid state diagram, for the documentation."""
    arrows = (f"    {start or '[*]'} --> {end}: {move}" for (start, move), end in ALLOWED.items())
    ends = (f"    {state} --> [*]" for state in DraftState if not any(move not in _OWN for move in moves_from(state)))
    return "\n".join(["stateDiagram-v2", *arrows, *ends])
