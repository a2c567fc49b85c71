"""Who held an incident, afterwards: without a gap, and the last of them is its owner."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.failure_modes import START_SET
from bot.domain.incident_account import Account
from bot.domain.incidents import Did, Event, Incident, Tenure
from tests.support.incidents import MINUTE, TUESDAY, resolved_after

PEOPLE = ("U0PM", "U0ML", "U0ELSE")


def account_of(incident: Incident, owners: list[tuple[str, int]]) -> Account:
    """What is known of an incident that got these owners, each so many minutes after it was declared."""
    events = [
        Event(at=TUESDAY + minute * MINUTE, by=user, what=Did.TAKEN, detail={"owner": [None, user]})
        for user, minute in owners
    ]
    return Account(product="Copilot", zone="Europe/Berlin", incident=incident, kind=START_SET[0], events=events)


def test_who_resolves_what_nobody_was_at_is_its_last_owner_though_for_no_time_at_all() -> None:
    over = TUESDAY + 130 * MINUTE

    owners = account_of(resolved_after(130), [("U0ML", 0), ("U0PM", 130)]).owners

    assert owners == (
        Tenure(user="U0ML", since=TUESDAY, until=over),
        Tenure(user="U0PM", since=over, until=over),
    )


def test_who_had_it_for_no_time_before_somebody_else_did_is_not_told() -> None:
    owners = account_of(resolved_after(130), [("U0ML", 0), ("U0PM", 5), ("U0ELSE", 5)]).owners

    assert [one.user for one in owners] == ["U0ML", "U0ELSE"]


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 130)), min_size=1))
def test_every_minute_has_its_owner_and_the_last_owner_is_always_told(owners: list[tuple[str, int]]) -> None:
    owners = sorted(owners, key=lambda pair: pair[1])

    found = account_of(resolved_after(130), owners).owners

    assert found[-1].user == owners[-1][0]
    spans = sum(((one.until or one.since) - one.since for one in found), timedelta())
    assert spans == (130 - owners[0][1]) * MINUTE
