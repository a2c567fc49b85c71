"""Which product a person means: the one they name, the one of the channel, or the only one there is for them."""

from collections.abc import Sequence

from bot.domain.product import Product
from bot.domain.text import escape, unformatted
from bot.domain.words import folded, number_of
from bot.kit.asking import Ask
from bot.kit.reply import MarkedUpError
from bot.kit.routing import refuse_word
from bot.store import products


class WhichProductError(MarkedUpError):
    """There are several, and nothing says which."""

    def __init__(self, ask: Ask, noun: str, several: Sequence[Product]) -> None:
        self.several = tuple(several)
        names = ", ".join(f"`{ask.command} {noun} {one.key}`" for one in several)
        super().__init__(f"Which product? {names}")


class NoProductError(MarkedUpError):
    """There is none yet."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(f"There is no product yet. Add the first one: `{ask.command} product add`")


def product_of(ask: Ask, says: str) -> tuple[Product, tuple[str, ...]]:
    """The product that is meant, and the words left. *says* is the command as it was typed: `product show`.

    Raises `MarkedUpError` where nothing or more than one fits.
    """
    several = products.everything(ask.session)
    if not several:
        raise NoProductError(ask)
    if ask.words:
        meant = next((one for one in several if _is_called(one, ask.words[0])), None)
        if meant is not None:
            return meant, ask.words[1:]
    return _understood(ask, says, several), ask.words


def only_product_of(ask: Ask, says: str) -> Product:
    """The product that is meant by a command that takes nothing else. Raises `MarkedUpError`."""
    keys = [one.key for one in products.everything(ask.session)]
    if ask.words and not _is_named(ask.words[0], ask):
        raise refuse_word(ask.words[0], says.split(maxsplit=1)[0], keys, ask.guide, ask.command)
    product, rest = product_of(ask, says)
    if rest:
        raise refuse_word(rest[0], says.split(maxsplit=1)[0], keys, ask.guide, ask.command)
    return product


def product_with_id(ask: Ask, number: str | None) -> Product:
    """The product that a button or form carries; it went to a client and came back, so it may be anything.

    Raises `products.GoneProductError`.
    """
    return products.current(ask.session, number_of(number))


def _is_named(word: str, ask: Ask) -> bool:
    return any(_is_called(one, word) for one in products.everything(ask.session))


def _is_called(product: Product, word: str) -> bool:
    return folded(word) in {folded(product.key), folded(product.name)}


def _understood(ask: Ask, says: str, several: Sequence[Product]) -> Product:
    here = [one for one in several if ask.channel and ask.channel in {one.team_channel, one.stakeholder_channel}]
    mine = [one for one in several if any(who.user == ask.user for who in products.people(ask.session, one.id))]
    for fitting in (here, mine, several):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise WhichProductError(ask, says, fitting)
    raise NoProductError(ask)


def named(product: Product) -> str:
    """A product's name for mrkdwn, in bold and in nothing else."""
    return f"*{escape(unformatted(product.name))}*"
