"""`/muster incident on-call`: who may be called at night, and who would be if it happened tonight at two."""

from collections.abc import Sequence
from datetime import datetime, time

from bot.domain.calling import Case, first_round
from bot.domain.holders import mention, mentions
from bot.domain.incidents import Severity
from bot.domain.nights import is_night
from bot.domain.product import Product
from bot.domain.window import instant_of, zone_named
from bot.domain.words import folded
from bot.features.incident_response import calling, calls
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, context, markdown, saying, section
from bot.kit.choosing import NoProductError, WhichProductError, named, product_of
from bot.kit.command import Command, Effect
from bot.kit.incident_calling import Callees
from bot.kit.later import next_daily
from bot.kit.reply import Reply
from bot.kit.routing import refuse_word
from bot.store import audit, night_calls, products
from bot.store.products import LOCAL_WORKSPACE

SAYS = "incident on-call"
ON, OFF = ("on", "yes"), ("off", "no")

AT = time(2)
"""The hour that is looked at: the one of which everybody asks who would be there."""

MOST = 5
"""How many products are shown where none is named."""

_SILENCE = "Slack itself stays silent while your notifications are paused: let their schedule leave room for me."


def says_it(words: Sequence[str]) -> bool:
    """Whether the words say on or off."""
    return any(folded(word) in (*ON, *OFF) for word in words)


def show(ask: Ask) -> Reply:
    """What the person said, and who would be called tonight."""
    text = {
        True: "You may be called at night: you said so.",
        False: "You are not called at night: you said so.",
        None: "You are not called at night: you never said that you may be.",
    }[night_calls.said(ask.session, LOCAL_WORKSPACE, ask.user)]
    return _answer(ask, text)


def say(ask: Ask) -> Reply:
    """Write down whether the person may be called at night, and show who would be tonight."""
    accepted = any(folded(word) in ON for word in ask.words)
    rest = [word for word in ask.words if not says_it([word])]
    night_calls.say(ask.session, LOCAL_WORKSPACE, ask.user, accepted=accepted, now=ask.now)
    audit.done(ask.session, user=ask.user, what=f"{SAYS} {'on' if accepted else 'off'}", now=ask.now)
    if accepted:
        calling.look_again(ask.session, ask.now)
        text = f"You may be called at night from now on, for incidents of severity 1 and 2. {_SILENCE}"
    else:
        text = "You are not called at night any more; by day you are."
    return _answer(ask.saying(rest), text)


def _answer(ask: Ask, text: str) -> Reply:
    """*text*, what would happen tonight for the product that is meant, and the button that says the contrary."""
    shown = [block for product in _meant(ask) for block in _tonight(ask, product)]
    willing = night_calls.said(ask.session, LOCAL_WORKSPACE, ask.user)
    other = saying("Not at night", f"{SAYS} off") if willing else saying("Call me at night", f"{SAYS} on")
    return Reply(text=text, blocks=[section(text), *shown, actions("on-call", other)])


def _meant(ask: Ask) -> Sequence[Product]:
    """The product that is named or understood; the first few where nothing says which. Raises `MarkedUpError`."""
    try:
        product, rest = product_of(ask, SAYS)
    except NoProductError:
        return []
    except WhichProductError:
        return products.everything(ask.session)[:MOST]
    if rest:
        known = [*ON, *OFF, *(one.key for one in products.everything(ask.session))]
        raise refuse_word(rest[0], "incident", known, ask.guide, ask.command)
    return [product]


def _tonight(ask: Ask, product: Product) -> list[Block]:
    zone = zone_named(product.timezone)
    at = instant_of(next_daily(AT, zone=zone, now=ask.now), zone)
    callees = Callees(session=ask.session, product=product, admins=ask.admins)
    case = callees.supposed(Severity.CRITICAL, at)
    lines = [_line(callees, case, user, at) for user in case.everybody]
    said = section(f"{named(product)}: {_would(callees, case, at)}")
    return [said, context(markdown("\n".join(lines)))] if lines else [said]


def _would(callees: Callees, case: Case, at: datetime) -> str:
    """Who would be called, one after the other, if it happened *at* that instant."""
    tonight = f"tonight at {at.astimezone(case.zone):%H:%M %Z}"
    if not case.everybody:
        return "there is nobody to call: name who answers for incidents."
    called = [mentions(people) for people in first_round(case, at)]
    if called:
        return f"{tonight} I would call {'; then '.join(called)}; then nobody else."
    day = min(case.everybody, key=lambda user: case.day_of(user, at))
    begins = calls.clock(callees, day, case.day_of(day, at))
    return (
        f"{tonight} *nobody* would be called: nobody of these accepted it. The first would be {mention(day)} at"
        f" {begins}. Ask one of them to say “{SAYS} on”."
    )


def _line(callees: Callees, case: Case, user: str, at: datetime) -> str:
    """Somebody of those who would be called, and whether they may be at that hour."""
    there = f"{at.astimezone(callees.zone_of(user)):%H:%M %Z} there"
    if not is_night(at, callees.zone_of(user)):
        return f"{mention(user)}: yes, it is {there}."
    if case.reaches[user].accepted:
        return f"{mention(user)}: yes, accepted to be called at night."
    said = night_calls.said(callees.session, LOCAL_WORKSPACE, user)
    why = "have not accepted to be called at night" if said is None else "said no"
    return f"{mention(user)}: no, it is {there} and they {why}."


COMMANDS = (
    Command(
        noun="incident",
        verb="on-call",
        takes="[on | off] [PRODUCT]",
        summary="Say whether you may be called at night, and see who would be",
        example=SAYS,
        effect=Effect.READ,
        run=show,
        synonyms=("night", "oncall"),
        in_full=say,
        says_all=says_it,
    ),
)
