"""What a channel's topic says while incidents are open, and that what people write there survives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident_topic import Kept, Open, decided, topic_of
from bot.domain.incidents import Severity
from bot.domain.text import length

OURS, NEXT = "Incident 1: Hallucination (Muster)", "Incident 1: Hallucination, owner Lee (Muster)"


def an_open(number: int = 1, **known: object) -> Open:
    usual: dict[str, object] = {"kind": "Hallucination", "severity": Severity.HIGH, "owner": "Lee Wong"}
    return Open(number=number, **usual | known)  # type: ignore[arg-type]  # whatever a test names


def test_one_incident_is_named_with_its_kind_severity_and_owner() -> None:
    assert topic_of([an_open(12)]) == "Incident 12: Hallucination, severity 2, owner Lee Wong (Muster)"


def test_several_are_named_the_worst_first_and_counted() -> None:
    several = [an_open(number, severity=Severity(1 + number % 2)) for number in (1, 2, 3, 4)]

    assert topic_of(several) == (
        "4 incidents: 2, severity 1, owner Lee Wong; 4, severity 1, owner Lee Wong; 1, severity 2, owner Lee Wong;"
        " and 1 more (Muster)"
    )


def test_where_the_kind_is_none_it_is_left_out() -> None:
    assert topic_of([an_open(kind="")]) == "Incident 1: severity 2, owner Lee Wong (Muster)"


def test_nothing_is_said_of_nothing() -> None:
    assert topic_of([]) is None


def test_names_hold_nothing_that_slack_would_turn_into_something_else() -> None:
    hostile = an_open(kind="<!channel> evil.example :tada: 🔥 & <@U1>", owner="***")

    assert topic_of([hostile]) == (
        "Incident 1: channel evil example tada U1, severity 2, owner without a name (Muster)"
    )


@given(st.lists(st.text(max_size=300), min_size=1, max_size=9))
def test_a_topic_fits_whatever_names_there_are(names: list[str]) -> None:
    said = topic_of([an_open(10**9 + place, kind=name, owner=name) for place, name in enumerate(names)])

    assert said is not None
    assert length(said) <= 250
    assert said.endswith("(Muster)")


@pytest.mark.parametrize(
    ("before", "found", "wanted", "expected"),
    [
        (None, "Standup at 10", OURS, Kept(former="Standup at 10", ours=(OURS,))),
        (None, "Standup at 10", None, None),
        # It was written down and never set, or put back by hand: what stood there before still does.
        (Kept(former="Old", ours=(OURS,)), "Old", NEXT, Kept(former="Old", ours=(OURS, NEXT))),
        (Kept(former="Old", ours=(OURS,)), OURS, NEXT, Kept(former="Old", ours=(OURS, NEXT))),
        (Kept(former="Old", ours=(OURS,)), OURS, OURS, Kept(former="Old", ours=(OURS,))),
        (Kept(former="Old", ours=(OURS, NEXT)), OURS, None, Kept(former="Old", ours=(OURS, NEXT), over=True)),
        # Somebody changed it meanwhile.
        (Kept(former="Old", ours=(OURS,)), "War room", NEXT, None),
        (Kept(former="Old", ours=(OURS,)), "War room", None, Kept(former="War room", ours=(OURS,), over=True)),
        # The next incident begins with what stands there then, and ours is known again though putting it back failed.
        (Kept(former="Old", ours=(OURS,), over=True), "New", NEXT, Kept(former="New", ours=(OURS, NEXT))),
        (Kept(former="Old", ours=(OURS,), over=True), OURS, NEXT, Kept(former="Old", ours=(OURS, NEXT))),
        (Kept(former="Old", ours=(OURS,), over=True), OURS, None, Kept(former="Old", ours=(OURS,), over=True)),
        (Kept(former="Old", ours=(OURS,), over=True), "New", None, None),
    ],
)
def test_what_somebody_wrote_is_kept_or_left_alone(
    before: Kept | None, found: str, wanted: str | None, expected: Kept | None
) -> None:
    assert decided(before, found, wanted) == expected


def test_ours_is_known_again_as_slack_writes_it() -> None:
    before = Kept(former="Old", ours=("Lee's incident (Muster)",))

    assert decided(before, "Lee&#39;s  incident (Muster)", None) == Kept(former="Old", ours=before.ours, over=True)


@given(st.lists(st.sampled_from(["open", "regrade", "over", "theirs"]), max_size=12))
def test_what_people_wrote_last_stands_there_once_nothing_is_open(steps: list[str]) -> None:
    theirs, found, kept, count = "Standup at 10", "Standup at 10", None, 0
    for count, step in enumerate([*steps, "over"]):
        if step == "theirs":
            theirs = found = f"Written by people {count}"
            continue
        after = decided(kept, found, None if step == "over" else f"Incident {count} (Muster)")
        if after is not None:
            kept, found = after, after.says

    assert found == theirs
