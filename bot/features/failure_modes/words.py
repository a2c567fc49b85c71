"""How failure modes and layers of defence are put into words."""

from collections.abc import Iterator

from bot.domain.defences import Defence
from bot.domain.failure_modes import FailureMode
from bot.domain.holders import mention, mentions
from bot.domain.text import clip, number, one_line, percent
from bot.features.failure_modes.matrix import Matrix, as_words

NOBODY_SAID = "nobody said yet"

_NOBODY_HAD = "nobody had said"
_VERDICTS = {True: "blocks a launch", False: "acceptable", None: "nobody said whether it blocks a launch"}
_IN_PLACE = {True: "yes", False: "no", None: NOBODY_SAID}
_LABELS = {
    "name": "name: ",
    "severity": "severity: ",
    "likelihood": "likelihood: ",
    "blocking": "",
    "seen": "the user sees: ",
    "recovery": "recovery: ",
    "fallback": "fallback: ",
    "below_confidence": "people take over below ",
    "slower_than": "too slow from ",
    "owner": "owner: ",
}
_UNSAID_LABELS = {
    "below_confidence": "people take over below which confidence: ",
    "slower_than": "how slow is too slow: ",
}


def called(mode: FailureMode) -> str:
    """A failure mode's name for mrkdwn, in bold and in nothing else."""
    return f"*{as_words(mode.name) or '(no name)'}*"


def rating(mode: FailureMode) -> str:
    """“blocks a launch, high severity, medium likelihood”."""
    likely = f"{mode.likelihood} likelihood" if mode.likelihood else "nobody said how likely"
    return f"{verdict(mode)}, {mode.severity} severity, {likely}"


def verdict(mode: FailureMode) -> str:
    """Whether it blocks a launch."""
    return _VERDICTS[mode.blocking]


def fallback_words(mode: FailureMode) -> str:
    """Where people take over, and below which confidence; not escaped, empty where nobody said."""
    below = f"below {percent(mode.below_confidence)} confidence" if mode.below_confidence is not None else ""
    return f"{mode.fallback} ({below})" if mode.fallback and below else mode.fallback or below


def owner_words(matrix: Matrix, owner: str | None) -> str:
    """Who answers, in mrkdwn: who is named, or the PM; whoever left or became a guest is said to be no member."""
    if owner is not None and owner not in matrix.left:
        return mention(owner)
    gone = f"{mention(owner)} is no member any more, so " if owner else ""
    here = [one for one in matrix.pms if one not in matrix.left]
    return f"{gone}{mentions(here)} (PM)" if here else f"{gone}nobody: {as_words(matrix.product.name)} has no PM"


def layer_words(matrix: Matrix, defence: Defence, *, room: int) -> str:
    """One layer of defence, in mrkdwn; what it is in at most *room* characters."""
    name = defence.name.capitalize()
    if defence.in_place is None:
        return f"*{name}*: {NOBODY_SAID}"
    what = f": {as_words(clip(one_line(defence.what), room))}" if defence.what else ""
    return f"*{name}*, {_IN_PLACE[defence.in_place]}{what}. Owner: {owner_words(matrix, defence.owner)}"


def differences(before: FailureMode, after: FailureMode) -> Iterator[str]:
    """What is different now, and what it was, in mrkdwn; nothing where nothing is."""
    for field, label in _LABELS.items():
        was, now = value_of(before, field), value_of(after, field)
        if was != now:
            what = _UNSAID_LABELS.get(field, label) if getattr(after, field) is None else label
            yield f"{what}{now} ({f'was {was}' if getattr(before, field) not in (None, '') else _blank(field)})"


def layer_differences(before: Defence, after: Defence) -> Iterator[str]:
    """What is different of a layer now, and what it was, in mrkdwn; nothing where nothing is."""
    was, now = _layer_said(before), _layer_said(after)
    if was != now:
        yield f"{after.name}, {now} ({_NOBODY_HAD if was == NOBODY_SAID else f'was {was}'})"


def value_of(mode: FailureMode, field: str) -> str:
    """What was said in one field, in mrkdwn."""
    value = getattr(mode, field)
    match field, value:
        case "blocking", _:
            return verdict(mode)
        case "owner", _:
            return mention(str(value)) if value else "the PM"
        case _, None | "":
            return NOBODY_SAID
        case "below_confidence", float():
            return percent(value)
        case "slower_than", float():
            return f"{number(value)} s"
        case _:
            return as_words(str(value))


def _blank(field: str) -> str:
    return "was the PM" if field == "owner" else _NOBODY_HAD


def _layer_said(one: Defence) -> str:
    what = f": {as_words(one.what)}" if one.what else ""
    return f"{_IN_PLACE[one.in_place]}{what}{f', owner {mention(one.owner)}' if one.owner else ''}"
