"""Putting right what the machine said of an item: a fold, a flag, a label; with name and reason, and kept."""

from collections.abc import Iterator

from bot.domain.text import clip, one_line
from bot.domain.words import number_of
from bot.features.error_review import card, meeting
from bot.features.error_review.meeting import Spot
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, context, plain, section
from bot.kit.command import FieldError
from bot.kit.forms import choices_of, text_input
from bot.kit.reply import Reply, View
from bot.store import audit, meetings, overrides, predictions
from bot.store.overrides import Override

FORM, UNDO = "error_review.righting", "error_review.unright"
QUOTED, OFFERED = 50, 10
"""How much of a folded one's words a choice shows, and how many choices there are."""


def open_form(ask: Ask) -> Reply:
    """The form with everything the machine said of the item that the button names."""
    at = meeting.open_spot(ask, ask.value)
    offered = dict(_sayings(ask, at))
    if not offered:
        return Reply(text="The machine said nothing of this one that could be put right: no fold, no flag, no label.")
    blocks = [
        context(plain("What you tick counts as wrong from now on; your name and reason stay with it.")),
        choices_of("wrong", "What is not right?", dict(list(offered.items())[:OFFERED])),
        text_input("reason", "Why?", lines=True, longest=500),
    ]
    carries = {"item": card.place(at.item)}
    return Reply(view=View(name=FORM, title="Put it right", blocks=blocks, carries=carries))


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep what was put right; what was folded in and is not alike gets a seat of its own."""
    reason = ask.field("reason") or ""
    at = meeting.open_spot(ask, ask.carried("item") or "", typed=reason)
    ticked = [one for one in ask.chosen("wrong") if one in dict(_sayings(ask, at))]
    if not ticked:
        raise FieldError({"wrong": "Tick what is not right, or press Cancel."})
    if not reason:
        raise FieldError({"reason": "Say why: the reason stays with it."})
    ranks = [_put_right(ask, at, one, reason) for one in ticked]
    meeting.redraw(ask, at.review.id)
    new = [f"It has a seat of its own now: number {rank}." for rank in ranks if rank]
    text = " ".join([f"You put right what was said of number {at.item.rank}.", *new])
    undoable = [one for one in ticked if not one.startswith("fold:")]
    undo = [actions("undo", button("Undo", UNDO, value=f"{card.place(at.item)} {one}")) for one in undoable[:1]]
    return Reply(text=text, blocks=[section(text), *undo] if undo else ())


def undo(ask: Ask) -> Reply:
    """Let hold again what the machine said."""
    where, _, token = ask.value.rpartition(" ")
    at = meeting.open_spot(ask, where)
    what, about = _meant(at, token)
    overrides.withdraw(ask.session, at.item.id, what, about)
    audit.done(
        ask.session, user=ask.user, what=f"review {at.review.id} put right: taken back", now=ask.now, product=at.product
    )
    meeting.redraw(ask, at.review.id)
    return Reply(text=f"You took it back: what the machine said of number {at.item.rank} holds again.", replace=True)


def _sayings(ask: Ask, at: Spot) -> Iterator[tuple[str, str]]:
    """Everything the machine said of an item that nobody has put right yet: a token each, and how a choice reads."""
    right = {(one.what, one.about) for one in at.item.overrides}
    for place, name in enumerate(at.item.breaches):
        if ("breach", name) not in right:
            yield f"breach:{place}", f"It does not break “{clip(one_line(name), QUOTED)}”"
    one = at.item.prediction
    if one.correct is not None and ("label", "correct") not in right:
        yield (
            "label:correct",
            "It was judged right, and is wrong" if one.correct else "It was judged wrong, and is right",
        )
    if one.hallucinated and ("label", "hallucinated") not in right:
        yield "label:hallucinated", "It was judged made up, and is not"
    if at.item.back_from is not None and ("back", "") not in right:
        yield "back:", "It did not come back: this is another error"
    for row_id, folded in zip(
        at.item.alike_rows, predictions.with_row_ids(ask.session, at.item.alike_rows), strict=True
    ):
        yield f"fold:{row_id}", f"Not alike: “{clip(one_line(folded.input or ''), QUOTED)}”"


def _put_right(ask: Ask, at: Spot, token: str, reason: str) -> int | None:
    """Keep one; the rank of the new seat where it was folded in."""
    what, about = _meant(at, token)
    right = Override(what=what, about=about, user=ask.user, reason=reason, at=ask.now)
    if not overrides.put_right(ask.session, at.item.id, right):
        return None
    saying = f"review {at.review.id} number {at.item.rank}: put right {what}"
    audit.done(ask.session, user=ask.user, what=saying, now=ask.now, product=at.product, detail=clip(reason, 500))
    if what != "fold":
        return None
    return meetings.seat_apart(ask.session, at.review.id, at.item.id, number_of(about))


def _meant(at: Spot, token: str) -> tuple[str, str]:
    what, _, about = token.partition(":")
    if what == "breach":
        place = number_of(about)
        return what, at.item.breaches[place] if place < len(at.item.breaches) else about
    return what, about
