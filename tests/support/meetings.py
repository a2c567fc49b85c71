"""A review that was posted, and two people at it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.store import meetings, reviews
from bot.store.meetings import Item
from bot.store.reviews import Review
from tests.support.builders import a_prediction
from tests.support.dialogue import a_team
from tests.support.office import ML, PM, TEAM, Office, read
from tests.support.reviews import load, reviewed

TOPICS = ("card stolen", "transfer refused", "identity unclear", "refund missing", "limit reached", "fee unknown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """A review of a team's product in an office: who looks at the card, what they press, what is kept."""

    office: Office
    product: Product

    @property
    def review(self) -> Review:
        """The review as it is kept."""
        found = self.office.database.do(lambda session: reviews.latest(session, self.product.id))
        assert found is not None
        return found

    @property
    def items(self) -> list[Item]:
        """Its items as they are kept."""
        return self.office.database.do(lambda session: meetings.items(session, self.review.id))

    @property
    def card(self) -> dict[str, Any]:
        """The shared card as Slack shows it now."""
        return next(one for one in reversed(self.messages) if "thread_ts" in one and has_menu(one))

    @property
    def head(self) -> dict[str, Any]:
        """The head message as Slack shows it now."""
        return next(one for one in self.messages if "thread_ts" not in one or one["thread_ts"] == one["ts"])

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Everything in the team's channel."""
        return self.office.slack.messages(TEAM)

    def press(self, label: str, *, user: str = PM) -> str:
        """Press a button of the latest message that has it; what the person is told."""
        return self.office.press(label, user=user)

    def choose(self, cause: str, *, user: str = ML) -> None:
        """Choose a root cause on the card."""
        menu = next(
            element
            for block in self.card["blocks"]
            for element in block.get("elements", ())
            if element["type"] == "static_select"
        )
        outcome = self.office.slack.click(user, TEAM, self.card["ts"], menu["action_id"], cause)
        assert outcome.ok, outcome
        self.office.settle()

    def shows(self) -> str:
        """The card as a person reads it."""
        return read(self.card)


def has_menu(message: dict[str, Any]) -> bool:
    """Whether a message has a menu to choose from."""
    return any(
        element["type"] == "static_select"
        for block in message.get("blocks") or []
        for element in block.get("elements", ())
    )


def errors(count: int = 6) -> list[Prediction]:
    """Errors that are not alike, worst first."""
    return [
        a_prediction(
            id=f"p{n}",
            input=f"{TOPICS[n % len(TOPICS)]} number {'again ' * n}",
            output="no idea",
            expected="an answer",
            score=n / 100,
            correct=False,
        )
        for n in range(count)
    ]


def a_meeting(office: Office, rows: Iterable[Prediction] | None = None, **known: Any) -> Meeting:
    """A review of *rows* in the team's channel, that nobody has looked at yet."""
    product = office.database.do(lambda session: a_team(session, **known))
    load(office.database, product, errors() if rows is None else rows)
    asyncio.run(reviewed(office.database, product))
    office.settle()
    return Meeting(office=office, product=product)
