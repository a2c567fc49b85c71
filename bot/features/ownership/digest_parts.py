"""What the weekly digest speaks of, each with the button that does something about it; all of it is in the store."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.fixes import Fix, is_overdue
from bot.domain.holders import mention, mentions
from bot.domain.incidents import OPEN, Incident
from bot.domain.lasting import lasting
from bot.domain.launch import SIGNATORY_NAMES, SignOff
from bot.domain.matrix import gaps
from bot.domain.ownership import Ownership, is_unconfirmed
from bot.domain.responsibilities import asked_of
from bot.domain.text import clip, count_of, escape, one_line
from bot.domain.typed_days import shown
from bot.features.ownership.leaving_news import is_there
from bot.features.ownership.words import absences, listed, spoken_key
from bot.kit.blocks import Element, button, saying
from bot.kit.incidents import SHOW
from bot.kit.ritual import Turn
from bot.store import fixes, incidents, ownerships, sign_offs

WEEK, DAY = timedelta(days=7), timedelta(days=1)
MOST = 10
"""How many of a kind are named; of more it says how many there are."""

TITLE_ROOM, WHY_ROOM = 60, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Something that would fall through: what, in our own words, and in mrkdwn with what can be done about it."""

    title: str
    text: str
    press: Element


def parts_of(turn: Turn) -> list[Part]:
    """Everything of a product that there is something to do about, the gravest first."""
    return [part for find in _KINDS for part in find(turn)]


def _unanswered(turn: Turn) -> Iterator[Part]:
    found = gaps(ownerships.of_product(turn.session, turn.product.id), areas=turn.product.record.areas)
    if found:
        yield Part(title="Nobody answers for", text=f"{listed(found)}.", press=_name(turn))


def _away(turn: Turn) -> Iterator[Part]:
    lines = [f"{spoken_key(one.responsibility)}: {'; '.join(absences(one))}" for one in _rows(turn) if one.away]
    yield from _listed("Gone, and who stands in", lines, _name(turn))


def _not_accepted(turn: Turn) -> Iterator[Part]:
    late = [one for one in _rows(turn) if one.waits_for and turn.now - one.set_at >= WEEK]
    lines = [f"{spoken_key(one.responsibility)}: {mentions(one.waits_for)}, named {_ago(turn, one)}" for one in late]
    yield from _listed("Named more than a week ago, and no yes yet", lines, _name(turn))


def _not_confirmed(turn: Turn) -> Iterator[Part]:
    late = [one for one in _rows(turn) if is_unconfirmed(one, turn.now)]
    lines = [
        f"{spoken_key(one.responsibility)}: {mentions(one.present)}, last confirmed"
        f" {count_of((turn.now - one.confirmed_at).days, 'day')} ago"
        for one in late
    ]
    yield from _listed("Not confirmed for more than 90 days", lines, _name(turn))


def _incidents(turn: Turn) -> Iterator[Part]:
    known = incidents.of_product(turn.session, turn.product.id, OPEN)
    long = [one for one in known if turn.now - one.declared_at >= DAY]
    for one in long[:MOST]:
        press = button("Show it", f"{SHOW}:{one.id}", value=str(one.id))
        yield Part(title=f"Incident {one.id} is still open", text=_incident(turn, one), press=press)
    if len(long) > MOST:
        more = f"And {count_of(len(long) - MOST, 'incident')} more"
        press = saying("Show the incidents", f"incident {turn.product.key}")
        yield Part(title=more, text="Open for more than a day too.", press=press)


def _fixes(turn: Turn) -> Iterator[Part]:
    today = turn.now.astimezone(turn.zone).date()
    known = fixes.of_product(turn.session, turn.product.id)
    late = [f"{_fix(one)}, due {shown(one.due)}" for one in known if one.due and is_overdue(one, today)]
    left = [one for one in known if one.owner and not is_there(turn.session, one.owner)]
    press = saying("Show the fixes", f"fix {turn.product.key}")
    yield from _listed("Fixes that are overdue", late, press)
    yield from _listed("Fixes whose owner is gone", [_fix(one) for one in left], press)


def _sign_offs(turn: Turn) -> Iterator[Part]:
    week = turn.window()
    fell = [
        one
        for one in sign_offs.of_product(turn.session, turn.product.id)
        if one.fell and one.fallen_at is not None and one.fallen_at in week
    ]
    press = saying("Show the launch page", f"launch {turn.product.key}")
    yield from _listed("Sign-offs that fell this week", [_sign_off(one) for one in fell], press)


_KINDS: tuple[Callable[[Turn], Iterator[Part]], ...] = (
    _unanswered,
    _incidents,
    _away,
    _not_accepted,
    _not_confirmed,
    _fixes,
    _sign_offs,
)


def _rows(turn: Turn) -> list[Ownership]:
    """What is owned and still asked for."""
    known = ownerships.of_product(turn.session, turn.product.id)
    return [known[one.key] for one in asked_of(areas=turn.product.record.areas) if one.key in known]


def _listed(title: str, lines: Iterable[str], press: Element) -> Iterator[Part]:
    named = list(lines)
    more = [f"• and {len(named) - MOST} more"] if len(named) > MOST else []
    if named:
        yield Part(title=title, text="\n".join([*(f"• {line}" for line in named[:MOST]), *more]), press=press)


def _name(turn: Turn) -> Element:
    return saying("Name somebody", f"owner edit {turn.product.key}")


def _ago(turn: Turn, row: Ownership) -> str:
    return f"{count_of((turn.now - row.set_at).days, 'day')} ago"


def _incident(turn: Turn, one: Incident) -> str:
    since = lasting(turn.now - one.declared_at)
    return f"Severity {one.severity.value}, {one.state}, for {since}. Owner: {mention(one.owner)}."


def _fix(one: Fix) -> str:
    owner = mention(one.owner) if one.owner else "nobody has it"
    return f"fix {one.id} “{escape(clip(one_line(one.title), TITLE_ROOM))}”, {owner}"


def _sign_off(one: SignOff) -> str:
    why = escape(clip(one_line(one.fallen_why), WHY_ROOM))
    return f"{SIGNATORY_NAMES[one.signatory]}, signed by {mention(one.user)}: {why}"
