"""What handlers may wait for outside of a transaction, for real."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.domain.planning import Slot
from bot.domain.window import zone_named
from bot.wiring.parts import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine
    from datetime import datetime
    from typing import Any

    from bot.domain.charts import Chart
    from bot.domain.incoming import Quoted
    from bot.domain.people import Group, Person
    from bot.domain.product import Product
    from bot.domain.sourcing import OpenSource
    from bot.kit.post import Post
    from bot.schedule.runner import Runner
    from bot.slack.client import SlackSender
    from bot.wiring.parts import Parts

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """Sources, rituals and channels, for handlers that run on threads of their own; *loop* is where the rest lives."""

    open_source: OpenSource
    parts: Parts
    sender: SlackSender
    loop: asyncio.AbstractEventLoop

    def rehearse(self, product_id: int, ritual: str, at: datetime) -> list[Post]:
        """What the ritual would post if it came at *at*; nothing is kept."""
        product = self._product(product_id)
        return self._runner.rehearse(product, registry().ritual(ritual), _slot(product, at))

    def run_now(self, product_id: int, ritual: str, at: datetime) -> None:
        """Run the ritual for *at*, once: what ran for it before is left as it is."""
        from bot.schedule.runner import SlotSettledError

        product = self._product(product_id)
        try:
            self._wait(self._runner.run_by_hand(product, registry().ritual(ritual), _slot(product, at)))
        except SlotSettledError:
            """It was done before the process that did it could say so."""

    def require_colleague(self, user: str) -> None:
        """Raise `PermanentError` where *user* is no full member of the workspace."""
        self._wait(self.sender.require_colleague(user))

    def require_own(self, channel: str) -> None:
        """Raise `PermanentError` where *channel* is shared with another company or out of reach."""
        self._wait(self.sender.require_own(channel))

    def people(self, users: Collection[str]) -> dict[str, Person]:
        """Each of *users* as Slack describes them now; who does not exist any more is `Standing.GONE`."""
        return self._wait(self.sender.people(users))

    def members(self, channel: str) -> frozenset[str]:
        """Everybody who is in the channel now."""
        return self._wait(self.sender.members(channel))

    def group(self, group_id: str) -> Group:
        """A user group as it is now; raises `PermanentError` where there is none or Muster may not look."""
        return self._wait(self.sender.group(group_id))

    def user_groups(self, group_ids: Collection[str]) -> dict[str, Group]:
        """Those of the user groups that there are; raises `PermanentError` where Muster may not look."""
        return self._wait(self.sender.user_groups(group_ids))

    def quote(self, channel: str, ts: str) -> Quoted:
        """The message at *ts*; raises `PermanentError` where Muster cannot see it."""
        return self._wait(self.sender.quote(channel, ts))

    def topic(self, channel: str) -> str:
        """The channel's topic; raises `PermanentError` where Muster cannot see it."""
        return self._wait(self.sender.topic(channel))

    def set_topic(self, channel: str, topic: str) -> None:
        """Let the channel's topic be *topic*; raises `PermanentError` where Muster may not."""
        self._wait(self.sender.set_topic(channel, topic))

    def hand_over(self, user: str, *, name: str, content: bytes, comment: str) -> None:
        """Give a person a file in their direct conversation; raises `TransientError` and `PermanentError`."""
        self._wait(self.sender.hand_over(user, name=name, content=content, comment=comment))

    def picture(self, chart: Chart) -> dict[str, Any]:
        """The image block that shows *chart*; raises `TransientError`, `PermanentError` and `UserError`."""
        from bot.kit.pictures import words_of
        from bot.outbox.pictures import NAME

        words = words_of(chart.alt)
        handed = self._wait(self.sender.upload(NAME, self.parts.draw(chart), words))
        return {"type": "image", **self.sender.image_of(handed), "alt_text": words}

    @property
    def _runner(self) -> Runner:
        return self.parts.runner

    def _product(self, product_id: int) -> Product:
        from bot.store import products

        with self.parts.database.reading() as session:
            return products.current(session, product_id)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


def _slot(product: Product, at: datetime) -> Slot:
    wall = at.astimezone(zone_named(product.timezone)).replace(tzinfo=None)
    return Slot(nominal=wall, due=at)
