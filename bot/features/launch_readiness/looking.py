"""`/muster launch`: how ready a product is."""

from bot.features.launch_readiness.page import page
from bot.kit.asking import Ask
from bot.kit.choosing import only_product_of, product_with_id
from bot.kit.command import Action, Command, Effect
from bot.kit.launching import SHOW, readiness_of
from bot.kit.reply import Reply


def show(ask: Ask) -> Reply:
    """The page of the product that is meant."""
    return page(ask, readiness_of(ask.session, only_product_of(ask, "launch"), now=ask.now))


def press_show(ask: Ask) -> Reply:
    """The page of the product that the button names."""
    return page(ask, readiness_of(ask.session, product_with_id(ask, ask.value), now=ask.now))


COMMANDS = (
    Command(
        noun="launch",
        takes="[product]",
        summary="Whether a product may launch: what is there, what is open, and who signed",
        example="launch",
        effect=Effect.READ,
        run=show,
        inside=True,
    ),
)
ACTIONS = (Action(name=SHOW, effect=Effect.READ, run=press_show, inside=True),)
