"""The whole of a product's health as blocks: what the answer and the card have in common."""

from collections.abc import Collection, Iterable, Iterator

from bot.domain.calibrating import calibration
from bot.domain.disagreeing import disagreements
from bot.domain.health import Check
from bot.domain.measuring import KeptMeasure
from bot.domain.moves import worst_part
from bot.domain.text import clip, count_of, escape, one_line, percent, unformatted
from bot.features.health_check import words
from bot.features.health_check.subject import called
from bot.features.health_check.whole import Whole
from bot.kit.blocks import Block, context, header, paragraphs, plain, section

NAME_ROOM = 60
MOVES = 5


def told(whole: Whole, *, said: Collection[str] = ()) -> list[Block]:
    """Headline, misses, what is unknown, what is on target, what explains it, and what could not be looked at.

    Signals of these names were *said* beside it.
    """
    paragraphs_of = (_missed(whole), _silent(whole), _around(whole), _explained(whole, said))
    found = [block for lines in paragraphs_of if lines for block in paragraphs("\n".join(lines))]
    unseen = [context(*map(plain, whole.unseen))] if whole.unseen else []
    return [header(whole.headline), *(found or [section("Nothing is checked: no metric is in the set.")]), *unseen]


def _missed(whole: Whole) -> list[str]:
    return [words.missed(check, whole.standings.get(check.metric.name), whole.zone) for check in whole.missed]


def _silent(whole: Whole) -> list[str]:
    asleep = [_asleep(whole, check) for check in whole.snoozed]
    unread = [called(check.metric) for check in whole.silent if check.reading is None]
    off = [f"*UNKNOWN*  Never read: {', '.join(unread)}"] if unread else []
    return [*(words.silent(check, whole.zone) for check in whole.silent if check.reading), *off, *asleep]


def _asleep(whole: Whole, check: Check) -> str:
    return f"Snoozed: {called(check.metric)}, {words.asleep(whole.standings[check.metric.name], whole.zone)}"


def _around(whole: Whole) -> list[str]:
    return [*_well(whole), *(_measured(whole, whole.measure) if whole.measure else ())]


def _well(whole: Whole) -> Iterable[str]:
    checks = whole.well
    if checks:
        read = [check.reading.read_at for check in checks if check.reading]
        first, last = words.day(min(read), whole.zone), words.day(max(read), whole.zone)
        dates = f"read {last}" if first == last else f"read {first} to {last}"
        yield f"On target: {', '.join(map(words.well, checks))} ({dates})."


def _measured(whole: Whole, measure: KeptMeasure) -> Iterator[str]:
    """The worst segment, and how often the model was sure and wrong, in the latest window that was measured."""
    when = words.window_in_words(measure.window, whole.zone)
    worst, sure = worst_part(measure.measured), calibration(measure.measured)
    if worst is not None:
        what = "factual errors" if worst.made_up else "wrong"
        name = escape(clip(one_line(unformatted(worst.name)), NAME_ROOM))
        yield f"Worst segment: {name}, {percent(worst.share)} {what} of {count_of(worst.judged, 'answer')} ({when})."
    if sure is not None:
        wrong = f"Of {count_of(sure.judged, 'answer')} that the model was sure of, {percent(sure.share)} were wrong"
        bounds = f"between {percent(sure.interval.low)} and {percent(sure.interval.high)}"
        yield f"{wrong}, so {bounds} ({when})."


def _explained(whole: Whole, said: Collection[str]) -> list[str]:
    raised = [one.sentence for one in whole.signals if one.is_raised and one.name not in said]
    stories = [f"{escape(unformatted(one.words))}." for one in disagreements(whole.health)]
    return [*raised, *stories, *(words.since(move, whole.zone) for move in whole.moves[:MOVES])]
