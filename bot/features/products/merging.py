"""Two people at one product: different fields both count, the same field is said and nothing is overwritten."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from bot.domain.product import Product, ProductRecord
from bot.domain.words import number_of
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.command import FieldError
from bot.kit.product_history import Snapshot
from bot.store import audit
from bot.store.json import loaded

_FORM_NAMES = {"team_channel": "channel", "stakeholder_channel": "stakeholders"}

Fill = Callable[[Product], Product]


def merged(ask: Ask, product: Product, part: str, fill: Fill) -> Product:
    """*product* with what the person changed in their form, which shows it as it was at the version it carries.

    Raises `FieldError` beside each field that somebody else changed since and that the person changed differently.
    """
    seen = _as_seen(ask, product)
    mine = fill(seen)
    if seen.version == product.version:
        return mine
    changed, conflicts = _changes(_flat(seen), _flat(mine), _flat(product))
    if conflicts:
        raise FieldError({_field(name, part): _sentence(ask, product, seen.version) for name in conflicts})
    record = {name: value for name, value in changed.items() if name in _RECORD}
    own = {name: value for name, value in changed.items() if name not in _RECORD}
    return replace(product, **own, record=replace(product.record, **record))


def _as_seen(ask: Ask, product: Product) -> Product:
    """The product as the form showed it: now, or what it was before the first change since."""
    version = number_of(ask.carried("version"))
    if version == product.version:
        return product
    later = audit.of_product(ask.session, product.id, since_version=version)
    first = next((deed for deed in later if deed.before is not None), None)
    if first is None or not 0 < version < product.version:
        raise UserError("This form does not say which version of the product it shows: open it again.")
    return loaded(Snapshot, first.before).product


def _changes(seen: dict[str, Any], mine: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What the person changed, and which of it somebody else changed to something else."""
    changed = {name: value for name, value in mine.items() if value != seen[name]}
    conflicts = [name for name, value in changed.items() if now[name] not in (seen[name], value)]
    return changed, conflicts


_RECORD = frozenset(field.name for field in fields(ProductRecord))
_OWN = ("name", "timezone", "team_channel", "stakeholder_channel", "source")


def _flat(product: Product) -> dict[str, Any]:
    own = {name: getattr(product, name) for name in _OWN}
    return own | {name: getattr(product.record, name) for name in _RECORD}


def _field(name: str, part: str) -> str:
    return _FORM_NAMES.get(name, "source" if part == "source" else name)


def _sentence(ask: Ask, product: Product, version: int) -> str:
    (*_, last) = audit.of_product(ask.session, product.id, since_version=version)
    at = ask.local(last.at)
    who = "you" if last.user == ask.user else f"<@{last.user}>"
    return (
        f"Changed by {who} at {at:%H:%M} ({at:%Z}) while you were here; nothing was overwritten. Open the form again."
    )
