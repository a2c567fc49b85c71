"""`/muster review kinds` and `merge`: the team's own words for kinds of error, and whether new ones still turn up."""

from collections.abc import Iterator, Sequence

from bot.domain.product import Product
from bot.domain.saturation import saturation, sentence
from bot.domain.text import clip, count_of, escape, one_line
from bot.domain.window import zone_named
from bot.domain.words import folded, nearest, number_of
from bot.errors import UserError
from bot.features.error_review.view import day_in_words
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, button, context, header, plain, plain_section, section
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choice
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import audit, kinds, products
from bot.store.kinds import ErrorKind, KindCount

FORM, UNDO = "error_review.merging", "error_review.unmerge"
MERGED = "review merge"
SHOWN, LINES, NAME = 40, 10, 80
"""How many kinds are shown, how many in one paragraph, and how much of a name."""

OFFERED = 100
"""As many as a menu holds."""


class UnclearMergeError(UserError):
    """Words that name no two kinds."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(
            f"Say which kind is part of which: {ask.command} review merge “refund date” into “refund”."
            f" {ask.command} review kinds shows them."
        )


class NoSuchKindError(UserError):
    """A name that no kind of error has."""

    def __init__(self, product: Product, name: str, known: Sequence[ErrorKind]) -> None:
        near = nearest(name, [one.name for one in known])
        meant = f" Did you mean “{_short(near)}”?" if near else ""
        super().__init__(f"“{_short(name)}” is no kind of error of {product.name}.{meant}")


class OneKindError(UserError):
    """A kind cannot be merged into itself."""

    def __init__(self, kind: ErrorKind) -> None:
        super().__init__(f"That is one kind already: “{_short(kind.name)}”.")


class MergedMeanwhileError(UserError):
    """Somebody else merged one of the two at the same moment, or since."""

    def __init__(self) -> None:
        super().__init__("One of these kinds was merged meanwhile; nothing was changed. Look at “review kinds” again.")


def show(ask: Ask) -> Reply:
    """A product's kinds of error, the most frequent first."""
    product = only_product_of(ask, "review kinds")
    known = kinds.counts(ask.session, product.id)
    if not known:
        return Reply(
            text=f"No error of {named(product)} has a kind yet: name one with “Say more” on the card of a review."
        )
    merge = [actions("kinds", button("Merge two", FORM, value=str(product.id)))] if known[1:] else []
    said = sentence(saturation(kinds.in_order(ask.session, product.id)))
    return Reply(
        text=f"Kinds of error of {named(product)}",
        blocks=[
            header(f"Kinds of error of {clip(one_line(product.name), NAME)}"),
            *_paragraphs(known, product),
            *([context(plain(said))] if said else []),
            *merge,
        ],
    )


def merge_words(ask: Ask) -> Reply:
    """Merge the kind named first into the one named after “into”."""
    product, rest = product_of(ask, "review merge")
    require_may_change(ask, product)
    return _merged(ask, product, *_named_two(ask, product, rest))


def open_form(ask: Ask) -> Reply:
    """The form to choose two kinds of the product that the button names."""
    product = product_with_id(ask, ask.value)
    require_may_change(ask, product)
    known = {str(one.kind.id): _short(one.kind.name) for one in kinds.counts(ask.session, product.id)[:OFFERED]}
    if len(known) < 2:  # noqa: PLR2004 one and another
        return Reply(text=f"{named(product)} has fewer than two kinds of error: there is nothing to merge.")
    view = View(
        name=FORM,
        title="Merge two kinds",
        submit="Merge",
        blocks=[
            choice("merged", "This kind", known),
            choice("into", "Is part of this one", known, hint="Its errors count as this kind, the old ones too."),
        ],
        carries={"product": str(product.id)},
    )
    return Reply(view=view)


def submit(ask: Ask, _seen: object) -> Reply:
    """Merge the two that were chosen."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    merged, into = (kinds.with_id(ask.session, product.id, number_of(ask.field(name))) for name in ("merged", "into"))
    if merged is None or into is None:
        raise MergedMeanwhileError
    if merged.id == into.id:
        raise FieldError({"into": "Choose another one: these two are the same."})
    return _merged(ask, product, merged, into)


def undo(ask: Ask) -> Reply:
    """Let the kinds be two again that the clicked answer told of."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or deed.product_id is None or deed.what != MERGED or not deed.before:
        raise MergedMeanwhileError
    product = products.current(ask.session, deed.product_id)
    require_may_change(ask, product)
    before = {number_of(kind_id): was for kind_id, was in deed.before["kinds"].items()}
    if not kinds.unmerge(ask.session, before, deed.before["into"]):
        raise MergedMeanwhileError
    text = "You took it back: they are two kinds again, with the errors that each had."
    audit.done(ask.session, user=ask.user, what=f"{MERGED}: taken back", now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


def _merged(ask: Ask, product: Product, merged: ErrorKind, into: ErrorKind) -> Reply:
    if merged.id == into.id:
        raise OneKindError(into)
    before = kinds.merge(ask.session, merged.id, into.id)
    if not before:
        raise MergedMeanwhileError
    count = next(one for one in kinds.counts(ask.session, product.id) if one.kind.id == into.id)
    text = (
        f"You merged “{_short(merged.name)}” into “{_short(into.name)}”,"
        f" which has {count_of(count.items, 'reviewed error')} now."
    )
    deed = audit.done(
        ask.session,
        user=ask.user,
        what=MERGED,
        now=ask.now,
        product=product,
        detail=text,
        before={"into": into.id, "kinds": {str(kind_id): was for kind_id, was in before.items()}},
    )
    return Reply(
        text=escape(text), blocks=[plain_section(text), actions("merged", button("Undo", UNDO, value=str(deed)))]
    )


def _named_two(ask: Ask, product: Product, words: Sequence[str]) -> tuple[ErrorKind, ErrorKind]:
    """The two kinds that the words name; a name may hold “into” itself. Raises `UnclearMergeError` and others."""
    cuts = [place for place, word in enumerate(words) if folded(word) == "into"]
    told = [(" ".join(words[:cut]), " ".join(words[cut + 1 :])) for cut in cuts]
    pairs = [names for names in told if all(names)]
    if not pairs:
        raise UnclearMergeError(ask)
    for one, other in pairs:
        merged, into = (kinds.named(ask.session, product.id, name) for name in (one, other))
        if merged is not None and into is not None:
            return merged, into
    missing = next(name for name in pairs[0] if kinds.named(ask.session, product.id, name) is None)
    raise NoSuchKindError(product, missing, kinds.of_product(ask.session, product.id))


def _paragraphs(known: Sequence[KindCount], product: Product) -> Iterator[Block]:
    shown = known[:SHOWN]
    for start in range(0, len(shown), LINES):
        yield plain_section("\n".join(_line(one, product) for one in shown[start : start + LINES]))
    if known[SHOWN:]:
        yield section(f"and {count_of(len(known) - SHOWN, 'more kind')}")


def _line(one: KindCount, product: Product) -> str:
    since = day_in_words(one.since, zone_named(product.timezone))
    if not one.items:
        return f"{_short(one.kind.name)}: no reviewed error, named {since}"
    where = count_of(one.reviews, "review")
    return f"{_short(one.kind.name)}: {count_of(one.items, 'error')} in {where}, since {since}"


def _short(name: str) -> str:
    return clip(one_line(name), NAME)


COMMANDS = (
    Command(
        noun="review",
        verb="kinds",
        takes="[product]",
        summary="The kinds of error in your own words, and whether new ones still turn up",
        example="review kinds",
        effect=Effect.READ,
        run=show,
        synonyms=("kind", "taxonomy"),
        inside=True,
    ),
    Command(
        noun="review",
        verb="merge",
        takes='[product] "KIND" into "KIND"',
        summary="Let one kind of error be part of another; their history follows",
        example='review merge "refund date" into "refund"',
        effect=Effect.CHANGE,
        run=merge_words,
    ),
)
ACTIONS = (
    Action(name=FORM, effect=Effect.OPEN, run=open_form),
    Action(name=UNDO, effect=Effect.CHANGE, run=undo),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FORM, submit=submit),)
