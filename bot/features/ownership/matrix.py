"""`/muster owner`: who answers for what in a product, the whole of it or one question."""

from collections.abc import Mapping

from bot.domain.holders import mention, mentions
from bot.domain.ownership import Ownership, nobody_yet
from bot.domain.product import Product
from bot.domain.responsibilities import FIVE, FUNCTION_NAMES, NINE_AREAS, Responsibility
from bot.domain.text import clip, one_line
from bot.features.ownership.accepting import asked_in
from bot.features.ownership.form import EDIT, page_of
from bot.features.ownership.naming import product_in, question_in, says_who
from bot.features.ownership.setting import set_words
from bot.features.ownership.words import absences, day, owners_of, spoken, yeses
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    fallback,
    fit,
    header,
    markdown,
    saying,
    section,
)
from bot.kit.choosing import named
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply
from bot.store import ownerships

MOST = 4
"""How many owners of a part of an area one line shows."""


def look(ask: Ask) -> Reply:
    """Who owns what, or who owns what the words name; anybody may ask."""
    product, words = product_in(ask, "owner")
    meant = question_in(ask, product, words)
    known = ownerships.of_product(ask.session, product.id)
    if meant.one is not None:
        return _one(ask, product, known.get(meant.one.key), meant.one, also=meant.also)
    if meant.area is not None:
        title = f"{meant.area}: {clip(one_line(product.name), 80)}"
        return Reply(text=fallback(title), blocks=[header(title), _area(product, meant.area, known)])
    return whole(product, known)


def whole(product: Product, known: Mapping[str, Ownership]) -> Reply:
    """The whole matrix, as one message."""
    title = f"Who owns what: {clip(one_line(product.name), 80)}"
    rows = [block for one in FIVE for block in _row(product, known.get(one.key), one)]
    areas = [divider(), *(_area(product, area, known) for area in NINE_AREAS)] if product.record.areas else []
    pressed = actions(
        "matrix",
        _change(product),
        saying("Gaps", f"owner gaps {product.key}"),
        saying("History", f"owner history {product.key}"),
    )
    return Reply(text=fallback(title), blocks=fit([header(title), *rows, pressed, *areas]))


def _row(product: Product, row: Ownership | None, one: Responsibility) -> list[Block]:
    lines = [f"*{one.title}*: {owners_of(row)}", *(absences(row) if row else ())]
    return [section("\n".join(lines)), *([context(markdown(_facts(product, row)))] if row and row.named else [])]


def _facts(product: Product, row: Ownership) -> str:
    """Since when, by whom, what is said of it, and when it was last confirmed."""
    parts = [f"since {day(row.since, product)}", *([f"named by {mention(row.set_by)}"] if row.set_by else [])]
    parts += yeses(row)
    if row.owners:
        parts.append(f"last confirmed {day(row.confirmed_at, product)}")
    return ", ".join(parts)


def _area(product: Product, area: str, known: Mapping[str, Ownership]) -> Block:
    lines = [f"*{area}*", *(_part(one, known.get(one.key)) for one in NINE_AREAS[area])]
    return section("\n".join(lines), _change(product, area))


def _part(one: Responsibility, row: Ownership | None) -> str:
    name = FUNCTION_NAMES[one.function] if one.function else one.title
    if row is None or not row.named:
        return f"{name}: nobody yet"
    shown, more = row.owners[:MOST], len(row.owners) - MOST
    owners = mentions(shown) if shown else "nobody yet"
    rest = f" and {more} more" if more > 0 else ""
    backup = f", backup {mention(row.backup)}" if row.backup else ""
    gone = " (gone; the backup stands in)" if row.stands_in else " (gone: nobody answers for it now)"
    away = gone if row.owners and not row.present else ""
    return f"{name}: {owners}{rest}{away}{backup}"


def _one(ask: Ask, product: Product, known: Ownership | None, one: Responsibility, *, also: str | None) -> Reply:
    row = known or nobody_yet(product.id, one.key, ask.now)
    text = f"Ask {mentions(row.acting)} about {spoken(one)} of {named(product)}."
    if row.is_gap:
        text = f"Nobody answers for {spoken(one)} of {named(product)} now."
    facts = f" ({_facts(product, row)})" if row.named else ""
    lines = [text, f"Owner: {owners_of(row)}{facts}", *absences(row)]
    pressed = actions("one", _change(product, one.key), saying("History", f"owner history {product.key} {_typed(one)}"))
    too = f" {also} is an area too: `{ask.command} owner {also.lower()} product`." if also else ""
    means = context(markdown(f"{one.title}: {one.means}.{too}"))
    name = fallback(f"{one.title} of {product.name}")
    return Reply(text=name, blocks=[section("\n".join(lines)), means, *asked_in(ask, product, row), pressed])


def _change(product: Product, what: str = "") -> Element:
    page = page_of(what)
    return button("Change", f"{EDIT}:{page}" if page else EDIT, value=f"{product.id} {page}".strip())


def _typed(one: Responsibility) -> str:
    return spoken(one).replace(":", "")


COMMANDS = (
    Command(
        noun="owner",
        takes="[product] [question] [add | remove] [@person ... | group] [backup @person]",
        summary="Who owns what, or who owns one question; with names, set it",
        example="owner cost",
        effect=Effect.READ,
        inside=True,
        run=look,
        in_full=set_words,
        says_all=says_who,
    ),
)
