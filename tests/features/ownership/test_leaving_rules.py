"""Which absence counts, as a rule; and that nobody vanishes from what they own but by what a person did."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.leaving import (
    LEFT_CHANNEL,
    LEFT_SLACK,
    NO_MEMBERS,
    Channel,
    change_of,
    why_group_gone,
    why_person_gone,
)
from bot.domain.ownership import Ownership, accepted, assigned, confirmed, handed_over, nobody_yet, without
from bot.domain.people import Standing
from tests.support.builders import MONDAY

HERE, GONE = Standing.MEMBER, Standing.GONE
IN, OUT = frozenset({"U1"}), frozenset[str]()


def test_only_who_was_in_the_channel_has_left_it() -> None:
    told = {
        "in it": why_person_gone("U1", HERE, Channel(now=IN, before=OUT), LEFT_CHANNEL),
        "left since": why_person_gone("U1", HERE, Channel(now=OUT, before=IN), None),
        "never in it": why_person_gone("U1", HERE, Channel(now=OUT, before=OUT), None),
        "left before": why_person_gone("U1", HERE, Channel(now=OUT, before=OUT), LEFT_CHANNEL),
        "first look": why_person_gone("U1", HERE, Channel(now=OUT), LEFT_CHANNEL),
        "no look": why_person_gone("U1", HERE, Channel(before=IN), None),
        "no look, left before": why_person_gone("U1", HERE, Channel(before=IN), LEFT_CHANNEL),
        "no look, back in Slack": why_person_gone("U1", HERE, Channel(before=IN), LEFT_SLACK),
        "no channel": why_person_gone("U1", HERE, None, LEFT_CHANNEL),
        "left Slack": why_person_gone("U1", GONE, Channel(now=IN), None),
    }

    assert told == {
        "in it": None,
        "left since": LEFT_CHANNEL,
        "never in it": None,
        "left before": LEFT_CHANNEL,
        "first look": None,
        "no look": None,
        "no look, left before": LEFT_CHANNEL,
        "no look, back in Slack": None,
        "no channel": None,
        "left Slack": LEFT_SLACK,
    }


def test_a_group_is_gone_when_nobody_in_it_could_act() -> None:
    told = [why_group_gone(one) for one in ([], [GONE, Standing.GUEST], [GONE, HERE])]

    assert told == [NO_MEMBERS, NO_MEMBERS, None]


def test_whoever_is_not_named_changes_nothing_by_leaving() -> None:
    row = assigned(nobody_yet(1, "model_cost", MONDAY), ["U1"], None, by="U1", now=MONDAY)

    assert [change_of(row, user, LEFT_SLACK) is None for user in ("U1", "U2")] == [False, True]


PEOPLE = ("U1", "U2", "U3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that happens to an ownership: Slack tells something of *user*, or a person does something."""

    what: str
    user: str
    to: str = "U1"


SILENT = ("leaves", "comes back")
STEPS = st.builds(
    Step,
    what=st.sampled_from([*SILENT, "declines", "hands over", "accepts", "confirms", "assigns"]),
    user=st.sampled_from(PEOPLE),
    to=st.sampled_from(PEOPLE),
)


def done(before: Ownership, step: Step) -> Ownership:
    """What becomes of an ownership; what does not fit how it is changes nothing."""
    named = step.user in before.named
    match step.what:
        case "leaves" | "comes back":
            change = change_of(before, step.user, LEFT_SLACK if step.what == "leaves" else None)
            after = change.after if change else before
        case "declines" if named:
            after = without(before, step.user, now=MONDAY)
        case "hands over" if named:
            after = handed_over(before, step.user, step.to, by=step.user, now=MONDAY)
        case "accepts" if named:
            after = accepted(before, step.user)
        case "confirms" if named:
            after = confirmed(before, step.user, now=MONDAY)
        case "assigns":
            after = assigned(before, [step.user], step.to, by=step.user, now=MONDAY)
        case _:
            after = before
    return after


@given(st.lists(STEPS, max_size=20))
def test_in_whatever_order_people_come_and_go_nobody_vanishes_by_silence(steps: list[Step]) -> None:
    row = assigned(nobody_yet(1, "model_cost", MONDAY), ["U1", "U2"], "U3", by="U1", now=MONDAY)
    for step in steps:
        before, row = row, done(row, step)
        if step.what in {*SILENT, "accepts", "confirms"}:
            assert (row.owners, row.backup) == (before.owners, before.backup)
        if step.what == "declines":
            assert set(before.named) - set(row.named) <= {step.user}
        silent = [one for one in row.owners if one not in row.acting]
        assert all(one in row.away for one in silent)
        assert not set(row.acting) & set(row.away)
        assert set(row.away) <= set(row.named)
        assert row.is_gap == all(one in row.away for one in row.named)
