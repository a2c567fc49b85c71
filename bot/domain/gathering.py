"""From the items of a review to a handful of fixes: by why it happened, then by kind of error, then by segment."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.fixes import FixKind
from bot.domain.reviewing import Cause, Part, Quick, Said, Severity
from bot.domain.text import clip, one_line

FEWEST, MOST = 3, 7
"""How many fixes a review comes to: enough to choose from, few enough to do. Source: domain 4."""

TITLE_ROOM = 150
WORD_ROOM = 60

KINDS: Mapping[Cause, FixKind] = {
    Cause.DATA_GAP: FixKind.COLLECTION,
    Cause.WRONG_LABEL: FixKind.LABELS,
    Cause.RETRIEVAL: FixKind.RETRIEVAL,
    Cause.PROMPT: FixKind.PROMPT,
    Cause.MODEL_LIMIT: FixKind.MODEL,
    Cause.INTEGRATION: FixKind.PRODUCT,
    Cause.AMBIGUOUS_INPUT: FixKind.PRODUCT,
    Cause.OTHER: FixKind.GUARDRAIL,
}
"""The kind of fix that helps against each cause."""

_TITLES: Mapping[Cause, str] = {
    Cause.DATA_GAP: "Collect examples the model has not seen",
    Cause.WRONG_LABEL: "Put wrong labels right",
    Cause.RETRIEVAL: "Let it find the right sources",
    Cause.PROMPT: "Say it more clearly in the prompt",
    Cause.MODEL_LIMIT: "Get past what the model cannot do",
    Cause.INTEGRATION: "Mend what passes between product and model",
    Cause.AMBIGUOUS_INPUT: "Ask back where a question is unclear",
    Cause.OTHER: "Catch what has no single cause",
}
_WORST_LAST = tuple(Severity)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """An item of a review as far as gathering needs it. *kind* is the team's word for the error; *alike* counts what
    was folded into it.
    """

    item_id: int
    rank: int
    said: Said
    kind: str | None = None
    segment: str | None = None
    alike: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A fix that the machine proposes: for which items, and how many *errors* those stand for, the folded ones too.

    *worst* is how bad the worst of them is for the user, None where nobody said.
    """

    title: str
    kind: FixKind
    item_ids: tuple[int, ...]
    errors: int
    worst: Severity | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    finding: Finding
    cause: Cause
    worst: Severity | None


_Group = Sequence[_Counted]


def gather(findings: Iterable[Finding], *, but: Collection[int] = ()) -> list[Proposal]:
    """At most seven proposals, the one for the most errors first; each item that counts is in exactly one, those of
    *but* left out.

    Reviewed items count, but for those that are acceptable or not worth it; “same as the one above” goes with that
    one. Where people disagree and nobody settled it, the worse severity and the first cause hold. There are fewer
    than three proposals where the items show no more than that.
    """
    groups = _by_cause(one for one in _counted(findings) if one.finding.item_id not in but)
    while len(groups) < FEWEST and (parts := _split_once(groups)):
        groups = parts
    while len(groups) > MOST:
        groups = _merge_once(groups)
    return [_proposal(group) for group in sorted(groups, key=_place)]


def _counted(findings: Iterable[Finding]) -> list[_Counted]:
    counted: list[_Counted] = []
    above: Finding | None = None
    for finding in sorted(findings, key=lambda one: one.rank):
        if finding.said.quick is not Quick.SAME_AS_ABOVE:
            above = finding
        judged = above or finding
        if finding.said.is_reviewed and _matters(judged.said):
            counted.append(_Counted(finding=_named_like(finding, judged), cause=_cause(judged), worst=_worst(judged)))
    return counted


def _matters(said: Said) -> bool:
    return said.quick is not Quick.NOT_WORTH_IT and _severity(said) is not Severity.ACCEPTABLE


def _named_like(finding: Finding, judged: Finding) -> Finding:
    """*finding* under the kind and segment of the one it is the same as, so that both stay together."""
    return Finding(
        item_id=finding.item_id,
        rank=finding.rank,
        said=finding.said,
        kind=judged.kind,
        segment=judged.segment,
        alike=finding.alike,
    )


def _cause(finding: Finding) -> Cause:
    if finding.said.quick is Quick.WRONG_LABEL:
        return Cause.WRONG_LABEL
    said = finding.said.verdict(Part.ML) or next(iter(finding.said.verdicts(Part.ML)), None)
    return Cause(said) if said else Cause.OTHER


def _worst(finding: Finding) -> Severity | None:
    return _severity(finding.said)


def _severity(said: Said) -> Severity | None:
    settled = said.settled(Part.PRODUCT)
    found = [settled.verdict] if settled else said.verdicts(Part.PRODUCT)
    return max(map(Severity, found), key=_WORST_LAST.index, default=None)


def _by_cause(counted: Iterable[_Counted]) -> list[_Group]:
    groups: dict[Cause, list[_Counted]] = {}
    for one in counted:
        groups.setdefault(one.cause, []).append(one)
    return list(groups.values())


def _split_once(groups: Sequence[_Group]) -> list[_Group]:
    """*groups* with the largest that can be split in two; empty where none can.

    Kinds of error are told apart one by one; segments only where each part has two items, or every error would
    become a fix of its own.
    """
    ways: tuple[tuple[Callable[[Finding], str | None], int], ...] = (
        (lambda one: one.kind, 1),
        (lambda one: one.segment, 2),
    )
    for name, least in ways:
        for group in sorted(groups, key=_place):
            parts = _apart(group, name, least)
            if parts:
                return [one for one in groups if one is not group] + parts
    return []


def _apart(group: _Group, name: Callable[[Finding], str | None], least: int) -> list[_Group]:
    """What the most frequent name holds (of several, the one met first), and the rest; empty where either has fewer
    than *least* items.
    """
    counts = Counter(word for one in group if (word := name(one.finding)) is not None)
    if not counts:
        return []
    biggest = counts.most_common(1)[0][0]
    inside = [one for one in group if name(one.finding) == biggest]
    rest = [one for one in group if name(one.finding) != biggest]
    return [inside, rest] if min(len(inside), len(rest)) >= least else []


def _merge_once(groups: Sequence[_Group]) -> list[_Group]:
    """*groups* with two made one: the smallest, and the smallest that takes the same kind of fix, or else of all."""
    smallest, *others = sorted(groups, key=_place, reverse=True)
    kind = KINDS[smallest[0].cause]
    partner = next((one for one in others if KINDS[one[0].cause] is kind), others[0])
    return [one for one in others if one is not partner] + [[*partner, *smallest]]


def _place(group: _Group) -> tuple[int, int]:
    return -_errors(group), min(one.finding.rank for one in group)


def _errors(group: _Group) -> int:
    return sum(1 + one.finding.alike for one in group)


def _proposal(group: _Group) -> Proposal:
    ranked = sorted(group, key=lambda one: one.finding.rank)
    severities = [one.worst for one in group if one.worst is not None]
    return Proposal(
        title=_title(ranked),
        kind=KINDS[group[0].cause],
        item_ids=tuple(one.finding.item_id for one in ranked),
        errors=_errors(group),
        worst=max(severities, key=_WORST_LAST.index, default=None),
    )


def _title(group: _Group) -> str:
    """What to do, and about which kinds of error or which segment, as far as there are few enough to name."""
    causes = dict.fromkeys(one.cause for one in group)
    about = _names(one.finding.kind for one in group) or _names(one.finding.segment for one in group)
    words = "; ".join(_TITLES[cause] for cause in causes)
    return clip(f"{words}: {about}" if about else words, TITLE_ROOM)


def _names(words: Iterable[str | None]) -> str:
    named = list(dict.fromkeys(word for word in words if word))
    return " and ".join(clip(one_line(word), WORD_ROOM) for word in named) if len(named) <= 2 else ""  # noqa: PLR2004 two names read well
