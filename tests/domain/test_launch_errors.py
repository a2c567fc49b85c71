"""Which reviewed errors stand against a launch."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.launch_errors import REVIEW_HOLDS, Reviewed, error_facts, review_fact
from bot.domain.reviewing import Quick
from tests.support.builders import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
NEVER = "promise a price"
ITEM = Reviewed(row_id=7, rank=3, until=MONDAY)


def against(*items: Reviewed) -> list[str]:
    """What stands against a launch, in words."""
    return [fact.says.removesuffix("; no shipped fix covers it") for fact in error_facts(items, {NEVER}, BERLIN)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, []),
        ({"severities": ("annoying", "acceptable")}, []),
        ({"severities": ("harmful",)}, ["harmful"]),
        ({"severities": ("launch_blocking",)}, ["launch-blocking"]),
        ({"severities": ("annoying", "harmful")}, ["harmful"]),
        ({"severities": ("harmful", "launch_blocking")}, ["launch-blocking"]),
        ({"severities": ("harmful", "annoying"), "settled": "annoying"}, []),
        ({"severities": ("annoying",), "settled": "harmful"}, ["harmful"]),
        ({"breaches": ("hallucination",)}, ["breaks “hallucination”"]),
        ({"breaches": (NEVER,), "severities": ("harmful",)}, [f"breaks “{NEVER}”, harmful"]),
        ({"breaches": ("hallucination",), "severities": ("acceptable",)}, ["breaks “hallucination”"]),
        ({"breaches": ("hallucination",), "quick": Quick.NOT_WORTH_IT}, ["breaks “hallucination”"]),
        ({"breaches": ("hallucination",), "quick": Quick.WRONG_LABEL}, []),
        ({"breaches": ("hallucination",), "righted": frozenset({("label", "correct")})}, []),
        ({"breaches": (NEVER,), "quick": Quick.WRONG_LABEL}, [f"breaks “{NEVER}”"]),
        ({"breaches": (NEVER,), "righted": frozenset({("breach", NEVER)})}, []),
        ({"severities": ("launch_blocking",), "answered": True}, []),
    ],
)
def test_what_breaks_the_bar_or_was_called_grave_stands_against_it_until_a_shipped_fix(
    known: dict[str, Any], expected: list[str]
) -> None:
    assert against(replace(ITEM, **known)) == expected


def test_an_error_that_came_up_in_two_reviews_counts_once_as_it_was_seen_last() -> None:
    before = replace(ITEM, until=MONDAY - timedelta(days=7), rank=1, severities=("harmful",))
    left = replace(ITEM, severities=("launch_blocking",))

    (found,) = error_facts([before, left], [], BERLIN)

    assert (found.title, found.key) == ("Error 3 of the review of Mon 16 Nov 2026", "error/7")


def test_that_an_error_is_graver_than_it_was_is_worse() -> None:
    harmful, blocking, broken = (
        next(error_facts([replace(ITEM, **known)], [], BERLIN)).worth  # type: ignore[arg-type]  # plain fields
        for known in ({"severities": ("harmful",)}, {"severities": ("launch_blocking",)}, {"breaches": ("x",)})
    )

    assert harmful > blocking == broken


def test_without_a_review_of_late_nobody_knows_of_errors() -> None:
    found = [review_fact(latest, MONDAY, BERLIN) for latest in (None, MONDAY - REVIEW_HOLDS, MONDAY - REVIEW_HOLDS * 2)]

    assert [(fact.met, fact.says) for fact in found] == [
        (False, "there was none yet"),
        (True, "the latest ended Mon 2 Nov 2026"),
        (False, "the latest ended Mon 19 Oct 2026, too long ago to tell"),
    ]
