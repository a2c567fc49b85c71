"""Follow-ups as people type them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fixes import FixKind
from bot.domain.follow_ups import MOST, TITLE_ROOM, NewFollowUp, NoTitleError, TooManyError, kind_for, typed
from bot.domain.text import length
from bot.domain.typed_days import PastDayError, UnclearDayError
from bot.errors import UserError

TUESDAY = date(2026, 11, 17)
GUARD, PRODUCT = FixKind.GUARDRAIL, FixKind.PRODUCT

TYPED: dict[str, NewFollowUp] = {
    "Tell agents": NewFollowUp(title="Tell agents", kind=PRODUCT),
    "- Block answers without a source <@U0ML|raj> by 2026-12-04": NewFollowUp(
        title="Block answers without a source", kind=GUARD, owner="U0ML", due=date(2026, 12, 4)
    ),
    "<@U0ML> Rewrite the page until fri": NewFollowUp(
        title="Rewrite the page", kind=PRODUCT, owner="U0ML", due=date(2026, 11, 20)
    ),
    "Go through the answers by hand": NewFollowUp(title="Go through the answers by hand", kind=PRODUCT),
    "Sort by date by in 2 weeks": NewFollowUp(title="Sort by date", kind=PRODUCT, due=date(2026, 12, 1)),
}


@pytest.mark.parametrize(("line", "expected"), TYPED.items())
def test_a_line_names_what_is_to_be_done_by_whom_and_until_when(line: str, expected: NewFollowUp) -> None:
    assert typed([line], today=TUESDAY) == [expected]


def test_what_a_line_does_not_say_the_form_says() -> None:
    due = date(2026, 12, 24)

    found = typed(["Tell agents", "", "Tell users <@U0ML> by 2026-12-01"], today=TUESDAY, owner="U0PM", due=due)

    assert [(one.owner, one.due) for one in found] == [("U0PM", due), ("U0ML", date(2026, 12, 1))]


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (["Tell agents by 2026-12-32"], UnclearDayError),
        (["Tell agents by 2026-11-01"], PastDayError),
        (["<@U0ML>"], NoTitleError),
        (["<@U0ML> by fri"], NoTitleError),
        (["Tell agents"] * (MOST + 1), TooManyError),
    ],
)
def test_what_cannot_be_understood_is_not_guessed(lines: list[str], error: type[UserError]) -> None:
    with pytest.raises(error):
        typed(lines, today=TUESDAY)


def test_a_title_that_is_to_catch_something_is_a_guardrail() -> None:
    assert kind_for("Alert us when it happens") is GUARD
    assert kind_for("Validate the dates") is GUARD
    assert kind_for("Show the source beside each answer") is PRODUCT


@given(st.lists(st.text(max_size=400), max_size=MOST))
def test_whatever_is_typed_is_taken_with_a_title_that_fits_or_refused_by_name(lines: list[str]) -> None:
    found: list[NewFollowUp] = []
    with suppress(UserError):
        found = typed(lines, today=TUESDAY)

    assert all(one.title.strip() and "\n" not in one.title and length(one.title) <= TITLE_ROOM for one in found)
