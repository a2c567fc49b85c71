"""Who answers for what, in any order of what may happen to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ownership import (
    MOST_OWNERS,
    Ownership,
    TooManyOwnersError,
    accepted,
    assigned,
    back,
    confirmed,
    gone,
    handed_over,
    is_unconfirmed,
    nobody_yet,
    without,
)
from tests.support.builders import MONDAY

ANA, RAJ, LI, TEAM = "U0ANA", "U0RAJ", "U0LI", "S0TEAM"
EVERYBODY = (ANA, RAJ, LI, TEAM)
NOBODY = nobody_yet(1, "model_cost", MONDAY)
LATER = MONDAY + timedelta(hours=1)

Change = tuple[Any, ...]
"""What happened, and about whom."""

LATER_ON: dict[str, Callable[..., Ownership]] = {
    "assigned": lambda before, owners, backup, by: assigned(before, owners, backup, by=by, now=LATER),
    "handed over": lambda before, user, to, by: handed_over(before, user, to, by=by, now=LATER),
    "confirmed": lambda before, user: confirmed(before, user, now=LATER),
    "without": lambda before, user: without(before, user, now=LATER),
    "gone": lambda before, user: gone(before, user, "left Slack"),
}

who = st.sampled_from(EVERYBODY)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("assigned"), st.lists(who, max_size=3), st.none() | who, who),
        st.tuples(st.just("handed over"), who, who, who),
        st.tuples(st.sampled_from(["accepted", "confirmed", "without", "gone", "back"]), who),
    ),
    max_size=12,
)


def owned(*owners: str, backup: str | None = None, **known: object) -> Ownership:
    """An ownership of these, named by Ana, who said yes where it is hers."""
    return replace(assigned(NOBODY, owners, backup, by=ANA, now=MONDAY), **known)  # type: ignore[arg-type]  # by name


def done(before: Ownership, change: Change) -> Ownership:
    what, *about = change
    if what in LATER_ON:
        return LATER_ON[what](before, *about)
    return {"accepted": accepted, "back": back}[what](before, *about)


@given(changes)
def test_in_any_order_who_answers_is_named_is_there_and_is_not_their_own_backup(happened: list[Change]) -> None:
    row = NOBODY
    for change in happened:
        row = done(row, change)
        assert not set(row.acting) & set(row.away)
        assert set(row.acting) <= set(row.named)
        assert row.backup not in row.owners
        assert set(row.accepted) <= set(row.named)
        assert set(row.away) <= set(row.named)
        assert len(set(row.owners)) == len(row.owners)
        assert row.is_gap == (not row.acting)
        assert set(row.waits_for) == set(row.present) - set(row.accepted)
        assert row.version == 0, "only the store counts versions"


@given(changes)
def test_an_owner_disappears_only_by_being_replaced_or_by_leaving_it_themselves(happened: list[Change]) -> None:
    row = NOBODY
    for change in happened:
        before, row = row, done(row, change)
        lost = set(before.owners) - set(row.owners)
        match change:
            case ("assigned", *_):
                continue
            case ("handed over" | "without", str(user), *_):
                assert lost <= {user}
            case _:
                assert (row.owners, row.backup) == (before.owners, before.backup)


@given(changes)
def test_what_was_owned_is_a_gap_only_if_everybody_named_is_gone_or_nobody_is_left(
    happened: list[Change],
) -> None:
    row = NOBODY
    for change in happened:
        row = done(row, change)
        assert row.is_gap == (set(row.named) <= set(row.away))


def test_only_new_owners_or_an_owner_themselves_make_it_confirmed_anew() -> None:
    row = owned(RAJ, LI, backup=TEAM)

    def said(*owners: str, backup: str | None, by: str) -> bool:
        return assigned(row, owners, backup, by=by, now=LATER).confirmed_at == LATER

    assert [said(RAJ, LI, backup=ANA, by=ANA), said(LI, RAJ, backup=None, by=TEAM)] == [False, False]
    assert [said(RAJ, LI, backup=ANA, by=LI), said(RAJ, backup=ANA, by=ANA)] == [True, True]
    assert handed_over(row, RAJ, ANA, by=RAJ, now=LATER).confirmed_at == LATER


def test_who_is_named_anew_and_is_there_counts_as_gone_no_longer_and_nobody_else() -> None:
    row = gone(gone(owned(RAJ, LI, backup=TEAM), RAJ, "left the team channel"), LI, "left Slack")

    assert assigned(row, row.owners, ANA, by=ANA, now=LATER).away == row.away
    assert assigned(row, row.owners, TEAM, by=ANA, now=LATER, there=[RAJ, TEAM]).away == {LI: "left Slack"}


def test_the_backup_acts_when_every_owner_is_gone_and_no_sooner() -> None:
    row = owned(ANA, RAJ, backup=LI)

    one_gone = gone(row, ANA, "left Slack")
    both_gone = gone(one_gone, RAJ, "left the channel")
    nobody_left = gone(both_gone, LI, "left Slack")

    assert (one_gone.acting, one_gone.stands_in) == ((RAJ,), False)
    assert (both_gone.acting, both_gone.stands_in) == ((LI,), True)
    assert (nobody_left.acting, nobody_left.is_gap) == ((), True)
    assert back(both_gone, ANA).acting == (ANA,)


def test_whoever_keeps_it_keeps_their_yes_and_whoever_names_themselves_has_said_it() -> None:
    row = accepted(owned(ANA, RAJ), RAJ)

    again = assigned(row, [RAJ, LI], ANA, by=LI, now=LATER)

    assert again == replace(
        row,
        owners=(RAJ, LI),
        backup=ANA,
        accepted=(RAJ, LI, ANA),
        since=LATER,
        set_by=LI,
        set_at=LATER,
        confirmed_at=LATER,
    )


def test_the_same_owners_in_another_order_are_owners_since_before() -> None:
    assert assigned(owned(ANA, RAJ), [RAJ, ANA], LI, by=LI, now=LATER).since == MONDAY


def test_where_the_last_owner_declines_the_backup_owns_it() -> None:
    row = without(owned(ANA, backup=LI), ANA, now=LATER)

    assert (row.owners, row.backup, row.since) == ((LI,), None, LATER)
    assert without(row, LI, now=LATER).is_gap


def test_it_is_handed_over_to_somebody_who_must_still_say_yes() -> None:
    row = handed_over(owned(ANA, RAJ, backup=LI), ANA, LI, by=ANA, now=LATER)

    assert (row.owners, row.backup, row.waits_for) == ((LI, RAJ), None, (LI, RAJ))


def test_who_is_not_named_can_accept_nothing() -> None:
    row = owned(RAJ)

    assert accepted(row, LI) == row
    assert confirmed(row, LI, now=LATER) == replace(row, confirmed_at=LATER)


def test_more_than_ten_owners_are_refused() -> None:
    many = [f"U{number}" for number in range(MOST_OWNERS + 1)]

    assert len(assigned(NOBODY, many[:-1], None, by=ANA, now=MONDAY).owners) == MOST_OWNERS
    with pytest.raises(TooManyOwnersError):
        assigned(NOBODY, many, None, by=ANA, now=MONDAY)


def test_owners_are_asked_again_after_ninety_days_and_nobody_is_asked_of_a_gap() -> None:
    row = owned(ANA)
    after = MONDAY + timedelta(days=90)

    assert not is_unconfirmed(row, after - timedelta(seconds=1))
    assert is_unconfirmed(row, after)
    assert not is_unconfirmed(confirmed(row, ANA, now=LATER), after)
    assert not is_unconfirmed(gone(row, ANA, "left Slack"), after)
