"""Which call meets which fault."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.faults import Answer, Fault, Script

POST = "chat.postMessage"


def a_fault(
    value: str, *, method: str = POST, times: int | None = 1, share: float = 1.0, channel: str | None = None
) -> Fault:
    return Fault(method=method, answer=Answer.ERROR, value=value, times=times, share=share, channel=channel)


def drawn(script: Script, count: int, *, method: str = POST, channel: str = "C1") -> list[str]:
    """What *count* calls meet, "" where all goes well."""
    faults = [script.draw(method, {"channel": channel}) for _ in range(count)]
    return ["" if fault is None else fault.value for fault in faults]


def test_counted_faults_come_one_after_the_other_then_all_goes_well() -> None:
    script = Script()
    script.add(a_fault("a", times=2))
    script.add(a_fault("b"))

    assert drawn(script, 4) == ["a", "a", "b", ""]
    assert script.waiting() == []


def test_a_fault_hits_only_its_method_and_its_channel() -> None:
    script = Script()
    script.add(a_fault("a", times=None, channel="C1"))
    script.add(a_fault("b", times=None, method="auth.test"))

    assert drawn(script, 1, channel="C2") == [""]
    assert drawn(script, 1) == ["a"]
    assert drawn(script, 1, method="auth.test", channel="C2") == ["b"]
    assert drawn(script, 1, method="users.info", channel="C2") == [""]


def test_a_star_is_any_method() -> None:
    script = Script()
    script.add(a_fault("a", times=None, method="*"))

    assert [drawn(script, 1, method=method) for method in (POST, "users.info")] == [["a"], ["a"]]


def test_a_lasting_fault_waits_for_the_counted_ones_and_lasts_until_removed() -> None:
    script = Script()
    number = script.add(a_fault("lasting", times=None))
    script.add(a_fault("counted", times=2))

    assert drawn(script, 4) == ["counted", "counted", "lasting", "lasting"]
    script.remove(number)
    script.remove(number)
    assert drawn(script, 1) == [""]


def test_clear_takes_all() -> None:
    script = Script()
    script.add(a_fault("a", times=None))
    script.add(a_fault("b"))
    script.clear()

    assert drawn(script, 2) == ["", ""]


def test_what_waits_says_how_often_it_is_still_to_come() -> None:
    script = Script()
    script.add(a_fault("a", times=3))
    drawn(script, 1)

    assert script.waiting() == [a_fault("a", times=2)]


def test_lasting_shares_divide_the_calls() -> None:
    script = Script(seed=1)
    script.add(a_fault("a", times=None, share=0.2))
    script.add(a_fault("b", times=None, share=0.1))

    met = Counter(drawn(script, 5000))

    assert {name: round(count / 5000, 1) for name, count in met.items()} == {"a": 0.2, "b": 0.1, "": 0.7}


def test_a_counted_share_is_used_up_by_hits_only() -> None:
    script = Script(seed=1)
    script.add(a_fault("a", times=3, share=0.1))

    met = drawn(script, 500)

    assert Counter(met)["a"] == 3
    assert met[:3] != ["a", "a", "a"]


@given(seed=st.integers(0, 10**6))
def test_the_same_seed_draws_the_same(seed: int) -> None:
    first, second = Script(seed), Script(seed)
    for script in (first, second):
        script.add(a_fault("a", times=None, share=0.5))

    assert drawn(first, 50) == drawn(second, 50)
