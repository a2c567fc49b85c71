"""What goes on after a product was added or its source changed: the first review, shown to one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.product import Product
from bot.domain.sourcing import STORED, SourceSpec
from bot.features.products import chores
from bot.features.products.chores import Found
from bot.kit.asking import Ask
from bot.kit.blocks import context, divider, markdown, plain_section, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Errand, Outside
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import products

PREVIEW_NAME = "products.preview"
REVIEW = "error_review"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is to be previewed."""

    product: Product
    spec: SourceSpec
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Previewed:
    """The posts of a review of the week before *at*, and what the source was found to be."""

    posts: Sequence[Post]
    at: datetime
    found: Found


def ask_preview(ask: Ask) -> Subject:
    """The product that the errand is told."""
    product = product_with_id(ask, ask.value)
    spec = product.source or SourceSpec(uri=STORED)
    if spec.uri == STORED:
        spec = replace(spec, uri=f"{STORED}{product.id}")
    return Subject(product=product, spec=spec, now=ask.now)


def fetch_preview(subject: Subject, outside: Outside) -> Previewed:
    """Find the latest week that has predictions, and rehearse its review."""
    found = chores.find(subject.spec, outside.open_source, now=subject.now)
    posts = outside.rehearse(subject.product.id, REVIEW, found.until)
    return Previewed(posts=posts, at=found.until, found=found)


def keep_preview(ask: Ask, subject: Subject, previewed: Previewed) -> Reply:
    """Show the person, and nobody else, what the first review would say."""
    product = products.current(ask.session, subject.product.id)
    if not previewed.posts:
        return Reply(text=f"{named(product)} has nothing to review yet.")
    head = previewed.posts[0]
    title = f"Only you see this: what a review of {named(product)} would say."
    return Reply(
        text=title, blocks=[section(title), *_notes(ask, subject, previewed), divider(), *_to_read(head.blocks)]
    )


def _to_read(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """*blocks* without anything to press: the review they belong to was never made."""
    return [
        {name: part for name, part in block.items() if name != "accessory"}
        for block in blocks
        if block["type"] != "actions"
    ]


def _notes(ask: Ask, subject: Subject, previewed: Previewed) -> list[dict[str, Any]]:
    if previewed.at == subject.now:
        return []
    until = ask.local(previewed.at)
    newest = (
        f"Its newest predictions are from the week before {until:%A}, {until.day} {until:%B %Y}, so it shows that week."
    )
    return (
        [context(markdown(newest))]
        if previewed.found.any_rows
        else [plain_section("It holds no predictions of the past five years.")]
    )


PREVIEW: Errand[Subject, Previewed] = Errand(
    name=PREVIEW_NAME,
    ask=ask_preview,
    fetch=fetch_preview,
    keep=keep_preview,
    limit=timedelta(minutes=5),
)
