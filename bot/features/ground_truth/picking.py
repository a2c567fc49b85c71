"""What goes into the golden set and out of it; every change can be taken back."""

from contextlib import suppress
from datetime import UTC, datetime

from bot.domain.golden import Golden, is_good_output
from bot.domain.product import Product
from bot.domain.text import clip, count_of
from bot.domain.truth import VERIFIED, Truth, TruthState
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.ground_truth import golden_blocks, rules
from bot.features.ground_truth.names import PUT_BACK, UNPICK
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, saying, section
from bot.kit.choosing import named, product_with_id
from bot.kit.reply import MarkedUpError, Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, golden, products, truths
from bot.store.held import Held


class NotVerifiedError(MarkedUpError):
    """Only what an expert verified is picked."""

    def __init__(self, ask: Ask, truth: Truth) -> None:
        if truth.state is TruthState.REJECTED:
            super().__init__(f"Proposal {truth.id} was rejected by <@{truth.decided_by}>: it is not ground truth.")
        else:
            super().__init__(
                f"Proposal {truth.id} waits for a domain expert: only what was verified is picked."
                f" See it: `{ask.command} truth {truth.id}`"
            )


class NotGoodError(UserError):
    """An output that nobody called good."""

    def __init__(self) -> None:
        super().__init__(
            "This output was neither judged correct nor given a thumbs up, so it cannot stand as a right answer by"
            " itself: let somebody propose one."
        )


class InTheSetError(UserError):
    """A prediction has one row; a verified answer stays in it until another one is verified."""

    def __init__(self, row: Golden) -> None:
        super().__init__(f"This prediction is in the golden set already, as row {row.id}.")


class NoSuchRowError(MarkedUpError):
    """A number that no row of the set has."""

    def __init__(self, ask: Ask, number: str) -> None:
        told = f"There is no row {number_of(number)}." if number_of(number) else "Say the number of a row."
        super().__init__(f"{told} `{ask.command} golden list` shows the rows of the golden set.")


def pick(ask: Ask, truth: Truth) -> Reply:
    """Put a verified answer into the golden set."""
    product = products.current(ask.session, truth.product_id)
    rules.require_curator(ask, product)
    if truth.state not in VERIFIED:
        raise NotVerifiedError(ask, truth)
    row = golden.of_prediction(ask.session, truth.prediction_row_id)
    if row is not None and row.answer == truth.answer:
        raise InTheSetError(row)
    _put(ask, product, truth)
    return _picked(ask, product, f"You put proposal {truth.id} into the golden set of {named(product)}")


def pick_all(ask: Ask, product: Product) -> Reply:
    """Put every verified answer that waits into the golden set."""
    rules.require_curator(ask, product)
    found = golden.candidates(ask.session, product.id)
    if not found:
        return Reply(text=f"Nothing verified waits to join the golden set of {named(product)}.")
    for truth in found:
        _put(ask, product, truth)
    return _picked(ask, product, f"You put {count_of(len(found), 'answer')} into the golden set of {named(product)}")


def pick_good(ask: Ask, product: Product, held: Held) -> Reply:
    """Put an output that was good as it was into the golden set. Raises `UserError` where nobody called it so."""
    rules.require_curator(ask, product)
    if not is_good_output(held.prediction):
        raise NotGoodError
    row = golden.of_prediction(ask.session, held.row_id)
    if row is not None:
        raise InTheSetError(row)
    verified = [one for one in truths.of_prediction(ask.session, held.row_id) if one.state in VERIFIED]
    if verified and verified[-1].answer != held.prediction.output:
        raise UserError(f"An expert verified another answer for it: pick proposal {verified[-1].id} instead.")
    output = held.prediction.output or ""
    golden.put(ask.session, product, held.row_id, answer=output, truth_id=None, by=ask.user, now=ask.now)
    return _picked(ask, product, f"You put a good output into the golden set of {named(product)}")


def unpick(ask: Ask) -> Reply:
    """Take back what the clicked answer told: everything that went in at that instant comes out again."""
    number, _, text = ask.value.partition(" ")
    product = product_with_id(ask, number)
    rules.require_curator(ask, product)
    count = 0
    with suppress(ValueError):
        at = datetime.fromisoformat(text).astimezone(UTC)
        count = golden.drop_picked(ask.session, product.id, by=ask.user, at=at, now=ask.now)
    if not count:
        raise UserError("Nothing of this is in the golden set any more.")
    told = f"You took it back: {count_of(count, 'row')} of {named(product)} {'is' if count == 1 else 'are'} out again."
    audit.done(ask.session, user=ask.user, what="golden undo", now=ask.now, product=product, detail=told)
    return Reply(text=told, replace=True)


def drop(ask: Ask, number: str, reason: str) -> Reply:
    """Take a row out of the golden set, with a reason if there is one."""
    row, product = _row(ask, number)
    if not golden.drop(ask.session, row.id, by=ask.user, now=ask.now):
        raise UserError(f"Row {row.id} is out of the golden set already.")
    text = f"You took row {row.id} out of the golden set of {named(product)}."
    why = clip(protected_text(reason, product.record.pii), 200)
    audit.done(
        ask.session, user=ask.user, what="golden drop", now=ask.now, product=product, detail=f"{text} {why}".strip()
    )
    undo = button("Undo", PUT_BACK, value=str(row.id))
    return Reply(text=text, blocks=[section(text), actions("dropped", undo, _see(product))])


def put_back(ask: Ask) -> Reply:
    """Take back that a row was taken out."""
    row, product = _row(ask, ask.value)
    if not row.dropped:
        raise UserError(f"Row {row.id} is in the golden set already.")
    golden.put_back(ask.session, row.id)
    text = f"You took it back: row {row.id} is in the golden set of {named(product)} again."
    audit.done(ask.session, user=ask.user, what="golden undo", now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


def _put(ask: Ask, product: Product, truth: Truth) -> None:
    golden.put(
        ask.session,
        product,
        truth.prediction_row_id,
        answer=truth.answer or "",
        truth_id=truth.id,
        by=ask.user,
        now=ask.now,
    )


def _row(ask: Ask, number: str) -> tuple[Golden, Product]:
    row = golden.with_number(ask.session, number_of(number))
    if row is None:
        raise NoSuchRowError(ask, number)
    product = products.current(ask.session, row.product_id)
    rules.require_curator(ask, product)
    return row, product


def _picked(ask: Ask, product: Product, done: str) -> Reply:
    text = f"{done}: {golden_blocks.of_goal(golden.count(ask.session, product.id))}."
    audit.done(ask.session, user=ask.user, what="golden pick", now=ask.now, product=product, detail=text)
    undo = button("Undo", UNPICK, value=f"{product.id} {ask.now.isoformat()}")
    return Reply(text=text, blocks=[section(text), actions("picked", undo, _see(product))])


def _see(product: Product) -> Element:
    return saying("Golden set", f"golden {product.key}")
