"""Which incident a person means, and what they may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.holders import holder_in, is_group, is_holder
from bot.domain.incident_moves import OverError
from bot.domain.incidents import Incident, State
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.domain.text import clip, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.kit.answerable import why_not
from bot.kit.asking import Ask
from bot.kit.incidents import card_key
from bot.kit.owning import expanded, ownership_of
from bot.kit.reply import ForbiddenError, MarkedUpError
from bot.store import incidents, posts, products
from bot.store.products import LOCAL_WORKSPACE

MOST_NAMED = 8
"""How many open incidents are named where it is asked which one is meant."""


class NoSuchIncidentError(UserError):
    """No incident has this number."""

    def __init__(self, word: str) -> None:
        shown = f"There is no incident {clip(one_line(word), 20)}" if word else "That is no number of an incident"
        super().__init__(f"{shown}. Say “incident” to see what is open.")


class NoOpenIncidentError(UserError):
    """Nothing is open, so nothing can be meant."""

    def __init__(self) -> None:
        super().__init__("No incident is open. Say “incident declare” if something is wrong.")


class NoIncidentError(UserError):
    """There was never one."""

    def __init__(self) -> None:
        super().__init__("There was no incident yet. Say “incident declare” if something is wrong.")


class WhichIncidentError(UserError):
    """There are several, and nothing says which."""

    def __init__(self, several: Sequence[Incident]) -> None:
        named = ", ".join(f"#{one.id}" for one in several[:MOST_NAMED])
        more = " and more" if len(several) > MOST_NAMED else ""
        super().__init__(
            f"Which incident: {named}{more}? Say its number first, like “#{several[0].id}”, or say it in its thread."
        )


class NotYoursError(ForbiddenError):
    """Only those who look after the product or the incident may do this; says who they are."""

    def __init__(self, case: "Case", people: Sequence[str]) -> None:
        named = ", ".join(f"<@{user}>" for user in people[:MOST_NAMED]) or "an admin (nobody is named yet)"
        super().__init__(
            f"Incident {case.incident.id} is for its owner, the product's people, the backup and the admins."
            f" Ask one of them: {named}. You may always note what you see: “incident note”."
        )


class CannotOwnError(MarkedUpError):
    """An incident needs one person who is there and may act."""

    def __init__(self, user: str, why: str) -> None:
        super().__init__(f"<@{user}> cannot own an incident: {why}. Choose somebody else; it stays with who has it.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """An incident with its product."""

    incident: Incident
    product: Product

    def now(self, incident: Incident) -> "Case":
        """The same, with the incident as it is now."""
        return replace(self, incident=incident)


def case_of(ask: Ask, number: str) -> Case:
    """The incident with this number; it went to a client and came back, or was typed, so it may be anything.

    Raises `NoSuchIncidentError`.
    """
    found = incidents.with_id(ask.session, number_of(number.removeprefix("#")))
    if found is None:
        raise NoSuchIncidentError(number)
    return _case(ask, found)


def open_case_of(ask: Ask, words: Sequence[str]) -> tuple[Case, tuple[str, ...]]:
    """The incident that a person means, and the words left: the one whose number comes first (`#12`, or `12` where it
    is open or stands alone), else that of the thread they speak in, else the only open one of the channel's product,
    else the only one. A number may name one that is over.

    Raises `NoSuchIncidentError`, `NoOpenIncidentError`, `WhichIncidentError`.
    """
    first, rest = (words[0], tuple(words[1:])) if words else ("", ())
    if first.startswith("#") and first[1:].isdigit():
        return case_of(ask, first), rest
    here = spoken_in(ask)
    if here is not None:
        return here, tuple(words)
    if number_of(first) and (not rest or _is_open(ask, first)):
        return case_of(ask, first), rest
    return _only_one(ask), tuple(words)


def case_or_latest(ask: Ask, words: Sequence[str]) -> tuple[Case, tuple[str, ...]]:
    """The same, for what is looked at afterwards: a number in front is always that of an incident, and where nothing
    is open, the one that was over last is meant: of the channel's product, else of all.

    Raises `NoSuchIncidentError`, `WhichIncidentError`, `NoIncidentError`.
    """
    if words and number_of(words[0].removeprefix("#")):
        return case_of(ask, words[0]), tuple(words[1:])
    try:
        return open_case_of(ask, words)
    except NoOpenIncidentError:
        return _over_last(ask), tuple(words)


def spoken_in(ask: Ask) -> Case | None:
    """The incident, open or over, in the thread of whose card the person speaks."""
    if ask.incoming.thread is None or ask.incoming.channel is None:
        return None
    post = posts.standing_at(ask.session, LOCAL_WORKSPACE, ask.incoming.channel, ask.incoming.thread)
    found = incidents.with_id(ask.session, number_of(post.key.rpartition("/")[2])) if post else None
    return _case(ask, found) if post and found and card_key(found) == post.key else None


def numbered_first(words: Sequence[str]) -> tuple[str, ...]:
    """*words* with `#12`, wherever it stands, in front: for what takes no sentence."""
    return tuple(sorted(words, key=lambda word: not (word.startswith("#") and word[1:].isdigit())))


def hands(ask: Ask, case: Case) -> tuple[str, ...]:
    """Who may take an incident from its owner and resolve it: its owner, whom it is offered to, who answers for
    incidents and their backup, the product's people, the admins.
    """
    ownership = ownership_of(ask, case.product, INCIDENT_RESPONSE)
    answering = expanded(ask.session, (*ownership.acting, *((ownership.backup,) if ownership.backup else ())))
    team = (one.user for one in products.people(ask.session, case.product.id))
    offered = (case.incident.offered_to,) if case.incident.offered_to else ()
    return tuple(dict.fromkeys((case.incident.owner, *offered, *answering, *team, *ask.admins)))


def require_hand(ask: Ask, case: Case, *, also: str = "") -> None:
    """Raise `NotYoursError` unless the person is one of `hands`, or *also*. While nobody is at it, everybody may."""
    if case.incident.state is State.DECLARED or ask.user == also:
        return
    people = hands(ask, case)
    if ask.user not in people:
        raise NotYoursError(case, people)


def require_open(case: Case) -> None:
    """Raise `OverError` where the incident is over: a form that cannot be sent need not be filled in."""
    if not case.incident.is_open:
        raise OverError(case.incident)


def person_in(words: Sequence[str]) -> str | None:
    """The first person whom *words* mention; a user group is none, because an incident has one owner."""
    held = (holder_in(word) for word in words)
    return next((one for one in held if one is not None and not is_group(one)), None)


def require_can_own(ask: Ask, user: str) -> None:
    """Raise `CannotOwnError` where *user* is known to be a guest, a bot, from elsewhere, or gone, and `UserError` where
    it is no person: forms send anything.
    """
    if not is_holder(user) or is_group(user):
        raise UserError("Choose a person: an incident has one owner, and it stays with who has it.")
    why = why_not(ask.session, user)
    if why is not None:
        raise CannotOwnError(user, why)


def _case(ask: Ask, incident: Incident) -> Case:
    return Case(incident=incident, product=products.with_id(ask.session, incident.product_id))


def _is_open(ask: Ask, word: str) -> bool:
    found = incidents.with_id(ask.session, number_of(word))
    return found is not None and found.is_open


def _over_last(ask: Ask) -> Case:
    several = [
        (one, product)
        for product in products.everything(ask.session)
        for one in incidents.of_product(ask.session, product.id, [State.RESOLVED])
    ]
    here = [
        (one, product)
        for one, product in several
        if ask.channel and ask.channel in {product.team_channel, product.stakeholder_channel}
    ]
    if not several:
        raise NoIncidentError
    incident, product = max(here or several, key=lambda pair: str(pair[0].resolved_at))
    return Case(incident=incident, product=product)


def _only_one(ask: Ask) -> Case:
    several = incidents.open_ones(ask.session)
    if not several:
        raise NoOpenIncidentError
    cases = [_case(ask, one) for one in several]
    here = [
        one
        for one in cases
        if ask.channel and ask.channel in {one.product.team_channel, one.product.stakeholder_channel}
    ]
    for fitting in (here, cases):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise WhichIncidentError([one.incident for one in fitting])
    raise NoOpenIncidentError
