"""`/muster owner history`: who was named by whom, when and from where; nothing of it is ever changed."""

from collections.abc import Mapping

from bot.domain.holders import mention
from bot.domain.ownership import Did, Origin
from bot.domain.product import Product
from bot.domain.responsibilities import responsibility
from bot.domain.text import clip, one_line
from bot.domain.window import zone_named
from bot.features.ownership.naming import product_in, question_in
from bot.features.ownership.words import happened, spoken
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, context, fallback, fit, header, markdown, saying, section
from bot.kit.choosing import named
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply
from bot.store import ownerships
from bot.store.ownerships import OwnershipEvent

SHOWN = 20

_DID: Mapping[Did, str] = {
    Did.ASSIGNED: "set it",
    Did.ACCEPTED: "said yes",
    Did.DECLINED: "declined",
    Did.CONFIRMED: "said it is still theirs",
    Did.HANDED_OVER: "handed it over",
    Did.RETIRED: "gave it up",
    Did.LEFT: "noticed that somebody is gone",
    Did.CAME_BACK: "noticed that somebody is back",
}
_FROM: Mapping[Origin, str] = {
    Origin.COMMAND: "by a command",
    Origin.FORM: "in the form",
    Origin.BUTTON: "by a button",
    Origin.MENTION: "in a thread",
    Origin.SLACK_EVENT: "from Slack",
    Origin.DAILY_LOOK: "by the daily look",
}


def look(ask: Ask) -> Reply:
    """What happened to a product's ownerships or to one of them, the last thing first."""
    product, words = product_in(ask, "owner history")
    meant = question_in(ask, product, words, "owner history")
    key = meant.one.key if meant.one else None
    found = [one for one in ownerships.history(ask.session, product.id, key) if _is_in(one, meant.area)]
    of = meant.one.title if meant.one else meant.area or "Who owned what"
    title = f"{of}, history: {clip(one_line(product.name), 60)}"
    if not found:
        about = spoken(meant.one) if meant.one else "anything"
        return Reply(text=f"Nobody was ever named for {about} of {named(product)}.")
    more = len(found) - SHOWN
    rest = [context(markdown(f"{more} earlier ones are not shown."))] if more > 0 else []
    back = actions("history", saying("Who owns what", f"owner {product.key}"))
    rows = [_row(event, product) for event in reversed(found[-SHOWN:])]
    return Reply(text=fallback(title), blocks=fit([header(title), *rows, *rest, back]))


def _is_in(event: OwnershipEvent, area: str | None) -> bool:
    return area is None or responsibility(event.responsibility).title.startswith(f"{area}:")


def _row(event: OwnershipEvent, product: Product) -> Block:
    local = event.at.astimezone(zone_named(product.timezone))
    who = mention(event.by) if event.by else "Muster"
    what = happened(event.before, event.after)
    title = responsibility(event.responsibility).title
    words = f"*{title}*: {who} {_DID[event.what]}{f': {what}' if what else ''}"
    return section(f"{words}\n{local.day} {local:%b %Y %H:%M %Z}, {_FROM[event.origin]}")


COMMANDS = (
    Command(
        noun="owner",
        verb="history",
        takes="[product] [question]",
        summary="Who was named by whom, when, and from where",
        example="owner history",
        effect=Effect.READ,
        inside=True,
        run=look,
        synonyms=("log", "past"),
    ),
)
