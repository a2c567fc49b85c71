"""Which metric people mean."""

import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, Layer, Metric, Unit
from bot.domain.naming import SYNONYMS, metric_named, nearest_metric, words_for

OWN = Metric(
    name="tone",
    title="Tone of voice",
    meaning="answers in the right tone",
    business="answers in the right tone",
    layer=Layer.MODEL,
    unit=Unit.SHARE,
    direction=Direction.AT_LEAST,
)
KNOWN = {**CATALOGUE, "tone": OWN}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("accuracy", "accuracy"),
        ("hallucination_rate", "hallucination_rate"),
        ("Hallucination-Rate", "hallucination_rate"),
        ("factual errors", "hallucination_rate"),
        ("p95", "latency_p95"),
        ("Response time (p95)", "latency_p95"),
        ("edits", "edit_rate"),
        ("cost", "cost_per_resolution"),
        ("cost per query", "cost_per_query"),
        ("ttft", "time_to_first_token"),
        ("TONE", "tone"),
        ("tone of voice", "tone"),
    ],
)
def test_a_metric_goes_by_its_name_its_title_and_the_words_of_teams(said: str, name: str) -> None:
    assert metric_named([said], KNOWN) == KNOWN[name]
    assert metric_named(said.split(), KNOWN) == KNOWN[name]


def test_what_names_no_metric_is_guessed_where_something_is_near() -> None:
    assert metric_named(["acuracy"], KNOWN) is None
    assert [nearest_metric([word], KNOWN) for word in ("acuracy", "tonne", "xyz")] == ["accuracy", "tone", None]


def test_a_metric_of_the_teams_own_comes_before_another_word_for_a_ready_made_one() -> None:
    speed = Metric(
        name="speed",
        title="Speed",
        meaning="ours",
        business="ours",
        layer=Layer.MODEL,
        unit=Unit.SECONDS,
        direction=Direction.BELOW,
    )

    assert metric_named(["speed"], KNOWN) == CATALOGUE["latency_p95"]
    assert metric_named(["speed"], {**KNOWN, "speed": speed}) == speed


def test_every_other_word_leads_to_a_metric_and_only_of_those_that_are_known() -> None:
    assert set(SYNONYMS.values()) <= set(CATALOGUE)
    assert words_for({"tone": OWN}) == ["tone-of-voice", "tone"]
