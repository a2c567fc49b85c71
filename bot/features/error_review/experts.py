"""Asking a domain expert about one item, and waiting for the answer."""

from bot.domain.people import Role
from bot.domain.text import clip, escape, one_line
from bot.domain.words import number_of
from bot.errors import PermanentError, UserError
from bot.features.error_review import card, meeting
from bot.features.error_review.meeting import Spot
from bot.kit.asking import Ask, Waiting
from bot.kit.blocks import actions, button, context, fallback, fit, markdown, plain_section, section
from bot.kit.choosing import named
from bot.kit.command import FieldError, Outside
from bot.kit.forms import choice, person, text_input
from bot.kit.post import Post
from bot.kit.reply import ForbiddenError, MarkedUpError, Reply, View
from bot.store import audit, meetings, products, questions
from bot.store.questions import Question

ASK_FORM, ANSWER_FORM, ANSWER = "error_review.asking", "error_review.answering", "error_review.answer"
ACCEPTABLE = {"yes": "Yes, it is acceptable", "no": "No, it is not", "depends": "It depends"}
PROPOSED = "Is this answer acceptable?"


class NoSuchQuestionError(UserError):
    """A question that is not there."""

    def __init__(self) -> None:
        super().__init__("This question is not there any more.")


class AnsweredError(MarkedUpError):
    """There is an answer already; what was typed comes back."""

    def __init__(self, one: Question, typed: str = "") -> None:
        words = f" What you typed: “{escape(typed)}”." if typed else ""
        super().__init__(f"<@{one.expert}> answered this already: *{one.acceptable}*.{words}")


class NotYourQuestionError(ForbiddenError):
    """Only whom it was put to answers a question."""

    def __init__(self, one: Question) -> None:
        super().__init__(f"This question is for <@{one.expert}>. Speak on the item itself if you know the answer.")


def open_form(ask: Ask) -> Reply:
    """The form to ask an expert about the item that the button names."""
    at = meeting.open_spot(ask, ask.value)
    people = products.people(ask.session, at.product.id)
    expert = next((one.user for one in people if one.role is Role.DOMAIN_EXPERT), None)
    blocks = [
        person("expert", "Whom to ask", initial=expert),
        text_input("question", "What to ask", initial=PROPOSED, lines=True, longest=500),
    ]
    return Reply(
        view=View(name=ASK_FORM, title="Ask an expert", blocks=blocks, submit="Ask", carries={"item": ask.value})
    )


def whom(ask: Ask) -> str | None:
    """Whom the form asks, to be looked at in Slack before anything is sent to them."""
    return ask.field("expert")


def require_colleague(user: str, outside: Outside) -> bool:
    """Refuse, beside the field, whoever may not see predictions or could not answer; True for everybody else."""
    try:
        outside.require_colleague(user)
    except PermanentError as error:
        raise FieldError({"expert": str(error)}) from error
    return True


def submit_question(ask: Ask, looked_at: bool | None) -> Reply:  # noqa: FBT001 what `require_colleague` found
    """Put the question to the expert, in a direct message with everything that is known of the item."""
    words = ask.field("question") or PROPOSED
    at = meeting.open_spot(ask, ask.carried("item") or "", typed=words)
    expert = ask.field("expert")
    if expert is None:
        raise FieldError({"expert": "Choose whom to ask."})
    if not looked_at:
        raise FieldError({"expert": "Slack did not say in time who this is. Please send it again."})
    number = questions.ask(ask.session, at.item.id, by=ask.user, expert=expert, question=words, now=ask.now)
    what = f"review {at.review.id} number {at.item.rank}: asked an expert"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product, detail=expert)
    meeting.redraw(ask, at.review.id)
    text = f"You asked <@{expert}> about number {at.item.rank}. The answer comes to the card, and to you."
    return Reply(text=text, posts=[_letter(ask, at, number, expert, words)])


def open_answer(ask: Ask) -> Reply:
    """The form to answer the question that the button names."""
    one, at = _found(ask, ask.value)
    blocks = [
        plain_section(f"{'You were asked'}: {clip(one_line(one.question), card.CONTEXT)}"),
        *card.facts(meeting.shown(ask, at)),
        choice("acceptable", "Is it acceptable?", ACCEPTABLE),
        text_input("words", "In your words", lines=True, optional=True, longest=1_000),
    ]
    return Reply(
        view=View(
            name=ANSWER_FORM, title="Your answer", blocks=blocks, submit="Answer", carries={"question": str(one.id)}
        )
    )


def submit_answer(ask: Ask, _seen: object) -> Reply:
    """Keep the answer, show it on the card, and tell who asked."""
    words = ask.field("words") or ""
    one, at = _found(ask, ask.carried("question"), typed=words)
    acceptable = ask.field("acceptable")
    if acceptable not in ACCEPTABLE:
        raise FieldError({"acceptable": "Choose one."})
    if not questions.answer(ask.session, one.id, acceptable=acceptable, words=words, now=ask.now):
        raise AnsweredError(questions.with_id(ask.session, one.id) or one, words)
    what = f"review {at.review.id} number {at.item.rank}: answered {acceptable}"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product, detail=clip(words, 1_000))
    meeting.redraw(ask, at.review.id)
    text = f"You answered: *{acceptable}*. It stands on the card of number {at.item.rank}; <@{one.asked_by}> hears it."
    return Reply(text=text, posts=[_news(at, one, ask.user, acceptable, words)])


def waiting(ask: Ask) -> list[Waiting]:
    """The questions that wait for the person who asks."""
    found = []
    for one in questions.waiting_for(ask.session, ask.user):
        item = meetings.with_id(ask.session, one.item_id)
        if item is not None:
            text = f"<@{one.asked_by}> asks you about an error: “{escape(clip(one_line(one.question), 80))}”"
            found.append(Waiting(text=text, press=button("Answer", f"{ANSWER}:{one.id}", value=str(one.id))))
    return found


def _found(ask: Ask, number: str | None, *, typed: str = "") -> tuple[Question, Spot]:
    """The question, if it waits for this person. An answer counts in a finished review too."""
    one = questions.with_id(ask.session, number_of(number))
    item = meetings.with_id(ask.session, one.item_id) if one else None
    if one is None or item is None:
        raise NoSuchQuestionError
    if one.expert != ask.user:
        raise NotYourQuestionError(one)
    if one.answered_at is not None:
        raise AnsweredError(one, typed)
    return one, meeting.spot(ask, card.place(item))


def _letter(ask: Ask, at: Spot, number: int, expert: str, words: str) -> Post:
    text = f"<@{ask.user}> asks you about an error of {named(at.product)}:"
    blocks = [
        section(text),
        plain_section(clip(words, card.CONTEXT)),
        *card.facts(meeting.shown(ask, at)),
        actions("answer", button("Answer", ANSWER, value=str(number))),
    ]
    return Post(
        key=f"question/{number}",
        to=expert,
        text=fallback(f"An error of {at.product.name}: {words}"),
        blocks=fit(blocks),
    )


def _news(at: Spot, one: Question, expert: str, acceptable: str, words: str) -> Post:
    text = f"<@{expert}> answered about number {at.item.rank} of {named(at.product)}: *{acceptable}*."
    blocks = [
        section(text),
        *([plain_section(words)] if words else []),
        context(markdown("It stands on the card too.")),
    ]
    return Post(key=f"question/{one.id}/answer", to=one.asked_by, text=text, blocks=blocks)
