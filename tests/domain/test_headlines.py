"""Headlines: never better than the worst of what they speak of."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CLASSIC
from bot.domain.headlines import Tone, headline_of, status_of, tone_of
from bot.domain.health import Health
from bot.domain.watching import Said
from tests.support.readings import WEEK_8, a_reading
from tests.support.updates import READ_AT, THURSDAY, health_of, readings_of

VALUES = st.dictionaries(
    st.sampled_from(CLASSIC), st.tuples(st.floats(min_value=0, max_value=1), st.sampled_from([None, 5, 4000]))
)


def health(values: dict[str, tuple[float, int | None]], headlines: frozenset[str] = frozenset()) -> Health:
    """The health of these values, each with its sample size; ratings from 1 to 5."""
    readings = [
        a_reading(name, 1 + 4 * value if name == "csat" else value, end=READ_AT, n=n)
        for name, (value, n) in values.items()
    ]
    said = {name: Said(metric=name, headline=name in headlines) for name in CLASSIC}
    return health_of(readings, said=said)


@given(values=VALUES, headlines=st.frozensets(st.sampled_from(CLASSIC)))
def test_a_headline_is_never_better_than_the_worst_headline_measure(
    values: dict[str, tuple[float, int | None]], headlines: frozenset[str]
) -> None:
    found = health(values, headlines)

    said = headline_of(found)

    assert said.tone == max(tone_of(check) for check in found.headlines)
    is_well = "on target" in said.words and "off target" not in said.words
    assert is_well == (said.tone is Tone.WELL)


@given(values=VALUES)
def test_where_all_measures_are_headlines_any_miss_is_in_the_headline(
    values: dict[str, tuple[float, int | None]],
) -> None:
    found = health(values)

    assert bool(found.misses) == any(word in headline_of(found).words for word in ("off target", "short of"))


def test_the_worked_example_is_one_measure_short() -> None:
    found = health_of(readings_of(WEEK_8))

    assert headline_of(found).words == "one measure short of its target"
    assert status_of(found) == "4 of 5 measures are on target."


def test_a_measure_that_fails_needs_attention() -> None:
    found = health_of(readings_of({**WEEK_8, "accuracy": 0.5}))

    assert headline_of(found).words == "needs attention, 2 measures off target"


def test_where_the_main_measures_are_well_the_others_are_named_too() -> None:
    said = {"accuracy": Said(metric="accuracy", headline=True)}

    found = health_of(readings_of(WEEK_8), said=said)

    assert headline_of(found).words == "the main measures are on target, one measure short of target"


def test_what_is_not_known_is_not_on_target() -> None:
    found = health_of(readings_of({name: WEEK_8[name] for name in ("accuracy", "csat")}))

    assert headline_of(found).words == "3 measures not known"
    assert status_of(found) == "2 of 5 measures are on target, 3 are not known."


def test_where_nothing_is_watched_nothing_is_claimed() -> None:
    empty = Health(as_of=THURSDAY, checks=())

    assert headline_of(empty).words == "nothing is measured yet"
    assert status_of(empty) == "Nothing is measured yet."


def test_what_is_on_target_by_chance_is_on_target_only_just() -> None:
    readings = [a_reading(name, value, end=READ_AT) for name, value in WEEK_8.items() if name != "deflection_rate"]

    found = health_of([*readings, a_reading("deflection_rate", 0.41, end=READ_AT, n=100)])

    assert headline_of(found).words == "every measure on target, one measure only just"
