"""`/muster golden`: the golden set of a product, what is picked for it and what is taken out."""

from bot.domain.product import Product
from bot.domain.text import clip, escape, one_line
from bot.domain.words import folded, number_of
from bot.errors import UserError
from bot.features.ground_truth import golden_blocks, picking, rules
from bot.features.ground_truth.names import DROP, PICK, PICK_ALL, PICK_GOOD, PUT_BACK, SET_PAGE, UNPICK
from bot.kit.asking import Ask
from bot.kit.choosing import named, only_product_of, product_of, product_with_id
from bot.kit.command import Action, Command, Effect
from bot.kit.reply import MarkedUpError, Reply
from bot.store import golden, held, incident_answers, predictions, truths

ALL = ("all", "everything")


class NoSuchPredictionError(MarkedUpError):
    """An id that no prediction of the product has."""

    def __init__(self, product: Product, name: str) -> None:
        super().__init__(f"There is no prediction “{escape(one_line(clip(name, 80)))}” of {named(product)} here.")


def bare(ask: Ask) -> Reply:
    """How far the golden set of a product is."""
    product = only_product_of(ask, "golden")
    return golden_blocks.overview(
        product,
        golden.of_product(ask.session, product.id),
        ready=golden.count_candidates(ask.session, product.id),
        waiting=truths.count_waiting(ask.session, product.id),
        unanswered=incident_answers.count_unanswered(ask.session, product.id),
        may_pick=ask.user in rules.curators_of(ask, product),
    )


def everything(ask: Ask) -> Reply:
    """The rows of the set."""
    return _rows(ask, only_product_of(ask, "golden list"), after=0)


def page(ask: Ask) -> Reply:
    """The rows after the one that the button names."""
    number, _, after = ask.value.partition(" ")
    return _rows(ask, product_with_id(ask, number), after=number_of(after))


def pick(ask: Ask) -> Reply:
    """Pick the verified proposal of a number, all of them, or see which there are."""
    if ask.words and number_of(ask.words[-1]):
        return picking.pick(ask, rules.proposal(ask, ask.words[-1]))
    if ask.words and folded(ask.words[-1]) in ALL:
        return picking.pick_all(ask, only_product_of(ask.saying(ask.words[:-1]), "golden pick"))
    product = only_product_of(ask, "golden pick")
    rules.require_curator(ask, product)
    found = golden.candidates(ask.session, product.id, limit=golden_blocks.SHOWN)
    missing = incident_answers.unanswered(ask.session, product.id, limit=golden_blocks.SHOWN)
    if not found and not missing:
        return Reply(text=f"Nothing verified waits to join the golden set of {named(product)}.")
    asked = predictions.with_row_ids(ask.session, [one.prediction_row_id for one in found])
    count = golden.count_candidates(ask.session, product.id)
    pairs = list(zip(found, asked, strict=True))
    return golden_blocks.candidates(product, pairs, count=count, unanswered=missing)


def good(ask: Ask) -> Reply:
    """Pick the good output of a prediction's id, or see which there are."""
    product, rest = product_of(ask, "golden good")
    rules.require_curator(ask, product)
    name = " ".join(rest)
    if name:
        found = held.called(ask.session, product.id, name)
        if found is None:
            raise NoSuchPredictionError(product, name)
        return picking.pick_good(ask, product, found)
    several = golden.good_outputs(ask.session, product.id, limit=golden_blocks.SHOWN)
    if not several:
        return Reply(text=f"No output of {named(product)} was judged correct or given a thumbs up and is not in yet.")
    return golden_blocks.good_outputs(product, several)


def drop(ask: Ask) -> Reply:
    """Take the row of a number out of the set."""
    number, reason = (ask.words[0], " ".join(ask.words[1:])) if ask.words else ("", "")
    return picking.drop(ask, number, reason)


def press_pick(ask: Ask) -> Reply:
    """Pick the proposal that the button names."""
    return picking.pick(ask, rules.proposal(ask, ask.value))


def press_pick_all(ask: Ask) -> Reply:
    """Pick everything of the product that the button names."""
    return picking.pick_all(ask, product_with_id(ask, ask.value))


def press_pick_good(ask: Ask) -> Reply:
    """Pick the output that the button names."""
    number, _, row = ask.value.partition(" ")
    product = product_with_id(ask, number)
    found = held.of_product(ask.session, product.id, number_of(row))
    if found is None:
        raise UserError("This prediction is not here any more.")
    return picking.pick_good(ask, product, found)


def press_drop(ask: Ask) -> Reply:
    """Take the row out that the button names."""
    return picking.drop(ask, ask.value, "")


def _rows(ask: Ask, product: Product, *, after: int) -> Reply:
    everything = golden.of_product(ask.session, product.id)
    rest = [row for row in everything if row.id > after]
    if not rest:
        return Reply(text=f"There is nothing {'more ' if after else ''}in the golden set of {named(product)}.")
    return golden_blocks.rows(
        product,
        rest[: golden_blocks.SHOWN],
        total=len(everything),
        left=max(len(rest) - golden_blocks.SHOWN, 0),
        may_pick=ask.user in rules.curators_of(ask, product),
    )


COMMANDS = (
    Command(
        noun="golden",
        takes="[product]",
        summary="The golden set: how far it is and what could join it",
        example="golden",
        effect=Effect.READ,
        run=bare,
        inside=True,
    ),
    Command(
        noun="golden",
        verb="list",
        takes="[product]",
        summary="The rows of the golden set",
        example="golden list",
        effect=Effect.READ,
        run=everything,
        synonyms=("show", "rows"),
        inside=True,
    ),
    Command(
        noun="golden",
        verb="pick",
        takes="[product] [number | all]",
        summary="Put verified answers into the golden set, or see which could join",
        example="golden pick all",
        effect=Effect.CHANGE,
        run=pick,
        synonyms=("add",),
    ),
    Command(
        noun="golden",
        verb="good",
        takes="[product] [prediction id]",
        summary="Put outputs that were good as they were into it, or see which could join",
        example="golden good",
        effect=Effect.CHANGE,
        run=good,
    ),
    Command(
        noun="golden",
        verb="drop",
        takes="number [why]",
        summary="Take a row out of the golden set",
        example="golden drop 1 The policy changed",
        effect=Effect.CHANGE,
        run=drop,
        synonyms=("remove", "delete"),
    ),
)
ACTIONS = (
    Action(name=SET_PAGE, effect=Effect.READ, run=page, inside=True),
    Action(name=PICK, effect=Effect.CHANGE, run=press_pick),
    Action(name=PICK_ALL, effect=Effect.CHANGE, run=press_pick_all),
    Action(name=PICK_GOOD, effect=Effect.CHANGE, run=press_pick_good),
    Action(name=UNPICK, effect=Effect.CHANGE, run=picking.unpick),
    Action(name=DROP, effect=Effect.CHANGE, run=press_drop),
    Action(name=PUT_BACK, effect=Effect.CHANGE, run=picking.put_back),
)
