"""`muster health`: the worked example as anybody can ask for it."""

import json
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.product import ProductRecord
from bot.store import readings
from bot.store.session import Database
from tests.cli.conftest import Muster
from tests.support.builders import MONDAY, a_product
from tests.support.readings import WEEK_8, new_reading

AS_OF = "--as-of 2026-11-16T09:00"


def week_8(session: Session, record: ProductRecord | None = None) -> None:
    """A product with the readings of the worked example, and last week's deflection."""
    product = a_product(session, record=record or ProductRecord())
    known = [new_reading(name, value) for name, value in WEEK_8.items() if name != "deflection_rate"]
    earlier = new_reading("deflection_rate", 0.41, end=MONDAY - timedelta(days=7))
    readings.keep_all(
        session,
        product.id,
        [*known, earlier, new_reading("deflection_rate", 0.38, n=240)],
        by="U0PM",
        now=MONDAY,
    )


@pytest.fixture
def told(known: Muster, database: Database) -> Muster:
    """`muster` on the worked example."""
    database.do(week_8)
    return known


def test_the_json_is_the_contract(told: Muster) -> None:
    said = told(f"health copilot {AS_OF} --json")
    report = json.loads(said.out)

    assert (said.code, said.err) == (0, "")
    assert {key: report[key] for key in report if key != "metrics"} == {
        "product": "copilot",
        "as_of": "2026-11-16T08:00:00Z",
        "on_target": 4,
        "checked": 5,
        "unknown": 0,
    }
    assert {row["metric"]: row["verdict"] for row in report["metrics"]} == {
        "accuracy": "PASS",
        "hallucination_rate": "PASS",
        "csat": "PASS",
        "adoption_rate": "PASS",
        "deflection_rate": "WARN",
    }
    assert list(report) == ["product", "as_of", "on_target", "checked", "unknown", "metrics"]
    plain, deflection = report["metrics"][0], report["metrics"][-1]
    assert plain == {
        "metric": "accuracy",
        "value": 0.91,
        "target": 0.85,
        "verdict": "PASS",
        "certain": True,
        "n": None,
        "low": None,
        "high": None,
        "change": None,
        "read_at": "2026-11-16T08:00:00Z",
        "owner": "U0ML",
    }
    assert {name: round(deflection[name], 3) for name in ("low", "high", "change")} == {
        "low": 0.321,
        "high": 0.443,
        "change": -0.03,
    }
    assert (deflection["certain"], deflection["n"], deflection["owner"]) == (False, 240, "U0PM")


def test_all_nine_with_what_is_unknown(told: Muster) -> None:
    report = json.loads(told(f"health copilot {AS_OF} --set all --json").out)
    cost = report["metrics"][-1]

    assert [row["metric"] for row in report["metrics"]] == list(WEEK_8)
    assert (report["on_target"], report["checked"], report["unknown"]) == (7, 9, 1)
    assert (cost["value"], cost["target"], cost["verdict"]) == (4.2, None, "UNKNOWN")


def test_an_old_reading_is_still_shown_and_none_is_null(told: Muster) -> None:
    stale = json.loads(told("health copilot --as-of 2026-12-16T09:00 --json").out)["metrics"]
    never = json.loads(told("health copilot --as-of 2026-10-16T09:00 --json").out)["metrics"]

    assert [(row["value"], row["verdict"], row["read_at"]) for row in stale][0::4] == [
        (0.91, "UNKNOWN", "2026-11-16T08:00:00Z"),
        (0.38, "WARN", "2026-11-16T08:00:00Z"),
    ]
    assert {(row["value"], row["verdict"], row["read_at"]) for row in never} == {(None, "UNKNOWN", None)}


def test_people_read_a_table(told: Muster) -> None:
    lines = told(f"health copilot {AS_OF}").out.splitlines()

    assert lines[:2] == ["Support Copilot: 4 of 5 on target", "as of Mon 2026-11-16 09:00 CET"]
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "Metric Verdict Value Target Change Sample Between Read Owner",
        "Accuracy PASS 91 % at least 85 % - - - 2026-11-16 U0ML",
        "Factual errors PASS 3 % under 5 % - - - 2026-11-16 U0ML",
        "Satisfaction (CSAT) PASS 4.2 of 5 at least 4 of 5 - - - 2026-11-16 U0PM",
        "Adoption PASS 72 % at least 60 % - - - 2026-11-16 U0PM",
        "Deflection WARN, not certain 38 % at least 40 % down 3 points 240 32.1 % and 44.3 % 2026-11-16 U0PM",
    ]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("copilto", 1, "There is no product “copilto”. There are: copilot."),
        ("copilot --set ten", 2, "“ten” is not a set: there are classic, all."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(told: Muster, words: str, code: int, sentence: str) -> None:
    said = told(f"health {words}")

    assert (said.code, said.out, said.err.splitlines()[-1]) == (code, "", f"muster: {sentence}")


def test_with_its_own_accuracy_target_accuracy_fails(known: Muster, database: Database) -> None:
    database.do(lambda session: week_8(session, ProductRecord(accuracy_target=0.92)))

    report = json.loads(known(f"health copilot {AS_OF} --set classic --json").out)

    assert (report["on_target"], report["metrics"][0]["target"], report["metrics"][0]["verdict"]) == (3, 0.92, "FAIL")


def test_what_was_read_long_ago_is_unknown_and_still_says_when(told: Muster) -> None:
    report = json.loads(told("health copilot --as-of 2027-11-16T09:00 --json").out)

    (csat,) = [row for row in report["metrics"] if row["metric"] == "csat"]
    assert (csat["verdict"], csat["value"], csat["read_at"]) == ("UNKNOWN", 4.2, "2026-11-16T08:00:00Z")
