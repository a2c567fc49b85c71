"""`/muster health`: the whole picture, and one metric in full."""

from collections.abc import Mapping, Sequence

from bot.domain.metrics import Metric
from bot.domain.naming import metric_named, words_for
from bot.domain.product import Product
from bot.domain.watching import known
from bot.features.health_check import blocks, full, words
from bot.features.health_check.whole import Whole, whole
from bot.kit.asking import Ask
from bot.kit.blocks import context, fallback, fit, markdown
from bot.kit.choosing import product_of
from bot.kit.command import Command, Effect
from bot.kit.reply import Reply
from bot.kit.routing import refuse_word
from bot.store import chores, products, schedules, watches


def show(ask: Ask) -> Reply:
    """How a product does against its targets; with a metric, that one in full."""
    product, rest = product_of(ask, "health")
    if not rest:
        return _everything(ask, product)
    every = watches.of_product(ask.session, product.id)
    return full.shown(ask, product, _metric(ask, rest, known(every, product.record.currency)), every)


def _everything(ask: Ask, product: Product) -> Reply:
    found = whole(ask.session, product, ask.now, unseen=_unseen(ask, product))
    hint = f"As of {words.moment(ask.now, found.zone)}. One in full: `{ask.command} health {_example(found)}`"
    return Reply(text=fallback(found.headline), blocks=fit([*blocks.told(found), context(markdown(hint))]))


def _example(found: Whole) -> str:
    checks = [*found.missed, *found.health.checks]
    return checks[0].metric.name if checks else "accuracy"


def _unseen(ask: Ask, product: Product) -> list[str]:
    mine = [one.id for one in schedules.of_product(ask.session, product.id) if one.ritual.startswith("health_")]
    return [f"Not everything could be looked at: {reason}" for reason in chores.last_failures(ask.session, mine)]


def _metric(ask: Ask, said: Sequence[str], names: Mapping[str, Metric]) -> Metric:
    """The metric that the words name, all of them. Raises `UnknownWordError`."""
    found = metric_named(said, names)
    if found is None:
        keys = [one.key for one in products.everything(ask.session)]
        raise refuse_word(" ".join(said), "health", [*keys, *words_for(names)], ask.guide, ask.command)
    return found


COMMANDS = (
    Command(
        noun="health",
        takes="[product] [metric]",
        summary="How a product does against its targets, or one metric in full",
        example="health",
        effect=Effect.READ,
        run=show,
        inside=True,
    ),
)
