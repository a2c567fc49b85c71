"""`/muster incident attach`: predictions that belong to an incident, by their ids; they are what is learned from it."""

from bot.domain.incidents import Did, Event
from bot.domain.text import clip, count_of, escape, one_line
from bot.domain.words import number_of
from bot.errors import UsageError
from bot.features.incident_response import aftermath, deeds, words
from bot.features.incident_response.finding import Case, case_of, open_case_of, require_hand
from bot.kit.asking import Ask
from bot.kit.choosing import named
from bot.kit.command import Command, Effect
from bot.kit.reply import MarkedUpError, Reply
from bot.store import held, incidents


class WhichPredictionError(UsageError):
    """No prediction is named."""

    def __init__(self) -> None:
        super().__init__("Name the predictions by their ids, like “incident attach 12 p-0031 p-0045”.")


class NoSuchPredictionError(MarkedUpError):
    """An id that no prediction of the product has; nothing was attached."""

    def __init__(self, case: Case, name: str) -> None:
        shown = escape(one_line(clip(name, 80)))
        super().__init__(f"There is no prediction “{shown}” of {named(case.product)} here. Nothing was attached.")


def attach(ask: Ask) -> Reply:
    """Attach the predictions that were named, all or none."""
    case, names = _case(ask)
    require_hand(ask, case)
    if not names:
        raise WhichPredictionError
    rows = [_row(ask, case, name) for name in names]
    count = incidents.attach(ask.session, case.incident.id, rows, by=ask.user, now=ask.now)
    where = words.subject(case.incident, case.product)
    if count == 0:
        return Reply(text=f"All of them belong to {where} already.")
    deeds.recorded(ask, case, Event(at=ask.now, by=ask.user, what=Did.ATTACHED, detail={"count": count}))
    aftermath.attached(ask, case)
    then = "They can join the golden set" if count > 1 else "It can join the golden set"
    when = "" if not case.incident.is_open else " once it is over"
    return Reply(text=f"You attached {count_of(count, 'prediction')} to {where}. {then}{when}: `{ask.command} golden`")


def _case(ask: Ask) -> tuple[Case, tuple[str, ...]]:
    """The incident that is meant: by a number in front of other words, else the one that is open here."""
    first, *rest = ask.words or ("",)
    if number_of(first.removeprefix("#")) and rest:
        return case_of(ask, first), tuple(rest)
    return open_case_of(ask, ask.words)


def _row(ask: Ask, case: Case, name: str) -> int:
    found = held.called(ask.session, case.product.id, name)
    if found is None:
        raise NoSuchPredictionError(case, name)
    return found.row_id


COMMANDS = (
    Command(
        noun="incident",
        verb="attach",
        takes="[N] prediction-id ...",
        summary="Say which predictions belong to an incident",
        example="incident attach 1 p-0031",
        effect=Effect.CHANGE,
        run=attach,
        synonyms=("prediction", "evidence"),
        inside=True,
    ),
)
