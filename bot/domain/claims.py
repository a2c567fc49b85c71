"""What an update's text claims: names, dates, numbers and commitments, each with what is stored behind it.

Source: AI-product framework notes; people trust machines too easily.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from bot.domain import claimed_numbers, finding_claims
from bot.domain.claimed_numbers import Number
from bot.domain.finding_claims import Found
from bot.domain.stating import stated
from bot.domain.text import one_line
from bot.domain.updates import Body, Claim, ClaimKind, Facts, Figure, Part

_ID_LENGTH = 12


def claims_of(body: Body, facts: Facts) -> tuple[Claim, ...]:
    """Everything in *body* that is to be ticked off, as it reads now, in the order in which it is read.

    Each number is tied to a figure of *facts*, however it is written (“38 of 100”, “38 %”, “0.38”). What was written by
    people and is stored nowhere has nothing behind it. Accepted suggestions are commitments too.
    """
    seen: Counter[tuple[ClaimKind, str]] = Counter()
    claims = []
    for found, behind in _tied(body, facts):
        key = found.kind, one_line(found.text).casefold()
        seen[key] += 1
        claim = Claim(id=_digest(*key, str(seen[key])), kind=found.kind, text=one_line(found.text), behind=behind)
        claims.append(claim)
    return tuple(claims)


def _tied(body: Body, facts: Facts) -> Iterator[tuple[Found, str | None]]:
    """What is found, line by line, with what is behind it."""
    for line in _lines(body, facts):
        # A small number may be many things: in a sentence about a metric it is most likely that one's.
        about: str | None = None
        for found in line:
            if found.kind is not ClaimKind.NUMBER:
                yield found, _behind(found, body, facts)
                continue
            figure = _figure(found, facts, about)
            about = figure.metric if figure is not None else about
            yield found, figure.what if figure is not None else None


def _lines(body: Body, facts: Facts) -> Iterator[list[Found]]:
    names = (*facts.names, facts.product)
    yield _told(finding_claims.found_in(one_line(body.headline), names), facts)
    for part, text in stated(body).items():
        for line in text.splitlines():
            yield _told(finding_claims.found_in(line, names, is_promised=part is Part.NEXT), facts)


def _told(line: list[Found], facts: Facts) -> list[Found]:
    """Without the product's own name, which looks like a person's: nobody need check it."""
    return [one for one in line if one.kind is not ClaimKind.NAME or one.text != facts.product]


def _behind(found: Found, body: Body, facts: Facts) -> str | None:
    if found.kind is ClaimKind.DATE:
        return "A date that is stored" if any(_is_within(found.text, one) for one in facts.dates) else None
    if found.kind is ClaimKind.NAME:
        return "Somebody who has part in it" if found.text in facts.names else None
    return _agreed(found, body, facts)


def _figure(found: Found, facts: Facts, about: str | None) -> Figure | None:
    """What stands behind a number: of several that fit one of the metric that is spoken *about*, else the first."""
    said = claimed_numbers.numbers_in(found.text)[:1]
    fitting = [figure for figure in facts.figures if _says(figure, said)]
    return next((figure for figure in fitting if figure.metric == about), next(iter(fitting), None))


def _says(figure: Figure, said: list[Number]) -> bool:
    stored = claimed_numbers.numbers_in(figure.shown)
    return bool(stored and said) and claimed_numbers.says_the_same(said[0], stored[0])


def _agreed(found: Found, body: Body, facts: Facts) -> str | None:
    if any(_plain(one) in _plain(found.text) for one in facts.commitments):
        return "A fix with an owner and a date"
    taken = [one for one in body.suggestions if one.accepted and _plain(one.text) in _plain(found.text)]
    return "suggested by Muster" if taken else None


def _is_within(text: str, stored: str) -> bool:
    """Whether *stored*, as days are said here, names what *text* does: whole words, without a year."""
    words = re.sub(r",?\s\d{4}\Z", "", _plain(text))
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", _plain(stored)) is not None


def _plain(text: str) -> str:
    return one_line(text).casefold().rstrip(".")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_ID_LENGTH]
