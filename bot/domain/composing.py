"""What an update has to say, from everything that is known of a product's week: pure, and before it is put in prose.

Source: LLM product management 33.2, section 6.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain import natural
from bot.domain.headlines import Tone, headline_of, status_of, tone_of
from bot.domain.health import Check, Health
from bot.domain.incident_told import warning_of
from bot.domain.material import Material
from bot.domain.metrics import Layer
from bot.domain.moves import has_moved
from bot.domain.sentences import TECHNICAL, Sentences, sentences_of, title_of
from bot.domain.suggesting import suggestion_for
from bot.domain.text import clip, one_line
from bot.domain.told import Told, told, usual_days
from bot.domain.updates import Body, Facts, Figure, Part, Suggestion

CARRIED = (Part.NOTE, Part.ASK)
"""The parts that start from what people wrote last week."""

LAST_WEEK = "From last week: "

_TITLE_ROOM = 80

NAMED: Mapping[str, str] = {
    "csat": "satisfaction",
    "adoption_rate": "adoption",
    "resolution_rate": "resolved",
    "deflection_rate": "without_a_person",
    "cost_per_resolution": "cost",
    "accuracy": "correct",
    "hallucination_rate": "factual_errors",
    "edit_rate": "changed_drafts",
    "latency_p95": "waiting",
}
"""What a template calls the metrics that have a sentence of their own; the others are told in a list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a template of the update may say. What is not measured, or there is not, is None or empty.

    *status* counts what is on target; *usual_days* are the days of the numbers that name no others. *misses* are the
    measures that missed their target; *done*, *agreed*, *changes*, *expected* are sentences without a full stop.
    """

    headline: str
    status: str
    is_quiet: bool
    usual_days: str
    satisfaction: Told | None
    adoption: Told | None
    resolved: Told | None
    without_a_person: Told | None
    cost: Told | None
    correct: Told | None
    factual_errors: Told | None
    changed_drafts: Told | None
    waiting: Told | None
    other_results: tuple[Told, ...]
    other_quality: tuple[Told, ...]
    unknown_results: tuple[Told, ...]
    unknown_quality: tuple[Told, ...]
    misses: tuple[str, ...]
    safety: str
    done: tuple[str, ...]
    changes: tuple[str, ...]
    agreed: tuple[str, ...]
    expected: tuple[str, ...]
    record: str
    asked: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """An update before its prose: what templates may say, what may be claimed, and what is only suggested.

    *remarks* are for the approver alone.
    """

    view: View
    facts: Facts
    suggestions: tuple[Suggestion, ...]
    carried: Mapping[Part, str]
    written: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def composed(material: Material) -> Composed:
    """What an update of this *material* has to say."""
    metrics = _metrics(material)
    said = sentences_of(material)
    carried = _carried(material.previous)
    by = material.previous.written if material.previous else {}
    return Composed(
        view=_view(material, metrics, said),
        facts=_facts(material, metrics.values(), said),
        suggestions=tuple(_suggestions(material)),
        carried=carried,
        written={str(part): by[part] for part in carried},
        remarks=tuple(_remarks(material)),
    )


def _metrics(material: Material) -> dict[str, Told]:
    """What is measured, and what ought to be: a metric nobody chose is off until its first reading."""
    chosen = {check.metric.name for check in material.chosen.checks}
    checks = [one for one in material.known.checks if one.reading is not None or one.metric.name in chosen]
    usual = usual_days(checks, material.zone)
    last = material.last
    return {one.metric.name: told(one, last.of(one.metric.name), zone=material.zone, usual=usual) for one in checks}


def _view(material: Material, metrics: Mapping[str, Told], said: Sentences) -> View:
    values = {name: one for name, one in metrics.items() if one.value}
    unknown = [one for one in metrics.values() if not one.value]
    others = [one for name, one in values.items() if name not in NAMED]
    spoken = _spoken_of(material)
    misses = tuple(check.metric.business for check in spoken.misses)
    return View(
        headline=headline_of(spoken, warning_of(material.incidents).text).words,
        status=status_of(material.chosen),
        is_quiet=_is_quiet(material),
        usual_days=usual_days(material.known.checks, material.zone),
        **{field_name: values.get(name) for name, field_name in NAMED.items()},
        other_results=tuple(one for one in others if one.layer is not Layer.MODEL),
        other_quality=tuple(one for one in others if one.layer is Layer.MODEL),
        unknown_results=tuple(one for one in unknown if one.layer is not Layer.MODEL),
        unknown_quality=tuple(one for one in unknown if one.layer is Layer.MODEL),
        misses=misses,
        safety=said.safety,
        done=said.done,
        changes=said.changes,
        agreed=said.agreed,
        expected=said.expected,
        record=said.record,
        asked=material.asked,
    )


def _spoken_of(material: Material) -> Health:
    """What the headline speaks of: the product's set, and what beside it missed its target or is a headline measure."""
    chosen = {check.metric.name for check in material.chosen.checks}
    beside = [check for check in material.known.checks if check.metric.name not in chosen]
    heard = (check for check in beside if check.verdict.is_miss or check.watched.headline)
    return Health(as_of=material.as_of, checks=(*material.chosen.checks, *heard))


def _is_quiet(material: Material) -> bool:
    """Every measure is on target or not known, as it was last week and no further from it than chance moves it; one at
    least is known, and nothing broke, was done or changed; there was no incident.
    """
    last = {check.metric.name: tone_of(check) for check in material.last.checks}
    spoken = _spoken_of(material)
    is_new = any(tone_of(check) > last.get(check.metric.name, Tone.WELL) for check in spoken.checks)
    is_new = is_new or bool(spoken.misses) or any(_has_moved(check) for check in material.known.checks)
    broken = material.looked is not None and bool(material.looked.broken)
    is_known = material.chosen.unknown < len(material.chosen.checks)
    return is_known and not (is_new or broken or material.done or material.changes or material.incidents)


def _has_moved(check: Check) -> bool:
    if not check.fresh or check.reading is None or check.earlier is None:
        return False
    return has_moved(check.metric, check.earlier, check.reading)


def _suggestions(material: Material) -> Iterator[Suggestion]:
    agreed = {work.kind for work in material.agreed}
    misses = {check.metric.name: check for check in (*material.chosen.misses, *material.known.misses)}
    for check in misses.values():
        suggestion = suggestion_for(check, agreed)
        if suggestion is not None:
            yield suggestion


def _remarks(material: Material) -> Iterator[str]:
    for work in (*material.agreed, *material.done):
        if title_of(work) == TECHNICAL:
            title = clip(one_line(work.title), _TITLE_ROOM)
            yield f"The fix “{title}” is told as “{TECHNICAL}”: its title is technical. Edit puts it in plain words."


def _carried(previous: Body | None) -> dict[Part, str]:
    """What people added in their own words last week, marked as last week's: they know whether it still holds."""
    if previous is None:
        return {}
    kept = {part: previous.parts.get(part, "").strip() for part in CARRIED if part in previous.written}
    return {part: f"{LAST_WEEK}{text.removeprefix(LAST_WEEK)}" for part, text in kept.items() if text}


def _facts(material: Material, metrics: Iterable[Told], said: Sentences) -> Facts:
    metrics = list(metrics)
    warning = warning_of(material.incidents)
    counts = (*_counts(material.chosen), *warning.figures)
    figures = (*counts, *(it for one in metrics for it in one.figures), *said.figures)
    week = natural.days_of(material.week, material.zone), "this week"
    dates = (*said.dates, *(it for one in metrics for it in one.dates), *week)
    people = [work.who for work in (*material.agreed, *material.done)]
    return Facts(
        product=material.product,
        headline=headline_of(_spoken_of(material), warning.text).words,
        figures=figures,
        names=tuple(dict.fromkeys(name for name in (*people, material.asked) if name)),
        dates=tuple(dict.fromkeys(one for one in dates if one)),
        commitments=said.agreed,
        zone=material.zone,
    )


def _counts(chosen: Health) -> Iterator[Figure]:
    whole = len(chosen.checks)
    yield Figure(shown=f"{chosen.on_target} of {whole}", what="Measures on target, counted")
    counted = {
        "missed their target": len(chosen.misses),
        "are not known": chosen.unknown,
        "are on target only just": sum(not check.certain for check in chosen.checks),
    }
    for what, count in counted.items():
        if count:
            yield Figure(shown=str(count), what=f"Measures that {what}, counted")
