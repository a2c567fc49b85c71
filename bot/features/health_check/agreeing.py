"""What may be agreed on for a metric, and the sentences that tell it."""

from datetime import date

from bot.domain.metrics import Metric, Target, target_of
from bot.domain.showing import target_in_words
from bot.domain.watching import Said, known
from bot.domain.window import zone_named
from bot.errors import UserError
from bot.features.health_check.subject import Subject, as_words, called
from bot.kit.asking import Ask
from bot.kit.choosing import named

MOST_HEADLINES, FEWEST_HEADLINES = 3, 2
"""Two or three headline measures. Source: LLM product management 33.2; roles chapter."""

AGREED_ROOM = 120


class BackwardsTargetError(UserError):
    """A target on the side where the metric is worse."""

    def __init__(self, metric: Metric) -> None:
        better, words = (
            ("higher", "at least or above") if metric.direction.higher_is_better else ("lower", "at most or below")
        )
        super().__init__(f"{metric.title} is the better the {better} it is: say {words}. It was left as it was.")


class TooManyHeadlinesError(UserError):
    """A fourth headline measure."""

    def __init__(self, there: list[Metric]) -> None:
        titles = ", ".join(metric.title for metric in there)
        super().__init__(
            f"There are {len(there)} headline measures already: {titles}. Two or three are what people remember: take"
            " one away first."
        )


def require_forwards(metric: Metric, target: Target) -> Target:
    """*target* where it is on the side where *metric* is better. Raises `BackwardsTargetError`."""
    if target.direction.higher_is_better is not metric.direction.higher_is_better:
        raise BackwardsTargetError(metric)
    return target


def require_room(subject: Subject) -> None:
    """Raise `TooManyHeadlinesError` where there is no room for one more headline measure."""
    there = headlines_beside(subject)
    if len(there) >= MOST_HEADLINES:
        raise TooManyHeadlinesError(there)


def headlines_beside(subject: Subject) -> list[Metric]:
    """The headline measures there are beside this one."""
    names = known(subject.every)
    return [names[name] for name, said in subject.every.items() if said.headline and name != subject.metric.name]


def told(subject: Subject, after: Said) -> str:
    """What holds now, and what held before, in mrkdwn."""
    metric, record = subject.metric, subject.product.record
    now, before = target_of(metric, record, after.target), target_of(metric, record, subject.said.target)
    is_now = f"is to be {target_in_words(now, metric)}" if now else "has no target until people agree on one"
    was = f" It was {target_in_words(before, metric)}." if before and before != now else ""
    was = " It had none." if now and before is None else was
    return f"{called(metric)} of {named(subject.product)} {is_now}{_agreed(after)}.{was}"


def warned(subject: Subject, after: Said) -> str:
    """A word of warning where it is the only headline measure; empty otherwise."""
    count = len(headlines_beside(subject)) + after.headline
    if not after.headline or count >= FEWEST_HEADLINES:
        return ""
    return " It is the only headline measure: two or three tell more."


def today_of(ask: Ask, subject: Subject) -> date:
    """Which day it is where the product is."""
    return ask.now.astimezone(zone_named(subject.product.timezone)).date()


def _agreed(said: Said) -> str:
    if said.target is None:
        return ", as usual"
    on = f" on {said.agreed_on.day} {said.agreed_on:%b %Y}" if said.agreed_on else ""
    if said.agreed_by:
        return f", agreed with {as_words(said.agreed_by)}{on}"
    return f", set{on}; nobody said with whom it was agreed"
