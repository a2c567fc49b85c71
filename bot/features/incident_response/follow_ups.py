"""`/muster incident follow-up`: what is to be done after an incident; it joins the fixes of the product's review."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.domain.follow_ups import MOST, FollowUp, NewFollowUp, typed
from bot.domain.product import Product
from bot.domain.text import count_of, escape
from bot.domain.typed_days import day_of, shown
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UsageError, UserError
from bot.features.incident_response import summing_up, words
from bot.features.incident_response.finding import Case, case_of, case_or_latest, require_hand
from bot.kit import following_up, reviewing
from bot.kit.asking import Ask
from bot.kit.blocks import Block, Element, actions, button, context, fallback, markdown, plain_section, section
from bot.kit.choosing import named
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import person, text_input
from bot.kit.post import Post
from bot.kit.reply import Reply, View
from bot.kit.safekeeping import protected_text
from bot.store import audit, directory
from bot.store import follow_ups as store
from bot.store.products import LOCAL_WORKSPACE

FOLLOW_UP, TAKE_BACK = "incident_response.follow_up", "incident_response.follow_up_back"
"""Open the form for more follow-ups (value: incident number); take one back that waits (value: its id, and when it was
written down: SQLite gives the number of one that is gone to the next)."""

LINES, OWNER, DUE = "follow_ups", "follow_up_owner", "follow_up_due"
_ROOM = 1_500


class NothingToDoError(UsageError):
    """The words name nothing to do."""

    def __init__(self) -> None:
        super().__init__("Say what is to be done, like “incident follow-up 12 Block such answers @raj by 2026-12-04”.")


class GoneError(UserError):
    """Who left cannot have anything to do."""

    def __init__(self) -> None:
        super().__init__("This person is not here any more: choose somebody else.")


class TooLateError(UserError):
    """What has become a fix is not taken back here."""

    def __init__(self) -> None:
        super().__init__("This follow-up is a fix by now, or gone. “fix list” shows it; “fix drop” gives it up.")


def follow_up_fields() -> list[Block]:
    """The fields of a form that ask for follow-ups: what, who, until when."""
    return [
        text_input(
            LINES,
            "Follow-ups, one a line",
            hint=f"Up to {MOST}, like “Block answers without a source by 2026-12-04”. They join the review's fixes.",
            optional=True,
            lines=True,
            longest=_ROOM,
        ),
        person(OWNER, "Who does them", optional=True, hint="You can give each to somebody else afterwards."),
        text_input(DUE, "Until when", optional=True, longest=40, hint="Like 2026-12-04, fri, in 2 weeks."),
    ]


def taken_follow_ups(ask: Ask, product: Product) -> list[NewFollowUp]:
    """What those fields hold; nothing is written down yet. Raises `FieldError`."""
    today = _today(ask, product)
    owner, due = ask.field(OWNER), _day(ask, today)
    if owner is not None and _is_gone(ask, owner):
        raise FieldError({OWNER: str(GoneError())})
    try:
        lines = (ask.field(LINES) or "").splitlines()
        return typed(lines, today=today, owner=owner, due=due, masked=_masking(product))
    except UserError as error:
        raise FieldError({LINES: str(error)}) from error


def write_down(ask: Ask, case: Case, taken: Sequence[NewFollowUp]) -> list[Post]:
    """Keep *taken* as follow-ups of the incident, let them join the fixes where there is a review, and tell whoever is
    to do them; returns what is to be posted.
    """
    session, product = ask.session, case.product
    made = [store.add(session, case.incident.id, one, by=ask.user, now=ask.now) for one in taken]
    posts = following_up.join(session, product, ask.now)
    if made:
        detail = f"incident {case.incident.id}: {count_of(len(made), 'follow-up')}"
        audit.done(session, user=ask.user, what="incident follow-up", now=ask.now, product=product, detail=detail)
    waiting = [one for one in _as_kept(ask, made) if one.fix_id is None and one.owner not in {None, ask.user}]
    return [*posts, *(_told(case, one) for one in waiting)]


def say(ask: Ask) -> Reply:
    """Write down what was typed after the number of an incident."""
    case, rest = case_or_latest(ask, ask.words)
    require_hand(ask, case)
    found = typed([" ".join(rest)], today=_today(ask, case.product), masked=_masking(case.product))
    if not found:
        raise NothingToDoError
    if found[0].owner is not None and _is_gone(ask, found[0].owner):
        raise GoneError
    return _added(ask, case, found[:1])


def open_form(ask: Ask) -> Reply:
    """The form for follow-ups of the incident that the button names."""
    case = case_of(ask, ask.value)
    require_hand(ask, case)
    carries = {"incident": str(case.incident.id)}
    return Reply(
        view=View(name=FOLLOW_UP, title="Follow-ups", blocks=follow_up_fields(), submit="Add", carries=carries)
    )


def submit(ask: Ask, _seen: object) -> Reply:
    """Write down what the form holds."""
    case = case_of(ask, ask.carried("incident") or "")
    require_hand(ask, case)
    taken = taken_follow_ups(ask, case.product)
    if not taken:
        raise FieldError({LINES: "Say what is to be done."})
    return _added(ask, case, taken)


def take_back(ask: Ask) -> Reply:
    """Forget the follow-up that the button names, as long as it is no fix."""
    number, _, at = ask.value.partition(" ")
    found = store.with_id(ask.session, number_of(number))
    if found is None or found.created_at.isoformat() != at:
        raise TooLateError
    case = case_of(ask, str(found.incident_id))
    require_hand(ask, case)
    if not store.take_back(ask.session, found.id):
        raise TooLateError
    text = f"You took the follow-up of {words.subject(case.incident, case.product)} back."
    audit.done(
        ask.session, user=ask.user, what="incident follow-up undo", now=ask.now, product=case.product, detail=text
    )
    return Reply(text=text, replace=True)


def _added(ask: Ask, case: Case, taken: Sequence[NewFollowUp]) -> Reply:
    posts = write_down(ask, case, taken)
    mine = store.of_incidents(ask.session, [case.incident.id])[-len(taken) :]
    text = f"You added {count_of(len(mine), 'follow-up')} to {words.subject(case.incident, case.product)}."
    rows = [block for one in mine for block in _row(ask, one)]
    return Reply(text=text, blocks=[section(text), *rows], posts=posts)


def _row(ask: Ask, one: FollowUp) -> list[Block]:
    return [
        plain_section(one.title),
        context(markdown(summing_up.whose(ask.session, one))),
        actions(f"follow-up-{one.id}", _press(one)),
    ]


def _press(one: FollowUp) -> Element:
    if one.fix_id is None:
        return button("Undo", f"{TAKE_BACK}:{one.id}", value=f"{one.id} {one.created_at.isoformat()}")
    return button("Show the fix", f"{reviewing.FIX}:{one.fix_id}", value=str(one.fix_id))


def _told(case: Case, one: FollowUp) -> Post:
    """Who is to do something that is no fix yet hears of it all the same."""
    until = f", due {shown(one.due)}" if one.due else ""
    line = f"You have a follow-up of incident {case.incident.id} of {named(case.product)}{until}:"
    text = f"{line} {escape(words.short(one.title))}"
    small = "It joins the fixes of the product's next error review."
    blocks = [section(line), plain_section(one.title), context(markdown(small))]
    key = f"incident/{case.incident.id}/follow-up/{one.id}/{one.created_at.isoformat()}"
    return Post(key=key, to=one.owner or "", text=fallback(text), blocks=blocks)


def _as_kept(ask: Ask, made: Sequence[FollowUp]) -> list[FollowUp]:
    ids = {one.id for one in made}
    return [one for one in store.of_incidents(ask.session, {one.incident_id for one in made}) if one.id in ids]


def _masking(product: Product) -> Callable[[str], str]:
    """What may be kept of a title."""
    return lambda title: protected_text(title, product.record.pii)


def _day(ask: Ask, today: date) -> date | None:
    text = ask.field(DUE)
    if text is None:
        return None
    try:
        return day_of(text, today=today)
    except UserError as error:
        raise FieldError({DUE: str(error)}) from error


def _today(ask: Ask, product: Product) -> date:
    return ask.now.astimezone(zone_named(product.timezone)).date()


def _is_gone(ask: Ask, user: str) -> bool:
    return bool(directory.gone(ask.session, LOCAL_WORKSPACE, [user]))


COMMANDS = (
    Command(
        noun="incident",
        verb="follow-up",
        takes="[N] WHAT [@person] [by DATE]",
        summary="Add what is to be done after an incident to the fixes of the review",
        example="incident follow-up 1 Block answers without a source @raj by 2026-12-04",
        effect=Effect.CHANGE,
        run=say,
        synonyms=("followup", "follow-ups", "followups", "todo", "action"),
    ),
)
ACTIONS = (
    Action(name=FOLLOW_UP, effect=Effect.OPEN, run=open_form),
    Action(name=TAKE_BACK, effect=Effect.CHANGE, run=take_back),
)
MODALS: tuple[AnyModal, ...] = (Modal(name=FOLLOW_UP, submit=submit),)
