"""When the update is drafted and posted: held at its time, caught up late, by hand, and where something is missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.draft_states import DraftState
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Role, Standing
from bot.domain.product import Product
from bot.kit.asking import Waiting
from bot.slack.handling import House
from bot.store import directory, drafts, products, schedules, update_settings
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.store.update_settings import UpdateSettings
from bot.wiring import registry
from tests.features.stakeholder_update.weeks import (
    BOARD,
    DEPUTY,
    FRIDAY,
    THURSDAY,
    a_week,
    approve,
    labels,
    latest,
    posted,
    press,
    ritual,
    say,
    submit,
)
from tests.support.office import ML, PM, TEAM

LATER = FRIDAY + timedelta(hours=3)
WEEK = timedelta(days=7)
HELD = (
    "The update of Support Copilot was not posted: nobody had approved it by Fri 20 Nov at 10:00 CET. It is held, not"
    " lost: once it is approved it is posted at once."
)


def texts(session: Session, user: str) -> list[str]:
    """What was written to somebody or somewhere, without the headline of the week."""
    return [row.text for row in posted(session, user) if not row.text.startswith("Support Copilot, week of")]


def held(session: Session) -> Product:
    """A product whose update nobody approved by Friday."""
    product = a_week(session)
    ritual(session, product, "update_draft", now=THURSDAY)
    ritual(session, product, "update_post", now=FRIDAY)
    return product


def test_at_its_time_an_unapproved_update_is_held_and_pm_deputy_and_ml_lead_are_told(database: Database) -> None:
    with database.trying() as session:
        product = held(session)

        assert (posted(session), latest(session, product).state) == ([], DraftState.HELD)
        assert [texts(session, user) for user in (PM, DEPUTY, ML)] == [[HELD]] * 3
        assert labels(posted(session, PM)[0]) == ["Approve", "Edit", "Skip this week"]


def test_what_was_held_is_posted_as_soon_as_it_is_approved_and_once(database: Database) -> None:
    with database.trying() as session:
        product = held(session)
        told = approve(session, latest(session, product), now=LATER)
        ritual(session, product, "update_post", now=FRIDAY + WEEK)

        assert told.text == "You approved it, and it is posted in <#C0ELSE>."
        (there,) = posted(session)
        assert "approved by Ana Lima, Fri 13:00." in str(there.blocks)


def test_a_draft_that_is_caught_up_late_gives_time_until_the_deadline(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=FRIDAY - timedelta(hours=1), due=THURSDAY)

        assert (latest(session, product).state, latest(session, product).post_due) == (DraftState.DRAFTED, FRIDAY)


@pytest.mark.parametrize("order", [("update_draft", "update_post"), ("update_post", "update_draft")])
def test_a_deadline_that_passed_while_down_holds_the_draft_in_whichever_order_both_are_caught_up(
    database: Database, order: tuple[str, str]
) -> None:
    due = {"update_draft": THURSDAY, "update_post": FRIDAY}
    with database.trying() as session:
        product = a_week(session)
        for name in order:
            ritual(session, product, name, now=LATER, due=due[name])

        assert (posted(session), latest(session, product).state) == ([], DraftState.HELD)
        assert [texts(session, user) for user in (PM, DEPUTY, ML)] == [[], [], [HELD]]
        assert "*Held.*" in str(posted(session, PM)[0].blocks)


def test_a_post_that_is_caught_up_a_week_late_does_not_hold_the_draft_of_the_next_week(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        now = THURSDAY + WEEK + timedelta(minutes=1)
        ritual(session, product, "update_draft", now=now, due=THURSDAY + WEEK)
        ritual(session, product, "update_post", now=now, due=FRIDAY)

        assert latest(session, product).state is DraftState.DRAFTED


@pytest.mark.parametrize("approved", [False, True])
def test_a_new_weeks_draft_lets_an_older_one_lapse_that_was_not_posted(database: Database, *, approved: bool) -> None:
    with database.trying() as session:
        product = held(session)
        old = latest(session, product)
        if approved:
            products.save(session, replace(product, stakeholder_channel=None))
            approve(session, old, now=LATER)
        ritual(session, product, "update_draft", now=THURSDAY + WEEK)

        there = drafts.of_product(session, product.id, limit=2)
        assert [one.state for one in there] == [DraftState.DRAFTED, DraftState.LAPSED]
        assert labels(posted(session, PM)[0]) == []
        over = approve(session, there[1])
        assert (
            over.text == "This update is over, because another week's draft took its place: one cannot approve it now."
        )


def test_a_skipped_week_cannot_be_brought_back_once_the_next_is_drafted(database: Database) -> None:
    with database.trying() as session:
        product = held(session)
        draft = latest(session, product)
        form = press(session, "stakeholder_update.skip", f"{draft.id} {draft.version}").view
        submit(session, form, {"reason": ("quiet",)})
        skipped = latest(session, product)
        ritual(session, product, "update_draft", now=THURSDAY + WEEK)

        told = press(session, "stakeholder_update.reopen", f"{skipped.id} {skipped.version}")
        assert told.text.startswith("Muster drafted the update on Thu 26 Nov at 15:00 CET: nothing was saved now.")
        assert drafts.with_id(session, skipped.id) == skipped


def test_without_a_stakeholder_channel_the_pm_hears_what_is_missing_and_posts_it_once_it_is_there(
    database: Database,
) -> None:
    with database.trying() as session:
        product = a_week(session, stakeholder_channel=None)
        ritual(session, product, "update_draft", now=THURSDAY)
        approve(session, latest(session, product))
        ritual(session, product, "update_post", now=FRIDAY)
        (told,) = texts(session, PM)
        assert told.startswith("The update of Support Copilot is approved, but there is nowhere to post it")
        assert "update/1/no-channel" in posted(session, PM)[1].key
        assert latest(session, product).state is DraftState.APPROVED

        products.save(session, replace(product, stakeholder_channel=BOARD))
        draft = latest(session, product)
        assert "Post it now" in str(say(session, "update", now=LATER).reply.blocks)
        press(session, "stakeholder_update.post_now", f"{draft.id} {draft.version}", now=LATER)

        assert len(posted(session)) == 1


def test_nothing_is_posted_by_hand_before_its_time(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        approve(session, latest(session, product))
        draft = latest(session, product)
        told = press(session, "stakeholder_update.post_now", f"{draft.id} {draft.version}")

        assert (told.text, posted(session)) == ("It is posted by itself on Fri 20 Nov at 10:00 CET.", [])


def test_a_draft_made_by_hand_before_its_day_is_the_weeks_draft(database: Database) -> None:
    wednesday = THURSDAY - timedelta(days=1)
    with database.trying() as session:
        product = a_week(session)
        made = say(session, "update draft", now=wednesday, user=ML)
        again = say(session, "update draft", now=wednesday)
        ritual(session, product, "update_draft", now=THURSDAY)

        assert made.text == "You drafted this week's update; <@U0PM> and <@U0ELSE> have it to approve."
        assert "This week's update is drafted already." in str(again.reply.blocks)
        assert [(one.week.end, one.post_due) for one in drafts.of_product(session, product.id, limit=9)] == [
            (THURSDAY, FRIDAY)
        ]
        assert len(posted(session, PM)) == 1


def test_where_no_schedule_posts_it_it_is_posted_when_it_is_approved(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        schedules.pause(session, product, "update_post")
        say(session, "update draft", now=THURSDAY)
        assert "Once it is approved it is posted at once" in str(posted(session, PM)[0].blocks)
        told = approve(session, latest(session, product), now=THURSDAY + timedelta(minutes=5))

        assert told.text == "You approved it, and it is posted in <#C0ELSE>."


def test_where_nobody_is_named_to_approve_the_team_hears_it(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        update_settings.save(session, product.id, UpdateSettings(version=1))
        products.assign(session, product, Role.PM, [])
        ritual(session, product, "update_draft", now=THURSDAY)
        ritual(session, product, "update_post", now=FRIDAY)

        (told,) = texts(session, TEAM)
        assert told == (
            "This week's update of Support Copilot is drafted, but nobody is named to approve it: without an approver it"
            " is never posted."
        )
        assert (posted(session), texts(session, ML)) == ([], [HELD])


def test_who_approves_is_set_in_a_form_and_gets_the_draft_that_waits(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        form = say(session, "update settings", user=ML).view
        stale = say(session, "update settings", user=ML).view
        both = submit(session, form, {"approver": (ML,), "deputy": (ML,)}, user=ML)
        told = submit(session, form, {"approver": (ML,), "track_record": ("yes",)}, user=ML)
        late = submit(session, stale, {"approver": (PM,)}, user=PM)

        assert both.refused == {"deputy": "This person approves it already: choose somebody else, or nobody."}
        assert told.text == (
            "You saved it: the update of *Support Copilot* is approved by <@U0ML>. Stakeholders see how often forecasts"
            " held."
        )
        assert late.refused == {
            "approver": "Somebody changed these settings while you were here; nothing was overwritten. Open it again."
        }
        assert update_settings.of_product(session, product.id) == UpdateSettings(
            approver=ML, track_record=True, version=2
        )
        assert labels(posted(session, ML)[0]) == ["Approve", "Edit", "Skip this week"]
        assert approve(session, latest(session, product), user=ML).text.startswith("You approved it")
        assert labels(posted(session, PM)[0]) == ["Withdraw approval", "Edit"]


def test_who_has_left_cannot_be_named_and_the_pm_decides_in_their_place(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        update_settings.save(session, product.id, UpdateSettings(approver=DEPUTY, version=1))
        left = Person(user=DEPUTY, name="Mia Chen", standing=Standing.GONE)
        directory.keep(session, LOCAL_WORKSPACE, left, THURSDAY)
        ritual(session, product, "update_draft", now=THURSDAY)
        refused = submit(session, say(session, "update settings").view, {"approver": (DEPUTY,)}).refused

        assert refused == {"approver": "This person is not here any more: choose somebody else."}
        assert (len(posted(session, PM)), posted(session, DEPUTY)) == (1, [])


def test_in_the_week_of_a_clock_change_drafts_and_posts_keep_their_time_on_the_wall(database: Database) -> None:
    thursday, friday = (datetime(2026, 10, 29, 14, tzinfo=UTC), datetime(2026, 10, 30, 9, tzinfo=UTC))
    with database.trying() as session:
        product = a_week(session, now=thursday)
        ritual(session, product, "update_draft", now=thursday)
        draft = latest(session, product)

        assert (draft.week.start, draft.week.end, draft.post_due) == (
            datetime(2026, 10, 22, 13, tzinfo=UTC),
            thursday,
            friday,
        )


def waiting(session: Session, user: str) -> list[Waiting]:
    """What waits for somebody, of updates."""
    house = House(registry=registry(), moment=lambda _session: THURSDAY, workspace=LOCAL_WORKSPACE)
    ask = house.ask(session, Incoming(kind=Kind.EVENT, key="home", user=user))
    return [one for one in registry().waiting(ask) if "update" in one.text]


def test_a_draft_waits_for_those_who_decide_until_they_did(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        words = (
            "*Support Copilot*: the stakeholder update waits for you to approve it; approved by then, it is posted on"
            " Fri 20 Nov at 10:00 CET."
        )
        assert [[one.text for one in waiting(session, user)] for user in (PM, DEPUTY, ML)] == [[words], [words], []]

        approve(session, latest(session, product))
        assert waiting(session, PM) == []


def test_what_was_approved_is_posted_though_the_day_of_drafting_was_moved_after_that(database: Database) -> None:
    moved = FRIDAY - timedelta(hours=1)
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        approve(session, latest(session, product))

        ritual(session, product, "update_draft", now=moved)
        ritual(session, product, "update_post", now=FRIDAY)

        newer, older = drafts.of_product(session, product.id, limit=2)
        assert (older.state, newer.state) == (DraftState.POSTED, DraftState.HELD)
        assert len(posted(session)) == 1
