import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from bot.domain.text import bounded, clean, clip, count_of, escape, length, number, one_line, percent
from tests.support.hostile import hostile_text

TWELVE_MILLION = 12_000_000


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("nothing to do\n\tat all", "nothing to do\n\tat all"),
        ("zero\x00 bell\x07 escape\x1b[31m c1\x9b", "zero bell escape[31m c1"),
        ("a\r\nb\rc\x0cd\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("half \ud83d, half \ude00, whole \ud83d\ude00", "half \ufffd, half \ufffd, whole \U0001f600"),
        ("pay \u202eevas\u202c now", "pay [U+202E]evas[U+202C] now"),
        ("pass\u200bword, so\u00adft, a\u2060b", "pass[U+200B]word, so[U+00AD]ft, a[U+2060]b"),
        ("ok" + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules"), "ok[U+E0069 and 15 more]"),
        ("\ufeffid,score", "id,score"),
        ("id\ufeff,score", "id[U+FEFF],score"),
        ("Z" + "\u0321\u0334\u0308" * 40 + "algo", "Z\u0321\u0334\u0308\u0321algo"),
    ],
)
def test_what_hides_or_reorders_is_dropped_or_shown(said: str, seen: str) -> None:
    assert clean(said) == seen


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3fd",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1\ufe0f\u20e3 \u2714\ufe0f \u00a9\ufe0e \U0001f1e9\U0001f1ea",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u05d1\u05bc\u05b0\u05bd Vi\u1ec7t e\u0301\u0302",
        "日本語、한국어. Grüße!",
    ],
    ids=["family", "kiss", "flag of England", "signs", "Persian", "Hindi", "marks", "scripts"],
)
def test_honest_writing_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("\u2764\ufe0f\ufe0f\ufe0f", "\u2764\ufe0f[U+FE0F and 1 more]"),
        ("a\ufe0f", "a[U+FE0F]"),
        ("\U0001f468\u200d", "\U0001f468[U+200D]"),
        ("a\u200db", "a[U+200D]b"),
        ("\u0645\u200c\u064b", "\u0645[U+200C]\u064b"),
        ("\u0645\u200c\u200c\u062e", "\u0645[U+200C and 1 more]\u062e"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4[U+E0067 and 2 more]"),
    ],
)
def test_joiners_and_selectors_pass_only_where_they_join_or_select(said: str, seen: str) -> None:
    assert clean(said) == seen


@given(hostile_text)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(hostile_text)
def test_what_is_clean_can_be_stored_anywhere_and_reorders_nothing(text: str) -> None:
    seen = clean(text)

    assert seen.encode().decode() == seen
    assert [char for char in seen if unicodedata.category(char) == "Cc"] == [char for char in seen if char in "\n\t"]
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\ufeff\ud800-\udfff]", seen)


@given(hostile_text, st.integers(min_value=-2, max_value=300))
def test_a_clipped_text_fits_and_says_that_it_was_cut(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert length(clipped) <= max(limit, 0)
    if clipped != text and limit > 0:
        assert clipped.endswith("…")
        assert text.startswith(clipped[:-1])


@given(hostile_text, st.integers(min_value=1, max_value=300))
def test_bounded_text_is_clean_and_fits(text: str, limit: int) -> None:
    seen = bounded(text, limit)

    assert length(seen) <= limit
    assert clean(seen) == seen


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("hello world", 7, "hello…"),
        ("\U0001f600\U0001f600", 4, "\U0001f600\U0001f600"),
        ("\U0001f600\U0001f600\U0001f600", 4, "\U0001f600…"),
        ("ab\U0001f468\u200d\U0001f469\u200d\U0001f467", 8, "ab…"),
        ("ok\U0001f44d\U0001f3fdok", 5, "ok…"),
        ("rose\u0301s are red", 5, "ros…"),
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7!", 7, "\U0001f1e9\U0001f1ea…"),
        ("\u0928\u092e\u0938\u094d\u0924\u0947", 5, "\u0928\u092e…"),
        ("a" + "\u0301" * 100, 50, "a" + "\u0301" * 48 + "…"),
        ("anything", 0, ""),
    ],
)
def test_a_cut_never_goes_through_a_character(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped


class Watched(str):
    """A text that notes how much of it was taken in all."""

    __slots__ = ("taken",)
    taken: int

    @override
    def __getitem__(self, key: Any) -> str:
        part = super().__getitem__(key)
        self.taken = getattr(self, "taken", 0) + len(part)
        return part


def test_a_text_of_twelve_megabytes_is_cut_before_it_is_worked_on() -> None:
    huge = Watched("a\u0301\u202e<" * (TWELVE_MILLION // 4))

    assert length(bounded(huge, 3_000)) <= 3_000
    assert 0 < huge.taken < 30_000


def test_length_counts_as_utf_16_does() -> None:
    assert [length(text) for text in ("", "abc", "é", "\U0001f600", "\ud83d")] == [0, 3, 1, 2, 1]


def test_escaping_touches_three_characters_and_nothing_else() -> None:
    assert escape("<!channel> & *b* &amp; @here") == "&lt;!channel&gt; &amp; *b* &amp;amp; @here"


def test_white_space_folds_into_single_spaces() -> None:
    assert one_line("  a\n\n b\t\u00a0c  ") == "a b c"


@pytest.mark.parametrize(
    ("share", "digits", "seen"),
    [
        (0.104, 1, "10.4 %"),
        (0.91, 1, "91 %"),
        (0.0445, 1, "4.5 %"),
        (0.5, 0, "50 %"),
        (0.0, 1, "0 %"),
        (1.0, 1, "100 %"),
        (0.0004, 1, "under 0.1 %"),
        (0.9996, 1, "over 99.9 %"),
        (0.004, 0, "under 1 %"),
        (1.25, 1, "125 %"),
        (-0.014, 1, "-1.4 %"),
    ],
)
def test_a_share_reads_as_people_write_it_and_few_is_never_none(share: float, digits: int, seen: str) -> None:
    assert percent(share, digits) == seen


@pytest.mark.parametrize(
    ("value", "seen"),
    [(1060, "1,060"), (0, "0"), (4.2, "4.2"), (2.675, "2.68"), (12345.0, "12,345"), (-0.001, "0"), (-1060, "-1,060")],
)
def test_numbers_have_commas_and_no_needless_decimals(value: float, seen: str) -> None:
    assert number(value) == seen


def test_a_count_takes_the_right_form() -> None:
    assert [count_of(1, "answer"), count_of(0, "answer"), count_of(1060, "reply", "replies")] == [
        "1 answer",
        "0 answers",
        "1,060 replies",
    ]
