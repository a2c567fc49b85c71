"""What people type about a launch: which thing they mean, which function, go or no-go."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.domain.launch import Decision, Signatory, Thing
from bot.domain.words import folded

T = TypeVar("T")

_OTHER_WORDS: Mapping[str, Thing] = {
    "design": Thing.UX,
    "experience": Thing.UX,
    "evaluations": Thing.EVALS,
    "evaluation": Thing.EVALS,
    "eval": Thing.EVALS,
    "go-to-market": Thing.GTM,
    "marketing": Thing.GTM,
    "roll-out": Thing.ROLLOUT,
    "roll-back": Thing.ROLLBACK,
    "communication": Thing.COMMS,
    "communications": Thing.COMMS,
}

THING_WORDS: Mapping[str, Thing] = {**{str(thing): thing for thing in Thing}, **_OTHER_WORDS}
"""Every word that names a thing."""

_SIGNATORY_WORDS: Mapping[str, Signatory] = {
    **{folded(one): one for one in Signatory},
    "pm": Signatory.PRODUCT,
    "ml": Signatory.ML_ENGINEERING,
    "engineering": Signatory.ML_ENGINEERING,
    "legal": Signatory.COMPLIANCE,
}


_SIGNS = ",.:;!?"
_AND = frozenset({"and", "&", "&amp;", "+", ""})


def thing_meant(words: Sequence[str]) -> tuple[Thing, int] | None:
    """The thing that the first *words* name (“rollback”, “go to market”), and how many words that took."""
    return _first_named(words, THING_WORDS, most=3)


def things_meant(words: Sequence[str]) -> tuple[tuple[Thing, ...], int]:
    """The things that the first *words* name (“ux, safety and evals”), each once, and how many words that took."""
    things: dict[Thing, None] = {}
    taken, found = 0, thing_meant(words)
    while found is not None:
        things[found[0]] = None
        taken += found[1]
        joining = _joining(words, taken)
        found = thing_meant(words[taken + joining :]) if joining or words[taken - 1].endswith((",", ";")) else None
        taken += joining if found else 0
    return tuple(things), taken


def signatory_meant(words: Sequence[str]) -> tuple[Signatory, int] | None:
    """The function that the first *words* name (“product”, “ml engineering:”), and how many words that took."""
    return _first_named(words, _SIGNATORY_WORDS, most=2)


def decision_meant(words: Sequence[str]) -> tuple[Decision, int] | None:
    """Go or no-go, as the first *words* say it (“go”, “no-go”, “no go!”), and how many words that took."""
    said = [_bare(word) for word in words[:2]]
    if said[:1] == ["go"]:
        return Decision.GO, 1
    if said[:1] in (["no-go"], ["nogo"]):
        return Decision.NO_GO, 1
    return (Decision.NO_GO, 2) if said == ["no", "go"] else None


def _first_named(words: Sequence[str], names: Mapping[str, T], *, most: int) -> tuple[T, int] | None:
    """What the longest run of the first *words* names; the last of them may end with a sign."""
    for taken in range(min(len(words), most), 0, -1):
        found = names.get("-".join([*map(folded, words[: taken - 1]), _bare(words[taken - 1])]))
        if found is not None:
            return found, taken
    return None


def _bare(word: str) -> str:
    return folded(word).strip(_SIGNS)


def _joining(words: Sequence[str], start: int) -> int:
    """How many of the words from *start* on only join what stands around them."""
    return next((place for place, word in enumerate(words[start:]) if _bare(word) not in _AND), 0)
