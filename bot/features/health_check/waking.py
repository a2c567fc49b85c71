"""The end of a snooze: what is still missed is said again."""

from datetime import datetime

from bot.domain.health import Check
from bot.domain.product import Product
from bot.domain.standings import Standing, State, seen_in, snoozed, told
from bot.domain.words import number_of
from bot.features.health_check import card
from bot.features.health_check.card import Occasion
from bot.features.health_check.service import news_of
from bot.features.health_check.subject import called
from bot.features.health_check.whole import Whole, whole
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.later import Later
from bot.kit.reply import Reply
from bot.store import products, standings
from bot.store.health_cards import Told

WAKE = "health_check.wake"


def lay_by(ask: Ask, product: Product, metric: str, until: datetime) -> None:
    """Let the end of this snooze be looked at when it comes."""
    value = f"{product.id} {metric} {until.isoformat()}"
    later.at(ask.session, until, name=WAKE, key=value, now=ask.now, user=ask.user, value=value)


def wake(ask: Ask) -> Reply:
    """Say again what is still missed or unknown; silent where it was woken or snoozed anew meanwhile, or is well."""
    number, _, rest = ask.value.partition(" ")
    name, _, until = rest.partition(" ")
    product = products.with_id(ask.session, number_of(number))
    products.lock(ask.session, product.id)
    standing = standings.of_product(ask.session, product.id).get(name)
    if product.archived or standing is None or standing.snoozed_until != datetime.fromisoformat(until):
        return Reply()
    awake = snoozed(standing, until=None, by=None)
    check = whole(ask.session, product, ask.now).health.of(name)
    is_news = check is not None and product.team_channel is not None and _is_to_be_said(awake, check, ask.now)
    awake = told(awake, ask.now) if is_news else awake
    standings.save(ask.session, product.id, awake)
    found = whole(ask.session, product, ask.now)
    news = (
        [Told(what=name, state=awake.state, words=_words(check, awake, standing, found))] if check and is_news else []
    )
    key = f"{product.key}/health/{name}/awake/{until}"
    occasion = Occasion(session=ask.session, product=product, now=ask.now, key=key)
    return Reply(posts=card.say(occasion, found, news))


def _is_to_be_said(awake: Standing, check: Check, now: datetime) -> bool:
    """Whether its state is one to say, and the latest reading does not say otherwise: then the next check decides."""
    seen = seen_in(check)
    if seen is None or seen.state is not awake.state:
        return False
    return awake.state in {State.MISSED, State.UNKNOWN} or awake.is_news(now)


def _words(check: Check, awake: Standing, before: Standing, found: Whole) -> str:
    if awake.state is State.MISSED:
        return f"The snooze is over, and {called(check.metric)} still misses its target."
    return news_of(check, awake.state, before.said, found.zone)


LATERS = (Later(name=WAKE, run=wake),)
