"""`/muster` alone, `/muster help` and `/muster me`."""

from bot.domain.product import Product
from bot.domain.words import folded, nearest
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import Block, Element, actions, context, header, markdown, paragraphs, saying, section
from bot.kit.command import Command, Effect
from bot.kit.help import MENU, overview, usage
from bot.kit.reply import Reply
from bot.kit.routing import UnknownWordError
from bot.store import products

SHOWN = 10


def menu(ask: Ask) -> Reply:
    """What is useful in this channel now."""
    here = [one for one in products.everything(ask.session) if ask.channel and ask.channel == one.team_channel]
    waiting = ask.guide.waiting(ask)
    text = "What would you like to see?" if here else "No product speaks in this channel."
    rows = [_menu_of(one) for one in here] or [actions("menu", *_menu_elsewhere())]
    mine = [context(markdown(f"{len(waiting)} waiting for you: `{ask.command} me`"))] if waiting else []
    more = context(markdown(f"Everything I understand: `{ask.command} help`"))
    return Reply(text=text, blocks=[section(text), *rows, *mine, more])


def help_with(ask: Ask) -> Reply:
    """Everything by noun, or one noun with examples."""
    if not ask.words:
        text = overview(ask.guide, ask.command)
        return Reply(text="What I understand", blocks=[section("*What I understand*"), *paragraphs(text)])
    plain = folded(ask.words[0])
    noun = ask.guide.synonyms.get(plain, plain)
    nouns = {one.noun for one in ask.guide.helps}
    if noun not in nouns:
        meant = nearest(noun, nouns)
        known = usage(ask.guide, meant, ask.command) if meant else overview(ask.guide, ask.command)
        raise UnknownWordError(ask.words[0], meant=meant, help_text=known)
    return Reply(
        text=f"How to use {noun}", blocks=[section(f"*{noun}*"), *paragraphs(usage(ask.guide, noun, ask.command))]
    )


def me(ask: Ask) -> Reply:
    """What waits for the person who asks."""
    waiting = ask.guide.waiting(ask)
    text = "Waiting for you" if waiting else "Nothing waits for you."
    return Reply(text=text, blocks=[section(f"*{text}*"), *_rows(waiting)])


def home(ask: Ask) -> list[Block]:
    """What waits, for App Home."""
    waiting = ask.guide.waiting(ask)
    return [header("Waiting for you"), *(_rows(waiting) or [section("Nothing waits for you.")])]


def _rows(waiting: list[Waiting]) -> list[Block]:
    rows = [section(one.text, one.press) for one in waiting[:SHOWN]]
    left = len(waiting) - SHOWN
    return [*rows, context(markdown(f"and {left} more"))] if left > 0 else rows


def _menu_of(product: Product) -> Block:
    return actions(
        f"menu-{product.id}",
        saying("Latest review", f"review {product.key}"),
        saying("Health", f"health {product.key}"),
        saying("Update", f"update {product.key}"),
        saying("Who owns what", f"owner {product.key}"),
        saying("Declare an incident", f"incident declare {product.key}"),
        saying(f"About {product.name}", f"product show {product.key}"),
    )


def _menu_elsewhere() -> list[Element]:
    return [
        saying("Add a product", "product add"),
        saying("Products", "product list"),
        saying("What waits for me", "me"),
    ]


COMMANDS = (
    Command(
        noun=MENU,
        summary="What is useful in this channel now",
        example="",
        effect=Effect.READ,
        run=menu,
    ),
    Command(
        noun="help",
        takes="[noun]",
        summary="Everything I understand, or one noun with examples",
        example="help review",
        effect=Effect.READ,
        run=help_with,
    ),
    Command(
        noun="me",
        summary="What waits for me",
        example="me",
        effect=Effect.READ,
        run=me,
    ),
)
