"""“Report a bad AI answer”, on any message in Slack: it joins the next review of its product."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain.prediction import Feedback, Prediction
from bot.domain.product import Product
from bot.domain.text import clip
from bot.domain.truth import Origin
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.ground_truth import forms
from bot.features.ground_truth.forms import Known
from bot.features.ground_truth.names import REPORT, WITHDRAW
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import NoProductError, named, product_with_id
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal, Shortcut
from bot.kit.redaction import protect
from bot.kit.reply import ForbiddenError, Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, held, predictions, products, reports, truths
from bot.store.held import Held
from bot.store.predictions import EPOCH
from bot.store.reports import Voice

_CHANNEL, _TS = re.compile(r"[A-Z][A-Z0-9]{1,30}"), re.compile(r"(\d{1,10})\.(\d{6})")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


class NoMessageError(UserError):
    """Only a message can be reported."""

    def __init__(self) -> None:
        super().__init__("I do not know which message you mean: use “Report a bad AI answer” in a message's own menu.")


class SeatedError(UserError):
    """What sits in a review is not taken out of it."""

    def __init__(self) -> None:
        super().__init__("This answer sits in a review already, so your report stays. Say there what you think of it.")


class NotYourReportError(ForbiddenError):
    """Who reported takes it back, nobody else."""

    def __init__(self) -> None:
        super().__init__("Somebody else reported this: only they take it back.")


def open_form(ask: Ask) -> Reply:
    """The form, filled with the message, or with what was said of it before."""
    place = _place(ask.channel, ask.incoming.message)
    voices = reports.of_message(ask.session, place.channel, place.ts)
    voice = next((one for one in voices if one.user == ask.user), voices[0] if voices else None)
    choices = _choices(ask, voice)
    if voice is not None and voice.product_id == choices[0].id:
        return Reply(view=forms.report(choices, place.ts, _known(ask, voice)))
    quoted = re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]], ask.incoming.quoted or "")
    return Reply(view=forms.report(choices, place.ts, Known(answer=quoted)))


def submit(ask: Ask, _seen: object) -> Reply:
    """Keep the report: the answer as a prediction of its own, the person's voice, and what would have been right."""
    product = product_with_id(ask, ask.field("product") or ask.carried("product"))
    place = _place(ask.channel, ask.carried("message"))
    said = _said(ask, place)
    before = held.called(ask.session, product.id, place.name)
    voices = reports.of_prediction(ask.session, before.row_id) if before else []
    is_edit = any(one.user == ask.user for one in voices)
    row_id = _keep(ask.session, product, _merged(before, said, is_first=not voices or voices[0].user == ask.user))
    voice = reports.keep(
        ask.session,
        product_id=product.id,
        prediction_row_id=row_id,
        user=ask.user,
        channel=place.channel,
        ts=place.ts,
        note=protected_text(ask.field("note") or "", product.record.pii),
        now=ask.now,
    )
    _propose(ask, product, row_id, said.expected)
    return _told(ask, product, voice, is_edit=is_edit)


def withdraw(ask: Ask) -> Reply:
    """Take back the report that the clicked answer told, as long as it has no seat in a review."""
    voice = reports.with_id(ask.session, number_of(ask.value))
    if voice is None:
        raise UserError("This report was taken back already.")
    if voice.user != ask.user:
        raise NotYourReportError
    if voice.item_id is not None:
        raise SeatedError
    product = products.with_id(ask.session, voice.product_id)
    truths.withdraw(ask.session, prediction_row_id=voice.prediction_row_id, origin=Origin.REPORT, by=ask.user)
    if not reports.withdraw(ask.session, voice):
        raise SeatedError
    text = f"You took your report back: it does not join the review of {named(product)}."
    audit.done(ask.session, user=ask.user, what="report withdraw", now=ask.now, product=product, detail=text)
    return Reply(text=text, replace=True)


class _Place:
    """A message of Slack: where it stands, when it was written, and the prediction that stands for it."""

    def __init__(self, channel: str, ts: str) -> None:
        self.channel, self.ts = channel, ts

    @property
    def name(self) -> str:
        """The prediction's id."""
        return f"slack/{self.channel}/{self.ts}"

    @property
    def link(self) -> str:
        """The message's address; Slack leads from there to the workspace that the reader is in."""
        return f"https://slack.com/archives/{self.channel}/p{self.ts.replace('.', '')}"

    @property
    def written_at(self) -> datetime:
        """When it was written: Slack's ts are seconds since 1970."""
        seconds, micros = self.ts.split(".")
        return EPOCH + timedelta(seconds=int(seconds), microseconds=int(micros))


def _place(channel: str | None, ts: str | None) -> _Place:
    """The message that is meant; both went to a client and came back. Raises `NoMessageError`."""
    if channel is None or ts is None or not _CHANNEL.fullmatch(channel) or not _TS.fullmatch(ts):
        raise NoMessageError
    return _Place(channel, ts)


def _choices(ask: Ask, voice: Voice | None) -> list[Product]:
    """The product of the channel, else all, those of the channel in front, and before them the one reported for."""
    everything = products.everything(ask.session)
    if not everything:
        raise NoProductError(ask)
    here = [one for one in everything if ask.channel in {one.team_channel, one.stakeholder_channel}]
    if len(here) == 1:
        return here
    reported = voice.product_id if voice else None
    return sorted(everything, key=lambda one: (one.id != reported, one not in here))


def _known(ask: Ask, voice: Voice) -> Known:
    """What was said of the answer before: asked and answered by anybody, the rest by the person who asks."""
    (prediction,) = predictions.with_row_ids(ask.session, [voice.prediction_row_id])
    proposed = [one for one in truths.of_prediction(ask.session, voice.prediction_row_id) if one.proposer == ask.user]
    return Known(
        answer=prediction.output or "",
        asked=prediction.input or "",
        expected=next((one.proposal for one in proposed if one.origin is Origin.REPORT), ""),
        note=voice.note if voice.user == ask.user else "",
    )


def _said(ask: Ask, place: _Place) -> Prediction:
    answer = ask.field("answer") or ask.carried("quoted")
    if not answer or not answer.strip():
        raise FieldError({"answer": "Say what the answer was: there is nothing to review without it."})
    return Prediction(
        id=place.name,
        occurred_at=place.written_at,
        input=ask.field("asked"),
        output=answer,
        expected=ask.field("expected"),
        feedback=Feedback.DOWN,
        trace_url=place.link,
    )


def _merged(before: Held | None, said: Prediction, *, is_first: bool) -> Prediction:
    """What is kept of the answer: the words of who reported it first; others fill in what is still missing."""
    if before is None or is_first:
        return said
    known = before.prediction
    return replace(known, input=known.input or said.input, expected=known.expected or said.expected)


def _keep(session: Session, product: Product, prediction: Prediction) -> int:
    safe = protect(prediction, product.record.pii)
    return predictions.keep(session, product.id, [safe], loaded=False)[safe.identity]


def _propose(ask: Ask, product: Product, row_id: int, expected: str | None) -> None:
    """What was expected is a proposal; where it was taken out of the form, so is the proposal."""
    if expected is None:
        truths.withdraw(ask.session, prediction_row_id=row_id, origin=Origin.REPORT, by=ask.user)
        return
    truths.propose(
        ask.session,
        product_id=product.id,
        prediction_row_id=row_id,
        origin=Origin.REPORT,
        proposal=protected_text(expected, product.record.pii),
        by=ask.user,
        now=ask.now,
    )


def _told(ask: Ask, product: Product, voice: Voice, *, is_edit: bool) -> Reply:
    if voice.item_id is not None:
        text = f"You changed your report. The answer sits in a review of {named(product)} already."
    elif is_edit:
        text = f"You changed your report: it joins the next review of {named(product)}."
    else:
        text = f"You reported a bad answer: it joins the next review of {named(product)}."
    audit.done(ask.session, user=ask.user, what="report", now=ask.now, product=product, detail=clip(text, 200))
    undo = button("Withdraw" if is_edit else "Undo", WITHDRAW, value=str(voice.id))
    rows = [] if voice.item_id is not None else [actions("reported", undo)]
    return Reply(text=text, blocks=[section(text), *rows])


SHORTCUTS = (
    Shortcut(
        name=REPORT,
        label="Report a bad AI answer",
        description="Bring it into the next error review, and say what would have been right",
        run=open_form,
        effect=Effect.OPEN,
        on_message=True,
    ),
)
ACTIONS = (Action(name=WITHDRAW, effect=Effect.CHANGE, run=withdraw),)
MODALS: tuple[AnyModal, ...] = (Modal(name=REPORT, submit=submit),)
