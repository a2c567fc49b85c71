"""A metric as an update tells it: its value with target, change and days, and what is stored behind each of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import natural
from bot.domain.claimed_numbers import numbers_in
from bot.domain.health import Check, Verdict
from bot.domain.metrics import Layer, Metric
from bot.domain.readings import Reading
from bot.domain.updates import Figure

_LAST_WEEK = timedelta(days=5), timedelta(days=9)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A metric in words. What there is nothing to say of is empty.

    *what* names it, *value* is like “38 of 100”, *target* like “at least 40”, *short* like “2 short of it”, *change*
    like “2 fewer than last week”, *days* like “2 to 8 November”. *beside* is all of that in brackets, to follow the
    value; *days* stand there only where they are not the *usual* ones. Without a value *why* says what is known.
    """

    what: str
    layer: Layer
    value: str = ""
    target: str = ""
    short: str = ""
    change: str = ""
    days: str = ""
    doubt: str = ""
    beside: str = ""
    why: str = ""
    figures: tuple[Figure, ...] = ()
    dates: tuple[str, ...] = ()


_A_MONTH = timedelta(days=27)


def told(check: Check, last: Check | None, *, zone: str, usual: str = "") -> Told:
    """*check* in words; *last* is the same metric a week before. *usual* are the days that go without saying."""
    metric, reading = check.metric, check.reading
    what = capital(metric.business)
    if reading is None:
        return Told(what=what, layer=metric.layer, why="nothing was measured yet", figures=_named(metric))
    days = natural.days_of(reading.window, zone)
    if check.verdict is Verdict.UNKNOWN and not check.fresh:
        why = f"last measured for {days}"
        return Told(what=what, layer=metric.layer, days=days, why=why, figures=_named(metric), dates=(days,))
    words = _words(check, reading, _earlier(check, last, reading), zone)
    said_days = "" if days == usual else days
    pieces = [", ".join(filter(None, [words.target, words.short])), words.change, words.doubt, said_days]
    brackets = "; ".join(piece for piece in pieces if piece)
    return Told(
        what=what,
        layer=metric.layer,
        value=words.value,
        target=words.target.removeprefix("target: "),
        short=words.short,
        change=words.change,
        doubt=words.doubt,
        days=days,
        beside=f" ({brackets})" if brackets else "",
        figures=tuple(_figures(check, reading, words, days)),
        dates=(days, *([_since(words.earlier, reading, zone)] if words.earlier else [])),
    )


def usual_days(checks: Iterable[Check], zone: str) -> str:
    """The days that most of the numbers are of; of those as many, the latest. Empty where nothing was measured."""
    windows = [check.reading.window for check in checks if check.reading is not None]
    days = Counter(natural.days_of(window, zone) for window in windows)
    latest = {natural.days_of(window, zone): window.end for window in windows}
    return max(days, key=lambda one: (days[one], latest[one]), default="")


def capital(words: str) -> str:
    """*words* as a sentence begins."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    value: str
    target: str
    short: str
    change: str
    doubt: str
    earlier: Reading | None


def _words(check: Check, reading: Reading, earlier: Reading | None, zone: str) -> _Words:
    metric, target = check.metric, check.watched.target
    change = ""
    if earlier is not None:
        difference = reading.value - earlier.value
        change = natural.change_in_words(metric, difference, of=reading.value, since=_since(earlier, reading, zone))
    return _Words(
        value=natural.value_of(metric, reading.value, beside=target.value if target else None),
        target=f"target: {natural.target_in_words(metric, target)}" if target else "no target yet",
        short=_short(check),
        change=change,
        doubt=_doubt(check),
        earlier=earlier,
    )


def _short(check: Check) -> str:
    """How far from its target a miss is."""
    if check.miss is None or check.reading is None or check.watched.target is None:
        return ""
    amount = natural.amount_of(check.metric, check.miss, of=check.reading.value) if check.miss else "just"
    return f"{amount} {'short of' if check.watched.target.direction.higher_is_better else 'over'} it"


def _doubt(check: Check) -> str:
    if check.verdict is Verdict.TOO_FEW:
        return "too few to tell"
    return "" if check.certain else "not certain: this may be chance"


def _earlier(check: Check, last: Check | None, reading: Reading) -> Reading | None:
    """What the value is compared with: last week's; of what is measured less often, the one before."""
    before = last.reading if last is not None else None
    if before == reading and reading.window.end - reading.window.start < _A_MONTH:
        # It was told last week already: it moved before that, not since.
        return None
    # Two weeks that overlap share most of what they count.
    if before is not None and before.window.end <= reading.window.start + timedelta(hours=3):
        return before
    return check.earlier


def _since(earlier: Reading, reading: Reading, zone: str) -> str:
    apart = reading.window.end - earlier.window.end
    if _LAST_WEEK[0] <= apart <= _LAST_WEEK[1]:
        return "last week"
    days = natural.days_of(earlier.window, zone)
    is_span = earlier.window.end - earlier.window.start > timedelta(days=1, hours=3)
    return f"{'in' if is_span else 'on'} {days}"


def _figures(check: Check, reading: Reading, words: _Words, days: str) -> Iterator[Figure]:
    metric = check.metric
    name = capital(metric.business)
    yield Figure(shown=words.value, what=f"{name}, {days}", metric=metric.name, reading_id=reading.id)
    if check.watched.target is not None:
        value = check.watched.target.value
        for shown in sorted({natural.bare(metric, value), natural.value_of(metric, value)}):
            yield Figure(shown=shown, what=f"Target for: {metric.business}", metric=metric.name)
    yield from _named(metric)
    if words.short:
        yield Figure(shown=words.short, what=f"{name}: how far from its target", metric=metric.name)
    if words.change and words.earlier is not None:
        yield Figure(
            shown=words.change.partition(" than ")[0],
            what=f"{name}: change since {_before(metric, words.earlier)}",
            metric=metric.name,
            reading_id=words.earlier.id,
        )


def _named(metric: Metric) -> tuple[Figure, ...]:
    """The numbers in a metric's own name: “of 5” is no value."""
    what = f"What is measured: {metric.business}"
    return tuple(Figure(shown=one.text, what=what, metric=metric.name) for one in numbers_in(metric.business))


def _before(metric: Metric, earlier: Reading) -> str:
    return natural.value_of(metric, earlier.value)
