"""What a person at the command line asks for at once: a slot rehearsed or run, a channel looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.wiring import parts

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.planning import Slot
    from bot.domain.product import Product
    from bot.kit.post import Post
    from bot.kit.ritual import Ritual
    from bot.store.session import Database


@dataclass(frozen=True, slots=True)
class ChosenSlot:
    """A slot that a person named on the command line."""

    product: Product
    ritual: Ritual
    slot: Slot


def chosen_slot(database: Database, name: str, product_key: str, slot: str, *, ad_hoc: bool) -> ChosenSlot:
    """The slot that these words mean. Raises `UserError` when the schedule has no such slot, unless *ad_hoc*."""
    from bot.domain.planning import Slot, slot_named
    from bot.domain.window import parse_instant, zone_named
    from bot.errors import UserError
    from bot.store import products, schedules
    from bot.store.session import now_in

    ritual = parts.registry().ritual(name)
    with database.reading() as session:
        product = products.named(session, product_key)
        zone = zone_named(product.timezone)
        at = schedules.named(session, product, ritual.name).at
        due = now_in(session).replace(second=0, microsecond=0) if slot == "now" else parse_instant(slot, zone)
    wall = due.astimezone(zone).replace(tzinfo=None)
    found = slot_named(at, zone, wall) or (Slot(nominal=wall, due=due) if ad_hoc else None)
    if found is None:
        raise UserError(
            f"{slot} is not a slot of {ritual.name} of {product.key}, which runs at {at} ({product.timezone})."
            " Say --ad-hoc to run it for any time."
        )
    return ChosenSlot(product, ritual, found)


def rehearse(database: Database, chosen: ChosenSlot, *, admins: Sequence[str] = ()) -> list[Post]:
    """What this slot would post; nothing is kept."""
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import now_in

    with closing(Errands(database=database, open_source=parts.source_opener(database))) as errands:
        runner = Runner(database=database, registry=parts.registry(), moment=now_in, errands=errands, admins=admins)
        return runner.rehearse(chosen.product, chosen.ritual, chosen.slot)


async def run_by_hand(database: Database, chosen: ChosenSlot, *, admins: Sequence[str] = ()) -> None:
    """Run this slot now and write its posts into the outbox. Raises `UserError` when it was settled before."""
    from bot.schedule.errands import Errands
    from bot.schedule.runner import Runner
    from bot.store.session import now_in

    with closing(Errands(database=database, open_source=parts.source_opener(database))) as errands:
        runner = Runner(database=database, registry=parts.registry(), moment=now_in, errands=errands, admins=admins)
        await runner.run_by_hand(chosen.product, chosen.ritual, chosen.slot)


def require_own_channels(settings: Settings, channels: Iterable[str | None]) -> None:
    """Raise `PermanentError` where one of *channels* is shared with another company or out of reach.

    Without a token nobody can be asked; then the relay looks before it posts.
    """
    wanted = [channel for channel in channels if channel]
    if settings.slack_bot_token is None or not wanted:
        return

    async def ask() -> None:
        from bot.slack.client import connected

        async with connected(token=parts.bot_token(settings), base_url=settings.slack_api_url) as sender:
            for channel in wanted:
                await sender.require_own(channel)

    asyncio.run(ask())
