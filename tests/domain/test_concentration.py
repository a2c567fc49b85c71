from hypothesis import given
from hypothesis import strategies as st

from bot.domain.concentration import Change, Concentration, change, concentrations, first_seen_models
from bot.domain.summary import Group, Share, Summary

counts = st.integers(0, 2000)
shares = st.tuples(counts, counts).map(lambda pair: Share(part=min(pair), whole=max(pair)))


def a_group(name: str | None, seen: int) -> Group:
    return Group(name=name, seen=seen, judged=0, wrong=0)


def a_week(*models: Group) -> Summary:
    return Summary(seen=sum(one.seen for one in models), unranked=0, judged=0, wrong=0, models=models)


def test_the_worst_are_counted_by_name_and_set_against_everything_seen() -> None:
    worst = ["card", "transfer", "card", "identity"]
    groups = [a_group("card", 30), a_group("transfer", 50), a_group("identity", 10), a_group("fees", 10)]

    assert concentrations(worst, groups) == (
        Concentration(name="card", among_worst=Share(part=2, whole=4), base=Share(part=30, whole=100)),
        Concentration(name="identity", among_worst=Share(part=1, whole=4), base=Share(part=10, whole=100)),
        Concentration(name="transfer", among_worst=Share(part=1, whole=4), base=Share(part=50, whole=100)),
    )


def test_eighteen_of_twenty_from_a_model_that_answered_46_percent() -> None:
    found = concentrations(["2.0.0"] * 18 + ["1.0.0"] * 2, [a_group("1.0.0", 540), a_group("2.0.0", 460)])[0]

    assert (found.name, found.count, found.among_worst.whole, found.base.value) == ("2.0.0", 18, 20, 0.46)
    assert found.lift == 0.9 / 0.46


def test_what_has_no_name_is_in_the_whole_and_is_not_named() -> None:
    assert concentrations([None, "card"], [a_group(None, 3), a_group("card", 1)]) == (
        Concentration(name="card", among_worst=Share(part=1, whole=2), base=Share(part=1, whole=4)),
    )
    assert concentrations([None, None], []) == ()


def test_a_group_that_the_summary_does_not_list_has_no_known_part() -> None:
    (found,) = concentrations(["card"], [a_group("fees", 3)])

    assert (found.base.value, found.lift) == (None, None)


@given(st.lists(st.sampled_from(["a", "b", "c", None])))
def test_the_most_come_first_and_ties_go_by_name(names: list[str | None]) -> None:
    found = concentrations(names, [])

    assert [(-one.count, one.name) for one in found] == sorted((-one.count, one.name) for one in found)
    assert {one.name: one.count for one in found} == {name: names.count(name) for name in names if name}


def test_a_model_that_did_not_answer_last_week_is_new() -> None:
    this = a_week(a_group("2.0.0", 9), a_group("1.0.0", 5), a_group("1.5.0", 3), a_group(None, 2))
    last = a_week(a_group("1.0.0", 10), a_group("1.2.0", 1))

    assert first_seen_models(this, last) == ("2.0.0", "1.5.0")


def test_after_a_week_without_answers_or_names_nothing_is_called_new() -> None:
    this = a_week(a_group("2.0.0", 9))

    assert first_seen_models(this, a_week()) == ()
    assert first_seen_models(this, a_week(a_group(None, 10))) == ()


def test_a_change_carries_both_samples() -> None:
    this, last = Share(part=111, whole=1060), Share(part=184, whole=1068)

    assert change(this, last) == Change(this=this, last=last, points=111 / 1060 - 184 / 1068, is_clear=True)


def test_a_change_that_chance_explains_is_not_clear() -> None:
    found = change(Share(part=11, whole=100), Share(part=14, whole=100))

    assert found is not None
    assert (round(found.points, 9), found.is_clear) == (-0.03, False)


def test_a_large_week_does_not_make_up_for_a_small_one() -> None:
    found = change(Share(part=100, whole=1000), Share(part=5, whole=30))

    assert found is not None
    assert not found.is_clear


def test_few_judgements_are_never_clear() -> None:
    few, enough = (
        change(Share(part=29, whole=29), Share(part=0, whole=900)),
        change(Share(part=30, whole=30), Share(part=0, whole=30)),
    )

    assert (few and few.is_clear, enough and enough.is_clear) == (False, True)


@given(shares, shares)
def test_a_week_compares_with_any_other_and_both_ways_alike(this: Share, last: Share) -> None:
    there, back = change(this, last), change(last, this)

    if there is None or back is None:
        assert there is back is None
        assert 0 in {this.whole, last.whole}
    else:
        assert (there.points, there.is_clear) == (-back.points, back.is_clear)
        assert there.is_clear <= (there.points != 0)
