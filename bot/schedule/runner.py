"""The runner: what is due is prepared, run and written down, each slot once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.domain import planning
from bot.domain.people import next_to_tell
from bot.domain.planning import At, Plan, Slot
from bot.domain.product import Product
from bot.domain.window import zone_named
from bot.errors import MusterError, UserError
from bot.kit.feature import Registry
from bot.kit.post import Post
from bot.kit.ritual import Ritual, Turn
from bot.log import logger
from bot.schedule.errands import Errands
from bot.store import posts, products, schedules, slots
from bot.store.schedules import Schedule
from bot.store.session import Database, Moment

AT_ONCE = 4
"""How many due schedules are prepared at the same time."""

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)

TELL_AFTER = 3
"""Broken runs in a row after which a person is told."""


class SlotSettledError(UserError):
    """The slot has run or was skipped before; nothing runs twice."""

    def __init__(self, ritual: str, slot: Slot) -> None:
        super().__init__(f"{ritual} of {slot.nominal:%a %Y-%m-%d %H:%M} has been settled already; nothing was posted.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A schedule, and what is to be done about it; `at` is None for a slot that is not one of the schedule's."""

    schedule: Schedule
    product: Product
    ritual: Ritual
    plan: Plan
    at: At | None


class Runner:
    """Runs rituals. Any number of runners may work on one database: the database says who settles a slot."""

    def __init__(self, *, database: Database, registry: Registry, moment: Moment, errands: Errands) -> None:
        self._database = database
        self._registry = registry
        self._moment = moment
        self._errands = errands

    async def tick(self) -> int:
        """Settle every schedule that is due; return how many were. One that breaks does not keep the others."""
        due = await self._database.run(lambda session: schedules.due(session, self._moment(session)))
        gate = asyncio.Semaphore(AT_ONCE)

        async def guarded(schedule: Schedule) -> bool:
            async with gate:
                return await self._settle(schedule)

        return sum(await asyncio.gather(*(guarded(schedule) for schedule in due)))

    async def run_by_hand(self, product: Product, ritual: Ritual, slot: Slot) -> None:
        """Run *slot* now, scheduled or not. Raises `SlotSettledError` when it ran or was skipped before."""
        job = await self._database.run(lambda session: self._by_hand(session, product, ritual, slot))
        failed = await self._errands.run(job.ritual, job.schedule.id, self._turn_of(job))
        if failed is None or not await self._database.run(lambda session: self._claim_and_post(session, job, failed)):
            raise SlotSettledError(ritual.name, slot)

    def rehearse(self, product: Product, ritual: Ritual, slot: Slot) -> list[Post]:
        """What *slot* would post, chores done and all; nothing is kept, and nothing runs for it later."""
        with self._database.reading() as session:
            turn_of = self._turn_of(self._by_hand(session, product, ritual, slot))
        # The outside is asked before the transaction begins: it may take its time, other writers may not.
        rehearsed = list(self._errands.rehearse(ritual, turn_of))
        failed = {one.chore.name: one.reason for one in rehearsed if one.reason is not None}
        with self._database.trying() as session:
            for one in rehearsed:
                if one.ask is not None:
                    one.chore.keep(turn_of(session), one.ask, one.answer)
            return ritual.run(replace(turn_of(session), failed=failed))

    async def _settle(self, schedule: Schedule) -> bool:
        try:
            return await self._run_due(schedule)
        except Exception as error:  # noqa: BLE001 one broken ritual must not stop the others; it is logged and retried
            logger().exception("ritual.broke", ritual=schedule.ritual, schedule=schedule.id, failures=schedule.failures)
            await self._database.run(partial(self._note, schedule=schedule, error=error))
            return False

    async def _run_due(self, schedule: Schedule) -> bool:
        job = await self._database.run(lambda session: self._job(session, schedule))
        failed: Mapping[str, str] | None = {}
        if job.plan.run is not None:
            failed = await self._errands.run(job.ritual, schedule.id, self._turn_of(job))
        if failed is None:
            return False
        return await self._database.run(lambda session: self._write(session, job, failed))

    def _job(self, session: Session, schedule: Schedule) -> Job:
        product = products.with_id(session, schedule.product_id)
        plan = planning.catch_up(
            schedule.at,
            zone_named(product.timezone),
            next_due=schedule.next_due,
            now=self._moment(session),
            max_late=schedule.max_late,
        )
        ritual = self._registry.ritual(schedule.ritual)
        return Job(schedule=schedule, product=product, ritual=ritual, plan=plan, at=schedule.at)

    def _by_hand(self, session: Session, product: Product, ritual: Ritual, slot: Slot) -> Job:
        schedule = schedules.named(session, product, ritual.name)
        plan = Plan(run=slot, late=False, skipped=(), skips=0, next_due=schedule.next_due)
        at = schedule.at if planning.slot_named(schedule.at, zone_named(product.timezone), slot.nominal) else None
        return Job(schedule=schedule, product=product, ritual=ritual, plan=plan, at=at)

    def _write(self, session: Session, job: Job, failed: Mapping[str, str]) -> bool:
        """Everything that a slot changes, in one transaction; False when another runner was first."""
        if not schedules.advance(session, job.schedule, job.plan.next_due):
            return False
        slots.skip(session, job.schedule.id, job.plan.skipped, now=self._moment(session))
        if job.plan.run is not None:
            self._claim_and_post(session, job, failed)
        logger().info("schedule.settled", ritual=job.ritual.name, product=job.product.key, skipped=job.plan.skips)
        return True

    def _claim_and_post(self, session: Session, job: Job, failed: Mapping[str, str]) -> bool:
        turn = replace(self._turn_of(job)(session), failed=failed)
        if not slots.claim(session, job.schedule.id, turn.slot, now=turn.now, late=turn.late):
            return False
        for post in job.ritual.run(turn):
            posts.add(session, _outgoing(post, job.product), turn.now)
        return True

    def _turn_of(self, job: Job) -> "TurnOf":
        return TurnOf(job=job, moment=self._moment)

    def _note(self, session: Session, schedule: Schedule, error: Exception) -> None:
        now = self._moment(session)
        pause = min(FIRST_RETRY * (1 << min(schedule.failures, 10)), LONGEST_RETRY)
        schedules.note_failure(session, schedule, retry_at=now + pause)
        person = next_to_tell(products.people(session, schedule.product_id), [])
        if person is None or schedule.failures + 1 != TELL_AFTER:
            return
        product = products.with_id(session, schedule.product_id)
        reason = str(error) if isinstance(error, MusterError) else "there is a fault in me; the log has the details"
        notice = Post(
            key=f"{product.key}/{schedule.ritual}/{schedule.next_due:%Y-%m-%dT%H:%MZ}#broken",
            to=person,
            text=f"I could not prepare {schedule.ritual} of {product.name}: {reason} I keep trying every hour.",
        )
        posts.add(session, _outgoing(notice, product), now)


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnOf:
    """Makes the turn of a job for whichever session is open."""

    job: Job
    moment: Moment

    def __call__(self, session: Session) -> Turn:
        """The turn of the job's slot in *session*."""
        slot = self.job.plan.run
        assert slot is not None  # noqa: S101 a job without a slot has no turn
        return Turn(
            session=session,
            now=self.moment(session),
            product=self.job.product,
            slot=slot,
            at=self.job.at,
            late=self.job.plan.late,
            options=self.job.schedule.options,
        )


def _outgoing(post: Post, product: Product) -> posts.NewPost:
    return posts.NewPost(
        workspace=product.workspace,
        key=post.key,
        recipient=post.to,
        text=post.text,
        blocks=post.blocks,
        product_id=product.id,
        parent_key=post.thread_of,
    )
