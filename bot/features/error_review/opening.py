"""What became of the fixes since the review before: how many are done, what is open, and whether the errors went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.fixes import OPEN, Fix, FixState
from bot.domain.folding import Shingles, are_alike, likeness
from bot.domain.prediction import Prediction
from bot.domain.text import clip, count_of, one_line
from bot.features.error_review.view import TITLE_ROOM, day_in_words, days_of
from bot.kit.ritual import Turn
from bot.store import fixes, predictions, pulls, reviews
from bot.store.fixes import FixedError
from bot.store.pulls import Pull
from bot.store.reviews import Review

TELLING = 3
"""Fewer errors than this in both weeks say nothing about a fix."""

NAMED = 3
"""How many fixes are told one by one."""

DONE = (FixState.SHIPPED, FixState.CHECKED)
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """How many errors like those of a fix are in this week's pool, and in the one before; None: nobody looked."""

    fix: Fix
    now: int
    before: int | None


def opening(turn: Turn, pull: Pull) -> tuple[str, ...]:
    """The sentences that a review opens with, in words of anybody; none before the first fix was decided."""
    decided = [*OPEN, *DONE, FixState.DROPPED]
    known = [
        (fix, made_in)
        for fix in fixes.of_product(turn.session, turn.product.id, decided)
        if (made_in := reviews.with_id(turn.session, fix.review_id)) and made_in.window.end < pull.window.end
    ]
    if not known:
        return ()
    latest = max((made_in for _, made_in in known), key=lambda one: (one.window.end, one.id))
    mine = [fix for fix, made_in in known if made_in.id == latest.id]
    older = sum(fix.state in OPEN for fix, made_in in known if made_in.id != latest.id)
    line = f"{_whose(turn, pull, latest)}: {_became(mine, turn.now.astimezone(turn.zone).date())}."
    also = f" {count_of(older, 'older one')} {'is' if older == 1 else 'are'} open." if older else ""
    return (f"{line}{also}", *_effects(turn, pull, [fix for fix, _ in known]))


def due(day: date, today: date) -> str:
    """When something is due, as it is said today: due Wednesday, due 2 December, overdue since Friday."""
    name = f"{day:%A}" if abs(day - today) < _A_WEEK else f"{day.day} {day:%B}"
    if day == today:
        return "due today"
    return f"due {name}" if day > today else f"overdue since {name}"


def told(effect: Effect, *, shipped: str, looked_at: int) -> str:
    """Whether the errors of a fix went away, in a sentence."""
    about = f"After “{clip(one_line(effect.fix.title), TITLE_ROOM)}” (shipped {shipped})"
    if max(effect.now, effect.before or 0) < TELLING:
        return f"{about}: too few errors like its own to say whether they went away."
    before = "the week before nobody looked" if effect.before is None else f"{effect.before} the week before"
    if not effect.now:
        return f"{about}: its errors went away, {before}."
    return f"{about}: {count_of(effect.now, 'error')} like its own among the worst {looked_at}, {before}."


def _whose(turn: Turn, pull: Pull, review: Review) -> str:
    # Reviews that touch or overlap are a week apart at most.
    is_last_week = review.window.end >= pull.window.start
    return "Last week's fixes" if is_last_week else f"The fixes of {days_of(review.window, turn.zone)}"


def _became(mine: Sequence[Fix], today: date) -> str:
    states = Counter("done" if fix.state in DONE else "open" if fix.state in OPEN else "dropped" for fix in mine)
    dates = sorted(fix.due for fix in mine if fix.state in OPEN and fix.due)
    first = "" if states["open"] == 1 else "the first "
    when = f" ({first}{due(dates[0], today)})" if dates else ""
    parts = {"done": "", "open": when, "dropped": ""}
    return ", ".join(f"{states[name]} {name}{more}" for name, more in parts.items() if states[name])


def _effects(turn: Turn, pull: Pull, known: Sequence[Fix]) -> Iterator[str]:
    """A sentence for each fix that was shipped since the review before."""
    previous = reviews.before(turn.session, turn.product.id, pull.window.end - timedelta(microseconds=1))
    since = previous.made_at if previous else pull.window.start
    shipped = [fix for fix in known if fix.state in DONE and fix.shipped_at and since < fix.shipped_at <= turn.now]
    if not shipped:
        return
    last = pulls.of_window(turn.session, turn.product.id, turn.window_before())
    errors = fixes.errors_of(turn.session, turn.product.id)
    for fix in shipped[:NAMED]:
        its = _errors(turn, fix, errors)
        effect = Effect(fix=fix, now=_like(its, pull.pool), before=_like(its, last.pool) if last else None)
        day = day_in_words(fix.shipped_at or turn.now, turn.zone)
        yield told(effect, shipped=day, looked_at=len(pull.pool))
    if shipped[NAMED:]:
        yield f"{count_of(len(shipped) - NAMED, 'more fix', 'more fixes')} shipped as well."


def _errors(turn: Turn, fix: Fix, errors: Iterable[FixedError]) -> list[Prediction]:
    return predictions.with_row_ids(turn.session, [one.row_id for one in errors if one.fix_id == fix.id])


def _like(errors: Sequence[Prediction], pool: Iterable[Prediction]) -> int:
    """How many of *pool* are among these errors, or like one of them."""
    own = {one.identity for one in errors}
    words = {likeness(one) for one in errors}
    return sum(one.identity in own or _is_like(likeness(one), words) for one in pool)


def _is_like(one: Shingles, words: Iterable[Shingles]) -> bool:
    return any(are_alike(one, other) for other in words)
