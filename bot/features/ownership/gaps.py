"""`/muster owner gaps`: what nobody answers for, why, and how to name somebody."""

from bot.domain import matrix
from bot.domain.holders import mention, mentions
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.responsibilities import NINE_AREAS, Responsibility
from bot.domain.text import clip, count_of, one_line
from bot.features.ownership.form import EDIT
from bot.features.ownership.naming import Named, product_in, question_in
from bot.features.ownership.words import absences, spoken
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, context, fallback, fit, header, markdown, saying, section
from bot.kit.choosing import named
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply
from bot.store import ownerships

_USUALLY = {Role.PM: "the PM", Role.ML_LEAD: "the ML lead", Role.RESEARCH: "research"}


def look(ask: Ask) -> Reply:
    """What nobody answers for, and what only a backup does: of the product, or of what the words name."""
    product, words = product_in(ask, "owner gaps")
    about = question_in(ask, product, words, "owner gaps")
    known = ownerships.of_product(ask.session, product.id)
    open_ones = [one for one in matrix.gaps(known, areas=product.record.areas) if _is_in(about, one)]
    stood_in = [one for one in matrix.stood_in(known, areas=product.record.areas) if _is_in(about, one)]
    if not open_ones and not stood_in:
        text = _none(product, about, known)
        return Reply(text=text, blocks=[section(text), actions("whole", _whole(product))])
    number = count_of(len(open_ones), "gap") if open_ones else "No gap, but a backup stands in"
    title = f"{number}: {clip(one_line(product.name), 80)}"
    rows = [_gap(ask, product, one, known) for one in open_ones]
    stand_ins = [_stands_in(one, known) for one in stood_in]
    pressed = actions("gaps", button("Name owners", EDIT, value=str(product.id)), _whole(product))
    return Reply(text=fallback(title), blocks=fit([header(title), *rows, *stand_ins, pressed]))


def _is_in(about: Named, one: Responsibility) -> bool:
    if about.area is not None:
        return one in NINE_AREAS[about.area]
    return about.one is None or about.one == one


def _none(product: Product, about: Named, known: matrix.Known) -> str:
    if about.one is not None:
        who = known[about.one.key].acting
        verb = "answers" if len(who) == 1 else "answer"
        return f"No gap: {mentions(who)} {verb} for {spoken(about.one)} of {named(product)}."
    return f"No gaps: everything in {f'{about.area} of ' if about.area else ''}{named(product)} has an owner."


def _gap(ask: Ask, product: Product, one: Responsibility, known: matrix.Known) -> Block:
    usual = " and ".join(_USUALLY[role] for role in one.usual)
    usually = f" Usually {usual}." if usual else ""
    gone = [f"{line}." for line in (absences(known[one.key]) if one.key in known else ())]
    how = f"`{ask.command} owner {product.key} {spoken(one).replace(':', '')} @name`"
    return section("\n".join([f"*{one.title}*: {one.means}.{usually}", *gone, how]))


def _stands_in(one: Responsibility, known: matrix.Known) -> Block:
    row = known[one.key]
    alone = f"nobody owns it, and {mention(row.backup or '')}, the backup, stands in"
    return context(markdown(f"{one.title}: {'; '.join(absences(row)) if row.owners else alone}."))


def _whole(product: Product) -> Element:
    return saying("Who owns what", f"owner {product.key}")


COMMANDS = (
    Command(
        noun="owner",
        verb="gaps",
        takes="[product] [question]",
        summary="What nobody answers for",
        example="owner gaps",
        effect=Effect.READ,
        inside=True,
        run=look,
        synonyms=("gap", "open", "missing"),
    ),
)
