"""The runner: what is due is prepared, run and written down, each slot once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.domain import planning
from bot.domain.people import Assignment, Role, next_to_tell
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
from bot.store.schedules import Overdue, Schedule
from bot.store.session import Database, Moment

AT_ONCE = 4
"""How many due schedules may queue for the database at the same time; the outbox wants a turn too."""

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)

TELL_AFTER = 3
"""Broken runs in a row after which a person is told."""


class SlotSettledError(UserError):
    """The slot has run or was skipped before; nothing runs twice."""

    def __init__(self, ritual: str, slot: Slot) -> None:
        super().__init__(f"{ritual} of {slot.nominal:%a %Y-%m-%d %H:%M} has been settled already; nothing was posted.")


class SlotUnderWayError(UserError):
    """Another worker is at the slot's chores at this moment."""

    def __init__(self, ritual: str, slot: Slot) -> None:
        super().__init__(
            f"{ritual} of {slot.nominal:%a %Y-%m-%d %H:%M} is being prepared by another worker. Look again in a few"
            " minutes; if it was not posted by then, repeat the command."
        )


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

    def __init__(
        self,
        *,
        database: Database,
        registry: Registry,
        moment: Moment,
        errands: Errands,
        admins: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._registry = registry
        self._moment = moment
        self._errands = errands
        self._admins = admins
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[int] = set()

    async def tick(self) -> int:
        """Settle every schedule that is due, but for those that an earlier tick is still at; return how many were
        settled. One that breaks, or whose chores take long, does not keep the others.
        """
        due = await self._database.look(lambda session: schedules.due(session, self._moment(session)))
        mine = [overdue for overdue in due if overdue.id not in self._under_way]
        self._under_way.update(overdue.id for overdue in mine)
        try:
            ends = await asyncio.gather(*(self._settle(overdue) for overdue in mine), return_exceptions=True)
        finally:
            # Also of those that were cancelled before they began.
            self._under_way.difference_update(overdue.id for overdue in mine)
        for overdue, end in zip(mine, ends, strict=True):
            if isinstance(end, BaseException):
                logger().error("ritual.not_noted", ritual=overdue.ritual, schedule=overdue.id, exc_info=end)
        return ends.count(True)

    async def run_by_hand(self, product: Product, ritual: Ritual, slot: Slot) -> None:
        """Run *slot* now, scheduled or not. Raises `SlotSettledError` when it ran or was skipped before,
        `SlotUnderWayError` when another worker is at it.
        """
        job = await self._database.run(lambda session: self._by_hand(session, product, ritual, slot))
        failed = await self._errands.run(job.ritual, job.schedule.id, self._turn_of(job))
        if failed is None:
            raise SlotUnderWayError(ritual.name, slot)
        if not await self._database.run(lambda session: self._claim_and_post(session, job, failed)):
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

    async def _settle(self, overdue: Overdue) -> bool:
        try:
            return await self._run_due(overdue)
        except Exception as error:  # noqa: BLE001 one broken ritual must not stop the others; it is logged and retried
            logger().exception("ritual.broke", ritual=overdue.ritual, schedule=overdue.id, failures=overdue.failures)
            await self._database.run(partial(self._note, overdue=overdue, error=error))
            return False
        finally:
            self._under_way.discard(overdue.id)

    async def _run_due(self, overdue: Overdue) -> bool:
        async with self._gate:
            job = await self._database.look(lambda session: self._job(session, overdue))
        failed: Mapping[str, str] | None = {}
        if job.plan.run is not None:
            failed = await self._errands.run(job.ritual, overdue.id, self._turn_of(job))
        if failed is None:
            return False
        async with self._gate:
            return await self._database.run(lambda session: self._write(session, job, failed))

    def _job(self, session: Session, overdue: Overdue) -> Job:
        schedule = schedules.with_id(session, overdue.id)
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
        """Everything that a slot changes, in one transaction; False when another runner was first, and when the product
        was archived or moved to another zone while its chores ran: then the plan no longer holds.
        """
        product = products.with_id(session, job.product.id)
        if product.archived or product.timezone != job.product.timezone:
            return False
        if not schedules.advance(session, job.schedule, job.plan.next_due):
            return False
        slots.skip(session, job.schedule.id, job.plan.skipped, now=self._moment(session))
        if job.plan.run is not None:
            self._claim_and_post(session, job, failed)
        logger().info("schedule.settled", ritual=job.ritual.name, product=job.product.key, skipped=job.plan.skips)
        return True

    def _claim_and_post(self, session: Session, job: Job, failed: Mapping[str, str]) -> bool:
        # Read again: the channel may be another one since the chores began.
        job = replace(job, product=products.with_id(session, job.product.id))
        turn = replace(self._turn_of(job)(session), failed=failed)
        if not slots.claim(session, job.schedule.id, turn.slot, now=turn.now, late=turn.late):
            return False
        for post in job.ritual.run(turn):
            posts.add(session, _outgoing(post, job.product), turn.now)
        return True

    def _turn_of(self, job: Job) -> "TurnOf":
        return TurnOf(job=job, moment=self._moment, admins=self._admins)

    def _note(self, session: Session, overdue: Overdue, error: Exception) -> None:
        now = self._moment(session)
        pause = min(FIRST_RETRY * (1 << min(overdue.failures, 10)), LONGEST_RETRY)
        noted = schedules.note_failure(session, overdue, retry_at=now + pause)
        if not noted or overdue.failures + 1 != TELL_AFTER:
            return
        admins = [Assignment(Role.ADMIN, user) for user in self._admins]
        person = next_to_tell([*products.people(session, overdue.product_id), *admins], [])
        if person is None:
            logger().error("ritual.nobody_to_tell", ritual=overdue.ritual, schedule=overdue.id)
            return
        product = products.with_id(session, overdue.product_id)
        reason = str(error) if isinstance(error, MusterError) else "there is a fault in me; the log has the details"
        notice = Post(
            key=f"{product.key}/{overdue.ritual}/{overdue.next_due:%Y-%m-%dT%H:%MZ}#broken",
            to=person,
            text=f"I could not prepare {overdue.ritual} of {product.name}: {reason} I keep trying every hour.",
        )
        posts.add(session, _outgoing(notice, product), now)


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnOf:
    """Makes the turn of a job for whichever session is open."""

    job: Job
    moment: Moment
    admins: Sequence[str] = ()

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
            admins=self.admins,
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
