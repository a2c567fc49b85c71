from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fixes import FixKind
from bot.domain.gathering import FEWEST, KINDS, MOST, Finding, Proposal, gather
from bot.domain.reviewing import Cause, Part, Quick, Said, Severity, Words
from tests.support.builders import MONDAY


def words(part: Part, verdict: str | None, user: str) -> Words:
    """What somebody said for a part."""
    return Words(part=part, user=user, verdict=verdict, note="", said_at=MONDAY)


def said(severity: Severity | None = Severity.ANNOYING, cause: Cause | None = Cause.PROMPT) -> Said:
    """What product and ML said."""
    return Said(words=(words(Part.PRODUCT, severity, "U0PM"), words(Part.ML, cause, "U0ML")))


def quick(verdict: Quick) -> Said:
    """A verdict of one click."""
    return Said(quick=verdict, quick_by="U0PM")


def found(rank: int, what: Said, **known: object) -> Finding:
    """An item whose id is its rank times ten."""
    return Finding(item_id=rank * 10, rank=rank, said=what, **known)  # type: ignore[arg-type]  # whatever a test names


spoken = st.builds(said, st.sampled_from(Severity), st.sampled_from(Cause))
anything = st.one_of(
    spoken,
    spoken,
    st.sampled_from(Quick).map(quick),
    st.just(Said()),
    st.builds(said, st.sampled_from(Severity), st.none()),
)
reviews = st.lists(
    st.tuples(
        anything,
        st.sampled_from([None, "card", "refund", "fee"]),
        st.sampled_from([None, "de", "en"]),
        st.integers(0, 5),
    ),
    max_size=25,
).map(
    lambda rows: [
        found(rank, what, kind=kind, segment=segment, alike=alike)
        for rank, (what, kind, segment, alike) in enumerate(rows, 1)
    ]
)


def counts(findings: list[Finding]) -> list[int]:
    """The items that count, worked out in another way: the ones above are looked up one by one."""
    kept = []
    for place, finding in enumerate(findings):
        above = place
        while above > 0 and findings[above].said.quick is Quick.SAME_AS_ABOVE:
            above -= 1
        judged = findings[above].said
        harmless = judged.quick is Quick.NOT_WORTH_IT or judged.verdicts(Part.PRODUCT) == (Severity.ACCEPTABLE,)
        if finding.said.is_reviewed and not harmless:
            kept.append(finding.item_id)
    return kept


@given(reviews)
def test_every_item_that_counts_is_in_exactly_one_of_at_most_seven(findings: list[Finding]) -> None:
    proposals = gather(findings)

    assert sorted(item for one in proposals for item in one.item_ids) == counts(findings)
    assert len(proposals) <= MOST
    assert all(one.item_ids for one in proposals)


@given(reviews)
def test_errors_are_counted_once_with_those_that_are_alike(findings: list[Finding]) -> None:
    alike = {one.item_id: one.alike for one in findings}

    proposals = gather(findings)

    assert [one.errors for one in proposals] == [sum(1 + alike[item] for item in one.item_ids) for one in proposals]
    assert [one.errors for one in proposals] == sorted((one.errors for one in proposals), reverse=True)


@given(reviews, st.randoms())
def test_the_order_in_which_items_come_does_not_matter(findings: list[Finding], chance: object) -> None:
    shuffled = list(findings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random

    assert gather(shuffled) == gather(findings)


@given(reviews)
def test_fewer_than_three_only_where_there_is_no_more_to_tell_apart(findings: list[Finding]) -> None:
    proposals = gather(findings)
    named = {one.item_id: one.kind for one in findings if one.said.quick is not Quick.SAME_AS_ABOVE}

    if len(proposals) < FEWEST:
        for one in proposals:
            assert len({named[item] for item in one.item_ids if item in named}) <= 1


@given(reviews)
def test_what_belongs_to_a_fix_already_is_left_out(findings: list[Finding]) -> None:
    first = gather(findings)
    taken = {item for one in first[:1] for item in one.item_ids}

    again = gather(findings, but=taken)

    assert {item for one in again for item in one.item_ids} == set(counts(findings)) - taken


def test_each_cause_becomes_the_kind_of_fix_that_helps() -> None:
    for cause, kind in KINDS.items():
        assert [one.kind for one in gather([found(1, said(cause=cause))])] == [kind]
    assert [one.kind for one in gather([found(1, quick(Quick.WRONG_LABEL))])] == [FixKind.LABELS]


def test_a_proposal_says_what_to_do_for_how_many_errors_and_how_bad_they_are() -> None:
    gap = said(Severity.HARMFUL, Cause.DATA_GAP)

    proposals = gather(
        [
            found(1, gap, kind="card tracking", alike=2),
            found(2, quick(Quick.SAME_AS_ABOVE), alike=1),
            found(3, said(Severity.LAUNCH_BLOCKING, Cause.PROMPT), segment="refunds"),
            found(4, quick(Quick.WRONG_LABEL)),
        ]
    )

    assert proposals == [
        Proposal(
            title="Collect examples the model has not seen: card tracking",
            kind=FixKind.COLLECTION,
            item_ids=(10, 20),
            errors=5,
            worst=Severity.HARMFUL,
        ),
        Proposal(
            title="Say it more clearly in the prompt: refunds",
            kind=FixKind.PROMPT,
            item_ids=(30,),
            errors=1,
            worst=Severity.LAUNCH_BLOCKING,
        ),
        Proposal(title="Put wrong labels right", kind=FixKind.LABELS, item_ids=(40,), errors=1, worst=None),
    ]


def test_what_is_the_same_as_something_acceptable_is_left_out_with_it() -> None:
    assert gather([found(1, said(Severity.ACCEPTABLE)), found(2, quick(Quick.SAME_AS_ABOVE))]) == []
    assert gather([found(1, quick(Quick.NOT_WORTH_IT)), found(2, quick(Quick.SAME_AS_ABOVE))]) == []


def test_where_people_disagree_the_worse_and_the_first_hold() -> None:
    differ = Said(
        words=(
            words(Part.PRODUCT, Severity.ACCEPTABLE, "U1"),
            words(Part.PRODUCT, Severity.HARMFUL, "U2"),
            words(Part.ML, Cause.RETRIEVAL, "U3"),
            words(Part.ML, Cause.PROMPT, "U4"),
        )
    )

    assert [(one.kind, one.worst) for one in gather([found(1, differ)])] == [(FixKind.RETRIEVAL, Severity.HARMFUL)]


def test_one_cause_with_several_kinds_of_error_is_told_apart_by_them() -> None:
    gap = said(cause=Cause.DATA_GAP)
    kinds = ["card", "card", "card", "refund", "refund", "fee", "fee", "limit"]

    proposals = gather([found(rank, gap, kind=kind) for rank, kind in enumerate(kinds, 1)])

    assert [one.item_ids for one in proposals] == [(10, 20, 30), (60, 70, 80), (40, 50)]


def test_segments_are_told_apart_only_where_each_has_several_items() -> None:
    prompt = said()

    assert len(gather([found(1, prompt, segment="de"), found(2, prompt, segment="en")])) == 1
    both = [found(rank, prompt, segment="de" if rank % 2 else "en") for rank in range(1, 7)]
    assert [one.item_ids for one in gather(both)] == [(10, 30, 50), (20, 40, 60)]


def test_eight_causes_become_seven_and_those_of_one_kind_of_fix_go_together() -> None:
    proposals = gather([found(rank, said(cause=cause)) for rank, cause in enumerate(Cause, 1)])

    assert len(proposals) == MOST
    assert sorted(len(one.item_ids) for one in proposals) == [1, 1, 1, 1, 1, 1, 2]
