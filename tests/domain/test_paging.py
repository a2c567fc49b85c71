"""The events a pager hears, whole, and never longer than it takes."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import Incident, Origin, Severity, State
from bot.domain.paging import LONGEST_SUMMARY, Action, event_of
from bot.domain.product import Product
from bot.domain.text import length
from tests.support.builders import MONDAY

PRODUCT = Product(id=1, workspace="local", key="copilot", name="Support Copilot", timezone="UTC", team_channel="C0TEAM")


def an_incident(**known: Any) -> Incident:
    defaults: dict[str, Any] = {
        "id": 7,
        "product_id": 1,
        "kind": "hallucination",
        "severity": Severity.CRITICAL,
        "seen": "It invents prices.",
        "origin": Origin.COMMAND,
        "owner": "U0PM",
        "declared_by": "U0ML",
        "declared_at": MONDAY,
        "called_at": MONDAY,
    }
    return Incident(**defaults | known)


def test_an_event_says_what_where_how_bad_and_who_has_it() -> None:
    now = MONDAY + timedelta(minutes=5)

    assert event_of(Action.ACKNOWLEDGE, an_incident(state=State.ACKNOWLEDGED), PRODUCT, now) == {
        "event_action": "acknowledge",
        "dedup_key": "muster-copilot-incident-7",
        "client": "Muster",
        "client_url": "https://slack.com/app_redirect?channel=C0TEAM",
        "links": [{"href": "https://slack.com/app_redirect?channel=C0TEAM", "text": "The team's channel"}],
        "payload": {
            "summary": "Incident 7 of Support Copilot: It invents prices.",
            "source": "copilot",
            "severity": "critical",
            "timestamp": "2026-11-16T08:05:00+00:00",
            "component": "copilot",
            "class": "hallucination",
            "custom_details": {
                "incident": 7,
                "severity": 1,
                "state": "acknowledged",
                "owner": "U0PM",
                "declared_by": "U0ML",
                "declared_at": "2026-11-16T08:00:00+00:00",
            },
        },
    }


@pytest.mark.parametrize(
    ("severity", "word"),
    [(Severity.CRITICAL, "critical"), (Severity.HIGH, "error"), (Severity.MEDIUM, "warning"), (Severity.LOW, "info")],
)
def test_every_severity_has_the_pagers_word(severity: Severity, word: str) -> None:
    assert event_of(Action.TRIGGER, an_incident(severity=severity), PRODUCT, MONDAY)["payload"]["severity"] == word


@given(seen=st.text(max_size=3000))
def test_a_summary_is_one_line_within_the_pagers_limit(seen: str) -> None:
    summary = event_of(Action.TRIGGER, an_incident(seen=seen), PRODUCT, MONDAY)["payload"]["summary"]

    assert length(summary) <= LONGEST_SUMMARY
    assert "\n" not in summary
    summary.encode()
