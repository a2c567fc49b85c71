"""“Score and assign”: one form for what a fix is, how it is weighed, who has it and until when."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.fixes import HIGHEST, LOWEST, OPEN, Fix, FixKind, FixState, Scores
from bot.domain.product import Product
from bot.domain.text import clean, clip, one_line
from bot.domain.typed_days import PastDayError, UnclearDayError, day_of
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.fixing.board import ADD, SCORE
from bot.features.fixing.closed import still_open
from bot.features.fixing.deeds import FIXED, Deed, change, done
from bot.features.fixing.finding import Case, first_come, own_case_of, own_review_of, require_here, today_of
from bot.features.fixing.telling import MOVE
from bot.features.fixing.words import KINDS, TITLE_ROOM, name_of, scored, whose
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, markdown
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import choice, person, text_input
from bot.kit.reply import Reply, View
from bot.store import fixes
from bot.store.fixes import NewFix

SCORES = ("impact", "feasibility", "risk", "alignment")
YES, NO = "yes", "no"

_LABELS: Mapping[str, tuple[str, str, str]] = {
    "impact": ("Impact: what it changes for users", "hardly anything", "very much"),
    "feasibility": ("Feasibility: whether we can", "hardly", "easily"),
    "risk": ("Risk: what may break", "none to speak of", "high"),
    "alignment": ("Fit with where the product is going", "none", "right on it"),
}
_DAY_HINT = "Like 2026-12-04, fri, in 2 weeks or +1w."


class OverFixError(UserError):
    """What is over is not changed."""

    def __init__(self, fix: Fix) -> None:
        super().__init__(f"Fix {fix.id} is {fix.state}: open it again before you change it.")


def open_score(ask: Ask) -> Reply:
    """The form, from the board of a review that is still going on."""
    case = own_case_of(ask, ask.value)
    return still_open(ask, case.review) or _form(case)


def open_change(ask: Ask) -> Reply:
    """The same form, for a fix that was decided."""
    return _form(own_case_of(ask, ask.value))


def open_add(ask: Ask) -> Reply:
    """The same form, empty, for a fix of the team's own."""
    review, _ = own_review_of(ask, ask.value)
    form = View(
        name=ADD, title="Add a fix", submit="Add", blocks=_inputs(_EMPTY), carries={"review": str(review.id), **_EMPTY}
    )
    return still_open(ask, review) or Reply(view=form)


def score(ask: Ask, _seen: object) -> Reply:
    """Take what was filled in; what others changed meanwhile in other fields stays, in the same ones it is said."""
    case = own_case_of(ask, ask.carried("fix") or "")
    _require_going_on(case.fix)
    mine = _merged(ask, case.fix, _typed(ask, case))
    with first_come():
        saved = fixes.save(ask.session, _applied(case.fix, mine), change(ask, "changed"))
    deed = Deed(what=f"{FIXED} change", product=case.product, review_id=saved.review_id, before=[case.fix])
    return done(ask, deed, _told("You changed", saved, case.product, today_of(ask, case.product)))


def add(ask: Ask, _seen: object) -> Reply:
    """Add a fix that nobody proposed."""
    review, product = own_review_of(ask, ask.carried("review"))
    if (over := still_open(ask, review)) is not None:
        return over
    empty = Fix(id=0, product_id=product.id, review_id=review.id, title="", kind=FixKind.PRODUCT)
    filled = _applied(empty, _typed(ask, Case(fix=empty, product=product, review=review)))
    new = NewFix(product_id=product.id, review_id=review.id, title=filled.title, kind=filled.kind)
    made = fixes.add(ask.session, new, change(ask, "added"))
    saved = fixes.save(ask.session, replace(filled, id=made.id, version=made.version), change(ask, "changed"))
    deed = Deed(what=f"{FIXED} add", product=product, review_id=review.id, made=[saved.id])
    return done(ask, deed, _told("You added", saved, product, today_of(ask, product)))


def texts(fix: Fix) -> dict[str, str]:
    """The fields of the form as they are carried and compared."""
    scores = {name: str(getattr(fix.scores, name)) if fix.scores else "" for name in SCORES}
    return {
        "title": fix.title,
        "kind": fix.kind,
        **scores,
        "owner": fix.owner or "",
        "due": fix.due.isoformat() if fix.due else "",
        "week": YES if fix.this_week else NO,
    }


_EMPTY = {**dict.fromkeys(("title", "kind", *SCORES, "owner", "due"), ""), "week": NO}


def _form(case: Case) -> Reply:
    _require_going_on(case.fix)
    held = texts(case.fix)
    weights = case.product.record.fix_weights
    words = ", ".join(f"{name} {getattr(weights, name)}" for name in SCORES)
    note = context(markdown(f"They weigh: {words}. A high risk counts against. The team sets this in its product."))
    carries = {"fix": str(case.fix.id), **held}
    return Reply(view=View(name=SCORE, title=f"Fix {case.fix.id}", blocks=[*_inputs(held), note], carries=carries))


def _inputs(held: Mapping[str, str]) -> list[Block]:
    week = {YES: "Yes", NO: "No, later"}
    return [
        text_input("title", "What is to be done", initial=held["title"], longest=TITLE_ROOM),
        choice("kind", "Kind of work", KINDS, initial=held["kind"]),
        *(_score_input(name, held[name]) for name in SCORES),
        person("owner", "Who has it", initial=held["owner"] or None, optional=True),
        text_input("due", "Due", initial=held["due"], hint=f"{_DAY_HINT} Empty: in two weeks.", optional=True),
        choice("week", "Does it fit this week?", week, initial=held["week"]),
    ]


def _score_input(name: str, held: str) -> Block:
    label, low, high = _LABELS[name]
    ends = {LOWEST: f"{LOWEST}, {low}", HIGHEST: f"{HIGHEST}, {high}"}
    choices = {str(value): ends.get(value, str(value)) for value in range(LOWEST, HIGHEST + 1)}
    return choice(name, label, choices, initial=held or None, optional=True)


def _require_going_on(fix: Fix) -> None:
    if fix.state not in {FixState.PROPOSED, *OPEN}:
        raise OverFixError(fix)


def _typed(ask: Ask, case: Case) -> dict[str, str]:
    """What the form says, in the way `texts` says it. Raises `FieldError` for all that cannot be taken, at once."""
    wrong: dict[str, str] = {}
    checks: Mapping[str, Callable[[str], str]] = {
        "title": _title,
        "kind": FixKind,
        "owner": lambda user: _owner(ask, user),
        "due": lambda text: _due(ask, case, text),
        **dict.fromkeys(SCORES, _score),
    }
    typed = {name: _field(ask, name) for name in texts(case.fix)}
    for name, check in checks.items():
        try:
            typed[name] = check(typed[name])
        except (UserError, ValueError) as error:
            wrong[name] = str(error) if isinstance(error, UserError) else "This cannot be chosen here."
    wrong |= _half_scored(typed)
    if wrong:
        raise FieldError(wrong)
    return typed


def _field(ask: Ask, name: str) -> str:
    # What stands in a field untouched is not sent by every client.
    return (ask.field(name) or "") if name in ask.incoming.values else (ask.carried(name) or "")


def _title(text: str) -> str:
    title = clip(one_line(clean(text)), TITLE_ROOM)
    if not title:
        raise UserError("Say in a few words what is to be done.")
    return title


def _owner(ask: Ask, user: str) -> str:
    if user:
        require_here(ask, user)
    return user


def _score(text: str) -> str:
    if text and not LOWEST <= number_of(text) <= HIGHEST:
        raise ValueError(text)
    return text


def _due(ask: Ask, case: Case, text: str) -> str:
    if text and text == ask.carried("due"):
        return text
    try:
        return day_of(text or "in 2 weeks", today=today_of(ask, case.product), due=case.fix.due).isoformat()
    except (UnclearDayError, PastDayError) as error:
        raise UserError(str(error)) from error


def _half_scored(typed: Mapping[str, str]) -> dict[str, str]:
    empty = [name for name in SCORES if not typed[name]]
    words = "Score all four, or none of them."
    return dict.fromkeys(empty, words) if 0 < len(empty) < len(SCORES) else {}


def _merged(ask: Ask, fix: Fix, mine: Mapping[str, str]) -> dict[str, str]:
    """What was changed in the form over what stands there now. Raises `FieldError` beside every field in which
    somebody else has said something different meanwhile.
    """
    now = texts(fix)
    touched = {name: said for name, said in mine.items() if said != (ask.carried(name) or "")}
    clashes = [name for name, said in touched.items() if now[name] not in {ask.carried(name) or "", said}]
    if clashes:
        who = fixes.history(ask.session, fix.id)[-1].user
        words = f"Changed by <@{who}> while you were here; nothing was overwritten. Open the form again."
        raise FieldError(dict.fromkeys(clashes, words))
    return now | touched


def _applied(fix: Fix, typed: Mapping[str, str]) -> Fix:
    numbers: dict[str, Any] = {name: int(typed[name]) for name in SCORES if typed[name]}
    return replace(
        fix,
        title=typed["title"],
        kind=FixKind(typed["kind"]),
        scores=Scores(**numbers) if numbers else None,
        owner=typed["owner"] or None,
        due=date.fromisoformat(typed["due"]) if typed["due"] else None,
        this_week=typed["week"] == YES,
    )


def _told(did: str, fix: Fix, product: Product, today: date) -> str:
    week = "fits this week" if fix.this_week else "not this week"
    facts = (scored(fix.scores, product.record.fix_weights), whose(fix, today), week)
    return f"{did} {name_of(fix)}: {'; '.join(facts)}."


ACTIONS = (
    Action(name=SCORE, effect=Effect.OPEN, run=open_score),
    Action(name=MOVE, effect=Effect.OPEN, run=open_change),
    Action(name=ADD, effect=Effect.OPEN, run=open_add),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=SCORE, submit=score), Modal(name=ADD, submit=add))
