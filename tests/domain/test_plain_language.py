"""Plain language: technical terms are found, ordinary words are left alone, and we keep to it ourselves."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import forecasts, stating
from bot.domain.catalogue import CATALOGUE
from bot.domain.plain_language import GLOSSARY, jargon_in
from bot.domain.suggesting import SUGGESTED
from bot.domain.updates import Part
from bot.kit.wording import OURS, ours, worded
from bot.kit.wording_samples import BARE, FULL


def terms(text: str) -> list[str]:
    """The technical terms in it."""
    return [one.term for one in jargon_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("F1 went up", ["F1"]),
        ("the f1-score", ["f1-score"]),
        ("Precision and recall are fine", ["Precision", "recall"]),
        ("AUC of 0.9, perplexity 12, raw logits", ["AUC", "perplexity", "logits"]),
        ("New embeddings", ["embeddings"]),
        ("p95 latency, P99 latencies", ["p95", "latency", "P99", "latencies"]),
        ("the 95th percentile", ["95th percentile"]),
        ("It hallucinates; hallucination rate 3 %", ["hallucinates", "hallucination"]),
        ("RAG is live", ["RAG"]),
        ("retrieval-augmented generation", ["retrieval-augmented generation"]),
        ("Too many tokens per prompt", ["tokens", "prompt"]),
        ("fine-tuning, finetuned, Fine tuned", ["fine-tuning", "finetuned", "Fine tuned"]),
        ("inference cost", ["inference cost"]),
        ("better system prompts", ["system prompts"]),
        ("time to first token", ["time to first token"]),
    ],
)
def test_technical_terms_are_found_whatever_their_form(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "We recall the product, and customers recall that it helped",
        "a prompt reply, and people were prompt",
        "a token of thanks, access tokens",
        "A rag doll, ragged",
        "Formula F1 and an F1-car",
        "with precision",
        "the embedded widget, promptly, tokenless, pp95x",
    ],
)
def test_ordinary_words_are_no_jargon(text: str) -> None:
    assert terms(text) == []


def test_a_term_is_named_once_with_what_to_say_instead() -> None:
    assert [(one.term, one.instead) for one in jargon_in("Latency fell. latency is what we watch.")] == [
        ("Latency", "how long people wait for an answer")
    ]


@given(st.text(max_size=80))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    assert all(one.term in text for one in jargon_in(text))


def own_words() -> Iterator[str]:
    """Everything that we say to stakeholders by ourselves."""
    yield from (metric.business for metric in CATALOGUE.values())
    yield from SUGGESTED.values()
    yield from stating.LABELS.values()
    yield from forecasts.COUNTED.values()
    yield from (ours(part) for part in OURS)
    yield from (worded(ours(part), view) for part in OURS for view in (FULL, BARE))
    yield from (entry.instead for entry in GLOSSARY)


def test_we_use_no_technical_term_ourselves() -> None:
    assert {text: terms(text) for text in own_words() if terms(text)} == {}


def test_every_part_that_people_do_not_write_has_a_template() -> None:
    assert set(OURS) == set(Part) - {Part.NOTE}
