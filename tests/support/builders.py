"""Good defaults: a test names only what it is about."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlmodel import Session

from bot.domain.people import Role
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.store import posts, products
from bot.store.posts import NewPost
from bot.store.products import NewProduct

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
"""Monday 09:00 in Berlin."""

_numbers: Iterator[int] = count(1)


def a_prediction(**known: Any) -> Prediction:
    """A prediction on the Friday before `MONDAY`, with an id of its own."""
    defaults: dict[str, Any] = {
        "id": f"p{next(_numbers)}",
        "occurred_at": datetime(2026, 11, 13, 12, 0, tzinfo=UTC),
        "input": f"question {next(_numbers)}",
        "output": "an answer",
        "score": 0.5,
    }
    return Prediction(**defaults | known)


def a_product(session: Session, **known: Any) -> Product:
    """A product in Berlin with a team channel, a PM (U0PM) and an ML lead (U0ML)."""
    defaults: dict[str, Any] = {
        "key": "copilot",
        "name": "Support Copilot",
        "timezone": "Europe/Berlin",
        "team_channel": "C0TEAM",
    }
    product = products.add(session, NewProduct(**defaults | known))
    products.assign(session, product, Role.PM, ["U0PM"])
    products.assign(session, product, Role.ML_LEAD, ["U0ML"])
    return product


def a_post(session: Session, key: str = "post", *, now: datetime = MONDAY, **known: Any) -> None:
    """A post in the outbox, to the team channel."""
    defaults: dict[str, Any] = {"workspace": "local", "key": key, "recipient": "C0TEAM", "text": f"text of {key}"}
    posts.add(session, NewPost(**defaults | known), now)
