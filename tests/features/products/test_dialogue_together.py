"""Several people, many products, and buttons that are older than what they are about."""

import pytest
from sqlmodel import Session

from bot.domain.people import Role
from bot.domain.product import ProductRecord, Risk
from bot.features.products import blocks
from bot.sandbox.blocks import problems
from bot.store import products
from bot.store.session import Database
from tests.support.dialogue import a_team, answer, hear, shown, verify
from tests.support.office import ML, OTHER, PM, TEAM, Office, buttons, read


def test_two_people_in_one_form_both_count_where_they_changed_different_fields(office: Office) -> None:
    product = office.database.do(a_team)
    hear(office, "product edit numbers", user=PM)
    hear(office, "product edit numbers", user=ML)

    changed = "You changed *Support Copilot*: numbers.\n[Undo]\n[Show it]"
    verify(office, [({"accuracy_target": "0.9"}, changed)], user=PM)
    verify(office, [({"monthly_budget": "100"}, changed)], user=ML)

    kept = office.database.do(lambda session: products.current(session, product.id))
    assert kept.record == ProductRecord(accuracy_target=0.9, monthly_budget=100.0)


def test_two_people_in_one_field_the_second_hears_who_was_first(office: Office) -> None:
    product = office.database.do(a_team)
    hear(office, "product edit numbers", user=PM)
    hear(office, "product edit numbers", user=ML)
    hear(office, {"accuracy_target": "0.9"}, user=PM)

    verify(
        office,
        [
            (
                {"accuracy_target": "0.8"},
                (
                    "accuracy_target: Changed by <@U0PM> at ⋯ while you were here; nothing was overwritten."
                    " Open the form again."
                ),
            )
        ],
        user=ML,
    )

    kept = office.database.do(lambda session: products.current(session, product.id))
    assert kept.record == ProductRecord(accuracy_target=0.9)


def test_what_one_person_did_another_of_the_team_may_take_back_and_nobody_else(office: Office) -> None:
    product = office.database.do(lambda session: a_team(session, people={Role.PM: PM}))
    hear(office, "product set risk=high")
    told = office.slack.ephemerals()[-1]

    office.database.do(lambda session: products.assign(session, product, Role.PM, [OTHER]))
    office.slack.click(PM, TEAM, told["ts"], "products.undo")
    office.settle()

    assert read(office.slack.ephemerals()[-1]) == (
        "Only the people of Support Copilot and the admins change it. Ask <@U0ELSE>."
    )
    assert office.database.do(lambda session: products.current(session, product.id)).record.risk is Risk.HIGH


def test_a_button_of_a_product_that_was_archived_meanwhile_says_so(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "product show")
    card = office.slack.ephemerals()[-1]
    hear(office, "product remove")
    hear(office, "[Archive it]")

    office.slack.click(PM, TEAM, card["ts"], buttons(card)["Edit source"]["action_id"])
    office.settle()

    assert read(office.slack.ephemerals()[-1]) == "This product is not there any more: it was archived."


def test_a_form_that_is_sent_after_its_product_was_archived_says_so(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "product edit numbers")
    hear(office, "product remove", user=ML)
    hear(office, "[Archive it]", user=ML)

    verify(
        office, [({"accuracy_target": "0.9"}, "accuracy_target: This product is not there any more: it was archived.")]
    )


def many(session: Session) -> None:
    for n in range(70):
        a_team(session, key=f"p{n:02}", name=f"Product {n}")


def test_seventy_products_still_fit_and_can_be_added_to(database: Database) -> None:
    database.do(many)

    told = shown(database.do(lambda session: answer(session, "product list")))

    assert problems(told["blocks"]) == []
    assert read(told).count("[Show]") == blocks.LISTED
    assert read(told).endswith("and 30 more: name the one you want to see\n[Add a product]")


@pytest.mark.parametrize("words", ["", "me", "review", "settings", "product show", "review now", "frob"])
def test_among_seventy_products_every_answer_fits(database: Database, words: str) -> None:
    database.do(many)

    told = shown(database.do(lambda session: answer(session, words)))

    assert problems(told["blocks"]) == []
