"""The checks on a schedule: the channel hears of a change of state, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.measuring import Measured, Part, Tally
from bot.domain.planning import Period
from bot.domain.product import Product
from bot.domain.window import Window
from bot.store import measures, posts, readings, standings
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.health_check.checks import DAY, check, days, keep, shown, standing_card, words
from tests.support.builders import MONDAY, a_product
from tests.support.readings import new_reading

WEEK = timedelta(weeks=1)
GOOD, BAD = 0.9, 0.8


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is never ended."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product with a PM and an ML lead."""
    return a_product(session)


def news(said: list[list[str]]) -> list[str]:
    """The news of each check: the line below the headline, empty where nothing was posted."""
    return [one[0].splitlines()[1] if one else "" for one in said]


def test_nothing_is_posted_because_a_check_ran(session: Session, product: Product) -> None:
    assert check(session, product) == []
    assert days(session, product, "accuracy", [GOOD, GOOD, GOOD, GOOD]) == [[], [], [], []]


def test_a_miss_is_said_once_and_recovery_is_said(session: Session, product: Product) -> None:
    said = days(session, product, "accuracy", [GOOD, GOOD, BAD, BAD, BAD, GOOD, GOOD, GOOD])

    assert news(said) == [
        *[""] * 3,
        "New: Accuracy missed its target.",
        *[""] * 2,
        "Recovered: Accuracy is on target again.",
        "",
    ]


def test_a_metric_that_flaps_is_said_once(session: Session, product: Product) -> None:
    said = days(session, product, "accuracy", [GOOD, BAD, GOOD, BAD, BAD, GOOD, BAD])

    assert news(said) == [*[""] * 3, "New: Accuracy missed its target.", *[""] * 3]


def test_checking_the_same_reading_again_says_nothing(session: Session, product: Product) -> None:
    keep(session, product, new_reading("accuracy", BAD, days=1))

    assert [check(session, product, MONDAY + timedelta(hours=n)) for n in range(4)] == [[], [], [], []]


def test_a_weekly_metric_is_said_at_its_first_miss_and_only_by_its_own_check(
    session: Session, product: Product
) -> None:
    keep(session, product, new_reading("csat", 3.7))

    assert check(session, product) == []
    assert check(session, product, cadence=Period.MONTHLY) == []
    (post,) = check(session, product, cadence=Period.WEEKLY)
    assert (post.to, post.text) == (
        "C0TEAM",
        "Support Copilot: 1 of 5 checks needs attention, 4 unknown\nNew: Satisfaction (CSAT) missed its target.",
    )
    assert "New: Satisfaction (CSAT) missed its target." in words(post)
    assert check(session, product, MONDAY + timedelta(hours=1), cadence=Period.WEEKLY) == []


def test_becoming_unknown_is_said_once(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [GOOD, GOOD])

    said = [check(session, product, MONDAY + n * DAY) for n in (3, 4, 5)]

    assert [len(one) for one in said] == [0, 1, 0]
    assert "Unknown now: Accuracy, last read Tue 17 Nov." in words(said[1][0])


def test_what_was_unknown_is_said_to_be_known_again(session: Session, product: Product) -> None:
    for week, at in enumerate([MONDAY, MONDAY + 3 * WEEK, MONDAY + 4 * WEEK]):
        if week != 1:
            keep(session, product, new_reading("csat", 4.5, end=at), now=at)
        said = check(session, product, at, cadence=Period.WEEKLY)

    assert ["Known again: Satisfaction (CSAT) is on target." in words(post) for post in said] == [True]


def test_too_few_changes_nothing(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD, BAD])
    keep(session, product, new_reading("accuracy", GOOD, end=MONDAY + 2 * DAY, days=1, n=3))

    assert check(session, product, MONDAY + 2 * DAY) == []
    assert "*TOO FEW*  Accuracy: only 3, at least 30 are needed to tell" in standing_card(session, product)


def test_while_the_state_stays_the_card_is_edited_in_place(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD, BAD])
    before = standing_card(session, product)

    days(session, product, "accuracy", [BAD, BAD, 0.7])
    keep(session, product, new_reading("csat", 4.2, end=MONDAY + 2 * DAY))
    said = check(session, product, MONDAY + 2 * DAY, cadence=Period.WEEKLY)

    assert said == []
    after = standing_card(session, product)
    assert "Accuracy 80 %" in before
    assert "Accuracy 70 %" in after
    assert "On target: Satisfaction (CSAT) 4.2 of 5" in after
    assert "New: Accuracy missed its target." in after


def test_the_buttons_of_an_older_card_die_with_the_new_one(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD, BAD])
    first = "copilot/health/daily/2026-11-17T08:00"
    assert "[Take it]" in shown(session, first)

    keep(session, product, new_reading("csat", 3.7, end=MONDAY + 2 * DAY))
    check(session, product, MONDAY + 2 * DAY, cadence=Period.WEEKLY)

    assert "[Take it]" not in shown(session, first)
    assert "New: Accuracy missed its target." in shown(session, first)
    assert "[Take it]" in standing_card(session, product)


def test_checks_that_are_due_at_once_are_one_message(session: Session, product: Product) -> None:
    keep(session, product, new_reading("csat", 3.7), new_reading("deflection_rate", 0.38, days=30))

    said = [
        check(session, product, cadence=Period.WEEKLY),
        check(session, product, MONDAY + timedelta(minutes=2), cadence=Period.MONTHLY),
    ]

    assert [len(one) for one in said] == [1, 0]
    card = standing_card(session, product)
    assert "Support Copilot: 2 of 5 checks need attention, 3 unknown" in card
    assert "New: Satisfaction (CSAT) missed its target.\nNew: Deflection missed its target." in card


def test_a_chore_that_failed_is_said_and_does_not_change_a_verdict(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD, BAD])

    said = check(session, product, MONDAY + 2 * DAY, failed={"measure": "The file is not there."})

    assert said == []
    card = standing_card(session, product)
    assert "Not everything could be looked at: The file is not there." in card
    assert "*FAIL*  Accuracy 80 %" in card


def test_a_rising_edit_rate_is_raised_under_its_target_and_once(session: Session, product: Product) -> None:
    said = []
    for week, value in enumerate([0.10, 0.12, 0.14, 0.16, 0.18, 0.20]):
        at = MONDAY + week * WEEK
        keep(session, product, new_reading("edit_rate", value, end=at), now=at)
        said.append(check(session, product, at, cadence=Period.WEEKLY))

    assert [len(one) for one in said] == [0, 0, 0, 1, 0, 0]
    assert standing_card(session, product).count("People change more and more drafts") == 1
    assert (
        "People change more and more drafts: 10 % → 16 % over 4 periods. It is still on target (under 30 %); find out"
        " why before it is not."
    ) in words(said[3][0])


def test_a_large_drift_of_the_mix_is_raised_once_a_stretch(session: Session, product: Product) -> None:
    said = []
    for week, refunds in enumerate([100, 100, 100, 600, 620, 100, 100, 600]):
        at = MONDAY + week * WEEK
        parts = (Part(name="cards", seen=1_000), Part(name="<!channel>", seen=refunds))
        measures.keep(session, product.id, Window(at - WEEK, at), Measured(seen=1_000 + refunds, parts=parts), at)
        said.append(check(session, product, at, cadence=Period.WEEKLY))

    assert [len(one) for one in said[:5]] == [0, 0, 0, 1, 0]
    assert "What people ask about changed a lot: &lt;!channel&gt; 9 % → 38 %" in words(said[3][0])


def test_a_low_confidence_is_raised_where_it_was_high_before(session: Session, product: Product) -> None:
    high, low = (0,) * 8 + (300, 700), (0,) * 4 + (700, 300) + (0,) * 4
    for week, tenths in enumerate([high, high, low]):
        at = MONDAY + week * WEEK
        whole = Measured(seen=1_000, confidence=tenths, right=Tally(part=900, whole=1_000))
        measures.keep(session, product.id, Window(at - WEEK, at), whole, at)
        said = check(session, product, at, cadence=Period.WEEKLY)

    assert ["How sure the model is changed a lot" in words(post) for post in said] == [True]


def test_what_a_check_saw_is_kept_and_two_products_do_not_mix(session: Session, product: Product) -> None:
    other = a_product(session, key="other", name="Other")
    days(session, product, "accuracy", [BAD, BAD])

    assert check(session, other, MONDAY + DAY) == []
    assert list(standings.of_product(session, other.id)) == []
    assert [one.said for one in standings.of_product(session, product.id).values()] == ["missed"]


def test_a_corrected_reading_takes_the_place_of_the_one_before(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD])
    corrected = new_reading("accuracy", GOOD, days=1, n=1_000)
    readings.keep(session, product.id, corrected, by="U0ML", now=MONDAY + timedelta(hours=1))

    assert check(session, product, MONDAY + timedelta(hours=2)) == []
    keep(session, product, new_reading("accuracy", BAD, end=MONDAY + DAY, days=1))
    assert check(session, product, MONDAY + DAY) == []


def test_the_post_of_a_card_is_in_the_outbox_once(session: Session, product: Product) -> None:
    days(session, product, "accuracy", [BAD, BAD, BAD])

    assert posts.named(session, LOCAL_WORKSPACE, "copilot/health/daily/2026-11-17T08:00") is not None
    assert posts.named(session, LOCAL_WORKSPACE, "copilot/health/daily/2026-11-18T08:00") is None
