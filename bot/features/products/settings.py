"""`/muster settings`: when and where a product's rituals speak, and whether at all."""

import re
from collections.abc import Callable

from bot.domain.planning import At, UnclearScheduleError
from bot.domain.product import Product
from bot.domain.text import escape
from bot.features.products import blocks, rituals, submissions, timing
from bot.kit.asking import Ask
from bot.kit.blocks import button, header, saying, section
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, Errand, FieldError, Modal, Outside
from bot.kit.forms import channel, choice, choices_of, text_input
from bot.kit.permission import require_may_change
from bot.kit.reply import MarkedUpError, Next, Reply, View
from bot.kit.routing import refuse_word
from bot.store import products, schedules

FORM, MOVE_NAME = "products.settings", "products.move"

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>|([CG][A-Z0-9]{2,})")


class UnclearSettingError(MarkedUpError):
    """Words that set nothing."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(
            "Say a day and a time, a channel, or a form:"
            f" `{ask.command} settings set mon 09:00`, `{ask.command} settings set #team`,"
            f" `{ask.command} settings set long`"
        )


class UnclearRitualError(MarkedUpError):
    """Words that name no ritual."""

    def __init__(self, ask: Ask, said: str) -> None:
        known = ", ".join(f"“{rituals.spoken(one)}”" for one in ask.guide.rituals)
        super().__init__(f"I do not know the ritual “{escape(said)}”. There are: {known}.")


class PlainChannelError(MarkedUpError):
    """A channel's name as text: names change, so Slack's own reference is needed."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f"Choose the channel from Slack's list while you type, or use `{ask.command} settings edit`.")


def show(ask: Ask) -> Reply:
    """A product's rituals: when, where, in which form."""
    return _shown(ask, only_product_of(ask, "settings"))


def set_words(ask: Ask) -> Reply:
    """A day and a time, a channel, or a form, in words."""
    product, rest = product_of(ask, "settings set")
    require_may_change(ask, product)
    change = _read(ask, rest)
    if change.channel is None:
        return timing.save(ask, product, change)
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
    return timing.save(ask, products.current(ask.session, asked[0].id), timing.Change(channel=asked[1]))


def pause(ask: Ask) -> Reply:
    """Let the rituals of a product rest, or those that are named."""
    product, named_ones = _rituals_of(ask, "settings pause")
    return timing.save(ask, product, timing.Change(rituals=named_ones, paused=True))


def resume(ask: Ask) -> Reply:
    """Let them run again; one that is named begins, where it never ran."""
    product, named_ones = _rituals_of(ask, "settings resume")
    return timing.save(ask, product, timing.Change(rituals=named_ones, paused=False))


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
    change = timing.Change(at=at, channel=ask.field("channel"), form=ask.field("form"))
    return timing.save(ask, product, change, also=frozenset(ask.chosen("also")))


def _shown(ask: Ask, product: Product) -> Reply:
    planned = schedules.of_product(ask.session, product.id)
    where = f"in <#{product.team_channel}>" if product.team_channel else "nowhere yet: it has no channel"
    lines = blocks.planned_lines(ask, product, planned)
    form = timing.FORMS[timing.form_of(ask, planned)]
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
    first = rituals.first_of_all(ask)
    others = {
        one.name: f"{blocks.ritual_words(one.name)} ({one.default_at})" for one in ask.guide.rituals if one != first
    }
    running = [one.ritual for one in planned if not one.paused]
    at = next((str(one.at) for one in planned if one.ritual == first.name), first.default_at)
    view = View(
        name=FORM,
        title="Settings",
        blocks=[
            text_input("at", "Day and time of the review", initial=at, hint="Like “mon 09:00”, in the product's zone."),
            channel("channel", "Channel", initial=product.team_channel),
            choice("form", "How long", timing.FORMS, initial=timing.form_of(ask, planned)),
            *([choices_of("also", "What else runs", others, initial=running)] if others else []),
        ],
        carries={"product": str(product.id), "version": str(product.version)},
    )
    return Reply(view=view)


def _rituals_of(ask: Ask, says: str) -> tuple[Product, tuple[str, ...]]:
    """The product that is meant, and the rituals that are named. Raises `MarkedUpError`."""
    product, words = product_of(ask, says)
    found, rest = rituals.meant(ask, words)
    if rest and not found:
        raise refuse_word(
            rest[0], "settings", [one.key for one in products.everything(ask.session)], ask.guide, ask.command
        )
    if rest:
        raise UnclearRitualError(ask, " ".join(words))
    return product, tuple(one.name for one in found)


def _read(ask: Ask, words: tuple[str, ...]) -> timing.Change:
    """What the words set. Raises `UnclearSettingError`, `UnclearScheduleError`, `WhichRitualError`."""
    text = " ".join(words).lower()
    found = _CHANNEL.fullmatch(" ".join(words))
    if not words:
        raise UnclearSettingError(ask)
    if found is not None:
        return timing.Change(channel=found[1] or found[2])
    if text in timing.FORMS:
        return timing.Change(form=text)
    if text.startswith("#"):
        raise PlainChannelError(ask)
    several, rest = rituals.meant(ask, words)
    if len(several) > 1:
        raise rituals.WhichRitualError(ask, several)
    return timing.Change(rituals=tuple(one.name for one in several), at=At.parse(" ".join(rest)))


def _command(
    verb: str | None,
    run: Callable[[Ask], Reply],
    effect: Effect,
    summary: str,
    *,
    takes: str,
    example: str,
    synonyms: tuple[str, ...] = (),
) -> Command:
    return Command(
        noun="settings",
        verb=verb,
        takes=takes,
        summary=summary,
        example=example,
        effect=effect,
        run=run,
        synonyms=synonyms,
    )


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
        "Set a ritual's day and time, the channel, or the short or long form",
        takes="[product] [ritual] DAY TIME | #channel | short | long",
        example="settings set mon 09:00",
    ),
    _command(
        "pause",
        pause,
        Effect.CHANGE,
        "Let a product's rituals rest, or one of them",
        takes="[product] [ritual]",
        example="settings pause",
        synonyms=("off",),
    ),
    _command(
        "resume",
        resume,
        Effect.CHANGE,
        "Let them run again, or switch one on",
        takes="[product] [ritual]",
        example="settings resume",
        synonyms=("on",),
    ),
)
ACTIONS = (Action(name=FORM, effect=Effect.OPEN, run=open_form),)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit, ask=submissions.question, fetch=submissions.look),)
MOVE: Errand[tuple[Product, str], None] = Errand(name=MOVE_NAME, ask=ask_move, fetch=fetch_move, keep=keep_move)
