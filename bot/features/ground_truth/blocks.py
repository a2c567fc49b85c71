"""How proposals and their outcomes look. What the model, its users and the team wrote stands in plain text only."""

from collections.abc import Sequence

from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.text import clip, count_of, one_line
from bot.domain.truth import Origin, Truth, TruthState
from bot.features.ground_truth.names import ACCEPT, AMEND, LOOK, PAGE, PROPOSE, REJECT
from bot.kit.blocks import EMPTY, Block, actions, button, context, header, markdown, plain, plain_section, section
from bot.kit.choosing import named
from bot.kit.forms import text_input
from bot.kit.reply import Reply, View
from bot.store.held import Held

SHOWN = 5
"""Proposals in one message: more would not leave room for what they say."""

BRIEF, LONG = 400, 2_800
"""How much of one text is shown in a list, and alone, in UTF-16 units."""

_CAME = {Origin.REPORT: "with a report", Origin.REVIEW: "in an error review", Origin.INCIDENT: "with an incident"}


def listing(product: Product, found: Sequence[tuple[Truth, Held]], *, count: int, note: str, may_decide: bool) -> Reply:
    """Proposals that wait, each with what was asked, said and proposed; *note* is mrkdwn on who decides."""
    title = f"Answers of {product.name} to verify"
    waits = f"{count_of(count, 'proposal')} of {named(product)} {'waits' if count == 1 else 'wait'}."
    rows = [block for truth, held in found for block in _row(truth, held.prediction, may_decide=may_decide)]
    left = found[-1][0].id if found else 0
    more = [actions("more", button("Next ones", PAGE, value=f"{product.id} {left}"))] if count > len(found) else []
    return Reply(text=f"{waits} {note}", blocks=[header(title), section(f"{waits} {note}"), *rows, *more])


def whole(product: Product, truth: Truth, prediction: Prediction, *, may_decide: bool) -> Reply:
    """One proposal with everything that is known of it."""
    title = f"Proposal {truth.id} for {product.name}"
    known = {"Asked": prediction.input, "Said": prediction.output, "Proposed": truth.proposal}
    blocks = [header(title), *(plain_section(_line(name, text, LONG)) for name, text in known.items())]
    blocks += _outcome_parts(truth)
    if truth.decided_by:
        blocks.append(context(markdown(f"{_STATES[truth.state]} by <@{truth.decided_by}>")))
    text = f"Proposal {truth.id} for {named(product)}"
    return Reply(text=text, blocks=[*blocks, *_foot(truth, prediction, may_decide=may_decide and truth.is_open)])


def outcome_line(product: Product, truth: Truth) -> str:
    """What the proposer is told, in mrkdwn."""
    who = f"<@{truth.decided_by}>"
    match truth.state:
        case TruthState.ACCEPTED:
            return f"{who} accepted your answer for {named(product)}. It is ground truth now."
        case TruthState.AMENDED:
            return f"{who} accepted your answer for {named(product)} in other words. That is ground truth now."
        case TruthState.REJECTED:
            return f"{who} did not accept your answer for {named(product)}."
        case TruthState.PROPOSED:
            return f"Your answer for {named(product)} waits for a domain expert."


def outcome(prediction: Prediction, truth: Truth, told: str) -> list[Block]:
    """The direct message to the proposer."""
    known = {"Asked": prediction.input, "Said": prediction.output, "You proposed": truth.proposal}
    words = "\n".join(_line(name, text, BRIEF) for name, text in known.items())
    seen = actions("outcome", button("Show it", LOOK, value=str(truth.id)))
    return [section(told), plain_section(words), *_outcome_parts(truth), seen]


def amend_form(truth: Truth, prediction: Prediction) -> View:
    """The form in which an expert puts the right answer into other words."""
    return View(
        name=AMEND,
        title="Amend the answer",
        submit="It is right so",
        blocks=[
            plain_section(_asked_and_said(prediction)),
            text_input(
                "answer",
                "The right answer",
                initial=truth.proposal,
                hint="As it was proposed; change what is wrong. There is room for 3,000 characters.",
                lines=True,
            ),
        ],
        carries={"truth": f"{truth.id} {truth.version}"},
    )


def reject_form(truth: Truth, prediction: Prediction) -> View:
    """The form in which an expert says why a proposal does not hold."""
    return View(
        name=REJECT,
        title="Reject the answer",
        submit="Reject",
        blocks=[
            plain_section(f"{_asked_and_said(prediction)}\n{_line('Proposed', truth.proposal, BRIEF)}"),
            text_input("reason", "Why it is not right", hint="Whoever proposed it reads this.", lines=True),
        ],
        carries={"truth": f"{truth.id} {truth.version}"},
    )


def propose_form(prediction: Prediction, value: str) -> View:
    """The form that asks for the right answer to *prediction*; *value* says which it is."""
    answer = text_input(
        "answer", "The right answer", hint="It counts once a domain expert has verified it.", lines=True
    )
    return View(
        name=PROPOSE,
        title="The right answer",
        submit="Propose",
        blocks=[plain_section(_asked_and_said(prediction)), answer],
        carries={"prediction": value},
    )


def asked_and(name: str, prediction: Prediction, text: str) -> str:
    """What was asked, and one thing more, in brief."""
    return f"{_line('Asked', prediction.input, BRIEF)}\n{_line(name, text, BRIEF)}"


def _row(truth: Truth, prediction: Prediction, *, may_decide: bool) -> list[Block]:
    proposed = _line("Proposed", truth.proposal, 2 * BRIEF)
    text = f"{_asked_and_said(prediction)}\n{proposed}"
    return [plain_section(text), *_foot(truth, prediction, may_decide=may_decide)]


def _foot(truth: Truth, prediction: Prediction, *, may_decide: bool) -> list[Block]:
    """Who proposed it and where it comes from, and what can be decided."""
    if truth.proposer is None:
        by = f" from {clip(one_line(truth.proposed_by), 60)}" if truth.proposed_by else ""
        small = context(plain(f"Proposal {truth.id}, loaded as feedback{by}, prediction {clip(prediction.id, 80)}"))
    else:
        small = context(markdown(f"Proposal {truth.id}, by <@{truth.proposer}> {_CAME[truth.origin]}"))
    return [small, _buttons(truth)] if may_decide else [small]


def _buttons(truth: Truth) -> Block:
    value, suffix = f"{truth.id} {truth.version}", f":{truth.id}"
    return actions(
        f"proposal-{truth.id}",
        button("Accept", f"{ACCEPT}{suffix}", value=value),
        button("Amend", f"{AMEND}{suffix}", value=value),
        button("Reject", f"{REJECT}{suffix}", value=value),
    )


def _outcome_parts(truth: Truth) -> list[Block]:
    """What else is known of something decided: the words that hold, the reason."""
    parts = []
    if truth.state is TruthState.AMENDED:
        parts.append(plain_section(_line("What holds", truth.answer, LONG)))
    if truth.reason:
        parts.append(plain_section(_line("Why", truth.reason, LONG)))
    return parts


_STATES = {
    TruthState.PROPOSED: "Proposed",
    TruthState.ACCEPTED: "Accepted",
    TruthState.AMENDED: "Amended",
    TruthState.REJECTED: "Rejected",
}


def _asked_and_said(prediction: Prediction) -> str:
    return f"{_line('Asked', prediction.input, BRIEF)}\n{_line('Said', prediction.output, BRIEF)}"


def _line(name: str, text: str | None, room: int) -> str:
    return f"{name}: {clip((text or '').strip(), room) or EMPTY}"
