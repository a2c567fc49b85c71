"""`muster launch`: how ready a product is, for people and for programs."""

import json

import pytest
from sqlmodel import Session

from bot.domain.people import Role
from bot.domain.product import ProductRecord, Risk
from bot.store.session import Database, now_in
from tests.cli.conftest import Muster
from tests.features.launch_readiness.ready import a_ready_product, untick
from tests.support.builders import a_product
from tests.support.dialogue import a_team, answer
from tests.support.office import ML, OTHER, PM


def signed_and_unticked(session: Session) -> None:
    """A product that everybody signed for, and whose rollback turned out to be open; research takes it back."""
    now = now_in(session)
    product = a_ready_product(session, now=now)
    for user in (PM, ML, OTHER):
        answer(session, "launch sign go it is well", user=user, now=now)
    answer(session, "launch back", user=OTHER, now=now)
    untick(session, product)


def test_the_json_says_everything_that_the_page_says(known: Muster, database: Database) -> None:
    database.do(signed_and_unticked)

    said = known("launch copilot --json")
    report = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    assert list(report) == [
        "product",
        "as_of",
        "verdict",
        "reasons",
        "items",
        "owners",
        "targets",
        "golden_set",
        "failure_modes",
        "errors",
        "sign_offs",
    ]
    assert (report["product"], report["verdict"]) == ("copilot", "not-yet")
    assert report["reasons"] == [
        "Rollback: open",
        "Product has not signed",
        "Research has not signed",
        "ML engineering has not signed",
    ]
    assert [one["thing"] for one in report["items"] if not one["ticked"]] == ["rollback"]
    assert {key: one["who"] for key, one in report["owners"].items()}["model_cost"] == [PM]
    assert {one["met"] and one["agreed"] for one in report["targets"].values()} == {True}
    assert (report["golden_set"]["rows"], report["golden_set"]["goal"]) == (200, 200)
    assert (report["failure_modes"]["blanks"], report["errors"]["open"]) == ([], [])
    assert report["failure_modes"]["layers"] == dict.fromkeys(
        ("grounding", "output_validation", "confidence_scoring", "human_review"), "in place"
    )


def test_the_sign_offs_say_who_stands_and_why_another_does_not(known: Muster, database: Database) -> None:
    database.do(signed_and_unticked)

    signed = json.loads(known("launch copilot --json").out)["sign_offs"]
    facts = [(one["function"], one["needed"], one["stands"], one["user"], one["over_because"]) for one in signed]

    assert [(function, needed, stands, user) for function, needed, stands, user, _ in facts] == [
        ("product", True, False, PM),
        ("research", True, False, OTHER),
        ("ml_engineering", True, False, ML),
        ("compliance", False, False, None),
    ]
    product, research, _, compliance = (why for *_, why in facts)
    assert product.startswith("Rollback: open. It was: ticked ")
    assert (research, compliance) == ("It was taken back.", None)


def test_people_read_every_fact_and_every_sign_off_a_line_each(known: Muster, database: Database) -> None:
    def ready(session: Session) -> None:
        now = now_in(session)
        a_ready_product(session, now=now)
        answer(session, "launch sign go", now=now)

    database.do(ready)

    lines = known("launch copilot").out.splitlines()

    assert lines[0] == "Support Copilot: not yet"
    rows = [" ".join(line.split()) for line in lines]
    assert "yes golden set Golden set 200 of 200 rows, last added to Mon 16 Nov 2026" in rows
    assert "no sign-off Research not signed" in rows
    assert any(row.startswith(f"yes sign-off Product go, {PM}, 20") for row in rows)


def test_what_is_neither_open_nor_done_has_no_yes_and_blanks_are_one_line(known: Muster, database: Database) -> None:
    def meeting(session: Session) -> None:
        a_team(session, key="copilot", people={Role.PM: PM, Role.COMPLIANCE: ML}, record=ProductRecord(risk=Risk.HIGH))
        answer(session, "launch sign compliance no-go it leaks", user=ML)
        answer(session, "product set risk=low")

    database.do(meeting)

    rows = [" ".join(line.split()) for line in known("launch copilot").out.splitlines()]
    modes = [row for row in rows if "failure modes" in row]

    assert [row.partition(" failure modes ")[0] for row in modes].count("yes") == 0
    assert [row for row in modes if row.startswith("no ")] == [one for one in modes if " 9 blanks " in one]
    assert "risk Risk low" in rows
    assert any(row.startswith("no sign-off Compliance no-go, U0ML") for row in rows)


@pytest.mark.parametrize("words", ["launch copilot", "launch copilot --json"])
def test_a_product_of_which_nothing_was_said_is_not_there_yet(known: Muster, database: Database, words: str) -> None:
    database.do(a_product)

    said = known(words)

    assert (said.code, "not" in said.out) == (0, True)


def test_a_product_that_is_not_there_is_said(known: Muster) -> None:
    assert known("launch radar").err.startswith("muster: There is no product “radar”.")
