"""`/muster health trend`: a metric over the weeks, in words first, then as a chart."""

import re
from datetime import datetime, timedelta
from typing import Any

from bot.domain.courses import course_in_words
from bot.domain.drifting import Drift
from bot.domain.moves import moved_after
from bot.domain.text import clip, count_of, one_line
from bot.errors import UserError
from bot.features.health_check import signals, words
from bot.features.health_check.course import History, history_of
from bot.features.health_check.subject import Subject, called, carried_subject, subject_of
from bot.kit.asking import Ask
from bot.kit.blocks import actions, context, fallback, fit, header, plain, plain_section, saying, section
from bot.kit.charting import WEEKS, in_words
from bot.kit.command import Command, Effect, Errand, Outside
from bot.kit.pictures import drawn
from bot.kit.reply import Next, Reply
from bot.store import measures

CHART = "health_check.chart"
FEWEST_WEEKS, MOST_WEEKS = 2, 52

_SPAN = re.compile(r"(\d{1,3}) ?(?:w|weeks?)?")


class UnclearWeeksError(UserError):
    """Not a number of weeks."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{clip(one_line(text), 40)}” is no number of weeks: say {FEWEST_WEEKS} to {MOST_WEEKS}, like “12 weeks”."
        )


def show(ask: Ask) -> Reply:
    """How a metric went, in words; the chart follows."""
    subject = subject_of(ask, "health trend", "health trend accuracy")
    weeks = _weeks(" ".join(subject.words))
    history = history_of(ask.session, subject, as_of=ask.now, weeks=weeks)
    title = f"{subject.metric.title}, the last {count_of(weeks, 'week')}"
    if not history.panel.points:
        return _nothing(subject, title)
    lines = [course_in_words(subject.metric, history.values), *_moved(history)]
    more = [context(plain(line)) for line in _drifts(ask, subject)]
    row = actions("trend", saying("The statistics", f"health explain {subject.product.key} {subject.metric.name}"))
    said = plain_section(in_words(subject.metric, history.panel, subject.product.timezone))
    return Reply(
        text=fallback(title),
        blocks=fit([header(title), said, section("\n".join(lines)), *more, row]),
        then=Next(errand=CHART, value=f"{subject.product.id} {subject.metric.name} {weeks} {ask.now.isoformat()}"),
    )


def ask_chart(ask: Ask) -> History:
    """The history that was told, as it was at that time."""
    number, name, weeks, at = ask.value.split(" ", 3)
    return history_of(
        ask.session, carried_subject(ask, number, name), as_of=datetime.fromisoformat(at), weeks=int(weeks)
    )


def draw(history: History, outside: Outside) -> dict[str, Any]:
    """The picture, or what stands in its place."""
    return drawn(outside, history.chart)


def keep_chart(_ask: Ask, history: History, block: dict[str, Any]) -> Reply:
    """The chart below the words; where it cannot be drawn they stand alone, and that is said."""
    if block["type"] == "image":
        return Reply(text=fallback(history.chart.alt), blocks=[block])
    text = "The chart cannot be shown now; the words above say the same."
    return Reply(text=text, blocks=[section(text)])


def _weeks(text: str) -> int:
    found = _SPAN.fullmatch(one_line(text).casefold())
    weeks = WEEKS if not text else int(found[1]) if found else 0
    if not FEWEST_WEEKS <= weeks <= MOST_WEEKS:
        raise UnclearWeeksError(text)
    return weeks


def _nothing(subject: Subject, title: str) -> Reply:
    text = f"{called(subject.metric)} has no value in that time."
    row = actions("none", saying("Enter values", f"health log {subject.product.key}"))
    return Reply(text=text, blocks=[header(title), section(text), row])


def _moved(history: History) -> list[str]:
    """What the number did after something changed."""
    found = moved_after(history.changes, [history.check], history.readings)
    return [words.since(one, history.zone) for one in found]


def _drifts(ask: Ask, subject: Subject) -> list[str]:
    """How far this week's mix and confidence are from the weeks before, where they were measured."""
    kept = measures.latest(ask.session, subject.product.id, ask.now, since=ask.now - signals.COMPARED)
    weeks = signals.weeks_of(kept)
    against = f"against the {count_of(len(weeks) - 1, 'week')} before"
    told = [
        _drift("What people ask about", signals.mix_drift(weeks), against),
        _drift("How sure the model is", signals.confidence_drift(weeks), against),
    ]
    return [line for line in told if line]


def _drift(what: str, found: Drift | None, against: str) -> str:
    return "" if found is None else f"{what}, {against}: {found.words}."


ERRANDS = (Errand(name=CHART, ask=ask_chart, fetch=draw, keep=keep_chart, limit=timedelta(minutes=1)),)
COMMANDS = (
    Command(
        noun="health",
        verb="trend",
        takes="[product] METRIC [N weeks]",
        summary="A metric over the weeks, in words and as a chart, with what changed meanwhile",
        example="health trend accuracy",
        effect=Effect.CHANGE,
        run=show,
        synonyms=("chart", "graph"),
    ),
)
