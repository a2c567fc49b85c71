"""Adding, changing and putting away products, and what that does to their schedules, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.people import Assignment, Role
from bot.domain.planning import At
from bot.domain.product import Product, ProductRecord, Risk, Stage
from bot.errors import UserError
from bot.features.products import service
from bot.kit.product_history import snapshot
from bot.kit.ritual import Ritual
from bot.store import products, schedules
from bot.store.products import NewProduct
from bot.store.session import Database
from tests.support.builders import MONDAY

FRIDAY = MONDAY - timedelta(days=3)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def a_ritual(name: str, *, at: str = "mon 09:00", from_stage: Stage = Stage.EXPLORATION) -> Ritual:
    return Ritual(name=name, summary=name, default_at=at, run=lambda _turn: [], from_stage=from_stage)


RITUALS = (a_ritual("review"), a_ritual("update", at="fri 16:00", from_stage=Stage.SCALE))


def added(session: Session, *, people: dict[Role, str] | None = None, now: datetime = FRIDAY, **known: str) -> Product:
    new = NewProduct(**{"key": "copilot", "name": "Copilot", "timezone": "Europe/Berlin"} | known)  # type: ignore[arg-type]  # words only
    return service.add(session, new, people=people or {}, rituals=RITUALS, now=now)


def edited(
    session: Session, product: Product, *, people: dict[Role, str | None] | None = None, **new: object
) -> Product:
    after = replace(product, **new)  # type: ignore[arg-type]  # whatever the test is about
    return service.edit(session, product, after, people=people or {}, rituals=RITUALS, now=FRIDAY)


def planned(session: Session, product: Product) -> list[tuple[str, datetime]]:
    """Each ritual that is not paused, and when it comes next."""
    return [(one.ritual, one.next_due) for one in schedules.of_product(session, product.id) if not one.paused]


def test_a_new_product_has_its_people_and_the_rituals_of_its_stage_at_their_usual_times(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, people={Role.PM: "U0PM", Role.ML_LEAD: "U0ML"}, team_channel="C0TEAM")

        assert products.named(session, "copilot") == product
        assert set(products.people(session, product.id)) == {
            Assignment(Role.PM, "U0PM"),
            Assignment(Role.ML_LEAD, "U0ML"),
        }
        assert planned(session, product) == [("review", MONDAY)]


@pytest.mark.parametrize(("now", "due"), [(MONDAY - timedelta(seconds=1), MONDAY), (MONDAY, NEXT_MONDAY)])
def test_the_first_slot_is_the_first_after_now(database: Database, now: datetime, due: datetime) -> None:
    with database.unit_of_work() as session:
        assert planned(session, added(session, team_channel="C0TEAM", now=now)) == [("review", due)]


def test_nothing_is_scheduled_until_there_is_a_channel(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session)
        assert planned(session, product) == []

        with pytest.raises(
            UserError, match=r"^“copilot” has no team channel yet: muster product edit copilot --team-channel"
        ):
            service.reschedule(session, product, "review", At.parse("tue 10:00"), FRIDAY)
        product = edited(session, product, team_channel="C0TEAM")
        assert planned(session, product) == [("review", MONDAY)]


def test_a_product_that_grows_gets_the_rituals_of_its_stage_and_keeps_its_own_times(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        service.reschedule(session, product, "review", At.parse("tue 10:00"), FRIDAY)

        product = edited(session, product, record=ProductRecord(stage=Stage.SCALE))

        assert planned(session, product) == [
            ("review", MONDAY + timedelta(days=1, hours=1)),
            ("update", datetime(2026, 11, 13, 15, tzinfo=UTC)),
        ]


def test_a_new_zone_moves_the_next_slots_and_keeps_their_time_on_the_wall(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        service.reschedule(session, product, "review", At.parse("mon 09:00"), FRIDAY, options={"form": "long"})

        product = edited(session, product, timezone="America/New_York")

        (schedule,) = schedules.of_product(session, product.id)
        assert (str(schedule.at), schedule.options) == ("mon 09:00", {"form": "long"})
        assert schedule.next_due == datetime(2026, 11, 16, 14, tzinfo=UTC)


def test_what_says_nothing_of_the_zone_leaves_the_slots_where_they_are(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        schedules.put(session, product, "review", at=At.parse("mon 09:00"), next_due=NEXT_MONDAY, options={})

        product = edited(session, product, name="Support Copilot")

        assert (product.name, planned(session, product)) == ("Support Copilot", [("review", NEXT_MONDAY)])


def test_a_role_goes_to_a_person_or_to_nobody_and_the_others_stay(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, people={Role.PM: "U0PM", Role.ML_LEAD: "U0ML"})
        product = edited(session, product, people={Role.PM: "U0NEW"})
        assert set(products.people(session, product.id)) == {
            Assignment(Role.PM, "U0NEW"),
            Assignment(Role.ML_LEAD, "U0ML"),
        }

        product = edited(session, product, people={Role.PM: None})
        assert products.people(session, product.id) == [Assignment(Role.ML_LEAD, "U0ML")]


def test_two_edits_of_one_reading_do_not_overwrite_each_other(database: Database) -> None:
    product = database.do(added)
    database.do(lambda session: edited(session, product, name="First"))

    with pytest.raises(UserError, match="was changed by somebody else meanwhile"):
        database.do(lambda session: edited(session, product, name="Second", people={Role.PM: "U0PM"}))

    with database.reading() as session:
        assert products.named(session, "copilot").name == "First"
        assert products.people(session, product.id) == []


@pytest.mark.parametrize("key", ["", "Copilot", "-copilot", "co pilot", "a" * 41, "küche", "copilot\n"])
def test_a_key_that_is_not_short_and_plain_is_refused(database: Database, key: str) -> None:
    with pytest.raises(UserError) as refused:
        database.do(lambda session: added(session, key=key))

    assert str(refused.value) == f"“{key}” cannot be a key: use up to 40 lower-case letters, digits, - and _."


def test_an_unknown_zone_is_refused_and_nothing_is_written(database: Database) -> None:
    with pytest.raises(UserError, match="“Berlin” is not a time zone"):
        database.do(lambda session: added(session, timezone="Berlin"))
    product = database.do(added)
    with pytest.raises(UserError, match="“Berlin” is not a time zone"):
        database.do(lambda session: edited(session, product, timezone="Berlin"))

    with database.reading() as session:
        assert products.everything(session) == [product]


def test_a_paused_ritual_goes_on_with_its_next_slot_and_does_not_catch_up(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        schedules.pause(session, product, "review")
        assert planned(session, product) == []

        service.resume(session, product, "review", MONDAY + timedelta(weeks=3, days=1))

        assert planned(session, product) == [("review", MONDAY + timedelta(weeks=4))]


def test_resuming_what_is_on_no_schedule_says_how_to_make_one(database: Database) -> None:
    with database.unit_of_work() as session, pytest.raises(UserError, match="“copilot” has no schedule for review"):
        service.resume(session, added(session), "review", FRIDAY)


def test_what_was_put_away_is_due_no_more_and_its_history_stays(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")

        service.remove(session, product, FRIDAY)

        assert schedules.due(session, MONDAY) == []
        assert products.everything(session) == []
        assert [one.key for one in products.everything(session, archived=True)] == ["copilot"]
        assert [one.ritual for one in schedules.of_product(session, product.id)] == ["review"]


def changed_in_every_way(session: Session, product: Product) -> Product:
    service.reschedule(session, product, "review", At.parse("tue 10:00"), FRIDAY, options={"form": "long"})
    schedules.pause(session, product, "review")
    people: dict[Role, str | None] = {Role.PM: "U0ELSE", Role.ML_LEAD: None}
    record = ProductRecord(risk=Risk.HIGH)
    return edited(session, product, people=people, name="Other", stakeholder_channel="C0STAKE", record=record)


def test_what_was_changed_can_be_taken_back_whole(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, people={Role.PM: "U0PM", Role.ML_LEAD: "U0ML"}, team_channel="C0TEAM")
        before = snapshot(session, product)
        changed = changed_in_every_way(session, product)

        back = service.bring_back(session, before, version=changed.version, now=FRIDAY)

        assert snapshot(session, back) == replace(before, product=back)
        assert back == replace(product, version=back.version)
        assert planned(session, back) == [("review", MONDAY)]


def test_what_was_put_away_can_be_taken_back(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        before = snapshot(session, product)
        removed = service.remove(session, product, FRIDAY)

        back = service.bring_back(session, before, version=removed.version, now=FRIDAY)

        assert (products.named(session, "copilot"), back.archived) == (back, False)


def test_a_paused_ritual_is_paused_again_when_its_resumption_is_taken_back(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session, team_channel="C0TEAM")
        schedules.pause(session, product, "review")
        before = snapshot(session, product)
        service.resume(session, product, "review", FRIDAY)

        service.bring_back(session, before, version=product.version, now=FRIDAY)

        assert planned(session, product) == []


def test_what_was_changed_again_since_cannot_be_taken_back(database: Database) -> None:
    with database.unit_of_work() as session:
        product = added(session)
        before = snapshot(session, product)
        once = edited(session, product, name="Once")
        twice = edited(session, once, name="Twice")

        with pytest.raises(service.ChangedSinceError, match=r"^This was changed again since"):
            service.bring_back(session, before, version=once.version, now=FRIDAY)

        assert products.named(session, "copilot") == twice


@pytest.mark.parametrize("text", ["C0TEAM", " C0TEAM ", "<#C0TEAM>", "<#C0TEAM|team>", "<#C0TEAM|>"])
def test_a_channel_is_read_plain_or_as_slack_writes_it(text: str) -> None:
    assert service.channel_id(text) == "C0TEAM"


@pytest.mark.parametrize("text", ["U0ANA", "<@U0ANA>", "<@U0ANA|ana>"])
def test_a_person_is_read_plain_or_as_slack_writes_it(text: str) -> None:
    assert service.user_id(text) == "U0ANA"


@pytest.mark.parametrize("text", ["", "#team", "team", "U0ANA", "c0team", "C0TEAM C0ELSE", "C"])
def test_what_is_no_channel_id_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        service.channel_id(text)

    assert str(refused.value) == (
        f"“{text}” is not a channel id. It begins with C; Slack shows it at the end of the channel's details."
    )


@pytest.mark.parametrize("text", ["", "@ana", "ana", "C0TEAM", "u0ana", "U"])
def test_what_is_no_persons_id_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        service.user_id(text)

    assert str(refused.value) == (
        f"“{text}” is not a person's id. It begins with U; Slack copies it from the person's profile."
    )
