"""The life of an update: what each state may become, and that nothing is posted that nobody approved."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import draft_states, drafts
from bot.domain.draft_states import ALLOWED, DraftState, Move, NotNowError
from bot.domain.drafts import Deciders, Draft, ReasonNeededError, SameTextError, UndecidedError, UntickedError
from bot.domain.people import Assignment, Role
from bot.domain.updates import Body, Claim, ClaimKind, Facts, Part, Suggestion
from bot.domain.window import Window

THURSDAY = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OTHER_WORDS = Body(headline="Other words")
PAGE = Path(__file__).parents[2] / "docs" / "updates.md"
BLOCK = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)


def a_draft(**known: object) -> Draft:
    """This week's draft of product 1, not approved yet."""
    defaults = {
        "id": 1,
        "product_id": 1,
        "week": Window(THURSDAY - timedelta(days=7), THURSDAY),
        "post_due": FRIDAY,
        "state": DraftState.DRAFTED,
        "body": Body(headline="All is well", parts={Part.SAFETY: "No safety incident."}),
        "facts": Facts(),
        "made_at": THURSDAY,
    }
    return Draft(**defaults | known)  # type: ignore[arg-type]  # whatever a test names


def claim(number: int) -> Claim:
    """Something that a text states."""
    return Claim(id=f"c{number}", kind=ClaimKind.NUMBER, text=f"{number} of 100", behind="a reading")


def made(draft: Draft, move: Move) -> Draft:
    """The draft after *move*, with all that the move asks for."""
    at = FRIDAY
    steps = {
        Move.EDIT: lambda: drafts.edited(draft, OTHER_WORDS),
        Move.APPROVE: lambda: drafts.approved(draft, draft.body, [], ticks=(), by="U0PM", at=at),
        Move.WITHDRAW: lambda: drafts.withdrawn(draft, by="U0PM", at=at),
        Move.SKIP: lambda: drafts.skipped(draft, by="U0PM", at=at, reason="quiet"),
        Move.REOPEN: lambda: drafts.reopened(draft, by="U0PM", at=at),
        Move.HOLD: lambda: drafts.held(draft),
        Move.POST: lambda: drafts.posted(draft, key="update/1", at=at),
        Move.CORRECT: lambda: drafts.corrected(draft, Body(headline="x"), by="U0PM", at=at, reason="a typo"),
        Move.LAPSE: lambda: drafts.lapsed(draft),
    }
    return steps[move]()


MOVES = st.sampled_from([move for move in Move if move is not Move.DRAFT])


@given(st.lists(MOVES, max_size=12))
def test_in_any_order_of_moves_nothing_is_posted_but_the_words_that_were_approved(moves: list[Move]) -> None:
    draft, approved_words = a_draft(), None
    for move in moves:
        try:
            draft = made(draft, move)
        except (NotNowError, SameTextError):
            continue
        if move is Move.APPROVE:
            approved_words = draft.body
        elif move in {Move.EDIT, Move.WITHDRAW, Move.SKIP}:
            approved_words = None
        if move is Move.POST:
            assert draft.body == approved_words
            assert draft.decided_by is not None
        assert (draft.state in {DraftState.APPROVED, DraftState.POSTED}) == (approved_words is not None) or (
            draft.state is DraftState.LAPSED
        )


@pytest.mark.parametrize("state", [None, *DraftState])
@pytest.mark.parametrize("move", Move)
def test_a_move_that_is_not_in_the_table_is_refused_in_words(state: DraftState | None, move: Move) -> None:
    if (state, move) in ALLOWED:
        assert draft_states.next_state(state, move) is ALLOWED[state, move]
    else:
        with pytest.raises(NotNowError, match=f"This update is .*: one cannot {move} it now"):
            draft_states.next_state(state, move)


def test_into_posted_leads_only_approval_and_into_approval_only_approving() -> None:
    into = {end: {(start, move) for (start, move), found in ALLOWED.items() if found is end} for end in DraftState}

    assert into[DraftState.POSTED] == {
        (DraftState.APPROVED, Move.POST),
        (DraftState.POSTED, Move.CORRECT),
    }
    assert {move for _, move in into[DraftState.APPROVED]} == {Move.APPROVE}


@given(st.sets(st.integers(0, 8)), st.sets(st.integers(0, 8)))
def test_approval_takes_a_tick_for_every_claim_and_keeps_those(stated: set[int], ticked: set[int]) -> None:
    claims = [claim(number) for number in sorted(stated)]
    ticks = {f"c{number}" for number in ticked}
    if stated <= ticked:
        draft = drafts.approved(a_draft(), OTHER_WORDS, claims, ticks=ticks, by="U0PM", at=FRIDAY)
        assert draft.ticks == tuple(one.id for one in claims)
    else:
        with pytest.raises(UntickedError) as refused:
            drafts.approved(a_draft(), OTHER_WORDS, claims, ticks=ticks, by="U0PM", at=FRIDAY)
        assert {one.id for one in refused.value.claims} == {f"c{number}" for number in stated - ticked}


def test_approval_takes_a_decision_about_every_suggestion_that_names_who_took_it() -> None:
    first, second = (Suggestion(id=name, metric="deflection", text=name) for name in ("s1", "s2"))
    body = Body(headline="All is well", suggestions=(first, second))

    one_decided = drafts.with_decisions(body, {"s1": True, "unknown": True}, "U0PM")
    with pytest.raises(UndecidedError) as refused:
        drafts.approved(a_draft(), one_decided, [], ticks=(), by="U0PM", at=FRIDAY)
    both = drafts.with_decisions(one_decided, {"s1": True, "s2": False}, "U0DEP")

    assert refused.value.suggestions == (second,)
    assert both.suggestions == (
        replace(first, accepted=True, by="U0PM"),
        replace(second, accepted=False, by="U0DEP"),
    )
    assert drafts.approved(a_draft(), both, [], ticks=(), by="U0PM", at=FRIDAY).state is DraftState.APPROVED


def test_an_edit_after_approval_takes_approval_and_ticks_back() -> None:
    before = a_draft(state=DraftState.APPROVED, ticks=("c1",), decided_by="U0PM", decided_at=FRIDAY)

    assert drafts.edited(before, OTHER_WORDS) == a_draft(body=OTHER_WORDS)


def test_whoever_skips_or_corrects_says_why_and_a_correction_changes_something() -> None:
    with pytest.raises(ReasonNeededError):
        drafts.skipped(a_draft(), by="U0PM", at=FRIDAY, reason="  ")
    there = a_draft(state=DraftState.POSTED)
    with pytest.raises(ReasonNeededError):
        drafts.corrected(there, OTHER_WORDS, by="U0PM", at=FRIDAY, reason="")
    with pytest.raises(SameTextError):
        drafts.corrected(there, there.body, by="U0PM", at=FRIDAY, reason="why")


def test_what_was_held_or_is_past_its_time_is_due() -> None:
    assert [drafts.is_due(a_draft(), at) for at in (THURSDAY, FRIDAY - timedelta.resolution, FRIDAY)] == [
        False,
        False,
        True,
    ]
    assert drafts.is_due(a_draft(state=DraftState.HELD), THURSDAY)


def test_the_pm_approves_unless_somebody_is_named_and_who_left_decides_nothing() -> None:
    people = [Assignment(Role.ML_LEAD, "U0ML"), Assignment(Role.PM, "U0PM")]

    def who(**known: object) -> Deciders:
        return drafts.deciders(people, **{"approver": None, "deputy": None, "gone": ()} | known)  # type: ignore[arg-type]  # whatever a test names

    assert who() == Deciders(approver="U0PM")
    assert who(approver="U0VP", deputy="U0ML") == Deciders(approver="U0VP", deputy="U0ML")
    assert who(approver="U0VP", deputy="U0ML", gone={"U0VP", "U0ML"}) == Deciders(approver="U0PM")
    assert who(gone={"U0PM"}) == Deciders()
    assert [Deciders(approver="U0PM", deputy="U0DEP", admins=("U0ADM",)).may_decide(user) for user in
            ("U0PM", "U0DEP", "U0ADM", "U0ML", "")] == [True, True, True, False, False]  # fmt: skip


def test_the_diagram_of_the_documentation_is_the_table(request: pytest.FixtureRequest) -> None:
    page, wanted = PAGE.read_text(encoding="utf-8"), f"```mermaid\n{draft_states.diagram()}\n```"
    if request.config.getoption("--update-test-data"):
        page = BLOCK.sub(lambda _: wanted, page)
        PAGE.write_text(page, encoding="utf-8")

    assert [found.group() for found in BLOCK.finditer(page)] == [wanted]
