"""What becomes of a proposal: accepted, amended, rejected, or taken back; the proposer learns of it."""

from bot.domain.product import Product
from bot.domain.text import clip
from bot.domain.truth import Deciders, Truth, TruthState
from bot.errors import UserError
from bot.features.ground_truth import blocks, rules
from bot.features.ground_truth.names import PAGE, UNDECIDE
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named
from bot.kit.post import Post
from bot.kit.reply import ForbiddenError, MarkedUpError, Reply
from bot.kit.safekeeping import protected_text
from bot.store import audit, golden, predictions, products, truths


class NotYourDecisionError(ForbiddenError):
    """Who decided takes it back, nobody else."""

    def __init__(self, truth: Truth) -> None:
        super().__init__(f"<@{truth.decided_by}> decided this: only they take it back.")


class InGoldenSetError(MarkedUpError):
    """What the golden set is made of is not taken back under it."""

    def __init__(self, ask: Ask, truth: Truth, number: int | None) -> None:
        first = f"take it out first: `{ask.command} golden drop {number}`" if number else "look at it again."
        super().__init__(f"Proposal {truth.id} is in the golden set: {first}")


def accept(ask: Ask, truth: Truth) -> Reply:
    """Let a proposal hold as it stands."""
    return _decided(ask, truth, TruthState.ACCEPTED, answer=truth.proposal)


def amend(ask: Ask, truth: Truth, answer: str) -> Reply:
    """Let *answer* hold in place of the proposal; the same words accept it."""
    product = products.current(ask.session, truth.product_id)
    safe = protected_text(answer, product.record.pii)
    state = TruthState.ACCEPTED if safe == truth.proposal else TruthState.AMENDED
    return _decided(ask, truth, state, answer=safe)


def reject(ask: Ask, truth: Truth, reason: str) -> Reply:
    """Say that a proposal does not hold, and why."""
    product = products.current(ask.session, truth.product_id)
    return _decided(ask, truth, TruthState.REJECTED, answer=None, reason=protected_text(reason, product.record.pii))


def undecide(ask: Ask) -> Reply:
    """Take back the decision that the clicked answer told, if it still stands and nothing was picked from it."""
    truth = rules.as_seen(ask, ask.value)
    product = products.current(ask.session, truth.product_id)
    if truth.is_open:
        raise UserError("This was taken back already: the proposal waits again.")
    if truth.decided_by != ask.user:
        raise NotYourDecisionError(truth)
    after = truths.reopen(ask.session, truth)
    if after is None:
        row = golden.of_truth(ask.session, truth.id)
        raise InGoldenSetError(ask, truth, row.id if row else None)
    text = f"You took it back: proposal {truth.id} of {named(product)} waits again."
    audit.done(ask.session, user=ask.user, what="truth undo", now=ask.now, product=product, detail=text)
    told = f"<@{ask.user}> took back what was decided of your answer for {named(product)}: it waits again."
    return Reply(text=text, posts=_posts(ask, product, after, told), replace=True)


def _decided(ask: Ask, truth: Truth, state: TruthState, *, answer: str | None, reason: str = "") -> Reply:
    product = products.current(ask.session, truth.product_id)
    who = rules.require_decider(ask, product, truth, verifying=state is not TruthState.REJECTED)
    if not truth.is_open:
        raise rules.beaten(ask, truth)
    after = truths.decide(ask.session, truth, state, answer=answer, by=ask.user, reason=reason, now=ask.now)
    if after is None:
        raise rules.beaten(ask, rules.proposal(ask, str(truth.id)))
    text = f"You {rules.VERDICTS[state]} proposal {truth.id} of {named(product)}."
    notes = [text, *_notes(ask, product, after, who)]
    detail = f"{text} {clip(reason, 200)}".strip()
    audit.done(ask.session, user=ask.user, what=f"truth {state}", now=ask.now, product=product, detail=detail)
    posts = _posts(ask, product, after, blocks.outcome_line(product, after))
    return _told(ask, product, after, " ".join(notes), posts)


def _told(ask: Ask, product: Product, after: Truth, text: str, posts: list[Post]) -> Reply:
    undo = button("Undo", UNDECIDE, value=f"{after.id} {after.version}")
    left = truths.count_waiting(ask.session, product.id)
    more = [button(f"Next ones ({left})", PAGE, value=f"{product.id} 0")] if left else []
    return Reply(text=text, blocks=[section(text), actions("decided", undo, *more)], posts=posts)


def _notes(ask: Ask, product: Product, after: Truth, who: Deciders) -> list[str]:
    """What else is to be said: who is told, and where a rule was bent."""
    notes = []
    if after.proposer == ask.user:
        alone = ": there is nobody else who could decide it" if who.is_alone(ask.user) else ""
        notes.append(f"It was your own{alone}.")
    elif after.proposer is not None:
        notes.append(f"<@{after.proposer}> is told.")
    if not who.named:
        missing = rules.nobody_named(ask, product)
        notes.append(f"{missing[0].upper()}{missing[1:]}")
    return notes


def _posts(ask: Ask, product: Product, after: Truth, told: str) -> list[Post]:
    """The direct message to who proposed it, unless that is who decided or nobody of Slack."""
    if after.proposer is None or after.proposer == ask.user:
        return []
    (prediction,) = predictions.with_row_ids(ask.session, [after.prediction_row_id])
    key = f"{product.key}/truth/{after.id}/{after.version}"
    return [Post(key=key, to=after.proposer, text=told, blocks=blocks.outcome(prediction, after, told))]
