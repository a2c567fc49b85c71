"""Editing a product, a part at a time or in one line."""

from collections.abc import Sequence

import pytest

from bot.domain.people import Assignment, Role
from bot.domain.product import Never, Product, ProductRecord, Risk
from bot.store import products
from tests.support.dialogue import a_team, hear, verify
from tests.support.office import ELSEWHERE, OTHER, SHARED, Office

BACK = "You took it back: *Support Copilot* is as it was before."


def product(office: Office) -> Product:
    """The product as it is kept."""
    return office.database.do(lambda session: products.named(session, "copilot"))


def people(office: Office) -> Sequence[Assignment]:
    """Who looks after it."""
    return office.database.do(lambda session: products.people(session, products.named(session, "copilot").id))


@pytest.mark.parametrize(
    ("part", "filled", "kept"),
    [
        ("purpose", {"job": "answer mail", "stage": "scale"}, {"job": "answer mail", "stage": "scale"}),
        ("purpose", {"input_types": ["image", "audio"]}, {"input_types": ("image", "audio")}),
        ("risk", {"risk": "high", "pii": "redact"}, {"risk": "high", "pii": "redact"}),
        (
            "risk",
            {"nevers": "promise a price: it will cost, for only\ninsult"},
            {"nevers": (Never(name="promise a price", phrases=("it will cost", "for only")), Never(name="insult"))},
        ),
        ("risk", {"blocking_failures": []}, {"blocking_failures": ()}),
        ("numbers", {"accuracy_target": "92%", "daily_requests": "1,500"}, {"accuracy_target": 0.92}),
    ],
)
def test_a_part_is_edited_in_a_form(
    office: Office, part: str, filled: dict[str, object], kept: dict[str, object]
) -> None:
    office.database.do(a_team)
    hear(office, f"product edit {part}")

    heard = hear(office, filled)

    assert heard == f"You changed *Support Copilot*: {part}.\n[Undo]\n[Show it]"
    record = product(office).record
    assert {name: getattr(record, name) for name in kept} == kept
    verify(office, [("[Undo]", BACK)])
    assert product(office).record == ProductRecord()


def test_an_emptied_field_is_what_it_was_to_begin_with(office: Office) -> None:
    record = ProductRecord(accuracy_target=0.9, monthly_budget=100.0)
    office.database.do(lambda session: a_team(session, record=record))
    hear(office, "product edit numbers")

    verify(
        office,
        [
            (
                {"accuracy_target": "", "monthly_budget": None},
                "You changed *Support Copilot*: numbers.\n[Undo]\n[Show it]",
            )
        ],
    )

    assert product(office).record == ProductRecord()


def test_every_field_that_cannot_be_taken_says_what_it_takes(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            ("product edit numbers", "(form) Numbers"),
            (
                {"accuracy_target": "lots", "daily_requests": "-1", "monthly_budget": "12"},
                (
                    "accuracy_target: “lots” does not fit: it takes a share from 0 to 1 (or a percentage like 92%).\n"
                    "daily_requests: “-1” does not fit: it takes a whole number from 0 up."
                ),
            ),
            ({"accuracy_target": "0.9", "daily_requests": ""}, "You changed *Support Copilot*: numbers.\n⋯\n⋯"),
            ("product edit dates", "(form) Model dates"),
            (
                {"last_trained_on": "yesterday"},
                "last_trained_on: “yesterday” does not fit: it takes a day like 2026-11-16.",
            ),
        ],
    )

    assert product(office).record == ProductRecord(accuracy_target=0.9, monthly_budget=12.0)


def test_name_people_and_places_are_edited_and_the_ml_lead_may_be_emptied(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            ("product edit", "(form) Name and people"),
            ({"stakeholders": SHARED}, "stakeholders: The channel is shared with another company, ⋯"),
            (
                {"name": "Copilot & Co", "stakeholders": ELSEWHERE, "pm": OTHER, "ml_lead": None},
                "You changed *Copilot &amp; Co*: name and people.\n[Undo]\n[Show it]",
            ),
        ],
    )

    assert people(office) == [Assignment(Role.PM, OTHER)]
    assert (product(office).name, product(office).stakeholder_channel) == ("Copilot & Co", ELSEWHERE)


def test_fields_are_set_in_one_line(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            (
                "product set risk=high accuracy_target=92% job=“answer mail”",
                "You set `risk`, `accuracy_target`, `job` of *Support Copilot*.\n[Undo]\n[Show it]",
            ),
            ("[Undo]", BACK),
            ("product set copilot RISK=high", "You set `risk` of *Support Copilot*.\n[Undo]\n[Show it]"),
            ("product set risk=huge", "risk cannot be “huge”: it takes one of low, medium, high, critical."),
            ("product set rsk=high", "A product has no field “rsk”. Did you mean risk?"),
            ("product set", "Say what to set: `/muster product set KEY risk=high`"),
            ("product set risk high", "Say what to set: `/muster product set KEY risk=high`"),
        ],
    )

    assert product(office).record == ProductRecord(risk=Risk.HIGH)
