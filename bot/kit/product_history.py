"""A product as it was before somebody changed it: every feature that saves a product writes this into the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.domain.people import Assignment
from bot.domain.product import Product
from bot.store import products, schedules


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A ritual's schedule as it was."""

    ritual: str
    at: str
    paused: bool
    options: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A product with its people and schedules, as it was before somebody changed it.

    Forms that are open meanwhile, and whoever takes a change back, read it from the audit log.
    """

    product: Product
    people: tuple[Assignment, ...]
    planned: tuple[Planned, ...]


def snapshot(session: Session, product: Product) -> Snapshot:
    """*product* as it is now."""
    planned = [
        Planned(ritual=one.ritual, at=str(one.at), paused=one.paused, options=one.options)
        for one in schedules.of_product(session, product.id)
    ]
    return Snapshot(product=product, people=tuple(products.people(session, product.id)), planned=tuple(planned))
