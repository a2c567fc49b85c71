"""`/muster health explain`: how a verdict came about, with the statistics spelled out in plain words."""

from collections.abc import Iterator

from bot.domain.courses import course_in_words
from bot.domain.drifting import LARGE, MODERATE
from bot.domain.drifting import SURE as DRIFT_SURE
from bot.domain.health import Check, Verdict
from bot.domain.metrics import Miss, Unit
from bot.domain.planning import Period
from bot.domain.readings import Reading
from bot.domain.showing import change_in_points, interval_in_words, target_in_words, value_of
from bot.domain.standings import DAMPING
from bot.domain.statistics import CONFIDENCE
from bot.domain.text import count_of, number, percent
from bot.domain.trends import SURE, trend
from bot.features.health_check.course import History, history_of
from bot.features.health_check.subject import Subject, subject_of
from bot.kit.asking import Ask
from bot.kit.blocks import actions, fallback, fit, header, plain_section, saying
from bot.kit.charting import WEEKS
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply

_CADENCES = {"daily": "two days", "weekly": "two weeks", "monthly": "two months"}


def explain(ask: Ask) -> Reply:
    """Everything behind a metric's verdict, in plain words."""
    subject = subject_of(ask, "health explain", "health explain accuracy")
    history = history_of(ask.session, subject, as_of=ask.now, weeks=WEEKS)
    title = f"{subject.metric.title}, spelled out"
    lines = [*_verdict(history.check), *_certainty(history.check), *_course(history), *_rules(history.check)]
    row = actions(
        "explain", saying("Trend", f"health trend {subject.product.key} {subject.metric.name}"), _target(subject)
    )
    return Reply(text=fallback(title), blocks=fit([header(title), *(plain_section(line) for line in lines), row]))


def _target(subject: Subject) -> dict[str, object]:
    return saying("Target", f"health targets {subject.product.key} {subject.metric.name}")


def _verdict(check: Check) -> Iterator[str]:
    """What the value comes to, and why."""
    reading, target, metric = check.reading, check.watched.target, check.metric
    if reading is None:
        yield f"{metric.title} was not read in this time, so it is unknown. Unknown is never on target."
        return
    value = value_of(metric, reading.value, beside=target.value if target else None)
    against = f"the target is {target_in_words(target, metric)}" if target else "no target is set"
    yield f"The value is {value}, {against}. Verdict: {check.verdict.replace('_', ' ').lower()}. {_why(check)}"


def _why(check: Check) -> str:
    match check.verdict:
        case Verdict.UNKNOWN if check.watched.target is None:
            return "Without a target nothing can be met or missed."
        case Verdict.UNKNOWN:
            oldest = _CADENCES[check.metric.layer.cadence]
            return f"It is too old to speak for today: a value speaks until it is {oldest} old."
        case Verdict.TOO_FEW:
            return f"Fewer than {number(check.watched.minimum_sample)} cases are too few to tell."
        case _:
            missed = "fails" if check.metric.miss is Miss.FAIL else "is a warning"
            return f"The value alone decides; a miss of a {check.metric.layer} measure {missed}."


def _certainty(check: Check) -> Iterator[str]:
    """How sure the value is: the method, the sample, and whether the target lies inside."""
    if check.reading is None:
        return
    if check.interval is None:
        yield f"How sure it is cannot be told: {_why_not(check)}."
        return
    bounds, sure = interval_in_words(check.metric, check.interval), percent(CONFIDENCE, 0)
    yield f"It is {bounds} with {sure} confidence: {_method(check, check.reading)}."
    if check.watched.target is not None and check.verdict not in {Verdict.UNKNOWN, Verdict.TOO_FEW}:
        inside = "outside of that: the verdict is certain" if check.certain else "inside of that: not certain"
        yield f"The target lies {inside}."


def _method(check: Check, reading: Reading) -> str:
    sample = "" if reading.n is None else f", from {count_of(reading.n, 'case')}"
    if reading.low is not None and reading.high is not None:
        return f"bounds that came with the value{sample} (of computed ones, by the ranks of the cases)"
    if check.metric.is_mean:
        return f"Student's interval around a mean{sample}, with a standard deviation of {number(reading.sd or 0, 3)}"
    return f"Wilson's interval around a share{sample}"


def _why_not(check: Check) -> str:
    reading = check.reading
    if reading is None or reading.n is None:
        return "nobody said of how many cases it comes"
    if check.metric.is_mean:
        return "for a mean it takes the standard deviation too"
    return (
        "its sample says nothing of its spread" if check.metric.unit is not Unit.SHARE else "it is more than all of it"
    )


def _course(history: History) -> Iterator[str]:
    """The change and the trend, with the test behind it."""
    check, found = history.check, trend(history.values)
    if check.change is not None and check.earlier is not None:
        earlier = value_of(check.metric, check.earlier.value)
        yield f"The period before it was {earlier}: {change_in_points(check.metric, check.change)}."
    yield course_in_words(history.metric, history.values)
    if found is not None:
        step = change_in_points(history.metric, found.slope)
        yield (
            f"The trend is tested by Mann and Kendall, over {count_of(len(history.values), 'value')}: chance alone"
            f" would go that way as steadily in {percent(found.p)} of cases (p = {found.p:.3g}, one side); under"
            f" {percent(SURE, 0)} it is shown. The slope by Theil and Sen: {step} a period."
        )


def _rules(check: Check) -> Iterator[str]:
    """The thresholds that hold for this metric."""
    cadence = check.metric.layer.cadence
    yield (
        f"It is read {cadence}. A value counts for {_CADENCES[cadence]}; of fewer than"
        f" {number(check.watched.minimum_sample)} cases it is too few to tell. The channel hears of a new state"
        f" {_heard(cadence)}."
    )
    yield (
        f"What people ask about and how sure the model is are compared with the four weeks before by the population"
        f" stability index: from {MODERATE:g} it changed somewhat, above {LARGE:g} a lot, if a chi-square test says"
        f" that chance would do as much in under {percent(DRIFT_SURE, 0)} of cases."
    )


def _heard(cadence: Period) -> str:
    damping = DAMPING[cadence]
    return "at once" if damping.of == 1 else f"once {damping.needed} of the last {damping.of} checks say so"


COMMANDS = (
    Command(
        noun="health",
        verb="explain",
        takes="[product] METRIC",
        summary="How a verdict came about, with the statistics spelled out",
        example="health explain accuracy",
        effect=Effect.READ,
        run=explain,
        synonyms=("why", "statistics", "stats"),
    ),
)
