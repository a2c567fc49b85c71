"""The form of what the model must never do, which is kept in the product's record."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.product import Never
from bot.domain.record_fields import as_text, parsed
from bot.domain.text import clip
from bot.features.failure_modes import forms
from bot.features.failure_modes.blocks import NEVERS
from bot.features.failure_modes.deeds import Said, keep
from bot.features.failure_modes.matrix import Matrix, as_words, carried_matrix
from bot.kit import limits
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain, section
from bot.kit.choosing import named
from bot.kit.command import Action, AnyModal, Effect, Modal
from bot.kit.forms import text_input
from bot.kit.reply import Reply, View
from bot.store import audit

FIELD = "nevers"

_MOST_TOLD, _ROOM = 5, 120


def press_nevers(ask: Ask) -> Reply:
    """The form of the product that the button names."""
    matrix = carried_matrix(ask, ask.value)
    return Reply(view=_view(matrix, _fields(_shown(matrix))))


def submit(ask: Ask, _seen: object) -> Reply:
    """Save the nevers, where they were changed. Where somebody else was first, the form comes back with what was typed,
    and says who that was.
    """
    matrix = carried_matrix(ask, ask.carried(forms.PRODUCT))
    before = matrix.product.record.nevers
    shown = {FIELD: _shown(matrix)}
    texts = forms.changed(ask, shown)
    notes = forms.notes(ask, shown, lambda _field: _changer(ask, matrix))
    if notes:
        return Reply(view=_view(matrix, forms.again(_fields(texts[FIELD]), notes, forms.mark_of(shown))))
    after = forms.read(texts, parsed).get(FIELD, before)
    if after == before:
        text = f"What {named(matrix.product)} must never do is so already: nothing was changed."
        return Reply(text=text, blocks=[section(text)])
    text = f"{named(matrix.product)} must never: {_told(after)}. It was: {_told(before)}."
    return keep(ask, matrix, Said(nevers=before), Said(nevers=after), text)


def _view(matrix: Matrix, blocks: Sequence[Block]) -> View:
    carries = forms.carried(matrix.product.id, {FIELD: _shown(matrix)})
    return View(name=NEVERS, title="What it must never do", blocks=blocks, carries=carries)


def _fields(typed: str) -> list[Block]:
    return [
        context(
            plain("An output in which one of the phrases stands is flagged in the review, whatever anybody judged.")
        ),
        text_input(
            FIELD,
            "It must never",
            initial=typed,
            hint="One a line, with the phrases that give it away: promise a price: it will cost, for only",
            optional=True,
            lines=True,
        ),
    ]


def _shown(matrix: Matrix) -> str:
    """The nevers as they are typed, one a line; clipped like the field is, so that untouched means unchanged."""
    record = matrix.product.record
    lines = [as_text(replace(record, nevers=(one,)), FIELD) for one in record.nevers]
    return clip("\n".join(lines), limits.INPUT_TEXT)


def _changer(ask: Ask, matrix: Matrix) -> str | None:
    deeds = audit.of_product(ask.session, matrix.product.id, since_version=matrix.product.version - 1)
    return deeds[0].user if deeds else None


def _told(nevers: Sequence[Never]) -> str:
    """Their names in mrkdwn."""
    more = f" and {len(nevers) - _MOST_TOLD} more" if len(nevers) > _MOST_TOLD else ""
    return "; ".join(as_words(clip(_with_phrases(one), _ROOM)) for one in nevers[:_MOST_TOLD]) + more or "nothing"


def _with_phrases(never: Never) -> str:
    return f"{never.name} ({', '.join(never.phrases)})" if never.phrases else never.name


ACTIONS = (Action(name=NEVERS, effect=Effect.OPEN, run=press_nevers),)
MODALS: tuple[AnyModal, ...] = (Modal(name=NEVERS, submit=submit),)
