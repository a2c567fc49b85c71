"""Drafts and their claims together: what the machine says by itself has something stored behind it, all of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.changing import Change
from bot.domain.claims import claims_of
from bot.domain.composing import composed
from bot.domain.forecasts import TrackRecord
from bot.domain.headlines import headline_of
from bot.domain.material import Looked, Material
from bot.domain.metrics import Unit
from bot.domain.plain_language import jargon_in
from bot.domain.updates import Body, Facts
from bot.domain.watching import Said
from bot.kit.wording import OURS, ours, worded
from tests.support.readings import WEEK_8
from tests.support.updates import THURSDAY, WEEK, WIDEN, a_forecast, a_material

SHARES = st.floats(min_value=0, max_value=1).map(lambda share: round(share, 4))


def a_value(name: str) -> st.SearchStrategy[float]:
    """Any value that the metric may have, as fine as people measure."""
    match CATALOGUE[name].unit:
        case Unit.SHARE:
            return SHARES
        case Unit.SCORE:
            return SHARES.map(lambda share: round(1 + 4 * share, 2))
        case _:
            return SHARES.map(lambda share: round(20 * share, 2))


VALUES = st.fixed_dictionaries({}, optional={name: a_value(name) for name in WEEK_8})
CHANGE = Change(key="1", at=THURSDAY - timedelta(days=1), what="New menu", noted_by="U0PM", noted_at=THURSDAY)
LOOKED = Looked(answers=20, window=WEEK)
FIELDS = st.fixed_dictionaries(
    {
        "agreed": st.sampled_from([(), (WIDEN,), (WIDEN, replace(WIDEN, due=WEEK.start.date()))]),
        "done": st.sampled_from([(), (replace(WIDEN, done_on=THURSDAY.date()),) * 12]),
        "changes": st.sampled_from([(), (CHANGE,)]),
        "looked": st.sampled_from([None, LOOKED, replace(LOOKED, broken={"promise a price": 2})]),
        "has_nevers": st.booleans(),
        "forecasts": st.sampled_from([(), (a_forecast(),), (a_forecast(low=0.91, high=0.93, plateau_chance=0.3),)]),
        "levelling": st.sampled_from([frozenset(), frozenset({"accuracy", "deflection_rate"})]),
        "record": st.sampled_from([None, TrackRecord(held=6, whole=8)]),
        "said": st.sampled_from([None, {"accuracy": Said(metric="accuracy", headline=True)}]),
    }
)


@given(values=VALUES, last=VALUES, known=FIELDS)
def test_all_that_the_machine_claims_is_stored_and_in_plain_words(
    values: dict[str, float], last: dict[str, float], known: dict[str, Any]
) -> None:
    body, facts = draft_of(a_material(values, last, **known))

    assert [one for one in claims_of(body, facts) if one.behind is None] == []
    assert jargon_in("\n".join([body.headline, *body.parts.values()])) == ()


@given(at=st.integers(min_value=0, max_value=99), other=st.integers(min_value=101, max_value=999))
def test_a_number_that_is_changed_by_hand_has_nothing_behind_it(at: int, other: int) -> None:
    body, facts = draft_of(a_material())
    shares = [one.text for one in claims_of(body, facts) if one.text.endswith(" of 100")]
    changed = shares[at % len(shares)]
    parts = {part: text.replace(changed, f"{other} of 100", 1) for part, text in body.parts.items()}

    claims = claims_of(replace(body, parts=parts), facts)

    assert {one.behind for one in claims if one.text == f"{other} of 100"} == {None}


def draft_of(material: Material) -> tuple[Body, Facts]:
    """The draft of this material, in our own words."""
    made = composed(material)
    parts = {part: text for part in OURS if (text := worded(ours(part), made.view))}
    return Body(headline=headline_of(material.chosen).words, parts=parts), made.facts
