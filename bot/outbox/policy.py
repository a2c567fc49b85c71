"""When to try again, and when to give up."""

from datetime import datetime, timedelta

from bot.domain.delivery import StoredPost
from bot.errors import TransientError
from bot.outbox.sender import NotConnectedError, RateLimitedError

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
"""An outage of Slack lasts hours; a post that is a day old is news to nobody."""

EDIT_TRIES = 300
"""With the pauses of `back_off`, about a day."""

LOOK_FOR = timedelta(hours=1)
"""How long an answer about a post of unknown outcome is sought before a person is asked."""

SKEW = timedelta(minutes=2)
"""How far Slack's clock may be off from ours when its history is searched."""


def back_off(tries: int) -> timedelta:
    """The pause after that many tries (at least 1): doubled each time, up to five minutes."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)


def next_try(post: StoredPost, error: TransientError, now: datetime) -> datetime | None:
    """When to try *post* again after *error*; None when it is time to give up."""
    waits_for_slack = isinstance(error, NotConnectedError | RateLimitedError)
    # A person's retry begins anew: it clears `claimed_at`, which the first claim after it sets.
    if now - (post.claimed_at or post.created_at) > GIVE_UP_AFTER and not waits_for_slack:
        return None
    return now + (error.after or back_off(post.attempts))


def next_look(post: StoredPost, error: TransientError, now: datetime) -> datetime | None:
    """When to look for *post* again after *error*; None when it is time to ask a person."""
    if now - (post.claimed_at or post.created_at) > LOOK_FOR:
        return None
    return now + (error.after or back_off(post.lookups + 1))


def next_edit(tries: int, error: TransientError, now: datetime) -> datetime | None:
    """When to edit a message again after *error*, the last of so many *tries*; None when it is time to give up."""
    waits_for_slack = isinstance(error, NotConnectedError | RateLimitedError)
    if tries >= EDIT_TRIES and not waits_for_slack:
        return None
    # Revised meanwhile, its tries are counted anew.
    return now + (error.after or back_off(max(tries, 1)))
