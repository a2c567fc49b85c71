"""What somebody did to the matrix of a product: kept with what it was before, told, and taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.defences import Defence
from bot.domain.failure_modes import FailureMode, recorded
from bot.domain.product import Never, ProductRecord
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.failure_modes.matrix import SAYS, Matrix, carried_matrix
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, saying, section
from bot.kit.choosing import named
from bot.kit.product_history import snapshot
from bot.kit.reply import MarkedUpError, Reply
from bot.store import audit, defences, failure_modes, products
from bot.store.json import dumped, loaded

UNDO = "failure_modes.undo"
CHANGED, UNDONE = "failure modes", "failure modes undo"


class SomebodyWasFirstError(MarkedUpError):
    """Two people at the same thing at the same instant: one of them won, and the other hears who."""

    def __init__(self, matrix: Matrix, user: str | None) -> None:
        who = f"<@{user}>" if user else "Somebody"
        super().__init__(
            f"{who} changed this of {named(matrix.product)} at the same moment; yours was not saved. Look at it again,"
            " then repeat it."
        )


class ChangedSinceError(UserError):
    """Something came after what is to be taken back."""

    def __init__(self) -> None:
        super().__init__(
            "This was changed since: taking it back would lose that. Look at “product failure-modes” for how it is."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A part of a matrix: one failure mode, or layers of defence, or what the model must never do (None: not that)."""

    mode: FailureMode | None = None
    defences: tuple[Defence, ...] = ()
    nevers: tuple[Never, ...] | None = None


def keep(ask: Ask, matrix: Matrix, before: Said, after: Said, text: str, *, more: Sequence[Element] = ()) -> Reply:
    """Keep *after* in the place of *before*, and tell the person *text* (mrkdwn) with a way to take it back.

    What a single prediction can show is saved in the product's record too. Raises `SomebodyWasFirstError`.
    """
    deed = _save(ask, matrix, before, after, what=CHANGED, text=text)
    show = saying("Show the matrix", f"{SAYS} {matrix.product.key}")
    row = actions("done", button("Undo", UNDO, value=str(deed)), *more, show)
    return Reply(text=text, blocks=[section(text), row])


def undo(ask: Ask) -> Reply:
    """Let hold again what was said before, if nobody changed it since."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or not deed.before or deed.what != CHANGED:
        raise ChangedSinceError
    matrix = carried_matrix(ask, str(deed.product_id))
    was, became = loaded(Said, deed.before["was"]), loaded(Said, deed.before["became"])
    now = _as_it_is(matrix, became)
    if now != became:
        raise ChangedSinceError
    text = f"You took it back: the failure modes of {named(matrix.product)} are as they were before."
    _save(ask, matrix, now, _at_versions(was, now), what=UNDONE, text=text)
    return Reply(text=text, replace=True)


def _save(ask: Ask, matrix: Matrix, before: Said, after: Said, *, what: str, text: str) -> int:
    product = matrix.product
    record = _record(product.record, after)
    # A form of the product that is open meanwhile finds in the log what it showed.
    history = dumped(snapshot(ask.session, product)) if record != product.record else {}
    with _first_come(ask, matrix):
        saved = product if record == product.record else products.save(ask.session, replace(product, record=record))
        if after.mode:
            failure_modes.save(ask.session, saved.id, after.mode, by=ask.user, now=ask.now)
        for one in after.defences:
            defences.save(ask.session, saved.id, one, by=ask.user, now=ask.now)
    kept: dict[str, Any] = {**history, "was": dumped(before), "became": dumped(_grown(after))}
    return audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=saved, detail=text, before=kept)


def _record(record: ProductRecord, after: Said) -> ProductRecord:
    if after.nevers is not None:
        return replace(record, nevers=after.nevers)
    return recorded(record, after.mode) if after.mode else record


def _grown(after: Said) -> Said:
    """*after* as it is read again."""
    return replace(
        after,
        mode=replace(after.mode, version=after.mode.version + 1) if after.mode else None,
        defences=tuple(replace(one, version=one.version + 1) for one in after.defences),
    )


def _as_it_is(matrix: Matrix, became: Said) -> Said:
    """What *became* speaks of, as it is now."""
    key = became.mode.key if became.mode else None
    return Said(
        mode=next((one for one in (*matrix.modes, *matrix.retired) if one.key == key), None),
        defences=tuple(matrix.layer(one.layer) for one in became.defences),
        nevers=None if became.nevers is None else matrix.product.record.nevers,
    )


def _at_versions(was: Said, now: Said) -> Said:
    """*was*, to be kept over *now*."""
    return replace(
        was,
        mode=replace(was.mode, version=now.mode.version) if was.mode and now.mode else None,
        defences=tuple(
            replace(one, version=there.version) for one, there in zip(was.defences, now.defences, strict=True)
        ),
    )


@contextmanager
def _first_come(ask: Ask, matrix: Matrix) -> Iterator[None]:
    try:
        yield
    except (failure_modes.FailureModeChangedError, defences.DefenceChangedError) as error:
        raise SomebodyWasFirstError(matrix, error.by) from error
    except products.ChangedMeanwhileError as error:
        later = audit.of_product(ask.session, matrix.product.id, since_version=matrix.product.version)
        raise SomebodyWasFirstError(matrix, later[-1].user if later else None) from error
