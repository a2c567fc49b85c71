"""`/muster health note`: what changed, beside the numbers that moved after it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.domain.changing import Change, ChangeKind
from bot.domain.product import Product
from bot.store import changes
from bot.store.session import Database
from tests.features.health_check.filling import press, words
from tests.support.builders import MONDAY
from tests.support.dialogue import ANYTHING, a_team, answer, verify
from tests.support.office import ML, OTHER, PM, Office

NOON = MONDAY + timedelta(hours=7)
"""16:00 in Berlin."""


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product with a PM and an ML lead."""
    return a_team(session, now=MONDAY - timedelta(days=60))


def noted(session: Session, product: Product) -> list[Change]:
    """What was noted of the product."""
    return changes.of_product(session, product.id, since=MONDAY - timedelta(days=60), until=NOON)


@pytest.mark.parametrize(
    ("text", "what", "at"),
    [
        ('"prompt v7 live"', "prompt v7 live", NOON),
        ("prompt v7 live", "prompt v7 live", NOON),
        ('"prompt v7 live" at 14:10', "prompt v7 live", datetime(2026, 11, 16, 13, 10, tzinfo=UTC)),
        ("prompt v7 live yesterday 14:10", "prompt v7 live", datetime(2026, 11, 15, 13, 10, tzinfo=UTC)),
        ("copilot prompt v7 live on 2026-11-03 09:00", "prompt v7 live", datetime(2026, 11, 3, 8, 0, tzinfo=UTC)),
        ('"rolled back yesterday"', "rolled back yesterday", NOON),
    ],
)
def test_a_note_is_kept_for_the_moment_it_names(
    session: Session, product: Product, text: str, what: str, at: datetime
) -> None:
    answer(session, f"health note {text}", now=NOON)

    assert noted(session, product) == [Change(key="asked", at=at, what=what, noted_by=PM, noted_at=NOON)]


def test_the_answer_says_when_in_the_products_zone_and_how_to_take_it_back(session: Session, product: Product) -> None:
    told = words(answer(session, 'health note "prompt <v7> *live*" at 14:10', now=NOON))

    assert told == (
        "You noted for *Support Copilot*, Mon 16 Nov 2026 14:10 CET:\nprompt <v7> *live*\n"
        "It stands in the charts, and beside the numbers that move after it.\n[Undo]\n[All notes]"
    )


@pytest.mark.parametrize(("text", "sentence"), [("", "What changed?"), ("x at 23:00", "still to come")])
def test_a_note_without_words_or_of_what_is_to_come_is_refused(
    session: Session, product: Product, text: str, sentence: str
) -> None:
    assert sentence in answer(session, f"health note {text}", now=NOON).text
    assert noted(session, product) == []


def test_undo_takes_it_away_once_for_who_noted_it_or_the_products_people(session: Session, product: Product) -> None:
    told = answer(session, "health note prompt v7 live", now=NOON, user=OTHER)

    taken = press(session, told, "Undo", now=NOON, user=ML)

    assert taken.text == "You took it back: the note is gone from *Support Copilot*."
    assert noted(session, product) == []
    assert "taken back" in press(session, told, "Undo", now=NOON, user=OTHER).text


def test_somebody_elses_note_is_not_a_strangers_to_take_back(session: Session, product: Product) -> None:
    told = answer(session, "health note prompt v7 live", now=NOON, user=PM)

    assert "Only the people" in press(session, told, "Undo", now=NOON, user=OTHER).text
    assert len(noted(session, product)) == 1


def test_the_list_shows_the_latest_first_and_who_said_so(session: Session, product: Product) -> None:
    answer(session, "health note prompt v7 live", now=NOON)
    model = Change(
        key="model 2.1",
        at=MONDAY,
        what="Model 2.1 was seen first",
        kind=ChangeKind.MODEL,
        noted_by="muster",
        noted_at=NOON,
    )
    changes.note(session, product.id, model)

    for text in ("health note list", "health notes"):
        assert words(answer(session, text, now=NOON)).splitlines() == [
            "What changed in Support Copilot",
            "prompt v7 live",
            "Mon 16 Nov 2026 16:00 CET, noted by <@U0PM>",
            "Model 2.1 was seen first",
            "Mon 16 Nov 2026 09:00 CET, seen in the answers",
        ]


NOTED = f"""You noted for *Support Copilot*, {ANYTHING}:
prompt v7 live
It stands in the charts, and beside the numbers that move after it.
[Undo]
[All notes]"""


def test_a_change_is_noted_and_taken_back_in_slack(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            ("health note “prompt v7 live”", NOTED),
            ("[Undo]", "You took it back: the note is gone from *Support Copilot*."),
            ("health notes", "Nothing was noted of *Support Copilot* in the last 90 days."),
        ],
    )
