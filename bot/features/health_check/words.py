"""A check in the words that people read, in mrkdwn."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.health import Check, Verdict
from bot.domain.moves import Move
from bot.domain.readings import Reading
from bot.domain.showing import NO_CHANGE, amount_of, change_in_points, interval_in_words, target_in_words, value_of
from bot.domain.standings import Standing
from bot.domain.text import clip, count_of, escape, number, one_line, unformatted
from bot.domain.window import Window
from bot.features.health_check.subject import called

TITLE_ROOM = 60

_PERIODS = {1: "the day before", 7: "the week before", 30: "the month before"}


def asleep(standing: Standing, zone: ZoneInfo) -> str:
    """Until when a metric is not heard of, who said so, and why; in mrkdwn, without a full stop."""
    until = moment(standing.snoozed_until, zone) if standing.snoozed_until else ""
    why = f": {escape(standing.snoozed_why)}" if standing.snoozed_why else ""
    return f"until {until} by {person(standing.snoozed_by)}{why}"


def person(user: str | None) -> str:
    """Somebody as Slack shows them."""
    return f"<@{user}>" if user else "nobody yet"


def day(instant: datetime, zone: ZoneInfo) -> str:
    """A date as people read it: Mon 16 Nov."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """A date with its time: Mon 16 Nov 14:10."""
    return f"{day(instant, zone)} {instant.astimezone(zone):%H:%M}"


def missed(check: Check, standing: Standing | None, zone: ZoneInfo) -> str:
    """A miss: value, target, how far off, change, how sure, its date, and who looks after it."""
    assert check.reading is not None  # noqa: S101 nothing is missed without a reading
    facts = [_change(check), _sample(check), f"Read {day(check.reading.read_at, zone)}"]
    said = ". ".join(fact for fact in facts if fact)
    return f"*{check.verdict}*  {_value(check)}: {_off(check)}. {said}. {_whose(check, standing, zone)}"


def short(check: Check) -> str:
    """A miss in a few words: value and target."""
    return f"{_value(check)}: {_off(check)}"


def silent(check: Check, zone: ZoneInfo) -> str:
    """What says nothing: why, and when it was read last."""
    owner = f"Owner: {person(check.watched.owner)}"
    if check.reading is None:
        return f"*UNKNOWN*  {called(check.metric)}: never read. {owner}"
    read = f"read {day(check.reading.read_at, zone)}"
    last = f"last {read}, {value_of(check.metric, check.reading.value)}"
    if check.verdict is Verdict.TOO_FEW:
        n = check.reading.n or 0
        few = f"only {number(n)}, at least {check.watched.minimum_sample} are needed to tell"
        return f"*TOO FEW*  {called(check.metric)}: {few}; {read}. {owner}"
    why = last if check.watched.target else f"no target yet; {last}"
    return f"*UNKNOWN*  {called(check.metric)}: {why}. {owner}"


def tells(check: Check) -> bool:
    """Whether a check says anything at all."""
    return check.verdict is Verdict.PASS or check.verdict.is_miss


def passed(check: Check, zone: ZoneInfo) -> str:
    """What is on target, in full."""
    assert check.reading is not None  # noqa: S101 nothing is on target without a reading
    sure = "" if check.certain else ", not certain"
    facts = [_change(check), _sample(check), f"Read {day(check.reading.read_at, zone)}"]
    said = ". ".join(fact for fact in facts if fact)
    return f"*PASS*  {_value(check)}{sure}. {said}. Owner: {person(check.watched.owner)}"


def well(check: Check) -> str:
    """What is on target, in a few words."""
    assert check.reading is not None  # noqa: S101 nothing is on target without a reading
    sure = "" if check.certain else ", not certain"
    return f"{called(check.metric)} {value_of(check.metric, check.reading.value)}{sure}"


def since(move: Move, zone: ZoneInfo) -> str:
    """What moved after a change, both with their dates."""
    metric, change = move.check.metric, move.change
    what = escape(clip(one_line(unformatted(change.what)), TITLE_ROOM))
    before, after = (value_of(metric, one.value) for one in (move.before, move.after))
    dates = f"{day(move.before.read_at, zone)} and {day(move.after.read_at, zone)}"
    went = f"went from {before} to {after} (read {dates})"
    sure = "" if move.sure else "; that may be chance"
    return f"Since {what} ({moment(change.at, zone)}) {called(metric).lower()} {went}{sure}."


def window_in_words(window: Window, zone: ZoneInfo) -> str:
    """From its first to its last day; where it is a day or less, only that."""
    last = window.end - timedelta(microseconds=1) if window.end > window.start else window.end
    first, final = day(window.start, zone), day(last, zone)
    return first if first == final else f"{first} to {final}"


def compared(reading: Reading) -> str:
    """What the period before *reading* is called."""
    days = (reading.window.end - reading.window.start) / timedelta(days=1)
    return next((words for usual, words in _PERIODS.items() if abs(days - usual) <= usual / 10), "the period before")


def _value(check: Check) -> str:
    assert check.reading is not None  # noqa: S101 only what was read is shown
    target = check.watched.target
    shown = value_of(check.metric, check.reading.value, beside=target.value if target else None)
    agreed = f", target {target_in_words(target, check.metric)}" if target else ""
    return f"{called(check.metric)} {shown}{agreed}"


def _off(check: Check) -> str:
    target = check.watched.target
    if not check.miss or target is None:
        return "exactly there, which is not enough"
    side = "short of it" if target.direction.higher_is_better else "over it"
    return f"{amount_of(check.metric, check.miss)} {side}{'' if check.certain else ', not certain'}"


def _change(check: Check) -> str:
    if check.change is None or check.reading is None:
        return ""
    words = change_in_points(check.metric, check.change)
    return f"{words[0].upper()}{words[1:]} {'since' if words == NO_CHANGE else 'on'} {compared(check.reading)}"


def _sample(check: Check) -> str:
    if check.reading is None or check.reading.n is None:
        return ""
    bounds = f", so {interval_in_words(check.metric, check.interval)}" if check.interval else ""
    return f"{count_of(check.reading.n, 'case')}{bounds}"


def _whose(check: Check, standing: Standing | None, zone: ZoneInfo) -> str:
    if standing is not None and standing.taken_by and standing.taken_at:
        return f"{person(standing.taken_by)} looks after it since {day(standing.taken_at, zone)}"
    return f"Owner: {person(check.watched.owner)}"
