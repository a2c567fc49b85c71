"""Saying what an error is: a click for product, a click for ML, one click that says it all, and who settles."""

import re

from bot.domain.people import Role
from bot.domain.reviewing import VERDICTS, Part, Quick, Settlement, Words
from bot.domain.text import clip
from bot.errors import UserError
from bot.features.error_review import card, meeting
from bot.features.error_review.meeting import Spot
from bot.kit import verdicts
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, section
from bot.kit.choosing import named, product_of
from bot.kit.permission import require_may_change
from bot.kit.reply import ForbiddenError, MarkedUpError, Reply
from bot.store import audit, meetings, products, reviews

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class UnreadableVerdictError(UserError):
    """A button that carries no verdict this version knows."""

    def __init__(self) -> None:
        super().__init__("I do not know this verdict: it may come from an older version of me. Say “review” to go on.")


class SaidMeanwhileError(UserError):
    """The same person said something else at the same moment, from another window."""

    def __init__(self) -> None:
        super().__init__(
            "You said something else of this one from another window just now: that stays. Look at it again."
        )


class JudgedError(MarkedUpError):
    """There is a verdict of one click already."""

    def __init__(self, at: Spot) -> None:
        said = at.item.said
        verdict = verdicts.QUICKS[said.quick].lower() if said.quick else "something"
        super().__init__(f"<@{said.quick_by}> said “{verdict}” of number {at.item.rank} already. Take that back first.")


class NothingAboveError(UserError):
    """The first item is like nothing above it."""

    def __init__(self) -> None:
        super().__init__("This is the first one: there is none above it.")


class NotTheDeciderError(ForbiddenError):
    """What product and ML differ about, the named decider settles."""

    def __init__(self, decider: str, slash: str) -> None:
        super().__init__(
            f"<@{decider}> settles what you differ about. Both of you stay as you said."
            f" Another decider: `{slash} review decider @name`"
        )


def speak(ask: Ask) -> Reply:
    """Say how bad it is, or why it happened, with one click on the card."""
    where, part, verdict = _verdict(ask.value)
    at = meeting.open_spot(ask, where)
    mine = own(at, part, ask.user)
    say(ask, at, part, verdict=verdict, note=mine.note if mine else "")
    meeting.follow(ask, at)
    return Reply()


def say(ask: Ask, at: Spot, part: Part, *, verdict: str | None, note: str) -> None:
    """Keep what the person says of an item for *part*, beside what others say. Raises `SaidMeanwhileError`."""
    mine = own(at, part, ask.user)
    if mine is not None and (mine.verdict, mine.note) == (verdict, note):
        return
    words = Words(
        part=part, user=ask.user, verdict=verdict, note=note, said_at=ask.now, version=mine.version if mine else 0
    )
    if not meetings.speak(ask.session, at.item.id, words):
        raise SaidMeanwhileError
    what = f"review {at.review.id} number {at.item.rank}: {part} says {verdict or 'a note'}"
    detail = f"before: {mine.verdict or ''} {mine.note}" if mine else ""
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product, detail=clip(detail, 1_000))


def own(at: Spot, part: Part, user: str) -> Words | None:
    """What *user* said of an item for *part* so far."""
    return next((one for one in at.item.said.of(part) if one.user == user), None)


def quick(ask: Ask) -> Reply:
    """Say with one click what leaves nothing more to say."""
    where, _, name = ask.value.rpartition(" ")
    at = meeting.open_spot(ask, where)
    verdict = next((one for one in Quick if one == name), None)
    if verdict is None:
        raise UnreadableVerdictError
    if verdict is Quick.SAME_AS_ABOVE and at.item.rank == 1:
        raise NothingAboveError
    if not meetings.judge(ask.session, at.item.id, verdict, user=ask.user, now=ask.now):
        raise JudgedError(at)
    what = f"review {at.review.id} number {at.item.rank}: {verdicts.QUICKS[verdict].lower()}"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product)
    meeting.follow(ask, at)
    return Reply()


def unquick(ask: Ask) -> Reply:
    """Take back a verdict of one click."""
    at = meeting.open_spot(ask, ask.value)
    if meetings.unjudge(ask.session, at.item.id):
        what = f"review {at.review.id} number {at.item.rank}: took back a verdict"
        audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product)
    meeting.follow(ask, at)
    return Reply()


def settle(ask: Ask) -> Reply:
    """Settle what people differ about: the decider's word holds, what they said stays beside it."""
    where, part, verdict = _verdict(ask.value)
    at = meeting.open_spot(ask, where)
    _require_decider(ask, at)
    meetings.unsettle(ask.session, at.item.id, part)
    settlement = Settlement(part=part, verdict=verdict, user=ask.user, reason="", settled_at=ask.now)
    meetings.settle(ask.session, at.item.id, settlement)
    what = f"review {at.review.id} number {at.item.rank}: settled {verdict}"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product)
    meeting.follow(ask, at)
    text = (
        f"You settled number {at.item.rank}: *{verdicts.word(part, verdict)}*. What both of you said stays beside it."
    )
    undo = button("Undo", card.UNSETTLE, value=f"{card.place(at.item)} {part}")
    return Reply(text=text, blocks=[section(text), actions("undo", undo)])


def unsettle(ask: Ask) -> Reply:
    """Let it be open again what people differ about."""
    where, _, name = ask.value.rpartition(" ")
    at = meeting.open_spot(ask, where)
    _require_decider(ask, at)
    meetings.unsettle(ask.session, at.item.id, _part(name))
    what = f"review {at.review.id} number {at.item.rank}: took back what was settled"
    audit.done(ask.session, user=ask.user, what=what, now=ask.now, product=at.product)
    meeting.follow(ask, at)
    return Reply(text=f"You took it back: number {at.item.rank} is open again.", replace=True)


def decider(ask: Ask) -> Reply:
    """See or name who settles what product and ML differ about."""
    product, rest = product_of(ask, "review decider")
    found = _PERSON.fullmatch(" ".join(rest))
    if found is None:
        current = meeting.decider(ask, product)
        who = f"<@{current}> settles it" if current else "Nobody settles it yet"
        return Reply(text=f"{who} where you differ. Another one: `{ask.command} review decider @name`")
    require_may_change(ask, product)
    products.assign(ask.session, product, Role.DECIDER, [found[1]])
    audit.done(ask.session, user=ask.user, what="review decider", now=ask.now, product=product, detail=found[1])
    for review in reviews.unfinished(ask.session, product.id)[:1]:
        meeting.redraw(ask, review.id)
    return Reply(text=f"You named <@{found[1]}>: they settle what product and ML differ about in {named(product)}.")


def _require_decider(ask: Ask, at: Spot) -> None:
    who = meeting.decider(ask, at.product)
    if who is not None and ask.user != who and ask.user not in ask.admins:
        raise NotTheDeciderError(who, ask.command)


def _verdict(value: str) -> tuple[str, Part, str]:
    """“review rank”, part and verdict, as a button carries them: they went to a client and came back."""
    match value.split(" "):
        case [review, rank, name, verdict] if verdict in {str(one) for one in VERDICTS[_part(name)]}:
            return f"{review} {rank}", _part(name), verdict
        case _:
            raise UnreadableVerdictError


def _part(name: str) -> Part:
    found = next((one for one in Part if one == name), None)
    if found is None:
        raise UnreadableVerdictError
    return found
