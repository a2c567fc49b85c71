"""What follows from every decision: it is saved, written down, shown everywhere, and posted where its time has come."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.draft_states import Move
from bot.domain.drafts import Draft, is_due
from bot.features.stakeholder_update import posting, showing
from bot.features.stakeholder_update.finding import Case, first_come
from bot.kit.asking import Ask
from bot.kit.blocks import section
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.store import audit, drafts
from bot.store.drafts import Change

WHAT = "update"
"""What the audit log calls everything done to an update begins with this."""


def settled(ask: Ask, case: Case, after: Draft, move: Move, *, reason: str = "") -> Case:
    """The update, saved as *after*; copies everywhere show it. Raises `SomebodyWasFirstError`."""
    with first_come(ask, case.product):
        change = Change(user=ask.user, at=ask.now, move=move, reason=reason)
        saved = drafts.save(ask.session, case.draft, after, change)
    written_down(ask, case, move, reason)
    showing.redraw(ask.session, saved, case.product, ask.now)
    return replace(case, draft=saved)


def published(ask: Ask, case: Case) -> tuple[Case, list[Post]]:
    """The same, posted; as it is where there is no channel for it. Raises `SomebodyWasFirstError`."""
    with first_come(ask, case.product):
        saved, posts = posting.publish(ask.session, case.draft, case.product, ask.now)
    return replace(case, draft=saved), posts


def published_if_due(ask: Ask, before: Case, case: Case) -> tuple[Case, list[Post]]:
    """What was approved too late for its time goes out at once; everything else waits for it."""
    return published(ask, case) if is_due(before.draft, ask.now) else (case, [])


def written_down(ask: Ask, case: Case, move: Move, detail: str = "") -> None:
    """Put into the audit log that the person who asks did it."""
    audit.done(ask.session, user=ask.user, what=f"{WHAT} {move}", now=ask.now, product=case.product, detail=detail)


def told(ask: Ask, case: Case, text: str, posts: Sequence[Post] = ()) -> Reply:
    """Tell the person what they did (*text* is mrkdwn), how the update is now, and what they can do next."""
    now = [*showing.state_of(case.draft, case.product, ask.now), *showing.presses(case.draft, ask.now)]
    return Reply(text=text, blocks=[section(text), *now], posts=posts)
