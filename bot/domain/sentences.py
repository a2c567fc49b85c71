"""What an update says besides its numbers: safety, what was done and changed, what comes next, what is expected."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain import forecasts, natural
from bot.domain.changing import Change, ChangeKind
from bot.domain.forecasts import Forecast
from bot.domain.incident_told import Line, line_of
from bot.domain.material import Looked, Material, Work
from bot.domain.metrics import Metric
from bot.domain.plain_language import jargon_in
from bot.domain.text import bounded, count_of, number, one_line
from bot.domain.told import capital
from bot.domain.updates import Figure
from bot.domain.window import zone_named

MOST = 8
"""As many fixes, changes and forecasts as an update tells of one by one."""

TECHNICAL = "A technical improvement"
"""What a fix is called whose own title is full of jargon."""

_TITLE_ROOM = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentences:
    """Sentences without a full stop (*safety* and *record* have one), and the numbers and dates in them."""

    safety: str
    done: tuple[str, ...]
    changes: tuple[str, ...]
    agreed: tuple[str, ...]
    expected: tuple[str, ...]
    record: str
    figures: tuple[Figure, ...]
    dates: tuple[str, ...]


def sentences_of(material: Material) -> Sentences:
    """Everything but the numbers of *material* in words."""
    today = material.as_of.astimezone(zone_named(material.zone)).date()
    return Sentences(
        safety=_safety(material),
        done=_listed(_done(work) for work in material.done),
        changes=_listed(_change(change, material.zone) for change in material.changes),
        agreed=tuple(_agreed(work, today) for work in material.agreed[:MOST]),
        expected=tuple(_expected(material, today)),
        record=_record(material),
        figures=tuple(_figures(material)),
        dates=tuple(_dates(material, today)),
    )


def title_of(work: Work) -> str:
    """What a fix is called, to stand in a sentence that people read who know no jargon."""
    title = bounded(one_line(work.title), _TITLE_ROOM).rstrip(".") or "a fix"
    return TECHNICAL if jargon_in(title) else capital(title)


def plainly(change: Change) -> str:
    """What changed, for people who read no jargon: what is said in technical words is only said to be technical."""
    if change.kind is ChangeKind.MODEL:
        return "A new version of the assistant"
    what = bounded(one_line(change.what), _TITLE_ROOM)
    return "A technical change" if jargon_in(what) else capital(what)


def _safety(material: Material) -> str:
    """What went wrong, if anything did, and what is known of what it must never do; “no incident” only where that is
    so.
    """
    told, looked = _incidents(material).text, material.looked
    watched = _watched(material)
    if told:
        return f"{told} {capital(watched)}."
    if not material.has_nevers or looked is None or looked.broken:
        unsaid = ", so nothing can be said" if material.has_nevers and looked is None else ""
        return f"Safety: {watched}{unsaid}."
    return f"No safety incident: {watched}."


def _watched(material: Material) -> str:
    looked = material.looked
    if not material.has_nevers:
        return "nobody watches yet for what it must never do"
    if looked is None:
        return "no answers were looked at this week"
    among = f"the worst {count_of(looked.answers, 'answer')} of {natural.days_of(looked.window, material.zone)}"
    if not looked.broken:
        return f"none of {among} did what it must never do"
    broken = "; ".join(f"{one_line(name)} ({number(times)})" for name, times in looked.broken.items())
    return f"among {among} it did what it must never do: {broken}"


def _incidents(material: Material) -> Line:
    return line_of(material.incidents, zone=material.zone, as_of=material.as_of)


def _listed(sentences: Iterable[str]) -> tuple[str, ...]:
    every = tuple(sentences)
    more = len(every) - MOST
    return (*every[:MOST], f"and {number(more)} more") if more > 0 else every


def _done(work: Work) -> str:
    day = natural.day_of(work.done_on) if work.done_on else ""
    return ", ".join(filter(None, [title_of(work), work.who, day]))


def _change(change: Change, zone: str) -> str:
    return f"{plainly(change)}, {natural.day_at(change.at, zone)}"


def _agreed(work: Work, today: date) -> str:
    if work.due is None:
        return f"{title_of(work)}: {work.who}"
    day = natural.day_of(work.due)
    until = f"was due on {day} and is late" if work.due < today else f"until {day}"
    return f"{title_of(work)}: {work.who}, {until}"


def _expected(material: Material, today: date) -> Iterator[str]:
    for forecast, metric in _of_known(material):
        yield forecasts.in_words(metric, forecast, today)
    expected = [metric.name for _, metric in _of_known(material)]
    for check in material.known.checks:
        name = check.metric.name
        is_told = name in expected or check.verdict.is_miss
        if name in material.levelling and is_told and check.reading is not None:
            value = natural.value_of(check.metric, check.reading.value)
            yield f"{capital(check.metric.business)}: for now it has levelled off at {value}"


def _record(material: Material) -> str:
    record = material.record
    if record is None or record.whole == 0:
        return ""
    return f"So far {number(record.held)} of {count_of(record.whole, 'forecast')} came true."


def _of_known(material: Material) -> list[tuple[Forecast, Metric]]:
    today = material.as_of.astimezone(zone_named(material.zone)).date()
    metrics = {check.metric.name: check.metric for check in material.known.checks}
    ahead = [one for one in material.forecasts if one.metric in metrics and one.due_to >= today]
    return [(one, metrics[one.metric]) for one in ahead[:MOST]]


def _figures(material: Material) -> Iterator[Figure]:
    yield from _incidents(material).figures
    for forecast, metric in _of_known(material):
        yield from forecasts.figures_of(metric, forecast)
    if material.looked is not None:
        yield from _safety_figures(material.looked)
    if material.record is not None:
        yield Figure(shown=f"{material.record.held} of {material.record.whole}", what="Forecasts that held, counted")
    for several, what in ((material.done, "what was done"), (material.changes, "what changed")):
        if len(several) > MOST:
            yield Figure(shown=str(len(several) - MOST), what=f"How much more of {what} there is, counted")
    for check in material.known.checks:
        if check.metric.name in material.levelling and check.reading is not None:
            shown = natural.value_of(check.metric, check.reading.value)
            what = f"{capital(check.metric.business)}, levelled off"
            yield Figure(shown=shown, what=what, metric=check.metric.name, reading_id=check.reading.id)


def _safety_figures(looked: Looked) -> Iterator[Figure]:
    yield Figure(shown=number(looked.answers), what="Answers looked at, counted")
    for name, times in looked.broken.items():
        yield Figure(shown=number(times), what=f"Answers that broke “{one_line(name)}”, counted")


def _dates(material: Material, today: date) -> Iterator[str]:
    yield from _incidents(material).dates
    if material.looked is not None:
        yield natural.days_of(material.looked.window, material.zone)
    for work in (*material.done, *material.agreed):
        yield from (natural.day_of(day) for day in (work.due, work.done_on) if day is not None)
    for change in material.changes:
        yield natural.day_at(change.at, material.zone)
    for forecast in material.forecasts:
        yield forecasts.when_in_words(forecast, today).partition(" ")[2]
