"""Near-duplicates folded into the worse item, so that twenty seats show twenty problems."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.prediction import Prediction

ALIKE = 0.5
"""The Jaccard similarity from which two inputs are alike. Source: design 4."""

SHINGLE = 2
"""Words per shingle. Support questions have about ten words: with two, one changed word leaves them alike, with three
it does not; single words make strangers alike (measured on four sets of real inputs).
"""

COMPARED = 2_000
"""Of a longer input so many characters from its start and from its end are compared: prompts share long beginnings."""

Shingles = frozenset[str]

Pair = frozenset[tuple[str, str]]
"""The identities of two predictions."""

_DIGITS = re.compile(r"\d+")
# Scripts without spaces: every character is a word.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_APOSTROPHES = str.maketrans("", "", "'’")


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """A seat: its prediction, and the less bad ones that are alike, worst first."""

    prediction: Prediction
    alike: tuple[Prediction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Leader:
    prediction: Prediction
    shingles: Shingles
    followers: list[Prediction]


def fold(predictions: Sequence[Prediction], *, seats: int = 20, apart: Collection[Pair] = frozenset()) -> list[Folded]:
    """The *seats* worst of *predictions* (worst first) that are not alike; who is alike joins the worst it is like.

    All of *predictions* are looked at, so a seat knows everything that is alike in the pool, and each prediction
    counts once. Two are alike when their inputs share half of their word pairs, whatever the case, punctuation and
    digits. A prediction without input is like no other. *apart*: who somebody said are not alike, whatever their
    words. Source: greedy leaders, sources 6; design 4.
    """
    leaders: list[_Leader] = []
    for prediction in predictions:
        shingles = likeness(prediction)
        leader = next((one for one in leaders if _leads(one, prediction, shingles, apart)), None)
        if leader is None:
            leaders.append(_Leader(prediction, shingles, []))
        else:
            leader.followers.append(prediction)
    return [Folded(prediction=one.prediction, alike=tuple(one.followers)) for one in leaders[:seats]]


def likeness(prediction: Prediction) -> Shingles:
    """What `are_alike` compares of a prediction; nothing where it has no input."""
    return _shingles(prediction.input or "")


def are_alike(one: Shingles, other: Shingles) -> bool:
    """Whether two predictions share half of their word pairs; what has no input is like no other."""
    smaller, larger = sorted((len(one), len(other)))
    if smaller < ALIKE * larger or not smaller:  # they cannot share half of what the larger has
        return False
    common = len(one & other)
    return common >= ALIKE * (smaller + larger - common)


def pair(one: Prediction, other: Prediction) -> Pair:
    """Two predictions, whichever comes first."""
    return frozenset({one.identity, other.identity})


def _leads(leader: _Leader, prediction: Prediction, shingles: Shingles, apart: Collection[Pair]) -> bool:
    return are_alike(leader.shingles, shingles) and pair(leader.prediction, prediction) not in apart


def _shingles(text: str) -> Shingles:
    if len(text) > 2 * COMPARED:
        text = f"{text[:COMPARED]} {text[-COMPARED:]}"
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    words = _WORD.findall(_DIGITS.sub("0", plain))
    if all(word == "0" for word in words):
        # Nothing but numbers or signs: masked, all of them would be the same.
        words = plain.split()
    # Too short for a shingle is one shingle of its own: alike only when equal.
    starts = range(max(len(words) - SHINGLE + 1, 1)) if words else range(0)
    return frozenset(" ".join(words[start : start + SHINGLE]) for start in starts)
