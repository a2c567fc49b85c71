"""Drafts in the database: one a week, saved by compare-and-set, with everything that happened to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain import drafts as rules
from bot.domain.charts import Chart, Panel, Point
from bot.domain.draft_states import OPEN, DraftState, Move
from bot.domain.drafts import Draft
from bot.domain.metrics import Unit
from bot.domain.updates import Body, Facts, Figure, Part, Suggestion
from bot.domain.window import Window
from bot.store import drafts, update_settings
from bot.store.drafts import Change, DraftChangedError, NewDraft
from bot.store.session import Database
from bot.store.update_settings import SettingsChangedError, UpdateSettings
from tests.support.builders import MONDAY, a_product

WEEK = timedelta(days=7)
BODY = Body(
    headline="All is well",
    parts={Part.QUALITY: "91 of 100 are right.", Part.ASK: "Questions: Ana"},
    suggestions=(Suggestion(id="s1", metric="deflection_rate", text="Write more", accepted=True, by="U0PM"),),
    written={"headline": "U0PM"},
)
FACTS = Facts(figures=(Figure(shown="91 of 100", what="Accuracy", metric="accuracy", reading_id=1),), names=("Ana",))
CHART = Chart(
    title="Weeks",
    panels=(Panel(title="Accuracy", unit=Unit.SHARE, points=(Point(at=MONDAY, value=0.91),)),),
    zone="Europe/Berlin",
    alt="Accuracy, 91 of 100",
)


def a_draft(session: Session, product_id: int, *, weeks: int = 0) -> Draft | None:
    """The draft of the week that ends so many weeks after Monday."""
    end = MONDAY + weeks * WEEK
    new = NewDraft(
        product_id=product_id,
        week=Window(end - WEEK, end),
        post_due=end + timedelta(days=1),
        body=BODY,
        facts=FACTS,
        approver="U0PM",
        deputy="U0DEP",
        chart=CHART,
    )
    return drafts.add(session, new, Change(user="", at=end, move=Move.DRAFT))


def test_a_draft_comes_back_whole_and_a_week_has_one(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        made = a_draft(session, product.id)

        assert a_draft(session, product.id) is None
        assert made == Draft(
            id=1,
            product_id=product.id,
            week=Window(MONDAY - WEEK, MONDAY),
            post_due=MONDAY + timedelta(days=1),
            state=DraftState.DRAFTED,
            body=BODY,
            facts=FACTS,
            made_at=MONDAY,
            approver="U0PM",
            deputy="U0DEP",
            chart=CHART,
        )
        assert drafts.of_week(session, product.id, MONDAY) == drafts.with_id(session, 1) == made
        assert (drafts.with_id(session, 9), drafts.of_week(session, product.id, MONDAY + WEEK)) == (None, None)


def test_whoever_saves_second_hears_who_was_first_and_what_they_did(database: Database) -> None:
    with database.trying() as session:
        seen = a_draft(session, a_product(session).id)
        assert seen is not None
        other = replace(BODY, headline="Other words")
        saved = drafts.save(
            session, seen, rules.edited(seen, other), Change(user="U0DEP", at=MONDAY, move=Move.EDIT, reason="why")
        )

        with pytest.raises(DraftChangedError) as refused:
            drafts.save(session, seen, rules.held(seen), Change(user="", at=MONDAY, move=Move.HOLD))

        assert saved == drafts.with_id(session, seen.id) == replace(seen, body=other, version=2)
        assert refused.value.last == drafts.history(session, seen.id)[-1]
        last = drafts.history(session, seen.id)[-1]
        assert (last.user, last.what, last.detail["reason"]) == ("U0DEP", Move.EDIT, "why")
        assert last.detail["body"]["headline"] == "All is well"


def test_drafts_are_found_by_product_week_and_state_the_latest_first(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        made = [a_draft(session, product.id, weeks=week) for week in (1, 0, 2)]
        first, second, third = sorted([one for one in made if one], key=lambda one: one.week.end)
        skipped = rules.skipped(second, by="U0PM", at=MONDAY, reason="quiet")
        second = drafts.save(session, second, skipped, Change(user="U0PM", at=MONDAY, move=Move.SKIP))

        assert drafts.of_product(session, product.id) == [third]
        assert drafts.of_product(session, product.id, limit=9) == [third, second, first]
        assert drafts.before_week(session, product.id, third.week.end) == [second, first]
        assert drafts.in_states(session, OPEN) == [third, first]


def test_settings_are_kept_and_whoever_saves_second_is_refused(database: Database) -> None:
    with database.trying() as session:
        product = a_product(session)
        assert update_settings.of_product(session, product.id) == UpdateSettings()
        first = update_settings.save(session, product.id, UpdateSettings(approver="U0PM"))
        second = update_settings.save(session, product.id, replace(first, track_record=True))

        assert second == UpdateSettings(approver="U0PM", track_record=True, version=2)
        for stale in (UpdateSettings(), first):
            with pytest.raises(SettingsChangedError):
                update_settings.save(session, product.id, stale)
        assert update_settings.of_product(session, product.id) == second
