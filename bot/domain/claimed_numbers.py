"""Numbers in a text, however they are written, and whether two of them say the same."""

import re
from dataclasses import dataclass
from fractions import Fraction

_DIGITS = r"\d+(?:[.,'\u2019\u00a0\u202f]\d+)*"
_WORDS = {
    "half": Fraction(1, 2),
    "two": Fraction(2),
    "three": Fraction(3),
    "four": Fraction(4),
    "five": Fraction(5),
    "six": Fraction(6),
    "seven": Fraction(7),
    "eight": Fraction(8),
    "nine": Fraction(9),
    "ten": Fraction(10),
    "eleven": Fraction(11),
    "twelve": Fraction(12),
    "dozen": Fraction(12),
    "twenty": Fraction(20),
    "thirty": Fraction(30),
    "fifty": Fraction(50),
    "hundred": Fraction(100),
    "thousand": Fraction(1000),
    "million": Fraction(1_000_000),
    "billion": Fraction(1_000_000_000),
}
"""Numbers as words. “One” is none: it mostly stands for a thing or a person."""

_WORD = r"\b(?:" + "|".join(_WORDS) + r")\b"
_NUMBER = rf"(?:{_DIGITS}|{_WORD})"
NUMBER = re.compile(
    rf"(?P<money>[$€£¥₹]\s?)?(?P<part>{_NUMBER})"
    rf"(?:(?P<percent>\s?%|\s?percent\b|\sper\scent\b)|\s(?:out\sof|of|in)\s(?P<whole>{_NUMBER})"
    r"|\s(?:a\s)?(?:(?P<coins>cents?)|(?P<currency>dollars?|euros?|pounds?))\b)?",
    re.IGNORECASE,
)
_SCORE_OF = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number as it is written from *start* to *end*. *whole*: it is so many of that many; *is_money*: of money."""

    start: int
    end: int
    text: str
    part: Fraction
    whole: Fraction | None = None
    is_money: bool = False

    @property
    def share(self) -> Fraction | None:
        """What part of the whole it is; None where it is no part of anything."""
        return self.part / self.whole if self.whole else None


def numbers_in(text: str) -> list[Number]:
    """The numbers in *text*, from its start on."""
    return [_number(match) for match in NUMBER.finditer(text)]


def says_the_same(one: Number, other: Number) -> bool:
    """Whether two numbers are one, written in two ways: “38 of 100”, “38 %” and “0.38”; “4.2 of 5” and “4.2”.

    So many of a few are not the same as their share: “4 of 5 measures” is not “80 %”.
    """
    if one.is_money != other.is_money:
        return False
    if one.whole is not None and other.whole is not None:
        is_exact = (one.part, one.whole) == (other.part, other.whole)
        return is_exact or (_is_share(one) and _is_share(other) and one.share == other.share)
    if one.whole is None and other.whole is None:
        return one.part == other.part
    counted, alone = (one, other) if one.whole is not None else (other, one)
    return _reads(counted) == alone.part


def _reads(counted: Number) -> Fraction | None:
    """How a number of so many is written where it stands alone: a share below 1, a rating as it is."""
    if _is_share(counted):
        return counted.share if counted.part < (counted.whole or 0) else None
    return counted.part if counted.whole == _SCORE_OF else None


def _is_share(number: Number) -> bool:
    return number.whole in {100, 1000}


def _number(match: re.Match[str]) -> Number:
    whole = Fraction(100) if match["percent"] else _value(match["whole"]) if match["whole"] else None
    return Number(
        start=match.start(),
        end=match.end(),
        text=match.group(),
        part=_value(match["part"]) / (100 if match["coins"] else 1),
        whole=whole,
        is_money=any(match[name] is not None for name in ("money", "coins", "currency")),
    )


def _value(written: str) -> Fraction:
    """A point or comma before three digits parts thousands, before any other number of digits decimals."""
    if written.casefold() in _WORDS:
        return _WORDS[written.casefold()]
    pieces = re.split(r"[.,'\u2019\u00a0\u202f]", written)
    marks = re.findall(r"[.,'\u2019\u00a0\u202f]", written)
    if marks and _is_decimal(pieces, marks):
        return Fraction("".join(pieces[:-1]) + "." + pieces[-1])
    return Fraction("".join(pieces))


def _is_decimal(pieces: list[str], marks: list[str]) -> bool:
    if marks[-1] not in ".,":
        return False
    return len(pieces[-1]) != 3 or pieces[0] == "0" or (len(marks) > 1 and marks[-1] != marks[0])  # noqa: PLR2004 digits of a group of thousands
