"""`/muster settings`: when and where a product's rituals speak, and whether at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.planning import At, UnclearScheduleError
from bot.domain.product import Product
from bot.features.products import blocks, service, submissions
from bot.features.products.deeds import SET, done, first_come
from bot.kit.asking import Ask
from bot.kit.blocks import button, header, saying, section
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, Errand, FieldError, Modal, Outside
from bot.kit.forms import channel, choice, text_input
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Next, Reply, View
from bot.store import products, schedules
from bot.store.schedules import Schedule

FORM, MOVE_NAME = "products.settings", "products.move"
FORMS = {"short": "Short: the worst five, all in the thread", "long": "Long: all in one message"}

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>|([CG][A-Z0-9]{2,})")


class UnclearSettingError(MarkedUpError):
    """Words that set nothing."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(
            "Say a day and a time, a channel, or a form:"
            f" `{ask.command} settings set mon 09:00`, `{ask.command} settings set #team`,"
            f" `{ask.command} settings set long`"
        )


class NothingScheduledError(MarkedUpError):
    """A product without a channel has nothing that could be set."""

    def __init__(self, ask: Ask, product: Product) -> None:
        super().__init__(
            f"{named(product)} has no channel yet, so nothing is scheduled."
            f" Choose one first: `{ask.command} product edit {product.key}`"
        )


class PlainChannelError(MarkedUpError):
    """A channel's name as text: names change, so Slack's own reference is needed."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f"Choose the channel from Slack's list while you type, or use `{ask.command} settings edit`.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is to be set; None: left as it is."""

    at: At | None = None
    channel: str | None = None
    form: str | None = None
    paused: bool | None = None


def show(ask: Ask) -> Reply:
    """A product's rituals: when, where, in which form."""
    return _shown(ask, only_product_of(ask, "settings"))


def set_words(ask: Ask) -> Reply:
    """A day and a time, a channel, or a form, in words."""
    product, rest = product_of(ask, "settings set")
    require_may_change(ask, product)
    change = _read(ask, rest)
    if change.channel is None:
        return _set(ask, product, change)
    # Whether the channel is ours alone, only Slack can say.
    return Reply(then=Next(errand=MOVE_NAME, value=f"{product.id} {change.channel}"))


def ask_move(ask: Ask) -> tuple[Product, str]:
    """Which product moves to which channel."""
    number, _, channel_id = ask.value.partition(" ")
    return product_with_id(ask, number), channel_id


def fetch_move(asked: tuple[Product, str], outside: Outside) -> None:
    """Refuse a channel that another company reads."""
    outside.require_own(asked[1])


def keep_move(ask: Ask, asked: tuple[Product, str], _answer: None) -> Reply:
    """Speak there from now on."""
    return _set(ask, products.current(ask.session, asked[0].id), Change(channel=asked[1]))


def pause(ask: Ask) -> Reply:
    """Let the rituals of a product rest."""
    return _set(ask, only_product_of(ask, "settings pause"), Change(paused=True))


def resume(ask: Ask) -> Reply:
    """Let them run again."""
    return _set(ask, only_product_of(ask, "settings resume"), Change(paused=False))


def edit(ask: Ask) -> Reply:
    """The form for all of it."""
    return _form(ask, only_product_of(ask, "settings edit"))


def open_form(ask: Ask) -> Reply:
    """The form for the product that the button names."""
    return _form(ask, product_with_id(ask, ask.value))


def submit(ask: Ask, _seen: object) -> Reply:
    """Save the form."""
    product = product_with_id(ask, ask.carried("product"))
    if ask.carried("version") != str(product.version):
        raise FieldError(
            {"at": "Somebody changed this product while you were here; nothing was overwritten. Open the form again."}
        )
    try:
        at = At.parse(ask.field("at") or "")
    except UnclearScheduleError as error:
        raise FieldError({"at": str(error)}) from error
    return _set(ask, product, Change(at=at, channel=ask.field("channel"), form=ask.field("form")))


def _shown(ask: Ask, product: Product) -> Reply:
    planned = schedules.of_product(ask.session, product.id)
    where = f"in <#{product.team_channel}>" if product.team_channel else "nowhere yet: it has no channel"
    lines = blocks.planned_lines(ask, product, planned)
    form = FORMS[_form_of(planned)]
    paused = any(one.paused for one in planned)
    again = (
        saying("Resume", f"settings resume {product.key}")
        if paused
        else saying("Pause", f"settings pause {product.key}")
    )
    return Reply(
        text=f"Settings of {named(product)}",
        blocks=[
            header(f"Settings of {product.name}"),
            section("\n".join([*(lines or ["Nothing is scheduled."]), f"Posted {where}. {form}."])),
            blocks.row(button("Change", FORM, value=str(product.id)), again),
        ],
    )


def _form(ask: Ask, product: Product) -> Reply:
    require_may_change(ask, product)
    planned = schedules.of_product(ask.session, product.id)
    at = str(planned[0].at) if planned else ask.guide.rituals[0].default_at
    view = View(
        name=FORM,
        title="Settings",
        blocks=[
            text_input("at", "Day and time of the review", initial=at, hint="Like “mon 09:00”, in the product's zone."),
            channel("channel", "Channel", initial=product.team_channel),
            choice("form", "How long", FORMS, initial=_form_of(planned)),
        ],
        carries={"product": str(product.id), "version": str(product.version)},
    )
    return Reply(view=view)


def _set(ask: Ask, product: Product, change: Change) -> Reply:
    """Save *change*, and say what holds now."""
    require_may_change(ask, product)
    before = service.snapshot(ask.session, product)
    after = replace(product, team_channel=change.channel or product.team_channel)
    if after.team_channel is None:
        raise NothingScheduledError(ask, product)
    with first_come(ask, product):
        saved = service.edit(ask.session, product, after, people={}, rituals=ask.guide.rituals, now=ask.now)
    for schedule in schedules.of_product(ask.session, saved.id):
        _apply(ask, saved, schedule, change)
    planned = schedules.of_product(ask.session, saved.id)
    lines = "\n".join(blocks.planned_lines(ask, saved, planned))
    where = f" Posted in <#{saved.team_channel}>." if change.channel else ""
    form = f" {FORMS[change.form]}." if change.form else ""
    text = f"You changed the settings of {named(saved)}.{where}{form}\n{lines}"
    return done(ask, SET, saved, before=before, text=text)


def _apply(ask: Ask, product: Product, schedule: Schedule, change: Change) -> None:
    options = {**schedule.options, "form": change.form} if change.form else schedule.options
    if change.at is not None or change.form is not None:
        service.reschedule(ask.session, product, schedule.ritual, change.at or schedule.at, ask.now, options=options)
    if change.paused is True:
        schedules.pause(ask.session, product, schedule.ritual)
    elif change.paused is False and schedule.paused:
        service.resume(ask.session, product, schedule.ritual, ask.now)


def _read(ask: Ask, words: tuple[str, ...]) -> Change:
    """What the words set. Raises `UnclearSettingError`, `UnclearScheduleError`."""
    text = " ".join(words).lower()
    found = _CHANNEL.fullmatch(" ".join(words))
    if not words:
        raise UnclearSettingError(ask)
    if found is not None:
        return Change(channel=found[1] or found[2])
    if text in FORMS:
        return Change(form=text)
    if text.startswith("#"):
        raise PlainChannelError(ask)
    return Change(at=At.parse(text))


def _form_of(planned: list[Schedule]) -> str:
    return str(planned[0].options.get("form") or "short") if planned else "short"


def _command(
    verb: str | None, run: Callable[[Ask], Reply], effect: Effect, summary: str, *, takes: str, example: str
) -> Command:
    return Command(noun="settings", verb=verb, takes=takes, summary=summary, example=example, effect=effect, run=run)


COMMANDS = (
    _command(
        None,
        show,
        Effect.READ,
        "When and where the rituals speak, and the next times",
        takes="[product]",
        example="settings",
    ),
    _command("edit", edit, Effect.OPEN, "Change them in a form", takes="[product]", example="settings edit"),
    _command(
        "set",
        set_words,
        Effect.CHANGE,
        "Set a day and a time, a channel, or the short or long form",
        takes="[product] DAY TIME | #channel | short | long",
        example="settings set mon 09:00",
    ),
    _command(
        "pause", pause, Effect.CHANGE, "Let a product's rituals rest", takes="[product]", example="settings pause"
    ),
    _command("resume", resume, Effect.CHANGE, "Let them run again", takes="[product]", example="settings resume"),
)
ACTIONS = (Action(name=FORM, effect=Effect.OPEN, run=open_form),)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit, ask=submissions.question, fetch=submissions.look),)
MOVE: Errand[tuple[Product, str], None] = Errand(name=MOVE_NAME, ask=ask_move, fetch=fetch_move, keep=keep_move)
