"""What somebody did to fixes: written down, told, shown on the board, and taken back where nothing came after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.fixes import Fix, FixState
from bot.domain.product import Product
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.fixing import board, telling
from bot.features.fixing.finding import first_come, own_case_of
from bot.kit.asking import Ask
from bot.kit.blocks import Element, actions, button, section
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, fixes
from bot.store.fixes import Change
from bot.store.json import dumped, loaded

UNDO = "fixing.undo"
FIXED = "fix"
"""What the audit log calls everything done to fixes begins with this."""


class ChangedSinceError(UserError):
    """Something came after what is to be taken back."""

    def __init__(self) -> None:
        super().__init__("This was changed since: taking it back would lose that. Say “fix list” to see how it is now.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What was done to the fixes of a review: how they were (*before*), how they are now, and which are new."""

    what: str
    product: Product
    review_id: int
    before: Sequence[Fix] = ()
    made: Sequence[int] = ()


def change(ask: Ask, what: str, reason: str = "") -> Change:
    """That the person who asks changes something now."""
    return Change(user=ask.user, at=ask.now, what=what, reason=reason)


def done(ask: Ask, deed: Deed, text: str, *, more: Sequence[Element] = (), posts: Sequence[Post] = ()) -> Reply:
    """Write down that the person did it, and tell them with a way to take it back; *text* is mrkdwn."""
    deed_id = write_down(ask, deed, text)
    board.redraw(ask, deed.review_id)
    undo = button("Undo", UNDO, value=str(deed_id))
    told = [post for fix_id in _touched(deed) for post in telling.after(ask, deed.product, fix_id)]
    return Reply(text=text, blocks=[section(text), actions("done", undo, *more)], posts=[*told, *posts])


def write_down(ask: Ask, deed: Deed, text: str, **more: Any) -> int:
    """Put a deed into the audit log and return its id; *more* is kept with what can be brought back."""
    now = {fix_id: fix for fix_id in _touched(deed) if (fix := fixes.with_id(ask.session, fix_id))}
    kept = {
        "fixes": [dumped(fix) for fix in deed.before],
        "made": list(deed.made),
        "versions": {str(fix_id): fix.version for fix_id, fix in now.items()},
        **more,
    }
    return audit.done(
        ask.session, user=ask.user, what=deed.what, now=ask.now, product=deed.product, detail=text, before=kept
    )


def undo(ask: Ask) -> Reply:
    """Take back what the clicked answer told, if nothing was changed since."""
    kept = kept_of(ask, FIXED)
    review_id = bring_back(ask, kept)
    board.redraw(ask, review_id)
    return Reply(text="You took it back: the fixes are as they were before.", replace=True)


def kept_of(ask: Ask, what: str) -> dict[str, Any]:
    """What the clicked deed wrote down of how it was before. Raises `ChangedSinceError` where there is nothing."""
    deed = audit.with_id(ask.session, number_of(ask.value))
    if deed is None or not deed.before or not deed.what.startswith(what):
        raise ChangedSinceError
    return deed.before


def bring_back(ask: Ask, kept: dict[str, Any]) -> int:
    """Let fixes be again as they were before; returns the id of their review. Raises `ChangedSinceError`."""
    versions = {int(fix_id): version for fix_id, version in kept["versions"].items()}
    cases = {fix_id: own_case_of(ask, str(fix_id)) for fix_id in versions}
    if any(cases[fix_id].fix.version != version for fix_id, version in versions.items()):
        raise ChangedSinceError
    taken = change(ask, "undone")
    with first_come():
        for fix in sorted((loaded(Fix, one) for one in kept["fixes"]), key=lambda one: one.id):
            fixes.restore(ask.session, fix, versions[fix.id], taken)
        for fix_id in kept["made"]:
            made = cases[fix_id].fix
            fixes.save(ask.session, replace(made, state=FixState.DROPPED, this_week=False), taken)
    review_id: int = next(iter(cases.values())).review.id if cases else kept["review"]
    some = next(iter(cases.values())).product if cases else None
    audit.done(
        ask.session, user=ask.user, what="undo", now=ask.now, product=some, detail=f"fixes of review {review_id}"
    )
    return review_id


def _touched(deed: Deed) -> list[int]:
    return [*(fix.id for fix in deed.before), *deed.made]
