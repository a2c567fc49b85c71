"""`muster owners`: who answers for what, for people and for programs."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.ownership import Did, Happened, Origin, assigned, gone, nobody_yet
from bot.domain.product import ProductRecord
from bot.store import ownerships
from bot.store.session import Database
from tests.cli.conftest import Muster
from tests.support.builders import MONDAY, a_product

NONE: dict[str, Any] = {
    "owners": [],
    "backup": None,
    "acting": [],
    "gap": True,
    "since": None,
    "set_by": None,
    "confirmed_at": None,
    "accepted": [],
    "away": {},
}


def owned(session: Session, record: ProductRecord | None = None) -> None:
    """A product whose cost somebody stands in for, and whose quality is a group's."""
    product = a_product(session, record=record or ProductRecord())
    how = Happened(by="U0PM", at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND)
    cost = assigned(nobody_yet(product.id, "model_cost", MONDAY), ["U0PM"], "U0LI", by="U0PM", now=MONDAY)
    ownerships.save(session, gone(cost, "U0PM", "left Slack"), how)
    quality = assigned(nobody_yet(product.id, "model_quality", MONDAY), ["S0TEAM"], None, by="U0PM", now=MONDAY)
    ownerships.save(session, quality, how)


@pytest.fixture
def told(known: Muster, database: Database) -> Muster:
    """`muster` on that product."""
    database.do(owned)
    return known


def test_the_json_is_the_contract(told: Muster) -> None:
    said = told("owners copilot --json")
    report = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    assert list(report) == ["product", "questions", "gaps"]
    assert (report["product"], report["gaps"]) == (
        "copilot",
        ["incident_response", "evaluation_data", "retrain_or_roll_back"],
    )
    quality, cost, incidents, *_ = report["questions"]
    named = {"since": "2026-11-16T08:00:00Z", "set_by": "U0PM", "confirmed_at": "2026-11-16T08:00:00Z", "gap": False}
    assert quality == NONE | named | {
        "key": "model_quality",
        "title": "Model quality",
        "owners": ["S0TEAM"],
        "acting": ["S0TEAM"],
    }
    assert cost == NONE | named | {
        "key": "model_cost",
        "title": "Model cost",
        "owners": ["U0PM"],
        "backup": "U0LI",
        "acting": ["U0LI"],
        "accepted": ["U0PM"],
        "away": {"U0PM": "left Slack"},
    }
    assert incidents == NONE | {"key": "incident_response", "title": "Incident response"}
    assert len(report["questions"]) == 5


def test_of_gaps_only_the_gaps_are_told(told: Muster) -> None:
    report = json.loads(told("owners copilot --gaps --json").out)

    assert [row["key"] for row in report["questions"]] == report["gaps"]


def test_people_read_who_owns_it_and_who_answers_now(told: Muster) -> None:
    said = told("owners copilot")

    first, _, _, cost, *_ = said.out.splitlines()
    assert first == "Support Copilot: 3 gaps"
    assert " ".join(cost.split()) == "Model cost U0PM (left Slack) U0LI U0LI 2026-11-16 2026-11-16 U0PM"
    assert said.out.count("nobody yet") == 6


def test_the_nine_areas_are_told_where_a_team_uses_them(known: Muster, database: Database) -> None:
    database.do(lambda session: owned(session, replace(ProductRecord(), areas=True)))

    report = json.loads(known("owners copilot --json").out)

    assert (len(report["questions"]), len(report["gaps"])) == (32, 30)


def test_a_product_without_gaps_says_so(known: Muster, database: Database) -> None:
    database.do(full)

    assert known("owners copilot --gaps").out == "Support Copilot: no gaps\n"


def full(session: Session) -> None:
    """A product in which everything is the PM's."""
    product = a_product(session)
    how = Happened(by="U0PM", at=MONDAY, what=Did.ASSIGNED, origin=Origin.COMMAND)
    for key in ("model_quality", "model_cost", "incident_response", "evaluation_data", "retrain_or_roll_back"):
        row = assigned(nobody_yet(product.id, key, MONDAY), ["U0PM"], None, by="U0PM", now=MONDAY)
        ownerships.save(session, row, how)


def test_an_unknown_product_is_said(told: Muster) -> None:
    said = told("owners nothing")

    assert (said.code, said.out) == (1, "")
    assert said.err == "muster: There is no product “nothing”. There are: copilot.\n"
