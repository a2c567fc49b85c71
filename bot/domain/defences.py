"""What holds against made-up facts, layer by layer, and what nobody said yet of how a product may fail."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.failure_modes import FailureMode, Layer, blanks_of, in_order, modes_of
from bot.domain.product import Product
from bot.domain.text import joined


@dataclass(frozen=True, kw_only=True, slots=True)
class Defence:
    """One layer of defence of a product: whether it is *in_place* (None: nobody said), and *what* it is. *owner*: the
    PM where nobody is named. `version` 0: nobody ever said anything.
    """

    layer: Layer
    in_place: bool | None = None
    what: str = ""
    owner: str | None = None
    version: int = 0

    @property
    def name(self) -> str:
        """The layer in words: “output validation”."""
        return self.layer.replace("_", " ")


def all_layers(said: Iterable[Defence]) -> tuple[Defence, ...]:
    """The four layers in their order, those nobody spoke of too."""
    by_layer = {one.layer: one for one in said}
    return tuple(by_layer.get(layer) or Defence(layer=layer) for layer in Layer)


def blanks(product: Product, modes: Iterable[FailureMode], defences: Iterable[Defence]) -> tuple[str, ...]:
    """What nobody said yet of how *product* may fail, each as half a sentence, the gravest failure first; empty where
    nothing is missing. Names in it may be anybody's: show it as plain text.
    """
    of_modes = [blank for mode in in_order(modes_of(product.record, modes)) for blank in blanks_of(mode)]
    return (*of_modes, *_of_layers(all_layers(defences)))


def in_short(said: Iterable[str]) -> list[str]:
    """What `blanks` says with what is alike put together: “fallback of offensive output and latency spike”."""
    alike: dict[tuple[str, str], list[str]] = {}
    for blank in said:
        found = _BLANK.fullmatch(blank)
        ends = (found["head"], found["tail"]) if found else (blank, "")
        alike.setdefault(ends, []).append(found["name"] if found else "")
    return [f"{head}{joined(names)}{_for(len(names), tail)}" for (head, tail), names in alike.items()]


_BLANK = re.compile(
    r"(?P<head>whether |how |[a-z ]+? of )(?P<name>.+?)(?P<tail>(?: is (?:in place|done|acceptable or blocking))?)",
    re.DOTALL,
)


def _for(count: int, tail: str) -> str:
    return tail.replace(" is ", " are ", 1) if count > 1 else tail


def _of_layers(defences: Iterable[Defence]) -> Iterator[str]:
    for one in defences:
        if one.in_place is None:
            yield f"whether {one.name} is in place"
        elif one.in_place and not one.what:
            yield f"how {one.name} is done"
