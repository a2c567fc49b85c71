"""`/muster update`: how this week's update is, how it would read, and what became of the ones before."""

from collections.abc import Callable

from bot.domain.draft_states import Move
from bot.domain.drafts import Draft
from bot.domain.product import Product
from bot.domain.text import clip, count_of, escape, one_line
from bot.features.stakeholder_update import making, showing
from bot.features.stakeholder_update.finding import Case, deciders_of
from bot.features.stakeholder_update.saying import did, product_name, week_words, when
from bot.features.stakeholder_update.settling import written_down
from bot.kit.asking import Ask
from bot.kit.blocks import (
    Block,
    actions,
    context,
    fallback,
    fit,
    header,
    markdown,
    plain,
    plain_section,
    saying,
    section,
)
from bot.kit.choosing import named, only_product_of
from bot.kit.command import Command, Effect
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply
from bot.kit.update_blocks import shown, title_of
from bot.store import drafts

WEEKS, HEADLINE_ROOM = 12, 120
"""How many updates the history tells of, and how much of a headline."""

_ROOM = 40


def show(ask: Ask) -> Reply:
    """The latest update: its text, how far it is, and what can be done."""
    product = only_product_of(ask, "update")
    found = drafts.of_product(ask.session, product.id)
    return _whole(ask, found[0], product) if found else _nothing(product)


def preview(ask: Ask) -> Reply:
    """The update of this week as it will look; where nobody drafted it yet, what it would say now."""
    product = only_product_of(ask, "update preview")
    week = making.week_of(ask.session, product, ask.now)
    found = drafts.of_week(ask.session, product.id, week.end)
    if found is not None:
        return _whole(ask, found, product)
    would = making.fresh(ask.session, product, week, now=ask.now)
    chart = " With a chart of the last weeks." if would.chart else ""
    words = f"Nobody drafted it yet. Drafted now, the update of {product_name(product)} would look like this.{chart}"
    remarks = [plain_section(remark) for remark in would.remarks]
    blocks = [context(plain(words)), *fit(shown(would.body, product, week), _ROOM), *remarks, _make(product)]
    return Reply(text=fallback(title_of(would.body, product, week)), blocks=blocks)


def draft(ask: Ask) -> Reply:
    """Make this week's draft now, and send it to those who decide."""
    product = only_product_of(ask, "update draft")
    require_may_change(ask, product)
    week = making.week_of(ask.session, product, ask.now)
    made = making.make(ask.session, product, week, user=ask.user, now=ask.now)
    if not made.anew:
        return _whole(ask, made.draft, product, first="This week's update is drafted already.")
    who = deciders_of(ask.session, product, ask.admins)
    written_down(ask, Case(draft=made.draft, product=product, deciders=who), Move.DRAFT)
    asked = " and ".join(f"<@{user}>" for user in who.named)
    told = (
        f"You drafted this week's update; {asked or 'nobody'} {'has' if len(who.named) == 1 else 'have'} it to approve."
    )
    name = [] if asked else [saying("Name the approver", f"update settings {product.key}")]
    row = [saying("Show it", f"update {product.key}"), *name]
    return Reply(text=told, blocks=[section(told), actions("drafted", row[0], *row[1:])], posts=made.posts)


def history(ask: Ask) -> Reply:
    """The updates of the last weeks: what became of each, and who did what."""
    product = only_product_of(ask, "update history")
    found = drafts.of_product(ask.session, product.id, limit=WEEKS)
    if not found:
        return _nothing(product)
    title = f"Updates of {product_name(product)}"
    rows = [block for one in found for block in _row(ask, one, product)]
    return Reply(text=fallback(f"{title}: {count_of(len(found), 'week')}"), blocks=fit([header(title), *rows]))


def _row(ask: Ask, one: Draft, product: Product) -> list[Block]:
    headline = clip(one_line(one.body.headline), HEADLINE_ROOM)
    events = drafts.history(ask.session, one.id)
    lines = [f"{when(product, event.at)}: {did(event)}{_why(event.detail)}" for event in events[-8:]]
    words = f"{week_words(product, one.week)}, {one.state}: {headline}"
    return [plain_section(words), context(markdown("\n".join(lines)))]


def _why(detail: dict[str, object]) -> str:
    reason = detail.get("reason")
    return f" ({escape(one_line(str(reason)))})" if reason else ""


def _whole(ask: Ask, found: Draft, product: Product, *, first: str = "") -> Reply:
    words = fallback(title_of(found.body, product, found.week))
    head = [section(first)] if first else []
    return Reply(text=words, blocks=[*head, *showing.preview(found, product, ask.now)])


def _nothing(product: Product) -> Reply:
    text = f"There is no update of {named(product)} yet."
    return Reply(text=text, blocks=[section(text), _make(product)])


def _make(product: Product) -> Block:
    return actions("draft", saying("Draft it now", f"update draft {product.key}"))


def _command(
    verb: str | None,
    run: Callable[[Ask], Reply],
    summary: str,
    *,
    effect: Effect = Effect.READ,
    synonyms: tuple[str, ...],
) -> Command:
    return Command(
        noun="update",
        verb=verb,
        takes="[product]",
        summary=summary,
        example=f"update {verb}" if verb else "update",
        effect=effect,
        run=run,
        synonyms=synonyms,
        inside=effect is Effect.READ,
    )


COMMANDS = (
    _command(None, show, "How this week's stakeholder update is, with what can be done", synonyms=()),
    _command(
        "draft",
        draft,
        "Draft this week's update now, and send it to the one who approves it",
        effect=Effect.CHANGE,
        synonyms=("make", "new"),
    ),
    _command("preview", preview, "The update as it will look", synonyms=("show", "look")),
    _command("history", history, "What became of the updates of the last weeks", synonyms=("log", "past")),
)
