"""`/muster product`: looking at products, adding, changing and putting them away."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import record_fields
from bot.domain.words import folded, nearest
from bot.features.products import blocks, forms, service
from bot.features.products.deeds import EDITED, REMOVED, done, first_come
from bot.features.products.forms import PARTS
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, confirmation, saying, section
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.product_history import snapshot
from bot.kit.reply import MarkedUpError, Reply
from bot.kit.routing import refuse_word
from bot.store import products, schedules


class NothingToSetError(MarkedUpError):
    """A one-liner without any FIELD=VALUE."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f"Say what to set: `{ask.command} product set KEY risk=high`")


def everything(ask: Ask) -> Reply:
    """Every product, a line each."""
    return blocks.listing(ask, products.everything(ask.session))


def bare(ask: Ask) -> Reply:
    """Every product, or the one that is named."""
    return show(ask) if ask.words else everything(ask)


def show(ask: Ask) -> Reply:
    """One product whole."""
    product = only_product_of(ask, "product show")
    people = products.people(ask.session, product.id)
    return blocks.card(ask, product, people, schedules.of_product(ask.session, product.id))


def add(ask: Ask) -> Reply:
    """The form for a new product."""
    zone = ask.person.timezone if ask.person and ask.person.timezone and ask.zone == "UTC" else ask.zone
    here = ask.channel if ask.channel and ask.channel.startswith(("C", "G")) else None
    return Reply(view=forms.add_form(zone=zone, here=here, adder=ask.user))


def edit(ask: Ask) -> Reply:
    """The form for one part of a product; the part may be named."""
    product, rest = product_of(ask, "product edit")
    require_may_change(ask, product)
    part = _part(ask, rest[0]) if rest else next(iter(PARTS))
    return Reply(view=forms.edit_form(product, products.people(ask.session, product.id), part))


def open_part(ask: Ask) -> Reply:
    """The form for the part that a button names."""
    number, _, part = ask.value.partition(" ")
    product = product_with_id(ask, number)
    require_may_change(ask, product)
    return Reply(view=forms.edit_form(product, products.people(ask.session, product.id), _part(ask, part)))


def set_fields(ask: Ask) -> Reply:
    """Fields of the record, set in one line."""
    product, rest = product_of(ask, "product set")
    require_may_change(ask, product)
    pairs = dict(word.split("=", 1) for word in rest if "=" in word)
    if not pairs or len(pairs) != len(rest):
        raise NothingToSetError(ask)
    before = snapshot(ask.session, product)
    record = record_fields.edited(product.record, {name.lower(): value for name, value in pairs.items()})
    with first_come(ask, product):
        saved = products.save(ask.session, replace(product, record=record))
    text = f"You set {', '.join(f'`{name.lower()}`' for name in pairs)} of {named(saved)}."
    return done(ask, EDITED, saved, before=before, text=text, more=[saying("Show it", f"product show {saved.key}")])


def remove(ask: Ask) -> Reply:
    """The question before a product is put away."""
    product = only_product_of(ask, "product remove")
    require_may_change(ask, product)
    text = f"Archive {named(product)}? Its rituals stop; its history stays, and you can take it back."
    sure = confirmation("Archive it?", f"The rituals of {product.name} stop.", yes="Archive", no="Keep")
    yes = button("Archive it", "products.remove", value=str(product.id), urgent=True, confirm=sure)
    return Reply(text=text, blocks=[section(text), actions("remove", yes)])


def removed(ask: Ask) -> Reply:
    """Put the product away that the button names."""
    product = product_with_id(ask, ask.value)
    require_may_change(ask, product)
    before = snapshot(ask.session, product)
    with first_come(ask, product):
        saved = service.remove(ask.session, product, ask.now)
    return done(ask, REMOVED, saved, before=before, text=f"You archived {named(saved)}.")


def _part(ask: Ask, word: str) -> str:
    labels: Mapping[str, str] = {folded(part.label): name for name, part in PARTS.items()}
    wanted = folded(word)
    found = wanted if wanted in PARTS else labels.get(wanted) or nearest(wanted, PARTS)
    if found is None:
        raise refuse_word(word, "product", list(PARTS), ask.guide, ask.command)
    return found


COMMANDS = (
    Command(
        noun="product",
        takes="[product]",
        summary="The products I look after",
        example="product",
        effect=Effect.READ,
        run=bare,
    ),
    Command(
        noun="product",
        verb="list",
        summary="Every product, a line each",
        example="product list",
        effect=Effect.READ,
        run=everything,
        synonyms=("ls", "all"),
    ),
    Command(
        noun="product",
        verb="show",
        takes="[product]",
        summary="One product: its people, source, record and next reviews",
        example="product show",
        effect=Effect.READ,
        run=show,
        synonyms=("info", "view"),
    ),
    Command(
        noun="product",
        verb="add",
        summary="Add a product in a form, and see what its first review would say",
        example="product add",
        effect=Effect.OPEN,
        run=add,
        synonyms=("new", "create"),
    ),
    Command(
        noun="product",
        verb="edit",
        takes=f"[product] [{'|'.join(PARTS)}]",
        summary="Change a part of a product in a form",
        example="product edit",
        effect=Effect.OPEN,
        run=edit,
        synonyms=("change", "update"),
    ),
    Command(
        noun="product",
        verb="set",
        takes="[product] FIELD=VALUE ...",
        summary="Set fields of its record in one line",
        example="product set risk=high",
        effect=Effect.CHANGE,
        run=set_fields,
    ),
    Command(
        noun="product",
        verb="remove",
        takes="[product]",
        summary="Archive a product, after asking",
        example="product remove",
        effect=Effect.READ,
        run=remove,
        synonyms=("delete", "archive", "rm"),
    ),
)

ACTIONS = (
    Action(name="products.part", effect=Effect.OPEN, run=open_part),
    Action(name="products.remove", effect=Effect.CHANGE, run=removed),
)
