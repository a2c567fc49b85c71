"""The two rituals: the draft that goes to the approver, and the post that everybody reads."""

from datetime import timedelta

from bot.domain.draft_states import DraftState
from bot.domain.drafts import Draft
from bot.domain.product import Product, Stage
from bot.features.stakeholder_update import making, posting
from bot.features.stakeholder_update.finding import deciders_of
from bot.features.stakeholder_update.making import DRAFT_AT, DRAFT_RITUAL, POST_AT, POST_RITUAL, STALE
from bot.features.stakeholder_update.saying import product_name
from bot.kit.blocks import actions, fallback, plain_section, saying
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn
from bot.store import drafts


def draft(turn: Turn) -> list[Post]:
    """The draft of the week that ends with the slot, to those who decide about it."""
    made = making.make(turn.session, turn.product, turn.window(), user="", now=turn.now)
    return [*made.posts, *_nobody_asked(turn, made.draft)]


def post(turn: Turn) -> list[Post]:
    """What was approved, to the stakeholders; what nobody approved is held, and what was skipped stays unsaid."""
    said: list[Post] = []
    for found in _this_weeks(turn):
        match found.state:
            case DraftState.APPROVED:
                said += posting.publish(turn.session, found, turn.product, turn.now)[1]
            case DraftState.DRAFTED:
                said += posting.hold(turn.session, found, turn.product, turn.now)[1]
            case _:
                continue
    return said


def _this_weeks(turn: Turn) -> list[Draft]:
    """The drafts of the week before the slot, the older first: there are two where the day of drafting was moved after
    one was approved. A slot that is caught up late neither posts nor holds the draft of another week.
    """
    earlier = drafts.before_week(turn.session, turn.product.id, turn.slot.due + timedelta.resolution)
    return [one for one in reversed(earlier) if one.week.end > turn.slot.due - STALE]


def _nobody_asked(turn: Turn, made: Draft) -> list[Post]:
    """Where nobody is named to approve, the team hears it: otherwise every update would be held without a word."""
    if deciders_of(turn.session, turn.product).named or turn.product.team_channel is None:
        return []
    words = _nobody(turn.product)
    name = saying("Name the approver", f"update settings {turn.product.key}")
    key = f"update/{made.id}/nobody"
    blocks = [plain_section(words), actions("update", name)]
    return [Post(key=key, to=turn.product.team_channel, text=fallback(words), blocks=blocks)]


def _nobody(product: Product) -> str:
    return (
        f"This week's update of {product_name(product)} is drafted, but nobody is named to approve it: without an"
        " approver it is never posted."
    )


RITUALS = (
    Ritual(
        name=DRAFT_RITUAL,
        summary="The week's update, drafted and sent to the one who approves it",
        default_at=DRAFT_AT,
        run=draft,
        from_stage=Stage.SCALE,
    ),
    Ritual(
        name=POST_RITUAL,
        summary="The approved update, posted to the stakeholders",
        default_at=POST_AT,
        run=post,
        from_stage=Stage.SCALE,
    ),
)
