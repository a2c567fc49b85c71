from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pii import Kind, Rule
from bot.domain.prediction import Prediction
from bot.domain.product import Pii
from bot.domain.text import length
from bot.kit import redaction
from bot.kit.redaction import found, protect, redact
from tests.domain.test_pii import unbounded_repeats
from tests.support.hostile import hostile_text


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("call +49 30 901820 today", "call [phone] today"),
        ("+1 (555) 123-4567", "[phone]"),
        ("+12025550173", "[phone]"),
        ("555-123-4567", "[phone]"),
        ("tel:+4930901820", "tel:[phone]"),
        ("+44 (0)20 7946 0958", "[phone]"),
        ("(415) 555-2671 or 415.555.2671", "[phone] or [phone]"),
        ("1-800-555-0199", "[phone]"),
        ("030 901820-0", "[phone]"),
        ("0171/1234567", "[phone]"),
        ("020 7946 0958", "[phone]"),
        ("06 12 34 56 78", "[phone]"),
        ("0049 30 901820", "[phone]"),
        ("Phone number is 030901820", "Phone number is [phone]"),
        ("call me at 5551234567.", "call me at [phone]."),
        ("415-555-2671/415-555-2672", "[phone]/[phone]"),
        ("+49 30 901820+49 30 901821" * 9, "[phone][phone]" * 9),
    ],
)
def test_telephone_numbers_are_masked(said: str, seen: str) -> None:
    assert redact(said) == seen
    assert found(said) == {Kind.PHONE}


@pytest.mark.parametrize(
    ("said", "seen", "kind"),
    [
        ("4111 1111 1111 1111", "[card]", Kind.CARD),
        ("4111111111111111", "[card]", Kind.CARD),
        ("5500-0000-0000-0004", "[card]", Kind.CARD),
        ("3782 822463 10005", "[card]", Kind.CARD),
        ("card 4111 1111 1111 1111 12/26", "card [card] 12/26", Kind.CARD),
        ("DE89 3704 0044 0532 0130 00 and more words", "[IBAN] and more words", Kind.IBAN),
        ("GB82WEST12345698765432,", "[IBAN],", Kind.IBAN),
        ("DE89370400440532013000 " * 9, "[IBAN] " * 9, Kind.IBAN),
        ("No12 DE89 3704 0044 0532 0130 00", "No12 [IBAN]", Kind.IBAN),
        ("de89370400440532013000", "[IBAN]", Kind.IBAN),
    ],
)
def test_card_and_account_numbers_are_masked(said: str, seen: str, kind: Kind) -> None:
    assert redact(said) == seen
    assert found(said) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "1.10.2", "version 2.10.0.1", "2026-11-16", "16.11.2026", "01/02/2026", "01.02.2026 10:30", "01-02-2026",
        "2026-11-16T09:00:00+01:00", "16/Nov/2026:09:00:00 +0100", "02/03/2026 1500", "09.10.2026 12 30", "09:00-17:30", "08.00-17.30", "between 0800 and 1730",
        "order 1234567890", "order #302-99-1023", "Order 0012345678", "order 123-456-7890", "invoice 2026/0001-0002",
        "RE-2026-0012345", "SKU 0815-4711", "tracking 1Z999AA10123456784", "ISBN 978-3-16-148410-0", "page 0012-0034",
        "$1,299.99", "1.299,99 €", "1 060 answers", "1,060", "1 234 567 890", "10,000,000", "20 000 000", "99.95 %",
        "+12.5 %", "+3,400", "UTC+02:00", "+100000000 users", "200 300 4000", "10 20 30 40 50 60 70", "50-60-7000",
        "1700000000", "1700000000000", "1234567890123456", "4111111111111112", "4222 2222 2222 2222",
        "DE88 3704 0044 0532 0130 00", "DE89370400440532013000XYZ", "AB12 some words here for you", "call center handled 1,234,567 tickets",
        "call volume 1200000", "phone screen 1080 x 1920", "phone 12 Pro Max 256", "call me 16.11.2026",
        "lat 52.520008, lon 13.404954", "weeks 12-16 2026", "card 7, transfer 5, identity 4", "model gpt-4o-2024-08-06",
        "550e8400-e29b-41d4-a716-446655440000", "https://langfuse.example/trace/4155552671",
    ],
)  # fmt: skip
def test_dates_prices_amounts_and_order_numbers_are_left_alone(text: str) -> None:
    assert redact(text) == text
    assert found(text) == frozenset()


def test_every_kind_in_one_text_is_found() -> None:
    text = (
        "ana@example.com, +49 30 901820, 4111 1111 1111 1111, DE89370400440532013000, 10.1.2.3, token=a1b2c3d4e5f6a7b8"
    )

    assert redact(text) == "[e-mail], [phone], [card], [IBAN], [IP address], token=[key]"
    assert found(text) == set(Kind)


PIECES = (
    "ana@example.com", "%40example.com", "+49 30 901820", "4111 1111 1111 1111", "4111111111111111", "10.1.2.3",
    "DE89 3704 0044 0532 0130 00", "fe80::1", "2001:db8::1", "token=a1b2c3d4e5f6a7b8", "Bearer ", "password:", "://a:b1",
    "ghp_a1B2c3D4e5F6g7H8i9J0", "eyJhbGciOi.eyJz.x", "-----BEGIN KEY-----", "-----END KEY-----", "0171", "415", "call ",
    "[phone]", "[key]", "@", ".", ":", "-", "/", " ", "+", "(", ")", "1", "0", "a", "key=", "é", "\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_redacting_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)
    assert found(redact(text)) == frozenset()


@pytest.mark.parametrize("rule", redaction._RULES, ids=lambda rule: rule.pattern.pattern[:24])
def test_no_pattern_can_be_made_to_backtrack_without_end(rule: Rule) -> None:
    assert list(unbounded_repeats(rule.pattern)) == []


@pytest.mark.parametrize(
    "unit", ["a@a.", "01 1 ", "4111 1111 1111 1112 ", "AB12 ", "phone is ", "a_a_key=", "1::", "+(1"]
)
def test_a_long_hostile_text_comes_back_as_it_was(unit: str) -> None:
    hostile = unit * (200_000 // len(unit))

    assert redact(hostile) == hostile


FULL = Prediction(
    id="10.1.2.3\x00",
    occurred_at=datetime(2026, 11, 16, tzinfo=UTC),
    input="I am ana@example.com\u202e",
    output="Call +49 30 901820.",
    expected="10.1.2.3",
    context="card 4111 1111 1111 1111",
    final_output="DE89 3704 0044 0532 0130 00",
    citations=("ana@example.com", "page 3\x07"),
    trace_url="https://trace.example/?user=ana@example.com",
    rated_by="lee@example.com",
    model_version="1.10.2",
    segment="refunds\u200b",
    score=0.1,
)

CLEANED = replace(
    FULL,
    id="10.1.2.3",
    input="I am ana@example.com[U+202E]",
    citations=("ana@example.com", "page 3"),
    segment="refunds[U+200B]",
)


@pytest.mark.parametrize("rule", [Pii.NONE, Pii.ALLOWED])
def test_without_redaction_texts_are_cleaned_and_nothing_else(rule: Pii) -> None:
    assert protect(FULL, rule) == CLEANED


def test_with_redaction_nobody_in_the_texts_can_be_reached() -> None:
    assert protect(FULL, Pii.REDACT) == replace(
        CLEANED,
        input="I am [e-mail][U+202E]",
        output="Call [phone].",
        expected="[IP address]",
        context="card [card]",
        final_output="[IBAN]",
        citations=("[e-mail]", "page 3"),
        trace_url="https://trace.example/?user=[e-mail]",
        rated_by="[e-mail]",
    )


def test_what_is_not_known_stays_unknown() -> None:
    bare = Prediction(id="1", occurred_at=datetime(2026, 11, 16, tzinfo=UTC))

    assert protect(bare, Pii.REDACT) == bare


def test_an_endless_output_is_cut_with_a_mark() -> None:
    endless = replace(FULL, output="10.1.2.3 " * 1_000_000)
    output = protect(endless, Pii.REDACT).output

    assert output is not None
    assert length(output) <= 100_000
    assert output.startswith("[IP address] [IP address] ")
    assert output.endswith("…")


@given(hostile_text, st.sampled_from(Pii))
def test_protecting_twice_changes_nothing(text: str, rule: Pii) -> None:
    once = protect(replace(FULL, input=text, output=text, citations=(text,)), rule)

    assert protect(once, rule) == once


@pytest.mark.parametrize("rule", list(Pii))
def test_an_id_too_long_for_an_index_stays_itself_in_a_shorter_form(rule: Pii) -> None:
    one, other = (
        protect(Prediction(id="x" * 10_000 + end, occurred_at=datetime(2026, 11, 13, tzinfo=UTC)), rule).id
        for end in ("a", "b")
    )

    assert len(one) < 400
    assert one != other
    assert protect(Prediction(id=one, occurred_at=datetime(2026, 11, 13, tzinfo=UTC)), rule).id == one
