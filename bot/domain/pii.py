"""Personal data and secrets in text: what kinds there are, how they are masked, and the rules that need no library.

Best effort, by form and checksum: names, addresses and free descriptions of people are not found. When in doubt about
a bare number the text is left as it is, because reviewers need versions, amounts and order numbers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address


class Kind(StrEnum):
    """What was found; the value is what a reader sees in its place, in brackets."""

    EMAIL = "e-mail"
    PHONE = "phone"
    CARD = "card"
    IBAN = "IBAN"
    IP_ADDRESS = "IP address"
    KEY = "key"

    @property
    def mark(self) -> str:
        """What stands in the text instead."""
        return f"[{self}]"


Judge = Callable[[str], int]
"""How many characters of a candidate really are what they look like; 0 when it only looks so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """How one kind is found: a *pattern* for candidates and a *judge* of each.

    A group `kept` in the pattern is what stands before the secret and stays. Where none of *hints* is in a text, the
    pattern is not tried. Patterns are linear in the text: bounded or possessive, and anchored at the start of a word.
    """

    kind: Kind
    pattern: re.Pattern[str]
    judge: Judge = len
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with marks in it, and the kinds they stand for."""

    text: str
    kinds: frozenset[Kind] = frozenset()


PASSES = 4
"""A mark ends a word, and so can lay bare what stood beside it; a masked text is looked at again until it is still."""

SHORT = 80
"""Characters of a candidate that may be gone through once more: more than a number has, few enough to stay linear."""


def masked(text: str, rules: Iterable[Rule]) -> Masked:
    """*text* with a mark for whatever *rules* find, in their order; masking again changes nothing."""
    result = Masked(text)
    rules = tuple(rules)
    for _ in range(PASSES):
        before = result.text
        for rule in rules:
            result = _apply(rule, result)
        if result.text == before:
            break
    return result


def _apply(rule: Rule, so_far: Masked) -> Masked:
    text = so_far.text
    if rule.hints and not any(hint in text for hint in rule.hints):
        return so_far
    pieces: list[str] = []
    end_of_last = 0
    for start, end in _spans(rule, text):
        pieces += [text[end_of_last:start], rule.kind.mark]
        end_of_last = end
    return Masked("".join([*pieces, text[end_of_last:]]), so_far.kinds | {rule.kind}) if pieces else so_far


def _spans(rule: Rule, text: str) -> Iterator[tuple[int, int]]:
    """Where *text* holds what *rule* looks for."""
    place = 0
    while found := rule.pattern.search(text, place):
        start = found.end("kept") if "kept" in rule.pattern.groupindex else found.start()
        size = rule.judge(text[start : found.end()])
        if size:
            yield start, start + size
            place = start + size
        else:
            # What only looked real may hide the start of what is; a long candidate is not worth a second look.
            place = found.start() + 1 if found.end() - found.start() < SHORT else found.end()


def only_if(is_real: Callable[[str], bool]) -> Judge:
    """A judge that takes a candidate whole or not at all."""
    return lambda candidate: len(candidate) if is_real(candidate) else 0


DIGITS = tuple("0123456789")


def digits_of(candidate: str) -> str:
    """The digits alone."""
    return "".join(filter(str.isdigit, candidate))


def _is_address(candidate: str) -> bool:
    top = candidate.rpartition(".")[2]
    return len(top) > 1 and not top[0].isdigit()


def _is_ipv4(candidate: str) -> bool:
    try:
        IPv4Address(candidate)
    except AddressValueError:
        return False
    return True


def _ipv6_size(candidate: str) -> int:
    """How much of a run of hexadecimal digits and colons is an address; a colon after it is punctuation."""
    address = candidate if candidate.endswith("::") else candidate.rstrip(":")
    groups = [group for group in address.split(":") if group]
    # Two short groups could be code or a ratio; an address without a digit could be a word.
    if not re.search(r"\d", address) or (len(groups) < 3 and len(groups[0]) < 4):  # noqa: PLR2004 see above
        return 0
    try:
        IPv6Address(address)
    except AddressValueError:
        return 0
    return len(address)


def _looks_random(value: str) -> bool:
    """Whether nobody would have written *value* by hand: letters and digits, or cases, mixed in one long part."""
    return any(_is_mixed(part) for part in re.split(r"[_\-./%=+~]", value)) or digits_of(value) == value


def _is_mixed(part: str) -> bool:
    has_digit, has_letter = re.search(r"\d", part), re.search(r"[^\W\d_]", part)
    cased = part.lower() != part != part.upper()
    return bool(has_digit and has_letter and len(part) >= 8) or (cased and len(part) >= 16)  # noqa: PLR2004 long


_WORD_START = r"(?<![^\W_])"
_TOKEN_SHAPES = (
    r"A(?:KIA|SIA|IDA|ROA|GPA|NPA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    r"gh[opusr]_[A-Za-z0-9]{20,}+",
    r"github_pat_\w{20,}+",
    r"glpat-[\w\-]{20,}+",
    r"(?:xoxe\.)?xox[a-z]-[\w\-]{10,}+",
    r"xapp-[\w\-]{10,}+",
    r"sk-(?=[A-Za-z\-_]{0,64}\d)[\w\-]{16,}+",
    r"[spr]k_(?:live|test)_[A-Za-z0-9]{10,}+",
    r"whsec_[A-Za-z0-9]{16,}+",
    r"AIza[\w\-]{30,}+",
    r"(?:hf|npm)_[A-Za-z0-9]{20,}+",
    r"pypi-[\w\-]{40,}+",
    r"SG\.[\w\-]{16,}+\.[\w\-]{16,}+",
    r"eyJ[\w\-]{8,}+\.[\w\-]{4,}+(?:\.[\w\-]*+){0,3}",
)
_PEM = (
    r"-----BEGIN [A-Z0-9 ]{1,60}-----"
    r"(?:(?:[^-]|-(?!----))*+-----END [A-Z0-9 ]{1,60}-----|(?:(?:\s|\\[nr])*+[A-Za-z0-9+/=]{16,}+)*+)"
)
_NAMED = (
    rf"(?P<kept>{_WORD_START}(?:[a-z]{{2,20}}[_\-]){{0,3}}(?:key|api ?key|token|secret|sig|signature|authorization)"
    r"[\"']?\s{0,3}(?:=>|[:=])\s{0,3}(?:(?:bearer|basic)\s)?[\"']?)[\w\-.~+/=%]{16,}+"
)
_PASSWORD = (
    rf"(?P<kept>{_WORD_START}(?:pass(?:word|wd|phrase)?|pwd|passwort|kennwort)"
    r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?)[^\s\"'<>,;\[\]]{6,}+"
)
_BEARER = rf"(?P<kept>{_WORD_START}(?:bearer|basic)\s{{1,3}})[\w\-.~+/=]{{16,}}+"
_EMAIL = r"(?<!\w)\w[\w.+\-]{0,63}+(?:@|%40)[\w\-]++(?:\.[\w\-]++)++"
_IPV6 = r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\w.]|:[\w:])"
_NOT_A_VERSION = r"(?<!version )(?<!release )(?<!build )(?<!section )(?<!§ )(?<!v\. )"
_IPV4 = rf"(?<![\w.\-]){_NOT_A_VERSION}\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w\-]|\.\d)"

KEYS = (
    Rule(kind=Kind.KEY, pattern=re.compile(_PEM), hints=("-----BEGIN",)),
    Rule(
        kind=Kind.KEY,
        pattern=re.compile(r"(?P<kept>://)[^\s/:@?#\[\]]{1,128}:[^\s/@]{1,256}(?=@)"),
        hints=("://",),
    ),
    Rule(kind=Kind.KEY, pattern=re.compile(_WORD_START + f"(?:{'|'.join(_TOKEN_SHAPES)})")),
    Rule(
        kind=Kind.KEY,
        pattern=re.compile(r"(?P<kept>hooks\.slack\.com/[a-z]{1,20}/)[\w/]{10,}+"),
        hints=("hooks.slack.com",),
    ),
    Rule(
        kind=Kind.KEY,
        pattern=re.compile(_NAMED, re.IGNORECASE),
        judge=only_if(_looks_random),
        hints=("=", ":"),
    ),
    Rule(kind=Kind.KEY, pattern=re.compile(_BEARER, re.IGNORECASE), judge=only_if(_looks_random)),
    Rule(
        kind=Kind.KEY,
        pattern=re.compile(_PASSWORD, re.IGNORECASE),
        judge=only_if(lambda candidate: bool(digits_of(candidate))),
        hints=("=", ":"),
    ),
)
"""Secrets by their form, or by the name they are given."""

EMAIL = Rule(kind=Kind.EMAIL, pattern=re.compile(_EMAIL), judge=only_if(_is_address), hints=("@", "%40"))
ADDRESSES = (
    Rule(kind=Kind.IP_ADDRESS, pattern=re.compile(_IPV6, re.IGNORECASE), judge=_ipv6_size, hints=(":",)),
    Rule(kind=Kind.IP_ADDRESS, pattern=re.compile(_IPV4, re.IGNORECASE), judge=only_if(_is_ipv4), hints=(".",)),
)
