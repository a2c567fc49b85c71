"""The weekly message that asks a person for values: what it says, and how its button dies once all were entered."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.health import Watched
from bot.domain.metrics import Metric
from bot.domain.missing import missing
from bot.domain.product import Product
from bot.domain.readings import Origin
from bot.domain.text import count_of
from bot.domain.window import zone_named
from bot.features.health_check.subject import called, who
from bot.kit.blocks import actions, button, section
from bot.kit.checking import watched_of
from bot.kit.choosing import named
from bot.kit.post import Post
from bot.store import posts, products, readings, watches
from bot.store.products import LOCAL_WORKSPACE

FILL = "health_check.fill"
RITUAL = "health_ask"
WEEK = timedelta(days=7)
LOOKS_BACK = timedelta(days=70)
"""As far as a monthly value of the month before last."""


def still_missing(session: Session, product: Product, as_of: datetime) -> tuple[Watched, ...]:
    """What people typed before and nobody has entered yet for the current period, of what the product watches."""
    chosen = watched_of(session, product, watches.of_product(session, product.id))
    typed = readings.measured_metrics(session, product.id, origin=Origin.TYPED)
    known = readings.of_product(session, product.id, metrics=typed, since=as_of - LOOKS_BACK)
    return missing(chosen, known, typed=typed, as_of=as_of, zone=zone_named(product.timezone))


def message(product: Product, user: str, asked: Sequence[Metric], day: datetime) -> Post:
    """What *user* is asked for on this *day*, with one button for all of it."""
    names = ", ".join(called(metric) for metric in asked)
    text = (
        f"{named(product)}: {count_of(len(asked), 'value')} for this week {'is' if len(asked) == 1 else 'are'} yours."
    )
    press = button("Enter them", FILL, value=f"{product.id} {','.join(metric.name for metric in asked)}")
    blocks = [section(f"{text}\n{names}"), actions("fill", press)]
    return Post(key=_key(product, day, user), to=user, text=f"{text} {names}", blocks=blocks)


def settle(session: Session, product: Product, now: datetime, *, by: str) -> None:
    """Let the buttons of this and last week's messages die whose values were all entered, the last of them by *by*."""
    lacking = {one.metric.name for one in still_missing(session, product, now)}
    for user in _asked(session, product):
        for day in (now, now - WEEK):
            _settle(session, _key(product, day, user), product, lacking, by)


def _settle(session: Session, key: str, product: Product, lacking: set[str], by: str) -> None:
    post = posts.named(session, LOCAL_WORKSPACE, key)
    names = None if post is None else _names(post.blocks)
    if names is None or lacking & names:
        return
    text = f"{named(product)}: all values for this week are entered, the last of them by {who(by)}. Thank you."
    posts.revise(session, LOCAL_WORKSPACE, key, text=text, blocks=[section(text)])


def _names(blocks: Iterable[dict[str, Any]]) -> set[str] | None:
    """The metrics that a message asks for, None where its button is dead."""
    pressed = (element for block in blocks for element in block.get("elements", ()))
    value = next((one.get("value", "") for one in pressed if one.get("action_id") == FILL), None)
    return None if value is None else set(value.partition(" ")[2].split(","))


def _asked(session: Session, product: Product) -> set[str]:
    """Everybody who may have been asked: who owns a metric, and the product's people."""
    people = products.people(session, product.id)
    owners = {said.owner for said in watches.of_product(session, product.id).values() if said.owner}
    return owners | {one.user for one in people}


def _key(product: Product, day: datetime, user: str) -> str:
    """One message a week and person, on whichever day the ritual comes round."""
    return f"{RITUAL}/{product.id}/{day.astimezone(zone_named(product.timezone)):%G-W%V}/{user}"
