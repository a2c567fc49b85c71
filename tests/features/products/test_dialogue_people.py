"""Who may look, who may act, and which product is meant."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Assignment, Role
from bot.store import audit, products
from bot.store.audit import Outcome
from bot.store.session import Database
from tests.support.dialogue import a_team, answer, hear, shown, verify
from tests.support.office import ELSEWHERE, GUEST, ML, OTHER, PM, STRANGER, Office, read

GUESTS = "Guests may look, but not change anything here. Ask somebody of the product's team."
STRANGERS = "You belong to another workspace: only people of this one may act here."
OTHERS = "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
ACTS = [
    "product set risk=high",
    "product edit",
    "settings set tue 10:00",
    "settings pause",
    "settings edit",
    "review now",
]


@pytest.fixture
def with_admin(database: Database) -> Iterator[Office]:
    """An office in which Mia is an admin."""
    with Office(database, patient=True, muster_admins=(OTHER,)) as opened:
        yield opened


@pytest.mark.parametrize(("user", "told"), [(GUEST, GUESTS), (STRANGER, STRANGERS), (OTHER, OTHERS)])
def test_who_is_not_of_the_product_looks_but_does_not_act_and_is_told_so(office: Office, user: str, told: str) -> None:
    product = office.database.do(a_team)

    looked = "*Support Copilot* `copilot`  <#C0TEAM>, <@U0PM> and <@U0ML>\n[Show]\n[Add a product]"
    verify(office, [("product list", looked), ("settings", "Settings of ⋯\n⋯\n⋯\n[Change]\n[Pause]")], user=user)
    verify(office, [(said, told) for said in ACTS], user=user)
    verify(office, [("[Change]", told), ("[Pause]", told)], user=user)

    assert office.database.do(lambda session: products.current(session, product.id)) == product
    refused = [deed for deed in office.database.do(audit.everything) if deed.outcome is Outcome.REFUSED]
    assert {(deed.user, deed.detail) for deed in refused} == {(user, told)}


@pytest.mark.parametrize(("user", "told"), [(GUEST, GUESTS), (STRANGER, STRANGERS)])
def test_only_members_add_products(office: Office, user: str, told: str) -> None:
    verify(office, [("product add", told)], user=user)


def test_anybody_of_the_workspace_adds_a_product_and_is_its_product_manager(office: Office) -> None:
    verify(
        office,
        [("product add", "(form) Add a product"), ({"name": "Refunds"}, "You added ⋯\n⋯\n⋯\n⋯\n⋯\n⋯\n⋯")],
        user=OTHER,
    )

    people = office.database.do(lambda session: products.people(session, products.named(session, "refunds").id))
    assert people == [Assignment(Role.PM, OTHER)]


def test_somebody_who_left_the_team_while_the_form_was_open_changes_nothing(office: Office) -> None:
    product = office.database.do(a_team)
    hear(office, "product edit numbers", user=ML)
    office.database.do(lambda session: products.assign(session, product, Role.ML_LEAD, []))

    verify(
        office,
        [
            (
                {"accuracy_target": "0.9"},
                "accuracy_target: Only the people of Support Copilot and the admins change it. Ask <@U0PM>.",
            )
        ],
        user=ML,
    )


def test_an_admin_changes_every_product(with_admin: Office) -> None:
    with_admin.database.do(a_team)

    verify(
        with_admin,
        [
            ("product set risk=high", "You set `risk` of *Support Copilot*.\n[Undo]\n[Show it]"),
            ("[Undo]", "You took it back: *Support Copilot* is as it was before."),
            ("product edit", "(form) Name and people"),
        ],
        user=OTHER,
    )


def test_a_product_that_nobody_looks_after_is_for_the_admins(with_admin: Office) -> None:
    with_admin.database.do(lambda session: a_team(session, people={}))

    verify(
        with_admin,
        [("product set risk=high", "Only the people of Support Copilot and the admins change it. Ask <@U0ELSE>.")],
    )


def test_the_product_of_the_channel_is_meant(office: Office) -> None:
    office.database.do(a_team)
    office.database.do(lambda session: a_team(session, key="refunds", name="Refunds", team_channel=ELSEWHERE))

    verify(office, [("review", "There was no review of *Support Copilot* yet.\n[Make one now]")])
    verify(office, [("review", "There was no review of *Refunds* yet.\n[Make one now]")], channel=ELSEWHERE)
    verify(
        office, [("review copilot", "There was no review of *Support Copilot* yet.\n[Make one now]")], channel=ELSEWHERE
    )


def test_elsewhere_the_only_product_of_the_person_is_meant(office: Office) -> None:
    office.database.do(a_team)
    office.database.do(lambda session: a_team(session, key="refunds", name="Refunds", people={Role.PM: OTHER}))

    verify(office, [("review", "There was no review of *Refunds* yet.\n[Make one now]")], user=OTHER, channel=ELSEWHERE)


@pytest.mark.parametrize(
    "says", ["review", "review now", "product show", "product remove", "settings", "settings pause"]
)
def test_where_several_fit_the_answer_asks_which(office: Office, says: str) -> None:
    office.database.do(a_team)
    office.database.do(lambda session: a_team(session, key="refunds", name="Refunds"))

    verify(office, [(says, f"Which product? `/muster {says} copilot`, `/muster {says} refunds`")])
    verify(
        office,
        [(says, f"Which product? `/muster {says} copilot`, `/muster {says} refunds`")],
        user=PM,
        channel=ELSEWHERE,
    )


@pytest.mark.parametrize("says", ["review", "review now", "product show", "product set risk=high", "settings"])
def test_without_any_product_the_answer_says_how_to_add_one(office: Office, says: str) -> None:
    verify(office, [(says, "There is no product yet. Add the first one: `/muster product add`")])


def test_several_people_are_named_in_a_role_shown_and_cleared_again(office: Office) -> None:
    product = office.database.do(a_team)
    changed = "You changed *Support Copilot*: name and people.\n[Undo]\n[Show it]"

    verify(
        office,
        [("product edit", "(form) Name and people"), ({"domain_expert": [ML, OTHER], "compliance": [OTHER]}, changed)],
    )
    named = office.database.do(lambda session: products.people(session, product.id))
    seen = read(office.database.do(lambda session: shown(answer(session, "product show"))))
    verify(office, [("product edit", "(form) Name and people"), ({"domain_expert": None, "compliance": None}, changed)])
    cleared = office.database.do(lambda session: products.people(session, product.id))

    team = {Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, ML)}
    experts = {Assignment(Role.DOMAIN_EXPERT, ML), Assignment(Role.DOMAIN_EXPERT, OTHER)}
    assert set(named) == team | experts | {Assignment(Role.COMPLIANCE, OTHER)}
    assert (f"Compliance: <@{OTHER}>" in seen, "Research" in seen) == (True, False)
    assert set(cleared) == team
