"""The card in the channel: posted when a state changed, and edited in place until the next one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.health import Verdict
from bot.domain.product import Product
from bot.features.health_check import blocks
from bot.features.health_check.whole import Whole
from bot.kit.blocks import Block, actions, button, fallback, fit, paragraphs
from bot.kit.incidents import FROM_HEALTH
from bot.kit.limits import BLOCKS
from bot.kit.post import Post
from bot.store import health_cards, posts
from bot.store.health_cards import Card, Told
from bot.store.products import LOCAL_WORKSPACE

TAKE, SNOOZE, CHART = "health_check.take", "health_check.snooze", "health_check.chart_card"
"""The buttons; each carries the id of its card."""

TOGETHER = timedelta(minutes=10)
"""What is heard so soon after a card joins it: checks of several layers that are due at once are one message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """When a card may be said, and the key that its post would have."""

    session: Session
    product: Product
    now: datetime
    key: str


def say(occasion: Occasion, whole: Whole, news: Sequence[Told]) -> list[Post]:
    """A new card where there is news; without, the one that stands shows how things are now, without a sound."""
    standing = health_cards.latest(occasion.session, occasion.product.id)
    if not news:
        if standing is not None:
            redraw(occasion.session, standing, whole)
        return []
    if standing is not None and occasion.now - standing.posted_at <= TOGETHER:
        redraw(occasion.session, health_cards.tell(occasion.session, standing, [*standing.told, *news]), whole)
        return []
    if standing is not None:
        _close(occasion, standing)
    return [_new(occasion, whole, news)]


def redraw(session: Session, card: Card, whole: Whole) -> None:
    """Let the card show how things are now; nothing is posted."""
    text, shown = _message(card, whole)
    posts.revise(session, LOCAL_WORKSPACE, card.post_key, text=text, blocks=shown)


def _new(occasion: Occasion, whole: Whole, news: Sequence[Told]) -> Post:
    card = health_cards.add(occasion.session, occasion.product.id, post_key=occasion.key, told=news, now=occasion.now)
    text, shown = _message(card, whole)
    # The runner gives no slot to a product without a channel.
    return Post(key=occasion.key, to=occasion.product.team_channel or "", text=text, blocks=shown)


def _message(card: Card, whole: Whole) -> tuple[str, list[Block]]:
    head, *rest = blocks.told(whole, said={one.what for one in card.told})
    said = "\n".join(one.words for one in card.told)
    news, row = paragraphs(said), _row(card, whole)
    return f"{fallback(whole.headline)}\n{said}", [*fit([head, *news, *rest], BLOCKS - len(row)), *row]


def _row(card: Card, whole: Whole) -> list[Block]:
    free = any(not _is_taken(whole, check.metric.name) for check in whole.missed)
    pressed = [button("Take it", TAKE, value=str(card.id))] if free else []
    pressed += [button("Snooze", SNOOZE, value=str(card.id))] if whole.missed or whole.silent else []
    fails = any(check.verdict is Verdict.FAIL for check in whole.missed)
    pressed += [button("Declare incident", FROM_HEALTH, value=str(whole.product.id))] if fails else []
    pressed += [button("Chart", CHART, value=str(card.id))] if whole.missed else []
    return [actions("health", pressed[0], *pressed[1:])] if pressed else []


def _is_taken(whole: Whole, metric: str) -> bool:
    standing = whole.standings.get(metric)
    return standing is not None and standing.taken_by is not None


def _close(occasion: Occasion, card: Card) -> None:
    """The buttons of an older card die: it stays as it was read last."""
    health_cards.close(occasion.session, card, occasion.now)
    post = posts.named(occasion.session, LOCAL_WORKSPACE, card.post_key)
    if post is not None:
        kept = [block for block in post.blocks if block["type"] != "actions"]
        posts.revise(occasion.session, LOCAL_WORKSPACE, card.post_key, text=post.text, blocks=kept)
