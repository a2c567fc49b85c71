"""Edit and Correct: the update in people's own words, before it is posted and after."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain import drafts as rules
from bot.domain.claims import claims_of
from bot.domain.draft_states import DraftState, Move, next_state
from bot.domain.drafts import ReasonNeededError, SameTextError
from bot.domain.plain_language import in_business_words
from bot.domain.text import clean, clip, length, one_line
from bot.domain.updates import Body, Part
from bot.errors import UserError
from bot.features.stakeholder_update import posting
from bot.features.stakeholder_update.finding import Case, as_stored, carried, case_of, latest_of, own
from bot.features.stakeholder_update.names import CORRECT, EDIT
from bot.features.stakeholder_update.settling import settled, told
from bot.kit import limits
from bot.kit.asking import Ask
from bot.kit.blocks import Block
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choices_of, text_input
from bot.kit.reply import Reply, View
from bot.kit.update_blocks import title_of

HEADLINE, REASON, SURE, YES = "headline", "reason", "sure", "yes"
LONGEST_PART, LONGEST_REASON = limits.SECTION - 50, 300
"""A part stands below its label in one block."""

LONGEST = 6_000
"""All parts together: a message holds no more beside the chart's words and the buttons."""

_LABELS: Mapping[Part, str] = {
    Part.HIGHLIGHTS: "Highlights",
    Part.QUALITY: "Quality",
    Part.SAFETY: "Safety, in one line",
    Part.WRONG: "What went wrong, and what was done",
    Part.NEXT: "What comes next: only what has an owner and a date",
    Part.EXPECT: "What we expect",
    Part.NOTE: "In your own words",
    Part.ASK: "Whom to ask",
}


class NothingLeftError(UserError):
    """An update without a headline says nothing."""

    def __init__(self) -> None:
        super().__init__("The update needs a headline. To say nothing this week, skip it.")


def say_edit(ask: Ask) -> Reply:
    """The form for the words of the latest update of a product."""
    return _edit_form(own(ask, latest_of(ask, "update edit")))


def open_edit(ask: Ask) -> Reply:
    """The form for the words of the update of the button."""
    return _edit_form(own(ask, case_of(ask, ask.value)))


def edit(ask: Ask, _seen: object) -> Reply:
    """Keep what the person wrote; an approval is gone with the words it was given for."""
    case = own(ask, case_of(ask, ask.carried("update")))
    body = _written(ask, case)
    if body == case.draft.body:
        return told(ask, case, "Nothing is different: the update stays as it is.")
    after = rules.edited(case.draft, body)
    was_approved = case.draft.state is DraftState.APPROVED
    text = "You edited the update." + (
        " It was approved before: now it is to be approved again." if was_approved else ""
    )
    return told(ask, settled(ask, case, after, Move.EDIT), text)


def open_correct(ask: Ask) -> Reply:
    """The form for the words of an update that is posted."""
    case = own(ask, case_of(ask, ask.value))
    next_state(case.draft.state, Move.CORRECT)
    why = text_input(REASON, "What was wrong?", hint="Stakeholders read it below the update.", longest=LONGEST_REASON)
    sure = choices_of(SURE, "What is new in it", {YES: "I have checked every name, date, number and promise"})
    return _form(case, CORRECT, "Correct the update", [*_fields(case), why, sure])


def correct(ask: Ask, _seen: object) -> Reply:
    """Correct what was posted, in its place, and say there that it was corrected."""
    case = own(ask, case_of(ask, ask.carried("update")))
    # Whose words were approved stays as it was: who corrected them is said beside it.
    body = replace(_written(ask, case), written=case.draft.body.written)
    reason = one_line(clean(ask.field(REASON) or ""))
    if wrong := _wrong_with_correction(ask, case, body, reason):
        raise FieldError(wrong)
    try:
        after = rules.corrected(case.draft, body, by=ask.user, at=ask.now, reason=reason)
    except ReasonNeededError as error:
        raise FieldError({REASON: str(error)}) from error
    except SameTextError as error:
        raise FieldError({HEADLINE: str(error)}) from error
    saved = settled(ask, case, after, Move.CORRECT, reason=reason)
    posting.correct(ask.session, saved.draft, saved.product, ask.now)
    return told(
        ask, saved, "You corrected the update: it reads so in its place now, and says who corrected it and why."
    )


def _wrong_with_correction(ask: Ask, case: Case, body: Body, reason: str) -> dict[str, str]:
    """Stakeholders read the reason too; and who corrects has checked what it newly claims, as whoever approves has."""
    sentence = _wrong_with(reason, LONGEST_REASON)
    wrong = {REASON: sentence} if sentence else {}
    return wrong if YES in ask.chosen(SURE) else {**wrong, SURE: _unchecked(ask, case, body)}


def _unchecked(ask: Ask, case: Case, body: Body) -> str:
    facts = as_stored(ask.session, case).draft.facts
    before = {claim.text for claim in claims_of(case.draft.body, facts)}
    bare = [one.text for one in claims_of(body, facts) if one.behind is None and one.text not in before]
    unknown = f" Nothing is stored behind {', '.join(f'“{one_line(text)}”' for text in bare)}." if bare else ""
    return clip(f"Tick this once you have checked it.{unknown}", LONGEST_REASON)


def _edit_form(case: Case) -> Reply:
    next_state(case.draft.state, Move.EDIT)
    return _form(case, EDIT, "Edit the update", _fields(case))


def _form(case: Case, name: str, title: str, fields: Sequence[Block]) -> Reply:
    return Reply(view=View(name=name, title=title, blocks=fields, carries={"update": carried(case.draft)}))


def _headline_room(case: Case) -> int:
    """How long a headline may be: it stands behind the product and its week, in one line that Slack bounds."""
    around = title_of(replace(case.draft.body, headline=""), case.product, case.draft.week)
    return limits.HEADER - length(around) - 1


def _fields(case: Case) -> list[Block]:
    body = case.draft.body
    first = text_input(HEADLINE, "Headline", initial=body.headline, longest=_headline_room(case))
    hint = "Left empty, this part is left out."
    return [
        first,
        *(
            text_input(
                part,
                _LABELS[part],
                initial=body.parts.get(part),
                hint=hint,
                optional=True,
                lines=True,
                longest=LONGEST_PART,
            )
            for part in Part
        ),
    ]


def _written(ask: Ask, case: Case) -> Body:
    """The text as the form holds it, with the name of who wrote what is different. Raises `FieldError`."""
    typed = {Part(part): text for part in Part if (text := _typed(ask, part))}
    headline = one_line(_typed(ask, HEADLINE))
    _require_sayable(headline, typed, room=_headline_room(case))
    before = case.draft.body
    said = {HEADLINE: before.headline} | {part.value: clean(text).strip() for part, text in before.parts.items()}
    now = {HEADLINE: headline} | {part.value: text for part, text in typed.items()}
    written = {name: before.written.get(name, "") if said.get(name) == text else ask.user for name, text in now.items()}
    return replace(
        before, headline=headline, parts=typed, written={name: user for name, user in written.items() if user}
    )


def _typed(ask: Ask, field: str) -> str:
    return clean(ask.field(field) or "").strip()


def _require_sayable(headline: str, parts: Mapping[Part, str], *, room: int) -> None:
    """Raise `FieldError` where the text is too long, or holds words that stakeholders do not know."""
    if not headline:
        raise FieldError({HEADLINE: str(NothingLeftError())})
    texts = {HEADLINE: headline} | {part.value: text for part, text in parts.items()}
    wrong = {
        name: sentence
        for name, text in texts.items()
        if (sentence := _wrong_with(text, room if name == HEADLINE else LONGEST_PART))
    }
    if not wrong and sum(map(length, texts.values())) > LONGEST:
        wrong = {max(texts, key=lambda name: length(texts[name])): f"All parts together hold {LONGEST:,} characters."}
    if wrong:
        raise FieldError(wrong)


def _wrong_with(text: str, longest: int) -> str:
    if length(text) > longest:
        return f"This is {length(text):,} characters long: use at most {longest:,}."
    return in_business_words(text)


COMMANDS = (
    Command(
        noun="update",
        verb="edit",
        takes="[product]",
        summary="Change the words of the update",
        example="update edit",
        effect=Effect.OPEN,
        run=say_edit,
        synonyms=("change", "write"),
    ),
)
ACTIONS = (
    Action(name=EDIT, effect=Effect.OPEN, run=open_edit),
    Action(name=CORRECT, effect=Effect.OPEN, run=open_correct),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=EDIT, submit=edit), Modal(name=CORRECT, submit=correct))
