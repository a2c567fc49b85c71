"""Once a week people are asked for the values that only they know: one message to each, with one form for all."""

from bot.domain.missing import by_owner
from bot.domain.product import Stage
from bot.features.health_check.asked import RITUAL, message, still_missing
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn
from bot.store import directory, products
from bot.store.products import LOCAL_WORKSPACE


def ask_for_values(turn: Turn) -> list[Post]:
    """A direct message to everybody who owns a value that is typed by hand and missing; none where nothing is."""
    lacking = still_missing(turn.session, turn.product, turn.now)
    people = products.people(turn.session, turn.product.id)
    concerned = {one.user for one in people} | {one.owner for one in lacking if one.owner is not None}
    gone = directory.gone(turn.session, LOCAL_WORKSPACE, concerned)
    asked = by_owner(lacking, people, gone)
    return [
        message(turn.product, user, [one.metric for one in mine], turn.slot.due) for user, mine in sorted(asked.items())
    ]


RITUALS = (
    Ritual(
        name=RITUAL,
        summary="Ask for the values that nobody but people can know",
        default_at="thu 09:00",
        run=ask_for_values,
        from_stage=Stage.MARKET_FIT,
    ),
)
