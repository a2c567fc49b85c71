"""Which metric of which product a person means, and how both are named to them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.domain.metrics import Metric
from bot.domain.naming import metric_named, nearest_metric
from bot.domain.product import Product
from bot.domain.readings import Reading
from bot.domain.text import bounded, clip, escape, one_line, unformatted
from bot.domain.watching import Said, known
from bot.errors import UsageError, UserError
from bot.kit.asking import Ask
from bot.kit.choosing import product_of, product_with_id
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError
from bot.store import audit, directory, watches
from bot.store.products import LOCAL_WORKSPACE
from bot.store.watches import MetricChangedError

_LONGEST_NAME = 5
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_USER = re.compile(r"[UW][A-Z0-9]{2,}")


class WhichMetricError(UsageError):
    """The words name no metric."""

    def __init__(self, ask: Ask, example: str, names: Mapping[str, Metric]) -> None:
        super().__init__(f"Which metric? Like “{ask.command} {example}”. There are: {', '.join(names)}.")


class UnknownMetricError(UserError):
    """No metric is called that; says which was probably meant, and which there are."""

    def __init__(self, text: str, names: Mapping[str, Metric]) -> None:
        typed = clip(one_line(text), 40)
        near = nearest_metric([typed], names)
        guess = f" Did you mean “{near}”?" if near else ""
        super().__init__(f"There is no metric “{typed}”.{guess} There are: {', '.join(names)}.")


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same metric at the same instant: one of them won, and the other hears who."""

    def __init__(self, metric: Metric, user: str | None) -> None:
        who = f"<@{user}>" if user else "Somebody"
        super().__init__(
            f"{who} changed {called(metric)} meanwhile; yours was not saved. Look at it again, then repeat it."
        )


class GonePersonError(UserError):
    """Who left cannot answer for a metric."""

    def __init__(self) -> None:
        super().__init__("This person is not here any more: choose somebody else.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A metric of a product, what the team said of it and of the others, and the words that are left."""

    product: Product
    metric: Metric
    every: Mapping[str, Said]
    words: tuple[str, ...] = ()

    @property
    def said(self) -> Said:
        """What the team said of this metric; nothing yet is an answer."""
        return self.every.get(self.metric.name) or Said(metric=self.metric.name)


def subject_of(ask: Ask, says: str, example: str) -> Subject:
    """The product and metric that the words name. *says* is the command as it was typed.

    Raises `WhichMetricError`, `UnknownMetricError`, and what choosing a product raises.
    """
    product, words = product_of(ask, says)
    every = watches.of_product(ask.session, product.id)
    if not words:
        raise WhichMetricError(ask, example, known(every))
    metric, rest = metric_said(words, known(every, product.record.currency))
    return Subject(product=product, metric=metric, every=every, words=rest)


def metric_said(words: Sequence[str], names: Mapping[str, Metric]) -> tuple[Metric, tuple[str, ...]]:
    """The metric that the first of *words* name, and the words left: as many as make a name.

    Raises `UnknownMetricError`.
    """
    for taken in range(min(len(words), _LONGEST_NAME), 0, -1):
        found = metric_named(words[:taken], names)
        if found is not None:
            return found, tuple(words[taken:])
    raise UnknownMetricError(words[0] if words else "", names)


def carried_subject(ask: Ask, number: str | None, name: str | None) -> Subject:
    """The product and metric that a button or form carries; both went to a client and came back."""
    product = product_with_id(ask, number)
    every = watches.of_product(ask.session, product.id)
    metric, _ = metric_said([name or ""], known(every, product.record.currency))
    return Subject(product=product, metric=metric, every=every)


def own_subject(ask: Ask, subject: Subject) -> Subject:
    """*subject* where the person may change its product. Raises `NotYoursError`."""
    require_may_change(ask, subject.product)
    return subject


def save(ask: Ask, subject: Subject, said: Said) -> Said:
    """Keep what was said of a metric. Raises `SomebodyWasFirstError`."""
    with _first_come(ask, subject):
        return watches.save(ask.session, subject.product.id, said)


def at_version(said: Said, version: str | None) -> Said:
    """*said* as the form saw it: whoever saved meanwhile was first."""
    return replace(said, version=int(version)) if version and version.isdecimal() else said


def deed_name(metric: Metric) -> str:
    """What the audit log calls what is done to a metric."""
    return f"health metric {metric.name}"


def called(metric: Metric) -> str:
    """A metric's title for mrkdwn, without any format of its own."""
    return as_words(metric.title)


def by_whom(reading: Reading) -> str:
    """Who or what entered a reading, for mrkdwn."""
    return who(reading.entered_by)


def who(name: str) -> str:
    """A person by their id as a mention, everything else as text, for mrkdwn."""
    return f"<@{name}>" if _USER.fullmatch(name) else as_words(name)


def as_words(text: str) -> str:
    """What people typed, on one line of mrkdwn and without any format of its own."""
    return escape(unformatted(one_line(text)))


def person_in(word: str) -> str | None:
    """The user id of a person as Slack sends them, None where *word* is none."""
    found = _PERSON.fullmatch(word)
    return found[1] if found else None


def require_here(ask: Ask, user: str) -> None:
    """Raise `GonePersonError` where *user* is no user id (forms send anything), or somebody who left."""
    if not _USER.fullmatch(user) or directory.gone(ask.session, LOCAL_WORKSPACE, [user]):
        raise GonePersonError


def in_names(ask: Ask, text: str, room: int = 120) -> str:
    """*text* on one line with the people it mentions by name, as far as they are known."""
    return bounded(one_line(_PERSON.sub(lambda found: _name(ask, found[1]), text)), room)


def _name(ask: Ask, user: str) -> str:
    person = directory.known(ask.session, LOCAL_WORKSPACE, user)
    return person.name if person else user


@contextmanager
def _first_come(ask: Ask, subject: Subject) -> Iterator[None]:
    try:
        yield
    except MetricChangedError as error:
        deeds = audit.of_product(ask.session, subject.product.id)
        mine = [deed.user for deed in deeds if deed.what == deed_name(subject.metric)]
        raise SomebodyWasFirstError(subject.metric, mine[-1] if mine else None) from error
