"""Follow-ups of incidents join the fixes of the product's latest review: there they are scored, told and checked."""

from datetime import datetime

from sqlmodel import Session

from bot.domain.fixes import FixState
from bot.domain.follow_ups import FollowUp
from bot.domain.product import Product
from bot.kit import assigned
from bot.kit.post import Post
from bot.store import fixes, follow_ups, reviews
from bot.store.fixes import Change, NewFix
from bot.store.reviews import Review


def join(session: Session, product: Product, now: datetime) -> list[Post]:
    """Let every follow-up of *product* that waits become a fix of its latest review, and tell their owners; where it
    has had no review yet, they go on waiting. Whoever calls it twice finds nothing left to do.
    """
    review = reviews.latest(session, product.id)
    if review is None:
        return []
    return [
        post for one in follow_ups.waiting(session, product.id) for post in _joined(session, product, review, one, now)
    ]


def _joined(session: Session, product: Product, review: Review, one: FollowUp, now: datetime) -> list[Post]:
    new = NewFix(
        product_id=product.id,
        review_id=review.id,
        title=one.title,
        kind=one.kind,
        state=FixState.DECIDED,
        owner=one.owner,
        due=one.due,
    )
    change = Change(user=one.created_by, at=now, what="added", reason=f"from incident {one.incident_id}")
    fix = fixes.add(session, new, change)
    follow_ups.became(session, one.id, fix.id)
    return assigned.follows(session, product, fix.id, by=one.created_by, now=now)
