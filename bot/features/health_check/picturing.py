"""`Chart` on the card: the weeks of what missed its target, as one picture."""

from datetime import datetime
from typing import Any

from bot.domain.charts import Chart
from bot.domain.words import number_of
from bot.features.health_check import card
from bot.features.health_check.course import history_of
from bot.features.health_check.subject import Subject
from bot.features.health_check.taking import NothingMissedError, open_card
from bot.features.health_check.whole import whole
from bot.kit.asking import Ask
from bot.kit.blocks import fallback
from bot.kit.charting import chart_of
from bot.kit.command import Action, AnyErrand, Effect, Errand, Outside
from bot.kit.pictures import drawn
from bot.kit.reply import Next, Reply
from bot.store import products, watches

PICTURE = "health_check.picture"
WEEKS = 13
"""So many are shown: three readings of a monthly metric."""


def press(ask: Ask) -> Reply:
    """The chart follows: to draw it takes a moment."""
    product = open_card(ask)
    if not whole(ask.session, product, ask.now).missed:
        raise NothingMissedError
    return Reply(then=Next(errand=PICTURE, value=f"{product.id} {ask.now.isoformat()}"))


def ask_chart(ask: Ask) -> Chart:
    """What missed its target when the button was pressed, over the weeks."""
    number, _, at = ask.value.partition(" ")
    product, as_of = products.current(ask.session, number_of(number)), datetime.fromisoformat(at)
    every = watches.of_product(ask.session, product.id)
    panels = {}
    for check in whole(ask.session, product, as_of).missed:
        subject = Subject(product=product, metric=check.metric, every=every)
        panels[check.metric] = history_of(ask.session, subject, as_of=as_of, weeks=WEEKS).panel
    return chart_of(product, panels)


def draw(chart: Chart, outside: Outside) -> dict[str, Any]:
    """The picture, or the words that say the same."""
    return drawn(outside, chart)


def keep(_ask: Ask, chart: Chart, block: dict[str, Any]) -> Reply:
    """Show it to who pressed."""
    return Reply(text=fallback(chart.alt), blocks=[block])


ACTIONS = (Action(name=card.CHART, effect=Effect.CHANGE, run=press, inside=True),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=PICTURE, ask=ask_chart, fetch=draw, keep=keep),)
