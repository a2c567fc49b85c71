"""An emoji that keeps a message: whoever puts the team's emoji on it puts it into the incident's record."""

import re
from dataclasses import dataclass

from bot.domain.incidents import OPEN, Incident
from bot.domain.incoming import Quoted
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.domain.words import number_of
from bot.errors import PermanentError
from bot.features.incident_response import keeping
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Outside
from bot.kit.happening import Happening
from bot.kit.incidents import card_key
from bot.kit.reply import Next, Reply
from bot.log import logger
from bot.store import directory, incident_settings, incidents, posts, products
from bot.store.products import LOCAL_WORKSPACE

KEEP = "incident_response.keep_reacted"
"""Look at the message and at who reacted, and keep it."""

_NAME = re.compile(r"[a-z0-9_+'-]{1,100}")
_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1"}
"""What Slack calls a reaction otherwise than people type it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """A message, and who put which emoji on it."""

    user: str
    emoji: str
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What Slack says of both."""

    person: Person
    quoted: Quoted


def emoji_in(word: str) -> str | None:
    """The name of the emoji that *word* is (`:pushpin:`, `pushpin`), as reactions are called, without the tone of its
    skin; None where it is no name.
    """
    name = word.casefold().strip(":").partition("::")[0]
    return _ALIASES.get(name, name) if _NAME.fullmatch(name) else None


def on_reaction(ask: Ask) -> Reply:
    """Look at the message, where it may belong to an incident."""
    channel, ts, emoji = ask.channel, ask.incoming.message, emoji_in(ask.value)
    if channel is None or ts is None or emoji is None or not _candidates(ask, emoji, channel):
        return Reply()
    return Reply(then=Next(errand=KEEP, value=f"{emoji} {channel} {ts}"))


def _reacted(ask: Ask) -> Reacted:
    emoji, channel, ts = ask.value.split(" ")
    return Reacted(user=ask.user, emoji=emoji, channel=channel, ts=ts)


def _looked(reacted: Reacted, outside: Outside) -> Seen | None:
    """Both as they are now; None where the message is gone, or cannot be seen."""
    try:
        person = outside.people([reacted.user])[reacted.user]
        return Seen(person=person, quoted=outside.quote(reacted.channel, reacted.ts))
    except PermanentError as error:
        logger().warning("incident.reaction_unseen", channel=reacted.channel, ts=reacted.ts, reason=str(error))
        return None


def _kept(ask: Ask, reacted: Reacted, seen: Seen | None) -> Reply:
    """Keep it where a member of the workspace reacted; nobody is told, the card counts it."""
    if seen is None:
        return Reply()
    directory.keep(ask.session, LOCAL_WORKSPACE, seen.person, ask.now)
    case = _case(ask, reacted, seen.quoted) if seen.person.standing is Standing.MEMBER else None
    if case is not None:
        keeping.keep(ask, case, reacted.channel, seen.quoted)
    return Reply()


def _candidates(ask: Ask, emoji: str, channel: str) -> list[Product]:
    """The products whose emoji it is and whose incidents may be spoken of in that channel."""
    return [one for one in _products(ask, emoji) if _is_spoken_of(ask, one, channel)]


def _products(ask: Ask, emoji: str) -> list[Product]:
    wanted = incident_settings.of_product
    return [one for one in products.everything(ask.session) if wanted(ask.session, one.id).emoji == emoji]


def _is_spoken_of(ask: Ask, product: Product, channel: str) -> bool:
    if product.team_channel == channel:
        return bool(incidents.of_product(ask.session, product.id))
    # A team that moved goes on in the threads of what was declared before.
    cards = (posts.named(ask.session, LOCAL_WORKSPACE, card_key(one)) for one in _open(ask, product))
    return any(card is not None and card.channel == channel for card in cards)


def _case(ask: Ask, reacted: Reacted, quoted: Quoted) -> Case | None:
    """The incident in whose thread the message is; else, in the team's channel, the only one that is open."""
    several = _products(ask, reacted.emoji)
    if _card_at(ask, reacted.channel, reacted.ts) is not None:
        return None
    spoken_in = _card_at(ask, reacted.channel, quoted.thread) if quoted.thread else None
    if spoken_in is not None:
        product = next((one for one in several if one.id == spoken_in.product_id), None)
        return Case(incident=spoken_in, product=product) if product else None
    here = [one for one in several if one.team_channel == reacted.channel]
    cases = [Case(incident=one, product=product) for product in here for one in _open(ask, product)]
    return cases[0] if len(cases) == 1 else None


def _card_at(ask: Ask, channel: str, ts: str) -> Incident | None:
    """The incident whose card this message is."""
    post = posts.standing_at(ask.session, LOCAL_WORKSPACE, channel, ts)
    found = incidents.with_id(ask.session, number_of(post.key.rpartition("/")[2])) if post else None
    return found if found is not None and post is not None and card_key(found) == post.key else None


def _open(ask: Ask, product: Product) -> list[Incident]:
    return incidents.of_product(ask.session, product.id, OPEN)


HAPPENINGS = (Happening(name="incident_response.reaction", event="reaction_added", run=on_reaction),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=KEEP, ask=_reacted, fetch=_looked, keep=_kept),)
