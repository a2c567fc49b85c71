"""Masking personal data before anything is stored or shown."""

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from bot.domain.pii import ADDRESSES, DIGITS, EMAIL, KEYS, Kind, Rule, digits_of, masked, only_if
from bot.domain.prediction import TEXTS, Prediction
from bot.domain.product import Pii
from bot.domain.text import bounded, clip

FIELD_ROOM = 100_000
"""UTF-16 units that any one text of a prediction may keep; what is cut off is marked “…”."""

NAME_ROOM = 400
"""Characters of an id, segment or version: three of them fit an index row of Postgres (2,704 bytes)."""


def redact(text: str) -> str:
    """*text* with e-mail addresses, telephone, card and account numbers, IP addresses and keys as marks: [e-mail].

    Best effort, see `bot.domain.pii`. Redacting twice changes nothing.
    """
    return masked(text, _RULES).text


def found(text: str) -> frozenset[Kind]:
    """Which kinds of personal data or secrets `redact` would mask in *text*."""
    return masked(text, _RULES).kinds


def protect(prediction: Prediction, rule: Pii) -> Prediction:
    """*prediction* as it may be stored and shown: every text clean and bounded, and redacted where *rule* says so.

    Ids, segments and versions are cleaned, never redacted: they are what things are counted and found by. One that is
    too long for a database's index keeps its beginning and gets a digest, so that it stays itself.
    """
    protected: dict[str, Any] = {"citations": tuple(_protected(one, rule) for one in prediction.citations)}
    for name in (*_NAMES, *TEXTS, "trace_url", "rated_by"):
        text = getattr(prediction, name)
        if text is not None:
            protected[name] = _short(text) if name in _NAMES else _protected(text, rule)
    return replace(prediction, **protected)


_NAMES = ("id", "segment", "model_version")


def _short(name: str) -> str:
    whole = bounded(name, FIELD_ROOM)
    if len(whole) <= NAME_ROOM:
        return whole
    return f"{clip(whole, NAME_ROOM // 2)} sha256:{sha256(whole.encode()).hexdigest()[:32]}"


def _protected(text: str, rule: Pii) -> str:
    shown = bounded(text, FIELD_ROOM)
    return clip(redact(shown), FIELD_ROOM) if rule is Pii.REDACT else shown


_GAP = r"[ \u00a0.\-/()\u2010\u2011\u2013]"
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d|(?:19|20)\d\d[./\-]\d{1,2}[./\-]\d{1,2})(?!\d)")
_REGIONS = ("GB", "DE", "FR", "IT", "NL", "AT", "CH", "BE", "SE", "AU", "NZ", "JP", "IN", "ZA", "BR")
"""Where numbers without a country begin with 0: a number counts when it could be dialled in one of these."""

_FIRST_OF_GROUPS = r"(?<!\d[ \-])"
_INTERNATIONAL = rf"(?<![^\W\d])(?<!\+)\+\(?\d{{1,3}}(?:{_GAP}{{0,2}}\d){{5,13}}(?!\d)"
_AMERICAN = (
    rf"{_FIRST_OF_GROUPS}(?<![\w.\-+])(?:1[ .\-])?"
    r"(?:\([2-9]\d\d\)[ .\-]?|[2-9]\d\d[ .\-])\d{3}[ .\-]\d{4}(?![\w\-]|[.,]\d)"
)
_TRUNK = (
    rf"{_FIRST_OF_GROUPS}(?<![\w.,:/\-+#])\(?0\d{{1,5}}\)?(?:{_GAP}{{1,2}}\d{{2,9}}){{1,5}}(?:-\d{{1,4}})?"
    r"(?!\w|[.,:/\-]\d)"
)
_CALLED = (
    r"(?P<kept>(?<!\w)(?:(?:tele|mobile |cell ?)?phone|tel|telefon|mobile?|handy|cell|call|fax|whatsapp|sms"
    r"|(?:text|reach) me)\b(?:[\s:.=#]|(?:me|us|number|no|nr|is|at|on|un[dt]er|my)\b){1,8})"
    rf"\(?\d(?:{_GAP}{{0,2}}\d){{6,14}}(?!\w|[.,:]\d)"
)
_CARD = (
    r"(?<![\w.\-])(?:3[47][0-9]{2}([ \u00a0\-]?)[0-9]{6}\1[0-9]{5}"
    r"|(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6011|6[245][0-9]{2})"
    r"([ \u00a0\-]?)[0-9]{4}\2[0-9]{4}\2[0-9]{4}[0-9]{0,3})(?!\w|[.\-]\d)"
)
_IBAN = r"(?<!\w)[A-Za-z]{2}[0-9]{2}(?:[ \u00a0\-]?[A-Za-z0-9]){11,30}"
_IBAN_LENGTHS = range(34, 14, -1)


def _is_card(candidate: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415 libraries of numbers are slow to load and rarely needed

    return bool(luhn.is_valid(digits_of(candidate)))


def _iban_size(candidate: str) -> int:
    """How much of a run of letters and digits is an account number: words may follow it."""
    places = [place for place, char in enumerate(candidate, start=1) if char.isalnum()]
    compact = "".join(filter(str.isalnum, candidate)).upper()
    for length in _IBAN_LENGTHS:
        if length <= len(compact) and _ends_word(candidate, places[length - 1]) and _is_iban(compact[:length]):
            return places[length - 1]
    return 0


def _ends_word(candidate: str, place: int) -> bool:
    return not candidate[place : place + 1].isalnum()


def _is_iban(compact: str) -> bool:
    from stdnum import iban  # noqa: PLC0415 see _is_card

    moved = "".join(str(int(char, 36)) for char in compact[4:] + compact[:4])
    # The checksum first: it is quick and nearly always says no.
    return int(moved) % 97 == 1 and bool(iban.is_valid(compact))


def _is_international(candidate: str) -> bool:
    return not _DATE.search(candidate) and _can_be_dialled(f"+{digits_of(candidate)}", strictly=False)


def _is_american(candidate: str) -> bool:
    digits = digits_of(candidate)[-10:]
    # Area and exchange 555 are for examples: nobody's, but shaped like somebody's.
    return "555" in {digits[:3], digits[3:6]} or _can_be_dialled(f"+1{digits}")


def _is_trunk(candidate: str) -> bool:
    digits = digits_of(candidate)
    if _DATE.search(candidate) or not 9 <= len(digits) <= 16:  # noqa: PLR2004 E.164
        return False
    return any(_can_be_dialled(digits, region) for region in _REGIONS)


def _is_called(candidate: str) -> bool:
    return not _DATE.search(candidate)


def _can_be_dialled(number: str, region: str | None = None, *, strictly: bool = True) -> bool:
    import phonenumbers  # noqa: PLC0415 see _is_card

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    if strictly:
        return phonenumbers.is_valid_number(parsed)
    return phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE


def _phone(pattern: str, is_real: Callable[[str], bool], hints: tuple[str, ...] = DIGITS) -> Rule:
    return Rule(kind=Kind.PHONE, pattern=re.compile(pattern, re.IGNORECASE), judge=only_if(is_real), hints=hints)


_RULES = (
    *KEYS,
    EMAIL,
    Rule(kind=Kind.IBAN, pattern=re.compile(_IBAN), judge=_iban_size, hints=DIGITS),
    Rule(kind=Kind.CARD, pattern=re.compile(_CARD), judge=only_if(_is_card), hints=DIGITS),
    *ADDRESSES,
    _phone(_INTERNATIONAL, _is_international, ("+",)),
    _phone(_AMERICAN, _is_american),
    _phone(_TRUNK, _is_trunk, ("0",)),
    _phone(_CALLED, _is_called),
)
