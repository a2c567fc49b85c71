"""`muster incidents`: what happened, who held it, what was decided; and the review to fill in."""

import json
from datetime import date

import pytest
from sqlmodel import Session

from bot.domain.fixes import FixKind
from bot.domain.follow_ups import NewFollowUp
from bot.domain.incidents import Decision, Severity
from bot.store import follow_ups, incidents
from bot.store.session import Database
from tests.cli.conftest import Muster
from tests.support.builders import MONDAY, a_product
from tests.support.incidents import TUESDAY, a_kept_incident, run_through
from tests.support.truth import a_held


def two_incidents(session: Session) -> None:
    """One that went its whole way, with a follow-up and a prediction, and one that nobody is at yet."""
    product = a_product(session)
    over = run_through(session, a_kept_incident(session, product), decided=[Decision.ROLL_BACK])
    new = NewFollowUp(title="Block them", kind=FixKind.GUARDRAIL, owner="U0ML", due=date(2026, 12, 4))
    follow_ups.add(session, over.id, new, by="U0PM", now=MONDAY)
    row, _ = a_held(session, product)
    incidents.attach(session, over.id, [row], by="U0PM", now=MONDAY)
    a_kept_incident(session, product, now=TUESDAY.replace(day=18), severity=Severity.LOW, seen="Slow again")


@pytest.fixture
def happened(known: Muster, database: Database) -> Muster:
    """`muster` on a product that had two incidents."""
    database.do(two_incidents)
    return known


def test_json_has_everything_of_each_incident(happened: Muster) -> None:
    told = json.loads(happened("incidents copilot --json").out)

    first, second = told["incidents"]
    assert (told["product"], second["number"], second["state"]) == ("copilot", 2, "declared")
    assert first == {
        "number": 1,
        "kind": "hallucination",
        "severity": 2,
        "state": "resolved",
        "seen": "It makes up refund dates",
        "owner": "U0ML",
        "declared_by": "U0PM",
        "declared_at": "2026-11-17T08:00:00Z",
        "acknowledged_at": "2026-11-17T08:04:00Z",
        "resolved_at": "2026-11-17T10:10:00Z",
        "time_to_acknowledge_s": 240.0,
        "time_to_resolve_s": 7800.0,
        "owners": [{"user": "U0ML", "since": "2026-11-17T08:00:00Z", "until": "2026-11-17T10:10:00Z"}],
        "decisions": [
            {"decision": "roll_back", "by": "U0ML", "at": "2026-11-17T08:05:00Z", "reason": "It harms people"}
        ],
        "follow_ups": [
            {
                "title": "Block them",
                "kind": "guardrail",
                "owner": "U0ML",
                "due": "2026-12-04",
                "fix": None,
                "state": None,
            }
        ],
        "predictions": 1,
    }


@pytest.mark.parametrize(
    ("flags", "numbers"),
    [("", [1, 2]), ("--open", [2]), ("--since 2026-11-18", [2]), ("--since 2026-11-17T09:00", [1, 2])],
)
def test_only_those_that_are_asked_for(happened: Muster, flags: str, numbers: list[int]) -> None:
    told = json.loads(happened(f"incidents copilot {flags} --json").out)

    assert [one["number"] for one in told["incidents"]] == numbers


def test_people_read_a_table(happened: Muster) -> None:
    said = happened("incidents copilot").out

    assert said.split("\n")[0].split() == ["No.", "Declared", "What", "Owner", "State"]
    assert "acknowledged after 4 min" in " ".join(said.split())


def test_the_written_review_is_the_same_bytes_every_time(happened: Muster) -> None:
    first, second = happened("incidents copilot --review 1"), happened("incidents copilot --review 1")

    assert first == second
    assert first.out.startswith("# Incident 1 of Support Copilot: Hallucination\n")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("copilto", 1, "There is no product “copilto”. There are: copilot."),
        ("copilot --review 99", 1, "Support Copilot has no incident 99."),
        ("copilot --review 1 --json", 2, "--review writes Markdown: leave --json away, or ask for the list."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(happened: Muster, words: str, code: int, sentence: str) -> None:
    said = happened(f"incidents {words}")

    assert (said.code, said.out, said.err.splitlines()[-1]) == (code, "", f"muster: {sentence}")


def test_a_product_without_incidents_says_so(known: Muster, database: Database) -> None:
    database.do(a_product)

    assert known("incidents copilot").out == "Support Copilot has no incidents.\n"
    assert known("incidents copilot --open").out == "Support Copilot has no such incidents.\n"
    assert json.loads(known("incidents copilot --json").out) == {"product": "copilot", "incidents": []}
