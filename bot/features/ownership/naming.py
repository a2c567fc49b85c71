"""From words to what is asked or set: which product and which responsibility, and hints where that is unclear."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.matrix import area_meant, likely
from bot.domain.product import Product
from bot.domain.responsibilities import NINE_AREAS, Responsibility, asked_of, meant
from bot.domain.text import clip, count_of, escape, one_line
from bot.domain.words import folded
from bot.features.ownership.parting import BETWEEN, How, Said, product_first, said_in, typed
from bot.features.ownership.words import spoken
from bot.kit.asking import Ask
from bot.kit.choosing import WhichProductError, named, product_of
from bot.kit.reply import MarkedUpError
from bot.store import products

_TRAILING = frozenset({"now", "please", "here", "today", "then"})


class WhichOfThemError(MarkedUpError):
    """There are several products, and nothing says which; what was typed stands behind each."""

    def __init__(self, ask: Ask, says: str, several: Iterable[Product], words: Sequence[str]) -> None:
        ways = [" ".join(filter(None, [ask.command, says, one.key, typed(words)])) for one in several]
        super().__init__(f"Which product? {', '.join(f'`{way}`' for way in ways)}")


class UnclearQuestionError(MarkedUpError):
    """Words that name no responsibility; says which was probably meant, and which there are."""

    def __init__(self, ask: Ask, product: Product, said: Said, says: str) -> None:
        among = asked_of(areas=product.record.areas)
        near = likely(said.about, among)
        guess = f" Did you mean “{spoken(near)}”? `{_instead(ask, product, said, says, near)}`" if near else ""
        there_are = ", ".join(spoken(one) for one in among if one.function is None)
        parts = sum(one.function is not None for one in among)
        show = f"`{ask.command} owner {product.key}`"
        more = f" And {count_of(parts, 'part')} of the nine areas: {show} shows them." if parts else ""
        what = escape(one_line(clip(" ".join(said.about), 60)))
        super().__init__(f"“{what}” is none of the questions that need an owner.{guess}\nThere are: {there_are}.{more}")


class AreasOffError(MarkedUpError):
    """An area of a product that does not use them."""

    def __init__(self, ask: Ask, product: Product) -> None:
        super().__init__(
            f"The nine areas are not switched on for {named(product)}: `{ask.command} owner areas on {product.key}`"
        )


class WhosePartError(MarkedUpError):
    """An area has three parts; who sets an owner must say which."""

    def __init__(self, ask: Ask, area: str) -> None:
        parts = ", ".join(f"“{spoken(one).replace(':', '')}”" for one in NINE_AREAS[area])
        super().__init__(
            f"Whose part of it? Say {parts}, or change all three in a form: `{ask.command} owner edit {area.lower()}`"
        )


class OwnsWhatError(MarkedUpError):
    """Somebody was named, but not for what."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(
            f"Say what they are to own: `{ask.command} owner cost @ana`. `{ask.command} owner` shows what there is, and"
            f" `{ask.command} me` what waits for you."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What words name: one responsibility, or an *area* as a whole (all its parts); neither is the whole matrix.

    *also* is an area that the same words name beside the one.
    """

    one: Responsibility | None = None
    area: str | None = None
    also: str | None = None


def says_who(words: Sequence[str]) -> bool:
    """Whether the words set an owner, rather than ask for one."""
    return bool(said_in(words).who)


def product_in(ask: Ask, says: str) -> tuple[Product, tuple[str, ...]]:
    """The product that is meant, named first or last, and the words left. *says* is the command: `owner history`.

    Raises `MarkedUpError` where nothing or more than one fits.
    """
    called = frozenset(folded(name) for one in products.everything(ask.session) for name in (one.key, one.name))
    _, taken = meant(said_in(ask.words).about, asked_of(areas=True)) or (None, 0)
    words = product_first(ask.words, called, understood=taken)
    try:
        return product_of(ask.saying(words), says)
    except WhichProductError as error:
        raise WhichOfThemError(ask, says, error.several, words) from error


def question_in(ask: Ask, product: Product, words: Sequence[str], says: str = "owner") -> Named:
    """What the words before the first name ask about; *says* is the command that a hint repeats.

    Raises `UnclearQuestionError`, `AreasOffError`.
    """
    said = said_in(words)
    if not said.about:
        return Named()
    one, taken = meant(said.about, asked_of(areas=True)) or (None, 0)
    area, longer = area_meant(said.about) or (None, 0)
    if longer > taken:
        one, taken = None, longer
    if not product.record.areas and (area if one is None else one.function):
        raise AreasOffError(ask, product)
    if taken == 0 or _rest(said.about[taken:]):
        raise UnclearQuestionError(ask, product, said, says)
    also = area if one and longer == taken and product.record.areas else None
    return Named(one=one, area=area if one is None else None, also=also)


def _instead(ask: Ask, product: Product, said: Said, says: str, near: Responsibility) -> str:
    """The command as it was probably meant, with everybody who was named."""
    how = "" if said.how is How.SET else said.how
    is_one = len(products.everything(ask.session)) == 1
    parts = [ask.command, says, "" if is_one else product.key, spoken(near).replace(":", ""), how, typed(said.who)]
    return " ".join(filter(None, parts))


def _rest(words: Iterable[str]) -> list[str]:
    return [word for word in words if folded(word) not in BETWEEN | _TRAILING]
