"""`/muster update template`: a team's own wording of the parts of its update, tried out before it is kept."""

from collections.abc import Sequence

from bot.domain.composing import composed
from bot.domain.plain_language import jargon_in
from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line
from bot.domain.updates import Part
from bot.domain.window import Window
from bot.domain.words import folded, nearest, number_of
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, context, plain, plain_section, section
from bot.kit.choosing import named, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import text_input
from bot.kit.materials import WEEK, material_of
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.kit.wording import LONGEST_SOURCE, OURS, BrokenTemplateError, fields_in_words, ours, require_sound, worded
from bot.kit.wording_samples import FULL
from bot.store import audit, update_templates
from bot.store.update_templates import OwnTemplate

FORM, UNDO = "stakeholder_update.template", "stakeholder_update.undo_template"
SAVED, RESET, UNDONE = "update template", "update template: ours again", "update template: taken back"

_RESET_WORDS = frozenset({"reset", "default", "ours"})


class UnknownPartError(UserError):
    """Words that name no part of the update."""

    def __init__(self, said: str) -> None:
        meant = nearest(said, OURS)
        guess = f" Did you mean {meant}?" if meant else ""
        super().__init__(f"“{clip(one_line(said), 60)}” is no part with a template.{guess} There are: {_parts()}.")


class ChangedSinceError(UserError):
    """What is to be taken back was changed again."""

    def __init__(self) -> None:
        super().__init__("This template was changed again since, so it was left as it is.")


def open_form(ask: Ask) -> Reply:
    """The form for a part's template; the highlights where no part is named."""
    product, words = product_of(ask, "update template")
    return _form(ask, product, _part(words) if words else Part.HIGHLIGHTS)


def press(ask: Ask) -> Reply:
    """The form for the product and part that the button names."""
    number, _, name = ask.value.partition(" ")
    return _form(ask, product_with_id(ask, number), _part([name]))


def say(ask: Ask) -> Reply:
    """Our own wording again, or the way to the form."""
    product, words = product_of(ask, "update template")
    if words and folded(words[0]) in _RESET_WORDS:
        return _reset(ask, product, _part(words[1:]))
    part = _part(words)
    own = update_templates.of_product(ask.session, product.id).get(part)
    text = f"{named(product)} words “{part}” {'itself' if own else 'as everybody does'}."
    change = button("Change it", FORM, value=f"{product.id} {part}")
    return Reply(text=text, blocks=[section(text), actions("template", change)])


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep a template, if it can be used and is plain."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    part, source = _part([ask.carried("part") or ""]), ask.field("source") or ""
    _require_usable(source)
    before = update_templates.of_product(ask.session, product.id).get(part)
    seen = number_of(ask.carried("version"))
    update_templates.save(ask.session, product.id, part, source, seen=seen, by=ask.user, now=ask.now)
    text = f"You changed the wording of “{part}” of {named(product)}. The next draft is worded like this."
    return _done(ask, product, part, text, before)


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.product_id is None or deed.what not in {SAVED, RESET} or not deed.before:
        raise ChangedSinceError
    product = product_with_id(ask, str(deed.product_id))
    require_may_change(ask, product)
    part, source = _part([deed.before["part"]]), deed.before["source"]
    now = update_templates.of_product(ask.session, product.id).get(part)
    if (now.version if now else 0) != deed.before["version"]:
        raise ChangedSinceError
    if source is None:
        update_templates.reset(ask.session, product.id, part)
    else:
        seen = now.version if now else 0
        update_templates.save(ask.session, product.id, part, source, seen=seen, by=ask.user, now=ask.now)
    text = f"You took it back: the wording of “{part}” of {named(product)} is as it was before."
    audit.done(ask.session, user=ask.user, what=UNDONE, now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


def _form(ask: Ask, product: Product, part: Part) -> Reply:
    require_may_change(ask, product)
    own = update_templates.of_product(ask.session, product.id).get(part)
    source = own.source if own else ours(part).strip()
    view = View(
        name=FORM,
        title="Wording of the update",
        blocks=[
            section(f"*{escape(part.capitalize())}*, of {named(product)}"),
            text_input("source", "Template", initial=source, lines=True, longest=LONGEST_SOURCE),
            section("*As it reads now*"),
            plain_section(_sample(ask, product, source)),
            context(plain(fields_in_words())),
            context(plain(f"Parts with a template: {_parts()}. Say “update template reset {part}” for ours again.")),
        ],
        carries={"product": str(product.id), "part": part, "version": str(own.version if own else 0)},
    )
    return Reply(view=view)


def _sample(ask: Ask, product: Product, source: str) -> str:
    """What *source* says of the product's last seven days."""
    week = Window(ask.now - WEEK, ask.now)
    view = composed(material_of(ask.session, product, week, as_of=ask.now, previous=None)).view
    try:
        return worded(source, view) or "(It says nothing this week.)"
    except BrokenTemplateError as error:
        return f"(It cannot be used any more, so ours is. {error})"


def _require_usable(source: str) -> None:
    """Raise `FieldError` for a template that is broken, fails where something is missing, or is full of jargon."""
    try:
        require_sound(source)
    except BrokenTemplateError as error:
        raise FieldError({"source": str(error)}) from error
    jargon = jargon_in(worded(source, FULL))
    if jargon:
        said = "; ".join(f"“{one.term}”: say “{one.instead}”" for one in jargon)
        raise FieldError({"source": f"Stakeholders read this. {said}."})


def _reset(ask: Ask, product: Product, part: Part) -> Reply:
    require_may_change(ask, product)
    before = update_templates.of_product(ask.session, product.id).get(part)
    if not update_templates.reset(ask.session, product.id, part):
        return Reply(text=f"{named(product)} words “{part}” as everybody does already.")
    text = f"“{part}” of {named(product)} has our wording again."
    return _done(ask, product, part, text, before)


def _done(ask: Ask, product: Product, part: Part, text: str, before: OwnTemplate | None) -> Reply:
    now = update_templates.of_product(ask.session, product.id).get(part)
    was = {"part": part, "source": before.source if before else None, "version": now.version if now else 0}
    what = SAVED if now else RESET
    deed = audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=product, detail=text, before=was)
    return Reply(text=text, blocks=[section(text), actions("template", button("Undo", UNDO, value=str(deed)))])


def _part(words: Sequence[str]) -> Part:
    """The part that *words* name. Raises `UnknownPartError`."""
    said = folded(" ".join(words))
    if said not in OURS:
        raise UnknownPartError(" ".join(words))
    return Part(said)


def _parts() -> str:
    return ", ".join(OURS)


COMMANDS = (
    Command(
        noun="update",
        verb="template",
        takes="[product] [PART] | reset PART",
        summary="Word a part of the update yourselves, or go back to our wording",
        example="update template highlights",
        effect=Effect.OPEN,
        run=open_form,
        synonyms=("templates", "wording"),
        in_full=say,
    ),
)
ACTIONS = (
    Action(name=FORM, effect=Effect.OPEN, run=press),
    Action(name=UNDO, effect=Effect.CHANGE, run=undo),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
