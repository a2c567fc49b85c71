"""The form for the whole list: what is done, who answers for what, and a note to each."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from bot.domain.holders import is_group, is_holder
from bot.domain.launch import THING_NAMES, Item, Thing
from bot.domain.people import Person
from bot.domain.product import Product
from bot.errors import UserError
from bot.features.launch_readiness.page import EDIT
from bot.features.launch_readiness.saving import done, save
from bot.features.launch_readiness.words import NOTE_ROOM, kept
from bot.kit.answerable import NotAnswerableError, require_answerable
from bot.kit.asking import Ask
from bot.kit.blocks import Block
from bot.kit.choosing import named, only_product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choices_of, person, text_input
from bot.kit.naming_people import NotHeardOfError, chosen_in, look, remember, require_heard_of
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import launch_items

DONE = "done"


class ChangedMeanwhileError(UserError):
    """Somebody changed the list while the form was open."""

    def __init__(self, things: Iterable[Thing]) -> None:
        names = ", ".join(THING_NAMES[thing] for thing in things)
        super().__init__(f"Somebody changed {names} while you were here; nothing was overwritten. Open the form again.")


def open_words(ask: Ask) -> Reply:
    """The form for the product that is meant."""
    return _form(ask, only_product_of(ask, "launch edit"))


def open_pressed(ask: Ask) -> Reply:
    """The form for the product that the button names."""
    return _form(ask, product_with_id(ask, ask.value))


def submit(ask: Ask, people: Collection[Person] | None) -> Reply:
    """Save what the form changed. Raises `ChangedMeanwhileError` where somebody changed the list since it opened."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    remember(ask, people)
    items = launch_items.of_product(ask.session, product.id)
    meanwhile = _changed_meanwhile(ask, items)
    if meanwhile:
        raise ChangedMeanwhileError(meanwhile)
    changed = [(item, after) for item in items.values() if (after := _filled(ask, product, item)) != item]
    for _, after in changed:
        save(ask, after)
    if not changed:
        return Reply(text=f"Nothing was changed on the list of {named(product)}.")
    names = ", ".join(THING_NAMES[item.thing] for item, _ in changed)
    return done(ask, product, [item for item, _ in changed], f"You changed the list of {named(product)}: {names}.")


def _form(ask: Ask, product: Product) -> Reply:
    require_may_change(ask, product)
    items = launch_items.of_product(ask.session, product.id)
    ticked = [thing for thing, item in items.items() if item.is_ticked]
    fields = [block for item in items.values() for block in _fields(item)]
    blocks = [choices_of(DONE, "Done", {thing: THING_NAMES[thing] for thing in Thing}, initial=ticked), *fields]
    versions = " ".join(str(item.version) for item in items.values())
    carries = {"product": str(product.id), "versions": versions}
    return Reply(view=View(name=EDIT, title="What a launch needs", blocks=blocks, carries=carries))


def _fields(item: Item) -> Iterator[Block]:
    name = THING_NAMES[item.thing]
    yield person(f"owner_{item.thing}", f"{name}: who answers for it", initial=item.owner, optional=True)
    yield text_input(f"note_{item.thing}", f"{name}: note", initial=item.note, optional=True, longest=NOTE_ROOM)


def _changed_meanwhile(ask: Ask, items: Mapping[Thing, Item]) -> list[Thing]:
    """What somebody changed since the form was opened."""
    opened_on = (ask.carried("versions") or "").split()
    now = [str(item.version) for item in items.values()]
    if len(opened_on) != len(now):
        return list(items)
    return [thing for thing, before, after in zip(items, opened_on, now, strict=True) if before != after]


def _filled(ask: Ask, product: Product, item: Item) -> Item:
    """*item* as the form has it; a field that was not sent stays as it is. Raises `FieldError`."""
    owner, note = f"owner_{item.thing}", f"note_{item.thing}"
    sent = ask.incoming.values
    after = replace(
        item,
        owner=_owner(ask, item, owner) if owner in sent else item.owner,
        note=kept(product, ask.field(note), NOTE_ROOM) if note in sent else item.note,
    )
    is_done = item.thing in ask.chosen(DONE) if DONE in sent else item.is_ticked
    if is_done == item.is_ticked:
        return after
    return replace(after, ticked_by=ask.user if is_done else None, ticked_at=ask.now if is_done else None)


def _owner(ask: Ask, item: Item, field: str) -> str | None:
    """Who was chosen; whoever had it before may stay. Raises `FieldError`: forms send anything."""
    owner = ask.field(field)
    if not owner or owner == item.owner:
        return owner
    if not is_holder(owner) or is_group(owner):
        raise FieldError({field: "Choose one person: a thing of the list has one owner, and a group has none."})
    try:
        require_heard_of(ask.session, owner)
        require_answerable(ask.session, owner)
    except (NotHeardOfError, NotAnswerableError) as error:
        raise FieldError({field: str(error)}) from error
    return owner


COMMANDS = (
    Command(
        noun="launch",
        verb="edit",
        takes="[product]",
        summary="Change the whole list in a form: ticks, owners, notes",
        example="launch edit",
        effect=Effect.OPEN,
        run=open_words,
        synonyms=("list", "change"),
    ),
)
ACTIONS = (Action(name=EDIT, effect=Effect.OPEN, run=open_pressed),)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=EDIT, submit=submit, ask=chosen_in(*(f"owner_{thing}" for thing in Thing)), fetch=look),
)
