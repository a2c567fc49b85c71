"""What people press on the card: they take a miss, give it back, put it to sleep, and are answered when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Role, Standing
from bot.domain.planning import Period
from bot.domain.product import Product
from bot.features.health_check.waking import WAKE
from bot.kit.asking import Ask
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.store import audit, health_cards, products, standings
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from bot.wiring import registry
from tests.features.health_check.checks import check, keep, put, standing_card, words
from tests.support.builders import MONDAY
from tests.support.dialogue import ANYTHING, a_team, answer, hear, pressed, verify
from tests.support.office import ML, OTHER, PM, Office, read
from tests.support.readings import new_reading

WEEK = timedelta(weeks=1)
TAKE, TAKE_ONE, SNOOZE = "health_check.take", "health_check.take_one", "health_check.snooze"


def missed(session: Session, *, now: datetime = MONDAY) -> Product:
    """A product whose satisfaction and deflection miss their targets, and whose channel heard of it."""
    product = a_team(session, now=now)
    keep(
        session,
        product,
        new_reading("csat", 3.7, end=now),
        new_reading("deflection_rate", 0.38, end=now, days=30),
        now=now,
    )
    check(session, product, now, cadence=Period.WEEKLY)
    check(session, product, now, cadence=Period.MONTHLY)
    return product


@pytest.fixture
def product(office: Office) -> Product:
    """The same, with its card in the channel."""
    found = office.database.do(lambda session: missed(session, now=now_in(session)))
    office.settle()
    return found


def card_in(office: Office) -> str:
    """The card in the channel, as people read it now."""
    office.settle()
    return read(office.slack.messages()[-1])


def test_who_takes_it_is_shown_on_the_card_and_may_give_it_back(office: Office, product: Product) -> None:
    took = (
        "You look after Satisfaction (CSAT), Deflection of *Support Copilot* for now: the card says so. It ends when"
        " all is well again.\n[Give it back]"
    )
    verify(office, [("[Take it]", took)], user=ML)

    assert card_in(office).count(f"<@{ML}> looks after it since") == 2
    assert "[Take it]" not in card_in(office)

    back = "You gave it back: nobody looks after these of *Support Copilot* for now."
    verify(office, [("[Give it back]", back)], user=ML)

    assert "looks after it" not in card_in(office)
    assert "[Take it]" in card_in(office)


def test_what_is_snoozed_is_shown_with_its_end_and_its_name_and_can_be_woken(office: Office, product: Product) -> None:
    form = {"metrics": ["csat"], "span": "14", "until": None, "reason": "The survey moved <b>&"}
    told = (
        f"You snoozed Satisfaction (CSAT) of *Support Copilot* until {ANYTHING} 08:30: The survey moved &lt;b&gt;&amp;."
        " What is still missed then is said again.\n[Wake it up]"
    )
    verify(office, [("[Snooze]", "(form) Snooze"), (form, told)])

    card = card_in(office)
    assert card.startswith("Support Copilot: 1 of 5 checks needs attention, 3 unknown, 1 snoozed")
    assert "Snoozed: Satisfaction (CSAT), until" in card
    assert f"by <@{PM}>: The survey moved" in card

    verify(
        office,
        [("[Wake it up]", "You woke it up: *Support Copilot* hears of it again from the next check on.")],
    )
    assert card_in(office).startswith("Support Copilot: 2 of 5 checks need attention, 3 unknown")


def test_a_day_that_is_none_or_over_is_refused_beside_its_field(office: Office, product: Product) -> None:
    form = {"metrics": ["csat"], "span": "until", "until": "soon", "reason": "later"}
    hear(office, "[Snooze]")

    verify(
        office,
        [
            (form, "until: Write the day like 2026-12-04."),
            ({**form, "until": "2026-01-01"}, "until: Choose a day to come, at most 180 days from now."),
        ],
    )


def a_card(database: Database) -> str:
    """The id of the card that stands."""

    def found(session: Session) -> str:
        card = health_cards.latest(session, products.named(session, "copilot").id)
        assert card is not None
        return str(card.id)

    return database.do(found)


def by(database: Database, action: str, value: str, user: str = PM, *, now: datetime = MONDAY) -> Reply:
    """What *user* is answered who presses this."""
    return database.do(lambda session: pressed(session, action, value, user=user, now=now))


def test_whoever_is_second_is_told_who_took_it(database: Database) -> None:
    database.do(missed)
    card = a_card(database)
    by(database, TAKE, card, ML)

    assert by(database, TAKE, card, PM).text == (
        f"<@{ML}> took it before you: yours was not saved. They may give it back."
    )
    assert by(database, TAKE, card, ML).text.startswith("You look after Satisfaction (CSAT), Deflection")


def test_somebody_without_the_right_is_told_whom_to_ask(database: Database) -> None:
    database.do(missed)
    card = a_card(database)
    told = f"Only the people of Support Copilot and the admins change it. Ask <@{PM}> or <@{ML}>."

    assert by(database, TAKE, card, OTHER).text == told
    assert by(database, SNOOZE, card, OTHER).text == told


def test_the_buttons_of_a_card_that_is_over_are_answered(database: Database) -> None:
    product = database.do(missed)
    old = a_card(database)
    later = MONDAY + timedelta(hours=1)

    def again(session: Session) -> None:
        keep(session, product, new_reading("adoption_rate", 0.2, end=later), now=later)
        check(session, product, later, cadence=Period.WEEKLY)

    database.do(again)
    over = "This message is over: a newer one stands, or none is needed. Say “health” to see how it is."

    assert [by(database, name, value).text for name in (TAKE, SNOOZE) for value in (old, "", "99", "x" * 99)] == [
        over
    ] * 8


def test_where_all_is_well_there_is_nothing_to_take(database: Database) -> None:
    product = database.do(missed)
    end = MONDAY + timedelta(hours=1)
    good = [new_reading("csat", 4.5, end=end), new_reading("deflection_rate", 0.5, end=end)]
    database.do(lambda session: keep(session, product, *good, now=end))

    assert by(database, TAKE, a_card(database), now=end).text == (
        "Nothing misses its target any more: there is nothing to take."
    )


def test_a_miss_waits_for_the_one_who_owns_it_until_somebody_took_it(database: Database) -> None:
    product = database.do(missed)
    with database.reading() as session:
        mine, not_mine = (answer(session, "me", user=user) for user in (PM, ML))
    assert "Satisfaction (CSAT) 3.7 of 5, target at least 4 of 5: 0.3 short of it." in read({"blocks": mine.blocks})
    assert "Satisfaction" not in read({"blocks": not_mine.blocks})

    by(database, TAKE_ONE, f"{product.id} csat")

    with database.reading() as session:
        left = read({"blocks": answer(session, "me", user=PM).blocks})
    assert "Satisfaction" not in left
    assert "Deflection" in left


def snooze(database: Database, *, until: str = "2026-11-23") -> None:
    """Let Ana put satisfaction to sleep until then."""
    values = {"metrics": ("csat",), "span": ("until",), "until": (until,), "reason": ("a new survey",)}
    carries = {"card": a_card(database)}
    submit = registry().modals[SNOOZE].submit
    database.do(lambda session: submit(asking(session, Kind.SUBMISSION, values=values, carries=carries), None))


def asking(session: Session, kind: Kind, *, now: datetime = MONDAY, **known: object) -> Ask:
    """What a handler is given."""
    incoming = Incoming(kind=kind, key="asked", user=PM, **known)  # type: ignore[arg-type]  # whatever a test names
    house = House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
    return house.ask(session, incoming, Person(user=PM, name="Ana Lima", standing=Standing.MEMBER))


def woken(database: Database, *, until: datetime = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)) -> list[str]:
    """What is posted when the end of the snooze comes."""

    def wake(session: Session) -> list[str]:
        product = products.named(session, "copilot")
        ask = asking(session, Kind.LATER, now=until, name=WAKE, value=f"{product.id} csat {until.isoformat()}")
        said = list(registry().laters[WAKE].run(ask).posts)
        put(session, said, until)
        return [words(post) for post in said]

    return database.do(wake)


def test_what_is_still_missed_at_the_end_of_its_snooze_is_said_again(database: Database) -> None:
    database.do(missed)
    snooze(database)

    (card,) = woken(database)

    assert "The snooze is over, and Satisfaction (CSAT) still misses its target." in card
    assert "snoozed" not in card
    assert woken(database) == []


def test_while_it_sleeps_nothing_is_said_and_at_its_end_recovery_is(database: Database) -> None:
    product = database.do(missed)
    snooze(database, until="2026-12-07")
    said = []
    for week, value in enumerate([4.5, 3.5, 4.5], start=1):
        at = MONDAY + week * WEEK - timedelta(hours=1)

        def turn(session: Session, at: datetime = at, value: float = value) -> int:
            keep(session, product, new_reading("csat", value, end=at), now=at)
            return len(check(session, product, at, cadence=Period.WEEKLY))

        said.append(database.do(turn))

    assert said == [0, 0, 0]
    (card,) = woken(database, until=datetime(2026, 12, 7, 7, 30, tzinfo=UTC))
    assert "Recovered: Satisfaction (CSAT) is on target again." in card


def test_a_snooze_that_was_ended_or_set_anew_says_nothing_at_its_old_end(database: Database) -> None:
    database.do(missed)
    snooze(database)
    snooze(database, until="2026-11-30")

    assert woken(database) == []
    with database.reading() as session:
        standing = standings.of_product(session, products.named(session, "copilot").id)["csat"]
    assert (standing.snoozed_until, standing.snoozed_by) == (datetime(2026, 11, 30, 7, 30, tzinfo=UTC), PM)


def test_who_owns_a_metric_may_take_it_without_being_of_the_team(database: Database) -> None:
    def theirs(session: Session) -> None:
        product = missed(session)
        products.assign(session, product, Role.PM, [OTHER])

    database.do(theirs)

    assert by(database, TAKE, a_card(database), OTHER).text.startswith("You look after")


def test_what_people_did_is_in_the_audit_log(database: Database) -> None:
    database.do(missed)
    by(database, TAKE, a_card(database), ML)
    snooze(database)

    with database.reading() as session:
        log = [(one.user, one.what) for one in audit.everything(session) if one.what.startswith("health")]
        card = standing_card(session, products.named(session, "copilot"))
    assert log == [(ML, "health take"), (PM, "health snooze")]
    assert "Snoozed: Satisfaction (CSAT), until Mon 23 Nov 08:30 by <@U0PM>" in card


def test_the_chart_of_what_is_missed_follows_its_button(office: Office, product: Product) -> None:
    before = len(office.slack.ephemerals())
    office.press("Chart")

    (told,) = office.slack.ephemerals()[before:]
    (block,) = told["blocks"]
    assert block["type"] == "image"
    assert "Satisfaction (CSAT)" in block["alt_text"]
    assert "Deflection" in block["alt_text"]
