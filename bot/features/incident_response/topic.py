"""The topic of a team's channel while incidents are open: what is open and who owns it, and what stood there before.

What stood there before is kept in the audit log, in the row of the deed that put ours in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from sqlmodel import Session

from bot.domain.failure_modes import OTHER
from bot.domain.incident_topic import Kept, Open, decided, is_same, topic_of
from bot.domain.incidents import OPEN, Incident
from bot.domain.nights import day_begins
from bot.domain.product import Product
from bot.domain.text import escape, one_line
from bot.domain.words import number_of
from bot.errors import PermanentError
from bot.features.incident_response import words
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Outside
from bot.kit.incident_calling import Callees
from bot.kit.later import Later
from bot.kit.owning import leads_of
from bot.kit.post import Post
from bot.kit.reply import Next, Reply
from bot.log import logger
from bot.store import audit, directory, incident_settings, incidents, products
from bot.store.json import dumped, loaded
from bot.store.products import LOCAL_WORKSPACE

LOOK, SET = "incident_response.look_at_topic", "incident_response.set_topic"
"""What stands in a channel's topic is looked at, and written down before anything else is put there. Both are told the
channel.
"""

REFUSED = "incident_response.topic_refused"
"""Tell somebody that it could not be done (value: the deed in the audit log that says what and why)."""

DEED, REFUSAL, SETTINGS = "incident topic", "incident topic refused", "incident settings"
"""What stands in the audit log: the topic was changed, it could not be, the team switched something on or off."""


DAILY = time(5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the audit log knows of the topic of *channel*; *deed* is where it stands."""

    deed: int
    channel: str
    product: Product
    kept: Kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Slack did not let us, and why, as a sentence."""

    why: str


def changed(ask: Ask, product: Product, incident: Incident) -> None:
    """Let the topic follow an incident that was just saved, where the team wants that; nothing where it says so."""
    begin(ask, product, key=f"{incident.id}/{incident.version}")


def begin(ask: Ask, product: Product, *, key: str) -> None:
    """Let the topic of the product's channel be looked at now, once for each *key*; nothing where it is as it should
    be. Where the team moved, what is ours is taken from the channel that it left.
    """
    known = _of_product(ask.session, product)
    if known is None and not incident_settings.of_product(ask.session, product.id).topic:
        return
    for channel in sorted({product.team_channel, known.channel if known else None} - {None}, key=str):
        if _is_wanted_otherwise(ask.session, str(channel)):
            later.at(ask.session, ask.now, name=LOOK, key=f"{channel}/{key}", now=ask.now, value=str(channel))


def look(ask: Ask) -> Reply:
    """Go on to look, if it still matters."""
    return Reply(then=Next(errand=LOOK, value=ask.value)) if _is_wanted_otherwise(ask.session, ask.value) else Reply()


def look_at_all(ask: Ask) -> Reply:
    """Let every topic be looked at that is not as it should be: what was missed, or a product was put away."""
    for product in products.everything(ask.session, archived=True):
        begin(ask, product, key=f"daily/{ask.now.date()}")
    return Reply()


def tell_refused(ask: Ask) -> Reply:
    """Tell a lead, once, what could not be done and what to do."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None:
        return Reply()
    text = (
        f"I could not keep the channel's topic up to date with what is open: {deed.detail} Incidents go on without it;"
        f" `{ask.command} incident settings topic off` lets me stop trying."
    )
    return Reply(posts=[Post(key=f"incident-topic/{deed.id}/{ask.user}", to=ask.user, text=text)])


def _channel(ask: Ask) -> str:
    return ask.value


def _found(channel: str, outside: Outside) -> str | Refused:
    """What stands there now."""
    try:
        outside.require_own(channel)
        return outside.topic(channel)
    except PermanentError as error:
        return Refused(why=str(error))


def _looked(ask: Ask, channel: str, found: str | Refused) -> Reply:
    """Write down what stands there and what is to, then go on to set it."""
    known = _of_channel(ask.session, channel)
    product = known.product if known else _first_of(ask.session, channel)
    if isinstance(found, Refused):
        return _refused(ask, channel, product, found)
    after = decided(known.kept if known else None, found, _wanted(ask.session, channel))
    if after is None or product is None:
        return Reply()
    if known is None or after != known.kept:
        _write(ask, product, channel, after)
    return Reply() if is_same(found, (after.says,)) else Reply(then=Next(errand=SET, value=channel))


def _known_of(ask: Ask) -> Known | None:
    return _of_channel(ask.session, ask.value)


def _set(known: Known | None, outside: Outside) -> Refused | None:
    """Set it, unless it stands there: an answer may have been lost, and Slack tells the channel of each change."""
    try:
        if known is not None and not is_same(outside.topic(known.channel), (known.kept.says,)):
            outside.set_topic(known.channel, known.kept.says)
    except PermanentError as error:
        return Refused(why=str(error))
    return None


def _done(ask: Ask, known: Known | None, refused: Refused | None) -> Reply:
    """Go on where something else was decided meanwhile: two may be at it at once, and the wrong one come last."""
    if known is None:
        return Reply()
    if refused is not None:
        return _refused(ask, known.channel, known.product, refused)
    latest = _of_channel(ask.session, known.channel)
    is_old = latest is not None and latest.kept.says != known.kept.says
    return Reply(then=Next(errand=SET, value=known.channel)) if is_old else Reply()


def _refused(ask: Ask, channel: str, product: Product | None, refused: Refused) -> Reply:
    """Write it down and let the leads be told in their working hours; once, until the team sets something anew."""
    detail = f"{_about(channel)}: {escape(one_line(refused.why))}"
    if product is None or _is_told(ask.session, product, detail):
        return Reply()
    deed = audit.done(ask.session, user="", what=REFUSAL, now=ask.now, product=product, detail=detail)
    logger().warning("incident.topic_refused", channel=channel, reason=refused.why)
    leads = leads_of(ask.session, product)
    for user, reach in Callees(session=ask.session, product=product).reaches(leads, {}).items():
        at = day_begins(reach, ask.now, urgent=False)
        later.at(ask.session, at, name=REFUSED, key=f"{deed}/{user}", now=ask.now, user=user, value=str(deed))
    return Reply()


def _is_told(session: Session, product: Product, detail: str) -> bool:
    told, anew = (audit.latest(session, product.id, what) for what in (REFUSAL, SETTINGS))
    return told is not None and told.detail == detail and (anew is None or told.id > anew.id)


def _is_wanted_otherwise(session: Session, channel: str) -> bool:
    known, wanted = _of_channel(session, channel), _wanted(session, channel)
    if known is None or known.kept.over:
        return wanted is not None
    return wanted != known.kept.says


def _wanted(session: Session, channel: str) -> str | None:
    """What the topic should say of the products of a channel whose teams want it; None where nothing is open."""
    return topic_of([one for product in _followed(session, channel) for one in _open(session, product)])


def _followed(session: Session, channel: str) -> Iterator[Product]:
    for product in products.everything(session):
        if product.team_channel == channel and incident_settings.of_product(session, product.id).topic:
            yield product


def _first_of(session: Session, channel: str) -> Product | None:
    return next(_followed(session, channel), None)


def _open(session: Session, product: Product) -> Iterator[Open]:
    for one in incidents.of_product(session, product.id, OPEN):
        # “Something else” tells nobody anything.
        kind = words.kind_name(session, product, one.kind).name if one.kind != OTHER else ""
        yield Open(number=one.id, kind=kind, severity=one.severity, owner=_name(session, one.owner))


def _name(session: Session, user: str) -> str:
    person = directory.known(session, LOCAL_WORKSPACE, user)
    return person.name if person else "somebody"


def _of_channel(session: Session, channel: str) -> Known | None:
    """The latest that is known of a channel, whichever of its products it was written down with: of one that was put
    away too, or what is ours would stand there for ever.
    """
    several = (_of_product(session, product, channel) for product in products.everything(session, archived=True))
    return max((one for one in several if one is not None), key=lambda one: one.deed, default=None)


def _of_product(session: Session, product: Product, channel: str | None = None) -> Known | None:
    """The latest that was written down with a product: of this channel, or of any."""
    deed = audit.latest(session, product.id, DEED, detail=_about(channel) if channel else None)
    if deed is None or deed.before is None:
        return None
    kept = loaded(Kept, deed.before["topic"])
    return Known(deed=deed.id, channel=deed.before["channel"], product=product, kept=kept)


def _write(ask: Ask, product: Product, channel: str, kept: Kept) -> None:
    before = {"channel": channel, "topic": dumped(kept)}
    audit.done(ask.session, user="", what=DEED, now=ask.now, product=product, detail=_about(channel), before=before)


def _about(channel: str) -> str:
    return f"<#{channel}>"


LATERS = (
    Later(name=LOOK, run=look),
    Later(name=REFUSED, run=tell_refused),
    Later(name="incident_response.topics_daily", run=look_at_all, daily=DAILY),
)
ERRANDS: tuple[AnyErrand, ...] = (
    Errand(name=LOOK, ask=_channel, fetch=_found, keep=_looked),
    Errand(name=SET, ask=_known_of, fetch=_set, keep=_done),
)
