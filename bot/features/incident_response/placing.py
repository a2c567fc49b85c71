"""Where the card of a new incident stands: with the team; without a channel of theirs, where it was declared, or with
its owner; where that would wake them, with whoever declared it.
"""

from bot.errors import PermanentError
from bot.features.incident_response import card
from bot.features.incident_response.finding import Case, case_of
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Outside
from bot.kit.incident_calling import Callees
from bot.kit.post import Post
from bot.kit.reply import Next, Reply

PLACE = "incident_response.place"
"""Look whether the channel may have the card, and post it (value: incident id)."""


def posts(ask: Ask, case: Case) -> list[Post]:
    """The card, where it is known already to whom it goes."""
    if case.product.team_channel is None and _is_channel(ask.channel):
        return []
    to = case.product.team_channel or _alone(ask, case)
    return [card.post(ask.session, case.product, case.incident, to, ask.now)]


def then(ask: Ask, case: Case) -> Next | None:
    """The look at the channel where it was declared, where the card may have to stand there."""
    if posts(ask, case):
        return None
    return Next(errand=PLACE, value=str(case.incident.id))


def said(ask: Ask, case: Case) -> str:
    """Where the card is, in a sentence."""
    channel = case.product.team_channel
    if channel is not None:
        return f"Its card is in <#{channel}>."
    if _is_channel(ask.channel):
        return f"Its card comes here; where people of other companies would read it, to {_whom(ask, case)}."
    return f"Its card is with {_whom(ask, case)}: the product has no channel{_why(ask, case)}."


def _alone(ask: Ask, case: Case) -> str:
    """Who has the card where no channel has it: everything else that is said of it goes there too, at any hour."""
    incident = case.incident
    callees = Callees(session=ask.session, product=case.product, admins=ask.admins)
    return incident.owner if callees.may(incident.owner, incident, ask.now) else incident.declared_by


def _whom(ask: Ask, case: Case) -> str:
    return "its owner" if _alone(ask, case) == case.incident.owner else "you"


def _why(ask: Ask, case: Case) -> str:
    is_owner = _alone(ask, case) == case.incident.owner
    return "" if is_owner else ", and its owner may not be called at this hour"


def _channel_of(ask: Ask) -> str:
    return ask.channel or ""


def _may_stand(channel: str, outside: Outside) -> bool:
    try:
        outside.require_own(channel)
    except PermanentError:
        return False
    return True


def _place(ask: Ask, channel: str, may_stand: bool) -> Reply:  # noqa: FBT001 what an errand's look found
    case = case_of(ask, ask.value)
    to = channel if may_stand else _alone(ask, case)
    return Reply(posts=[card.post(ask.session, case.product, case.incident, to, ask.now)])


def _is_channel(channel: str | None) -> bool:
    return channel is not None and channel.startswith(("C", "G"))


ERRANDS: tuple[AnyErrand, ...] = (Errand(name=PLACE, ask=_channel_of, fetch=_may_stand, keep=_place),)
