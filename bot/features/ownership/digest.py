"""The weekly digest: one direct message to each lead about what falls through; a week without any sends nothing."""

from bot.domain.product import Stage
from bot.features.ownership.digest_parts import Part, parts_of
from bot.features.ownership.leaving_news import told_first
from bot.kit.blocks import Block, context, fallback, fit, markdown, section
from bot.kit.choosing import named
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn

RITUAL = "digest"


def digest(turn: Turn) -> list[Post]:
    """What nobody looks after, to each of the product's leads; where neither is there, to the admins, or to whoever
    answers for something, and where nobody at all is there, to the team's channel. Nothing where all is well.
    """
    parts = parts_of(turn)
    if not parts:
        return []
    product = turn.product
    text = fallback(f"{product.name}, what is open this week: {'; '.join(one.title for one in parts)}")
    key = f"{product.key}/{RITUAL}/{turn.slot.nominal:%Y-%m-%dT%H:%M}"
    people = told_first(turn.session, product, admins=turn.admins)
    if people or product.team_channel is None:
        blocks = _blocks(turn, parts, why="Sent to the leads")
        return [Post(key=f"{key}/{user}", to=user, text=text, blocks=blocks) for user in people]
    blocks = _blocks(turn, parts, why="Sent here, as nobody is named who could read it alone")
    return [Post(key=f"{key}/{product.team_channel}", to=product.team_channel, text=text, blocks=blocks)]


def _blocks(turn: Turn, parts: list[Part], *, why: str) -> list[Block]:
    head = section(f"{named(turn.product)}: what would fall through, if nobody looked.")
    rows = [section(f"*{one.title}*\n{one.text}", one.press) for one in parts]
    return fit([head, *rows, context(markdown(f"{why}, once a week; a week with nothing open sends nothing."))])


RITUALS = (
    Ritual(
        name=RITUAL,
        summary="What falls through, to the leads: gaps, silence, what is overdue; nothing in a quiet week",
        default_at="mon 10:00",
        run=digest,
        from_stage=Stage.MARKET_FIT,
    ),
)
