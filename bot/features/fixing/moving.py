"""`/muster fix done|move|drop|reopen` and their buttons: what becomes of a fix."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.fixes import OPEN, STEPS, Fix, FixState, require_next
from bot.domain.text import clean, clip, one_line
from bot.domain.typed_days import day_of, shown
from bot.errors import UsageError, UserError
from bot.features.fixing.deeds import FIXED, Deed, change, done
from bot.features.fixing.finding import Case, first_come, own_case_of, person_in, require_here, today_of
from bot.features.fixing.regrouping import REASON_ROOM, given_up
from bot.features.fixing.telling import AGAIN, DONE, STEP, WEEK
from bot.features.fixing.words import name_of
from bot.kit.asking import Ask
from bot.kit.command import Action, AnyModal, Command, Effect, Handler, Modal
from bot.kit.forms import text_input
from bot.kit.reply import Reply, View
from bot.store import fixes


class WhichFixError(UsageError):
    """The words name no fix."""

    def __init__(self, example: str) -> None:
        super().__init__(f"Name the fix by its number, like “{example}”. “fix list” shows them.")


class UnknownStepError(UserError):
    """A word that is no step of a fix."""

    def __init__(self, word: str) -> None:
        steps = ", ".join(STEPS[1:])
        super().__init__(
            f"“{clip(one_line(word), 40)}” is no step of a fix. There are: {steps}. No word means shipped."
        )


class NothingToMoveError(UserError):
    """Neither a day nor a person."""

    def __init__(self) -> None:
        super().__init__("Move it where? Name a day (2026-12-04, fri, in 2 weeks, +1w), a person (@name), or both.")


class OverError(UserError):
    """What is over, or not decided yet, has no date to keep."""

    def __init__(self, fix: Fix) -> None:
        super().__init__(f"Fix {fix.id} is {fix.state}: only what is decided and not shipped yet can be moved.")


def say_done(ask: Ask) -> Reply:
    """A fix went a step on; without a word for the step it is shipped."""
    number, words = _numbered(ask, "fix done 12")
    return _stepped(ask, own_case_of(ask, number), _step(words))


def press_done(ask: Ask) -> Reply:
    """It is shipped."""
    return _stepped(ask, own_case_of(ask, ask.value), FixState.SHIPPED)


def say_move(ask: Ask) -> Reply:
    """Give a fix another day, another owner, or both."""
    number, words = _numbered(ask, "fix move 12 fri")
    case = own_case_of(ask, number)
    owner = next((user for word in words if (user := person_in(word))), None)
    text = " ".join(word for word in words if person_in(word) is None)
    if owner is None and not text:
        raise NothingToMoveError
    if owner is not None:
        require_here(ask, owner)
    due = day_of(text, today=today_of(ask, case.product), due=case.fix.due) if text else case.fix.due
    return _moved(ask, case, due, owner or case.fix.owner)


def press_week(ask: Ask) -> Reply:
    """It is due a week later."""
    case = own_case_of(ask, ask.value)
    due = day_of("+1w", today=today_of(ask, case.product), due=case.fix.due)
    return _moved(ask, case, due, case.fix.owner)


def say_drop(ask: Ask) -> Reply:
    """Give a fix up, and keep why."""
    number, words = _numbered(ask, "fix drop 12 not worth it")
    return given_up(ask, own_case_of(ask, number), " ".join(words))


def press_step(ask: Ask) -> Reply:
    """It went the step that the button names."""
    number, _, step = ask.value.partition(" ")
    return _stepped(ask, own_case_of(ask, number), _step([step]))


def say_reopen(ask: Ask) -> Reply:
    """Open a fix again that was over, and keep why."""
    number, words = _numbered(ask, "fix reopen 12 it came back")
    return _reopened(ask, own_case_of(ask, number), " ".join(words))


def open_again(ask: Ask) -> Reply:
    """The form that asks why it is opened again."""
    case = own_case_of(ask, ask.value)
    reason = text_input("reason", "Why is it opened again?", longest=REASON_ROOM)
    carries = {"fix": str(case.fix.id)}
    view = View(name=AGAIN, title=f"Open fix {case.fix.id} again", submit="Open", blocks=[reason], carries=carries)
    return Reply(view=view)


def again(ask: Ask, _seen: object) -> Reply:
    """Open it again, and keep why."""
    return _reopened(ask, own_case_of(ask, ask.carried("fix") or ""), ask.field("reason") or "")


def _reopened(ask: Ask, case: Case, reason: str) -> Reply:
    why = clip(one_line(clean(reason)), REASON_ROOM)
    # One that was dropped on a board that is still open goes back there.
    on_board = case.is_on_board and case.fix.state is FixState.DROPPED
    state = FixState.PROPOSED if on_board else FixState.DECIDED
    if case.fix.state in {FixState.PROPOSED, *OPEN}:
        raise UserError(f"Fix {case.fix.id} is open already: it is {case.fix.state}.")
    require_next(case.fix.state, FixState.DECIDED, why)
    with first_come():
        opened = replace(case.fix, state=state, shipped_at=None)
        fixes.save(ask.session, opened, change(ask, "reopened", why))
    return _told(ask, case, "reopen", f"You opened {name_of(case.fix)} again; why is kept.")


def _stepped(ask: Ask, case: Case, wanted: FixState) -> Reply:
    require_next(case.fix.state, wanted, "")
    over = wanted in {FixState.SHIPPED, FixState.CHECKED}
    shipped_at = case.fix.shipped_at or (ask.now if over else None)
    with first_come():
        fixes.save(ask.session, replace(case.fix, state=wanted, shipped_at=shipped_at), change(ask, wanted))
    after = " The next review looks whether its errors went away." if wanted is FixState.SHIPPED else ""
    return _told(ask, case, "done", f"You marked {name_of(case.fix)} as {wanted}.{after}")


def _moved(ask: Ask, case: Case, due: date | None, owner: str | None) -> Reply:
    if case.fix.state not in OPEN:
        raise OverError(case.fix)
    with first_come():
        fixes.save(ask.session, replace(case.fix, due=due, owner=owner), change(ask, "moved"))
    until = f"due {shown(due)}" if due else "without a date"
    who = f"<@{owner}> has it" if owner else "nobody has it yet"
    return _told(ask, case, "move", f"You moved {name_of(case.fix)}: {who}, {until}.")


def _told(ask: Ask, case: Case, what: str, text: str) -> Reply:
    deed = Deed(what=f"{FIXED} {what}", product=case.product, review_id=case.review.id, before=[case.fix])
    return done(ask, deed, text)


def _numbered(ask: Ask, example: str) -> tuple[str, Sequence[str]]:
    """The number of the fix, and the other words. Raises `WhichFixError`."""
    if not ask.words or not ask.words[0].removeprefix("#").isdigit():
        raise WhichFixError(example)
    return ask.words[0], ask.words[1:]


def _step(words: Sequence[str]) -> FixState:
    """The step that is named. Raises `UnknownStepError`."""
    if not words:
        return FixState.SHIPPED
    word = " ".join(words).casefold()
    for step in STEPS[1:]:
        if word in {step, step.removesuffix("ed"), step.removesuffix("d"), step.removesuffix("ped")}:
            return step
    raise UnknownStepError(word)


def _command(verb: str, run: Handler, summary: str, *, takes: str, example: str, synonyms: tuple[str, ...]) -> Command:
    return Command(
        noun="fix",
        verb=verb,
        takes=takes,
        summary=summary,
        example=example,
        effect=Effect.CHANGE,
        run=run,
        synonyms=synonyms,
    )


COMMANDS = (
    _command(
        "done",
        say_done,
        "Say that a fix went a step on",
        takes="N [tuned | tested | shipped | checked]",
        example="fix done 12 tested",
        synonyms=("ship", "shipped", "finish"),
    ),
    _command(
        "move",
        say_move,
        "Give a fix another day or another owner",
        takes="N DATE | @person",
        example="fix move 12 in 2 weeks",
        synonyms=("assign", "postpone", "due"),
    ),
    _command(
        "drop",
        say_drop,
        "Give a fix up, and say why",
        takes="N REASON",
        example="fix drop 12 not worth it any more",
        synonyms=("cancel", "remove"),
    ),
    _command(
        "reopen",
        say_reopen,
        "Open a fix again that was over, and say why",
        takes="N REASON",
        example="fix reopen 12 it came back",
        synonyms=("open",),
    ),
)
ACTIONS = (
    Action(name=DONE, effect=Effect.CHANGE, run=press_done),
    Action(name=WEEK, effect=Effect.CHANGE, run=press_week),
    Action(name=STEP, effect=Effect.CHANGE, run=press_step),
    Action(name=AGAIN, effect=Effect.OPEN, run=open_again),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=AGAIN, submit=again),)
