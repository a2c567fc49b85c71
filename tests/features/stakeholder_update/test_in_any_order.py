"""Whatever people click, fill in twice or too late, whatever breaks on the way and whatever the clock says: nothing is
posted that was not ticked and approved as it reads, by somebody who may.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.claims import claims_of
from bot.domain.draft_states import DraftState, Move
from bot.domain.drafts import Draft
from bot.domain.product import Product
from bot.kit.reply import View
from bot.kit.update_blocks import text_of
from bot.store import drafts, products
from bot.store.session import Database
from bot.store.tables import PostRow
from tests.features.stakeholder_update.weeks import (
    ADMIN,
    BOARD,
    DEPUTY,
    NAMES,
    THURSDAY,
    Told,
    a_week,
    filled,
    labels,
    latest,
    posted,
    press,
    ritual,
    say,
    slots,
    submit,
)
from tests.support.office import ML, PM

PEOPLE = (PM, DEPUTY, ADMIN, ML)
WAITS = tuple(timedelta(hours=hours) for hours in (1, 5, 19, 24, 72, 168))
DOES = (
    "wait",
    "update_draft",
    "update_post",
    "press",
    "press",
    "press",
    "submit",
    "submit",
    "submit",
    "say",
    "channel",
)
SAYS = ("draft", "approve", "approve", "edit", "skip")
FORM = "stakeholder_update.approve"

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happens: which of what is there (*pick*), by whom, how a form is filled in, and whether it breaks
    off before it is kept.
    """

    does: str
    pick: int
    who: str
    how: int
    breaks: bool


STEPS = st.lists(
    st.builds(
        Step,
        does=st.sampled_from(DOES),
        pick=st.integers(0, 30),
        who=st.sampled_from(PEOPLE),
        how=st.sampled_from([0, 0, 1, 2, 3, 3]),
        breaks=st.sampled_from([False, False, False, True]),
    ),
    min_size=12,
    max_size=30,
)


@dataclass
class World:
    """A product, its people, the clock, and every button and form that anybody ever saw."""

    product: Product
    now: datetime = THURSDAY
    buttons: list[tuple[str, str]] = field(default_factory=list)
    forms: list[View] = field(default_factory=list)
    approved: dict[int, str] = field(default_factory=dict)
    ticked_by: dict[int, str] = field(default_factory=dict)

    def do(self, session: Session, step: Step) -> None:
        """Let it happen."""
        match step.does:
            case "wait":
                self.now += WAITS[step.pick % len(WAITS)]
            case "update_draft" | "update_post":
                due = next(slots(step.does, self.now - timedelta(days=7))).due
                ritual(session, products.with_id(session, self.product.id), step.does, now=self.now, due=due)
            case "press" if self.buttons:
                name, value = self.buttons[-1 - step.pick % len(self.buttons)]
                self.hear(press(session, name, value, user=step.who, now=self.now))
            case "submit" if self.forms:
                self.send(session, self.forms[-1 - step.pick % len(self.forms)], step)
            case "say":
                words = f"update {SAYS[step.pick % len(SAYS)]} {self.product.key}"
                self.hear(say(session, words, user=step.who, now=self.now))
            case "channel":
                there = products.with_id(session, self.product.id)
                products.save(session, replace(there, stakeholder_channel=None if there.stakeholder_channel else BOARD))
            case _:  # there is nothing yet to press or to fill in
                pass

    def send(self, session: Session, view: View, step: Step) -> None:
        """Fill a form in well, with everything deleted, not at all, or with other words."""
        values = [filled(view), filled(view, choose="no"), {}, filled(view) | {"headline": (f"news {step.pick}",)}]
        if "reason" in values[0]:
            values[0]["reason"] = values[3]["reason"] = ("because",)
        told = submit(session, view, values[step.how], user=step.who, now=self.now)
        if view.name == FORM and told.text.startswith("You approved it"):
            draft = latest(session, self.product)
            self.approved[draft.id], self.ticked_by[draft.id] = words_of(draft, self.product), step.who
            assert set(draft.ticks) == {one.id for one in claims_of(draft.body, draft.facts)}
            assert {one.accepted for one in draft.body.suggestions} <= {True, False}
        self.hear(told)

    def hear(self, told: Told) -> None:
        """Remember what can be pressed and filled in."""
        if told.reply.view is not None:
            self.forms.append(told.reply.view)
        self.see(told.reply.blocks)

    def see(self, blocks: Sequence[dict[str, Any]]) -> None:
        """Remember the buttons of a message."""
        for block in blocks:
            for one in block["elements"] if block["type"] == "actions" else []:
                found = (one["action_id"].partition(":")[0], one.get("value", ""))
                if found not in self.buttons and found[0] != "say":
                    self.buttons.append(found)


def words_of(draft: Draft, product: Product) -> str:
    """The update as it is read, without who approved it."""
    return text_of(replace(draft.body, written={}), product, draft.week).rpartition("\n\n")[0]


def look(session: Session, world: World) -> None:
    """What holds at every moment."""
    mine = drafts.of_product(session, world.product.id, limit=50)
    there = {row.key: row for row in posted(session)}
    for draft in mine:
        row = there.get(f"update/{draft.id}")
        assert (row is not None) == (draft.state is DraftState.POSTED)
        if row is not None:
            assert_was_approved(session, world, draft, row)
        for user in (PM, DEPUTY):
            for copy in [one for one in posted(session, user) if one.key == f"update/{draft.id}/asks/{user}"]:
                assert ("Approve" in labels(copy)) == (draft.state in {DraftState.DRAFTED, DraftState.HELD})
                world.see(copy.blocks)
    assert [one.state for one in mine[1:] if one.state in {DraftState.DRAFTED, DraftState.HELD}] == []


def assert_was_approved(session: Session, world: World, draft: Draft, row: PostRow) -> None:
    """Assert that what is posted is what somebody who may has ticked, or a correction of it that says so."""
    moves = [event.what for event in drafts.history(session, draft.id)]
    assert moves.count(Move.POST) == 1
    assert moves[moves.index(Move.POST) - 1] is Move.APPROVE
    assert draft.decided_by == world.ticked_by[draft.id]
    assert draft.decided_by in {PM, DEPUTY, ADMIN}
    if draft.corrected_by is None:
        assert row.text.startswith(world.approved[draft.id].replace("&", "&amp;"))
    else:
        assert f"Corrected by {NAMES[draft.corrected_by]}, " in str(row.blocks)


@settings(
    max_examples=settings().max_examples // 3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_nothing_is_ever_posted_that_was_not_approved_as_it_reads(database: Database, steps: list[Step]) -> None:
    key = f"p{next(_numbers)}"
    world = World(product=database.do(lambda session: a_week(session, key=key, name=f"Copilot {key}")))
    database.do(lambda session: ritual(session, world.product, "update_draft", now=THURSDAY))
    database.do(lambda session: look(session, world))
    for step in steps:
        if step.breaks:
            with database.trying() as session:
                replace(world, buttons=[*world.buttons], forms=[*world.forms], approved={}, ticked_by={}).do(
                    session, step
                )
        else:
            with database.unit_of_work() as session:
                world.do(session, step)
        with database.reading() as session:
            look(session, world)
