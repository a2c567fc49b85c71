"""`/muster health note`: what changed in a product, to stand beside the numbers that moved after it."""

from datetime import datetime, timedelta

from bot.domain.changing import Change, ChangeKind
from bot.domain.moments import UnclearMomentError, moment_said
from bot.domain.product import Product
from bot.domain.text import bounded, clip, escape, one_line
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UsageError, UserError
from bot.features.health_check.subject import in_names, who
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, context, fit, header, markdown, plain, plain_section, saying, section
from bot.kit.choosing import named, only_product_of, product_of
from bot.kit.command import Action, Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, changes, products

UNDO = "health_check.undo_note"
NOTED = "health note"
ROOM = 200
LISTED, MOST = timedelta(days=90), 20

_WHEN_WORDS = 4


class NothingNotedError(UsageError):
    """A note without words."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f'What changed? Like “{ask.command} health note "prompt v7 live" at 14:10”.')


class GoneNoteError(UserError):
    """A note that was taken back already."""

    def __init__(self) -> None:
        super().__init__("This note is not there any more: it was taken back.")


def say(ask: Ask) -> Reply:
    """Note a change, now or at the time that is said; “list” shows those there are."""
    product, words = product_of(ask, "health note")
    if [word.casefold() for word in words] == ["list"]:
        return _listed(ask, product)
    what, at = _read(ask, product, words)
    what = protected_text(what, product.record.pii)
    change = Change(key=ask.incoming.key, at=at, what=what, noted_by=ask.user, noted_at=ask.now)
    changes.note(ask.session, product.id, change)
    text = f"You noted for {named(product)}, {_moment(at, product)}:"
    kept = {"key": change.key}
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=NOTED,
        now=ask.now,
        product=product,
        detail=f"{text} {escape(what)}",
        before=kept,
    )
    more = "It stands in the charts, and beside the numbers that move after it."
    row = actions("done", button("Undo", UNDO, value=str(deed)), saying("All notes", f"health notes {product.key}"))
    return Reply(text=f"{text} {escape(what)}", blocks=[section(text), plain_section(what), context(plain(more)), row])


def undo(ask: Ask) -> Reply:
    """Take the note back."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.what != NOTED or deed.product_id is None or not deed.before:
        raise GoneNoteError
    product = products.current(ask.session, deed.product_id)
    if deed.user != ask.user:
        require_may_change(ask, product)
    if not changes.forget(ask.session, product.id, deed.before["key"]):
        raise GoneNoteError
    text = f"You took it back: the note is gone from {named(product)}."
    audit.done(ask.session, user=ask.user, what="undo", now=ask.now, product=product, detail=f"{text} {deed.detail}")
    return Reply(text=text, replace=True)


def show(ask: Ask) -> Reply:
    """The changes of the last 90 days."""
    return _listed(ask, only_product_of(ask, "health notes"))


def _read(ask: Ask, product: Product, words: tuple[str, ...]) -> tuple[str, datetime]:
    """What changed, and when: the last words say it where they name a moment. Raises `NothingNotedError`."""
    zone = zone_named(product.timezone)
    for taken in range(min(_WHEN_WORDS, len(words) - 1), 0, -1):
        try:
            at = moment_said(" ".join(words[-taken:]), now=ask.now, zone=zone)
        except UnclearMomentError:
            continue
        return _worded(ask, words[:-taken]), at
    return _worded(ask, words), ask.now


def _worded(ask: Ask, words: tuple[str, ...]) -> str:
    what = bounded(one_line(in_names(ask, " ".join(words), ROOM)), ROOM).strip()
    if not what:
        raise NothingNotedError(ask)
    return what


def _listed(ask: Ask, product: Product) -> Reply:
    found = changes.of_product(ask.session, product.id, since=ask.now - LISTED, until=ask.now)[::-1]
    if not found:
        text = f"Nothing was noted of {named(product)} in the last 90 days."
        return Reply(text=text, blocks=[section(text)])
    title = f"What changed in {clip(one_line(product.name), 100)}"
    rows = [block for one in found[:MOST] for block in _row(one, product)]
    more = [context(plain(f"{len(found) - MOST} earlier ones are not shown."))] if len(found) > MOST else []
    return Reply(text=escape(title), blocks=fit([header(title), *rows, *more]))


def _row(change: Change, product: Product) -> list[dict[str, object]]:
    by = "seen in the answers" if change.kind is ChangeKind.MODEL else f"noted by {who(change.noted_by)}"
    return [plain_section(change.what), context(markdown(f"{_moment(change.at, product)}, {by}"))]


def _moment(at: datetime, product: Product) -> str:
    local = at.astimezone(zone_named(product.timezone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M %Z}"


COMMANDS = (
    Command(
        noun="health",
        verb="note",
        takes="[product] WORDS [at 14:10 | yesterday 14:10] | list",
        summary="Note what changed, to be seen beside the numbers that move after it",
        example='health note "prompt v7 live"',
        effect=Effect.CHANGE,
        run=say,
        synonyms=("mark", "changed"),
    ),
    Command(
        noun="health",
        verb="notes",
        takes="[product]",
        summary="What was noted in the last 90 days, and which model versions came",
        example="health notes",
        effect=Effect.READ,
        run=show,
        synonyms=("marks", "changes"),
    ),
)
ACTIONS = (Action(name=UNDO, effect=Effect.CHANGE, run=undo),)
