"""The written review: all that is known is in it, what only people know is blank, and nothing typed does anything."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from bot.domain.failure_modes import START_SET
from bot.domain.fixes import FixKind, FixState
from bot.domain.follow_ups import FollowUp
from bot.domain.incident_account import Account
from bot.domain.incidents import Decision, Did, Event, Severity
from bot.domain.written_review import QUESTIONS, markdown_of
from tests.support.hostile import hostile_text
from tests.support.incidents import MINUTE, TUESDAY, an_incident, record_of, resolved_after

_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


def an_account(text: str = "Answers *without* a source", **known: object) -> Account:
    """An incident that went its whole way, with *text* wherever people typed something."""
    over = replace(resolved_after(130, seen=text), summary=text)
    first, *rest = record_of(over, Decision.PEOPLE_TAKE_OVER)
    over = replace(over, severity=Severity.CRITICAL, owner="U0PM")
    called = {"rung": "backup", "called": ["U0ELSE"], "passed_over": [], "text": text}
    reminded = {"rung": "update", "called": ["U0LATE"], "passed_over": [], "text": text}
    offered = {"offered_to": [None, "U0PM"]}
    more = [
        Event(at=TUESDAY + 2 * MINUTE, by="", what=Did.CALLED, detail=called),
        *rest,
        Event(at=TUESDAY + 8 * MINUTE, by="", what=Did.CALLED, detail=reminded),
        Event(at=TUESDAY + 9 * MINUTE, by="U0ML", what=Did.OFFERED, detail=offered),
        Event(at=TUESDAY + 10 * MINUTE, by="U0PM", what=Did.ACCEPTED, detail={"owner": ["U0ML", "U0PM"]}),
        Event(at=TUESDAY + 11 * MINUTE, by="U0PM", what=Did.REGRADED, detail={"severity": [2, 1]}),
        Event(at=TUESDAY + 3 * MINUTE, by="U0ELSE", what=Did.KEPT, detail={"text": text, "author": "U0ML"}),
    ]
    follow_up = FollowUp(
        id=1,
        incident_id=1,
        title=text,
        kind=FixKind.GUARDRAIL,
        owner="U0ML",
        due=date(2026, 12, 4),
        created_by="U0PM",
        created_at=TUESDAY,
        fix_id=7,
        state=FixState.DECIDED,
    )
    usual = Account(
        product=text,
        zone="Europe/Berlin",
        incident=over,
        kind=replace(START_SET[0], name=text),
        events=[first, *more],
        follow_ups=[follow_up],
        predictions=[text],
        names={"U0PM": text, "U0ML": "Raj Patel"},
    )
    return replace(usual, **known)  # type: ignore[arg-type]  # named by the test


def test_everything_that_is_known_is_in_its_place() -> None:
    text = markdown_of(an_account("so it is"))

    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Incident 1 of so it is: so it is",
        *(
            f"## {title}"
            for title in (
                "What happened",
                "Impact",
                "Times",
                "Timeline",
                "Who held it",
                "Decisions",
                "Predictions",
                "What went well",
                "What went badly",
                "Where we were lucky",
                "Follow-ups",
                "Five questions",
            )
        ),
    ]
    for line in (
        "- Acknowledged: Tue 17 Nov 2026 09:04 CET, after 4 min",
        "- Resolved: Tue 17 Nov 2026 11:10 CET, after 2 h 10 min",
        "- Called while nobody had acknowledged it: U0ELSE",
        "- Tue 17 Nov 2026 09:02 CET: Muster: ` so it is `",
        "- Tue 17 Nov 2026 09:05 CET: people take over. Decided by Raj Patel. Why: ` It harms people `",
        "- Raj Patel: from Tue 17 Nov 2026 09:00 CET until Tue 17 Nov 2026 09:10 CET, 10 min",
        "- so it is: from Tue 17 Nov 2026 09:10 CET until Tue 17 Nov 2026 11:10 CET, 2 h",
        "- ` so it is `: Raj Patel, until 2026-12-04 (fix 7, decided)",
        "- Tue 17 Nov 2026 09:11 CET: so it is changed the severity from 2 to 1",
    ):
        assert line in text.splitlines()
    assert all(question in text for question in QUESTIONS)


def test_what_happened_is_told_in_a_paragraph() -> None:
    paragraph = markdown_of(an_account("so it is")).partition("## What happened\n\n")[2].partition("\n")[0]

    assert paragraph == (
        "On Tue 17 Nov 2026 09:00 CET so it is declared it with severity 2. What people saw: ` so it is `."
        " Acknowledged after 4 min by Raj Patel. Resolved after 2 h 10 min by Raj Patel. Decided: people take"
        " over. What it was and what was done: ` so it is `."
    )


def test_the_timeline_is_in_the_order_in_which_it_happened() -> None:
    text = markdown_of(an_account())
    timeline = text.partition("## Timeline\n\n")[2].partition("\n\n")[0].splitlines()

    assert [re.findall(r"\d\d:\d\d", line)[0] for line in timeline] == sorted(
        re.findall(r"\d\d:\d\d", line)[0] for line in timeline
    )
    assert timeline[2].endswith("Raj Patel wrote (kept by U0ELSE): ` Answers *without* a source `")


def test_what_is_not_known_yet_says_so() -> None:
    fresh = an_incident()

    text = markdown_of(an_account(incident=fresh, events=record_of(fresh), follow_ups=(), predictions=(), names={}))

    for line in (
        "- Acknowledged: not yet",
        "- Called while nobody had acknowledged it: nobody",
        "- U0ML: from Tue 17 Nov 2026 09:00 CET still",
        "None was written down.",
        "None is attached.",
        "None yet.",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("did", Did)
def test_whatever_happens_in_an_incident_has_its_line(did: Did) -> None:
    detail = {"severity": [2, 1], "decision": "retrain", "offered_to": ["U0PM", None], "text": "so it is"}

    more = Event(at=TUESDAY + MINUTE, by="U0ML", what=did, detail=detail)

    text = markdown_of(an_account(events=[*record_of(an_incident()), more]))

    (line,) = [one for one in text.partition("## Timeline")[2].splitlines() if "09:01 CET: " in one][:1]
    assert line.endswith(": ` so it is `")


def test_the_same_record_is_the_same_text() -> None:
    assert markdown_of(an_account()) == markdown_of(an_account())


@given(hostile_text)
def test_whatever_was_typed_stands_in_code_and_changes_nothing_around_it(text: str) -> None:
    assert _SPAN.sub("X", markdown_of(an_account(f"it* {text}"))) == _SPAN.sub(
        "X", markdown_of(an_account("harm*less"))
    )
