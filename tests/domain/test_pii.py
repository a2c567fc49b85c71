import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.pii import ADDRESSES, EMAIL, KEYS, Kind, Masked, Rule, masked, only_if

RULES = (*KEYS, EMAIL, *ADDRESSES)
HALF = "a1B2c3D4e5F6g7H8i9J0"
"""Put together at run time: a file with whole tokens in it would alarm everybody's scanners."""


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("write to ana.lima@example.com.", "write to [e-mail]."),
        ("Ana <ana+test@mail.example.co.uk>", "Ana <[e-mail]>"),
        ("ana@a.example+" * 9, "[e-mail]+" * 9),
        ("jürgen@müller.de", "[e-mail]"),
        ("https://a.example/?user=ana%40example.com&x=1", "https://a.example/?user=[e-mail]&x=1"),
        ("from 10.1.2.3, then 192.168.0.1:8080", "from [IP address], then [IP address]:8080"),
        ("2001:db8::8a2e:370:7334 and fe80::1", "[IP address] and [IP address]"),
        ("2001:db8::1: unreachable", "[IP address]: unreachable"),
        ("::ffff:192.168.1.1", "[IP address]"),
    ],
)
def test_addresses_are_masked(said: str, seen: str) -> None:
    assert masked(said, RULES).text == seen


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("AKIA" + "IOSFODNN7EXAMPLE", "[key]"),
        ("ghp_" + HALF * 2, "[key]"),
        ("github_pat_" + HALF * 3, "[key]"),
        ("glpat-" + HALF, "[key]"),
        ("xox" + "b-123456789012-" + HALF, "[key]"),
        ("xapp-" + "1-A123-" + HALF, "[key]"),
        ("sk-" + "proj-" + HALF, "[key]"),
        ("sk_" + "live_" + HALF, "[key]"),
        ("AIza" + HALF * 2, "[key]"),
        ("hf_" + HALF, "[key]"),
        (f"eyJ{HALF}.eyJ{HALF}.{HALF}-_", "[key]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nab==\n-----END RSA PRIVATE KEY-----\nbye", "[key]\nbye"),
        ("-----BEGIN PRIVATE KEY-----\\n" + HALF * 2 + "… and so on", "[key]… and so on"),
        ("api_key=" + HALF, "api_key=[key]"),
        ("AWS_SECRET_ACCESS_KEY: " + HALF * 2, "AWS_SECRET_ACCESS_KEY: [key]"),
        (f'{{"token": "{HALF}"}}', '{"token": "[key]"}'),
        ("Authorization: Bearer " + HALF, "Authorization: Bearer [key]"),
        ("token=1234567890123456", "token=[key]"),
        ("password=hunter2!x, user=ana", "password=[key], user=ana"),
        ("postgres://ana:s3cret@db.example/x", "postgres://[key]@db.example/x"),
        ("https://hooks.slack.com/services/T000/B000/" + HALF, "https://hooks.slack.com/services/[key]"),
        ("?access_token=550e8400-e29b-41d4-a716-446655440000&x=1", "?access_token=[key]&x=1"),
    ],
    ids=lambda text: text[:24],
)
def test_keys_are_masked_and_what_they_are_called_stays(said: str, seen: str) -> None:
    assert masked(said, RULES) == Masked(seen, frozenset({Kind.KEY}))


@pytest.mark.parametrize(
    "text",
    [
        "1.10.2", "v1.2.3.4", "version 2.10.0.1", "3.14159265358979", "chapter 4.1.2", "300.1.2.3",
        "12:34:56", "2026-11-16T09:00:00+01:00", "ratio 3:2:1", "std::vector", "Foo::Bar", "a::b", "dead::beef", "a1::b2", "::1",
        "00:1A:2B:3C:4D:5E", "package@1.2.34", "@types/node", "user@localhost", "@here", "a @ b.c",
        "token count: 4096", "max_tokens=4096", "key: customer_id_2024_archive", "primary key: order_line_item", "key: chapter-a12-section-b23",
        "password: please reset it", "password: 8-20 characters", "Bearer of good news everyone",
        "Basic understanding-of-things", "task-management-system-for-everyone-2024", "sk-learn-is-a-nickname-here",
        "d41d8cd98f00b204e9800998ecf8427e", "550e8400-e29b-41d4-a716-446655440000", "claude-3-5-sonnet-20241022",
        "https://langfuse.example/trace/4155552671", "http://localhost:3000/x",
    ],
)  # fmt: skip
def test_versions_times_code_and_names_are_left_alone(text: str) -> None:
    assert masked(text, RULES) == Masked(text)


def test_what_a_mark_lays_bare_is_masked_too() -> None:
    hidden = Rule(kind=Kind.CARD, pattern=re.compile(r"\b7\b"))
    blocking = Rule(kind=Kind.PHONE, pattern=re.compile(r"x"))

    assert masked("x7", (hidden, blocking)) == Masked("[phone][card]", frozenset({Kind.CARD, Kind.PHONE}))


def test_a_judge_may_take_a_part_or_nothing() -> None:
    numbers = Rule(kind=Kind.CARD, pattern=re.compile(r"\d+"), judge=lambda digits: 2 if digits[0] == "7" else 0)
    even = Rule(kind=Kind.KEY, pattern=re.compile(r"\b[A-Z]+"), judge=only_if(lambda word: len(word) % 2 == 0))

    assert masked("123 789 AB ABC", (numbers, even)).text == "123 [card]9 [key] ABC"


def unbounded_repeats(pattern: re.Pattern[str]) -> Iterator[str]:
    """The repeats in *pattern* that may go on for ever and may also be given back: what backtracking explodes on."""
    parser: Any = getattr(re, "_parser")  # noqa: B009 typeshed does not know it
    endless = parser.MAXREPEAT

    def walk(part: Any) -> Iterator[str]:
        if isinstance(part, tuple) and str(part[0]) in {"MAX_REPEAT", "MIN_REPEAT"} and part[1][1] is endless:
            yield str(part)
        if isinstance(part, (tuple, list, parser.SubPattern)):
            for inner in part:
                yield from walk(inner)

    return walk(parser.parse(pattern.pattern, pattern.flags))


def test_the_check_for_unbounded_repeats_sees_one() -> None:
    assert list(unbounded_repeats(re.compile(r"(?:a+)+b"))) != []
    assert list(unbounded_repeats(re.compile(r"(?:a++)++b{1,9}"))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.pattern.pattern[:24])
def test_no_pattern_can_be_made_to_backtrack_without_end(rule: Rule) -> None:
    assert list(unbounded_repeats(rule.pattern)) == []
