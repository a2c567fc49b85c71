"""Making the draft of a week: by itself on its day, or earlier when somebody asks for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import drafts as rules
from bot.domain.draft_states import UNPOSTED, DraftState, Move
from bot.domain.drafts import Draft
from bot.domain.planning import At
from bot.domain.product import Product
from bot.domain.update_weeks import post_due, week_near
from bot.domain.updates import Body
from bot.domain.window import Window, zone_named
from bot.features.stakeholder_update import posting, showing
from bot.features.stakeholder_update.finding import deciders_of
from bot.kit.drafting import Drafted, drafted
from bot.kit.post import Post
from bot.store import drafts, schedules
from bot.store.drafts import Change, NewDraft

DRAFT_RITUAL, POST_RITUAL = "update_draft", "update_post"
DRAFT_AT, POST_AT = "thu 15:00", "fri 10:00"

STALE = timedelta(days=7)
"""What is older than this when it is to be posted belongs to another week. Source: 33.2 (weekly)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A draft, and what is to be said about it; *anew* False: the week had one already."""

    draft: Draft
    posts: list[Post]
    anew: bool


def make(session: Session, product: Product, week: Window, *, user: str, now: datetime) -> Made:
    """The draft of *week*: made now by *user* (empty: by itself), unless that week or a later one has one already.

    One whose time to be posted is over is held from the start. Raises `drafts.DraftChangedError`.
    """
    there = drafts.of_product(session, product.id)
    if there and there[0].week.end >= week.end:
        return Made(draft=there[0], posts=[], anew=False)
    made = _written(session, product, week, user=user, now=now)
    # Where somebody was first by a hair, theirs is there now.
    return made or Made(draft=drafts.of_product(session, product.id)[0], posts=[], anew=False)


def week_of(session: Session, product: Product, now: datetime) -> Window:
    """The week that an update made at *now* tells of: the one whose day is nearest."""
    at = _at(session, product, DRAFT_RITUAL) or At.parse(DRAFT_AT)
    return week_near(at, zone_named(product.timezone), now)


def fresh(session: Session, product: Product, week: Window, *, now: datetime) -> Drafted:
    """What a draft of *week* would say at *now*; nothing is kept."""
    return drafted(session, product, week, as_of=min(now, week.end), previous=_previous(session, product, week))


def _written(session: Session, product: Product, week: Window, *, user: str, now: datetime) -> Made | None:
    found, who = fresh(session, product, week, now=now), deciders_of(session, product)
    due = post_due(_at(session, product, POST_RITUAL), zone_named(product.timezone), week, now)
    new = NewDraft(
        product_id=product.id,
        week=week,
        post_due=due,
        body=found.body,
        facts=found.facts,
        approver=who.approver,
        deputy=who.deputy,
        chart=found.chart,
        remarks=found.remarks,
    )
    draft = drafts.add(session, new, Change(user=user, at=now, move=Move.DRAFT))
    if draft is None:
        return None
    _lapse(session, draft, product, now)
    return _asked(session, draft, product, now)


def _asked(session: Session, draft: Draft, product: Product, now: datetime) -> Made:
    late: list[Post] = []
    if draft.post_due < now:
        draft, notices = posting.hold(session, draft, product, now)
        late = [one for one in notices if one.to not in draft.asked]
    return Made(draft=draft, posts=[*showing.asking(session, draft, product, now), *late], anew=True)


def _lapse(session: Session, draft: Draft, product: Product, now: datetime) -> None:
    """Let what was not posted of the weeks before go: nobody is to approve last week's text instead of this week's.

    What is approved and still to be posted stays: whoever approved it was told so.
    """
    for old in drafts.before_week(session, product.id, draft.week.end):
        if old.state in UNPOSTED and not (old.state is DraftState.APPROVED and old.post_due > now):
            change = Change(user="", at=now, move=Move.LAPSE)
            showing.redraw(session, drafts.save(session, old, rules.lapsed(old), change), product, now)


def _previous(session: Session, product: Product, week: Window) -> Body | None:
    """The words of the latest update before *week* that was posted."""
    earlier = drafts.before_week(session, product.id, week.end)
    return next((one.body for one in earlier if one.state is DraftState.POSTED), None)


def _at(session: Session, product: Product, ritual: str) -> At | None:
    """When the product's *ritual* comes round, None where it does not."""
    found = (one for one in schedules.of_product(session, product.id) if one.ritual == ritual and not one.paused)
    return next((one.at for one in found), None)
