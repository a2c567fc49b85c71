"""Notes, updates, severities and kept messages: what the record has, and what the thread and the channel hear."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.incidents import Did, Event, Incident, Severity
from bot.domain.incoming import Kind, Quoted
from bot.domain.product import Pii, Product, ProductRecord
from bot.errors import PermanentError
from bot.features.incident_response.finding import case_of
from bot.features.incident_response.keeping import keep
from bot.features.incident_response.noting import says_something
from bot.kit.command import Outside
from bot.kit.reply import Reply
from bot.store import incident_settings, incidents, products
from bot.store.incident_settings import IncidentSettings
from bot.wiring import registry
from tests.features.incident_response.team import asking, form, now_of, submitted, told
from tests.support.dialogue import answer, pressed, shown
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM, buttons, read

LATER = TUESDAY + 5 * MINUTE
ONE = "incident 1 of *Support Copilot*"
TS = "1795046460.000100"
KEEP = "incident_response.keep"


class Slack:
    """What Slack says of one message; nothing where Muster cannot see it."""

    def __init__(self, found: Quoted | None = None) -> None:
        self.found = found

    def quote(self, channel: str, ts: str) -> Quoted:
        """The message."""
        if self.found is None:
            raise PermanentError(f"I am not in {channel}, where {ts} is.")
        return self.found


def last(session: Session) -> Event:
    """What was written down last."""
    return incidents.events(session, 1)[-1]


def kept(session: Session, value: str, slack: Slack) -> Reply:
    """What is said once the message was looked at."""
    errand = registry().errands[KEEP]
    ask = asking(session, now=LATER, user=OTHER, kind=Kind.ERRAND, value=value)
    outside: Outside = slack  # type: ignore[assignment]  # only what is asked of it
    asked = errand.ask(ask)
    return errand.keep(ask, asked, errand.fetch(asked, outside))


def test_anybody_notes_what_they_see_and_the_thread_has_it(session: Session, held: Incident) -> None:
    reply = answer(session, "incident note it began at noon", user=OTHER, now=LATER)

    assert reply.text == f"You noted it: the record of {ONE} has it, and the thread."
    assert told(reply) == [(TEAM, "Mia Chen noted:\nit began at noon")]
    assert last(session) == Event(at=LATER, by=OTHER, what=Did.NOTED, detail={"text": "it began at noon"})
    assert now_of(session) == held


def test_a_note_still_joins_what_is_over(session: Session, held: Incident) -> None:
    answer(session, "incident resolve the prompt", user=ML, now=LATER)
    view = form(pressed(session, "incident_response.note", "1", user=OTHER, now=LATER))

    submitted(session, view, {"text": "it was the cache"}, user=OTHER, now=LATER)

    assert last(session).detail == {"text": "it was the cache"}


def test_an_update_goes_to_the_thread_and_sets_when_the_next_is_due(session: Session, held: Incident) -> None:
    incident_settings.save(session, held.product_id, IncidentSettings())
    later = LATER + timedelta(hours=1)

    view = form(pressed(session, "incident_response.update", "1", user=ML, now=later))
    reply = submitted(session, view, {"text": "we rolled back"}, user=ML, now=later)

    assert reply.text == f"You told the channel how {ONE} goes. The next one is due Tue 17 Nov 11:05 CET."
    assert told(reply) == [(TEAM, "Raj Patel says how it goes:\nwe rolled back")]
    due = now_of(session).next_update_at
    assert due is not None
    assert due > later


def test_an_update_is_for_those_who_may_act(session: Session, held: Incident) -> None:
    refused = answer(session, "incident update all is well", user=OTHER, now=LATER)

    assert refused.text.startswith("Incident 1 is for its owner")
    assert last(session).what is Did.ACKNOWLEDGED


def test_words_are_whole_unless_they_are_a_number_only() -> None:
    assert all(says_something(line.split()) for line in ("down", "#1 down", "#outage", "7 users complained"))
    assert not any(says_something(line.split()) for line in ("", "#1", "1"))


@pytest.mark.parametrize("verb", ["note", "update"])
def test_without_words_a_form_asks_for_them(session: Session, product: Product, held: Incident, verb: str) -> None:
    a_kept_incident(session, product)

    views = [form(answer(session, f"incident {verb} {number}", user=ML, now=LATER)) for number in ("1", "#2")]
    reply = submitted(session, views[1], {"text": "we rolled back"}, user=ML, now=LATER)

    assert [(one.name, one.carries["incident"]) for one in views] == [
        (f"incident_response.{verb}", "1"),
        (f"incident_response.{verb}", "2"),
    ]
    assert "incident 2 of *Support Copilot*" in reply.text


def test_an_update_is_asked_for_from_those_who_may_act(session: Session, held: Incident) -> None:
    assert answer(session, "incident update", user=OTHER, now=LATER).text.startswith("Incident 1 is for its owner")
    assert form(answer(session, "incident note", user=OTHER, now=LATER)).title == "Note on incident 1"


def test_a_severity_is_changed_by_a_number_that_is_no_incidents(session: Session, held: Incident) -> None:
    reply = answer(session, "incident severity 1", user=ML, now=LATER)

    assert reply.text == (f"You changed {ONE} from severity 2 to 1 (critical). “incident severity 2” takes it back.")
    assert told(reply) == [(TEAM, "Raj Patel changed its severity from 2 to 1.")]
    assert (now_of(session).severity, now_of(session).called_at) == (Severity.CRITICAL, LATER)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5", "Name a severity, like “incident severity 2”: 1 (critical), 2 (high), 3 (medium), 4 (low)."),
        ("", "Name a severity, like “incident severity 2”: 1 (critical), 2 (high), 3 (medium), 4 (low)."),
        ("2", "Incident 1 is severity 2 already."),
        ("#9 1", "There is no incident #9. Say “incident” to see what is open."),
    ],
)
def test_what_is_no_other_severity_changes_nothing(session: Session, held: Incident, typed: str, said: str) -> None:
    assert answer(session, f"incident severity {typed}", user=ML, now=LATER).text == said
    assert now_of(session) == held


def test_a_severity_of_a_numbered_one_in_any_order(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product)

    answer(session, "incident severity 4 #2", user=PM, now=LATER)
    answer(session, "incident severity #2 sev3", user=PM, now=LATER + MINUTE)

    assert [one.severity for one in incidents.open_ones(session)] == [Severity.HIGH, Severity.MEDIUM]


def test_a_message_is_kept_with_who_wrote_it_when_and_where_once(session: Session, held: Incident) -> None:
    link = "https://x.slack.com/archives/C0TEAM/p1"
    slack = Slack(Quoted(author=ML, text="refunds &lt;b&gt; doubled", ts=TS, permalink=link))

    first, second = (kept(session, f"1 {TEAM} {TS} {ML} cut", slack) for _ in range(2))

    assert first.text == f"You added it to the record of {ONE}, with who wrote it and when."
    assert second.text == f"It is in the record of {ONE} already."
    detail = {"text": "refunds <b> doubled", "author": ML, "permalink": link}
    assert (last(session).what, last(session).by, last(session).detail) == (Did.KEPT, OTHER, detail)
    assert last(session).at.timestamp() == pytest.approx(float(TS))


def test_a_message_that_muster_cannot_see_is_kept_as_it_was_handed_over(session: Session, held: Incident) -> None:
    kept(session, f"1 {TEAM} {TS} - refunds doubled since noon", Slack())

    assert last(session).detail == {"text": "refunds doubled since noon", "author": None, "permalink": ""}


def test_with_one_incident_open_the_message_goes_there(session: Session, held: Incident) -> None:
    ask = asking(session, now=LATER, kind=Kind.SHORTCUT, message=TS, author=ML, quoted="refunds doubled")

    then = registry().shortcuts[KEEP].run(ask).then

    assert then is not None
    assert then.value == f"1 {TEAM} {TS} {ML} refunds doubled"


def test_with_several_open_it_is_asked_which(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product, seen="it is slow")
    ask = asking(session, now=LATER, kind=Kind.SHORTCUT, message=TS, author=ML, quoted="refunds doubled")

    reply = registry().shortcuts[KEEP].run(ask)

    assert read(shown(reply)) == (
        "Several incidents are open: into whose record does the message go?\n"
        "[Incident 1: It makes up refund dates]\n[Incident 2: it is slow]"
    )
    value = buttons(shown(reply))["Incident 2: it is slow"]["value"]
    then = pressed(session, KEEP, value, user=OTHER, now=LATER).then
    assert then is not None
    assert then.value == f"2 {TEAM} {TS} {ML} refunds doubled"


def test_what_is_no_message_is_not_kept(session: Session, held: Incident) -> None:
    with pytest.raises(Exception, match="I do not know which message you mean"):
        registry().shortcuts[KEEP].run(asking(session, now=LATER, kind=Kind.SHORTCUT))
    with pytest.raises(Exception, match="I do not know which message you mean"):
        kept(session, "1", Slack())


def test_whoever_keeps_a_message_says_whether_it_was_there(session: Session, held: Incident) -> None:
    ask, quoted = asking(session, now=LATER), Quoted(author=None, text="from an app", ts=TS, permalink="")

    assert [keep(ask, case_of(ask, "1"), TEAM, quoted) for _ in range(2)] == [True, False]


def test_everything_typed_is_kept_under_the_products_rule_for_personal_data(
    session: Session, product: Product, held: Incident
) -> None:
    products.save(session, replace(product, record=ProductRecord(pii=Pii.REDACT)))
    kept(session, f"1 {TEAM} {TS} {ML} cut", Slack(Quoted(author=ML, text="from mia@example.com", ts=TS, permalink="")))
    for line in ("note", "update", "decide accept", "take", "resolve"):
        answer(session, f"incident {line} ask mia@example.com again", user=PM if line == "take" else ML, now=LATER)
    answer(session, "incident reopen 1 mia@example.com again", user=ML, now=LATER)

    record = incidents.events(session, 1)
    assert [event.what for event in record][2:] == [
        Did.KEPT,
        Did.NOTED,
        Did.UPDATED,
        Did.DECIDED,
        Did.TAKEN,
        Did.RESOLVED,
        Did.REOPENED,
    ]
    assert "mia@example.com" not in str(record)
