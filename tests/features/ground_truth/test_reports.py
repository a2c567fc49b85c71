"""Bad answers reported from Slack: what is asked, what is kept, and how it is taken back."""

from datetime import UTC, datetime

import pytest

from bot.domain.people import Role
from bot.domain.prediction import Feedback, Prediction
from bot.domain.product import Pii, ProductRecord
from bot.features.ground_truth.names import REPORT, WITHDRAW
from bot.store import held, products, reports, truths
from bot.store.reports import Report
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, hear, pressed, verify
from tests.support.office import ELSEWHERE, GUEST, ML, OTHER, PM, STRANGER, TEAM, Office
from tests.support.truth import a_seated_report, a_team_with_expert

SAID = "Refunds take &lt;two&gt; weeks &amp; more."
ANSWER = "Refunds take <two> weeks & more."
REPORTED = "You reported a bad answer: it joins the next review of *Support Copilot*.\n[Undo]"


def shortcut(office: Office, ts: str, *, user: str = PM, channel: str = TEAM) -> str:
    """Use “Report a bad AI answer” on a message; the title of the form that opens, or what is said instead."""
    before = len(office.slack.ephemerals())
    assert office.slack.shortcut(user, REPORT, channel=channel, ts=ts).ok
    office.settle()
    told = office.slack.ephemerals()[before:]
    if told:
        return str(told[-1]["text"])
    form = office.slack.modal(user)
    assert form is not None
    return str(form["title"]["text"])


def message(office: Office, text: str = SAID, *, channel: str = TEAM) -> str:
    """Somebody's message in the channel, its ts."""
    return str(office.slack.workspace.say(channel, OTHER, text)["ts"])


def filled(office: Office, user: str = PM) -> dict[str, str]:
    """What stands in the fields of the open form."""
    form = office.slack.modal(user)
    assert form is not None
    elements = {block["block_id"]: block.get("element", {}) for block in form["blocks"] if block["type"] == "input"}
    return {name: str(one["initial_value"]) for name, one in elements.items() if "initial_value" in one}


def waiting(database: Database, product_id: int = 1) -> list[Report]:
    with database.reading() as session:
        return reports.waiting(session, product_id)


def kept(database: Database, name: str) -> Prediction:
    with database.reading() as session:
        found = held.called(session, 1, name)
    assert found is not None
    return found.prediction


def test_a_message_becomes_a_prediction_a_voice_and_a_proposal(office: Office) -> None:
    office.database.do(a_team_with_expert)
    ts = message(office)

    assert shortcut(office, ts) == "Report a bad answer"
    assert filled(office) == {"answer": ANSWER}
    fields = {"asked": "How long?", "expected": "Five days.", "note": "A customer complained."}
    verify(office, [(fields, REPORTED)])

    name = f"slack/{TEAM}/{ts}"
    seconds, micros = ts.split(".")
    assert kept(office.database, name) == Prediction(
        id=name,
        occurred_at=datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros)),
        input="How long?",
        output=ANSWER,
        expected="Five days.",
        feedback=Feedback.DOWN,
        trace_url=f"https://slack.com/archives/{TEAM}/p{ts.replace('.', '')}",
    )
    (report,) = waiting(office.database)
    assert [(one.user, one.note) for one in report.voices] == [(PM, "A customer complained.")]
    with office.database.reading() as session:
        (truth,) = truths.waiting(session, 1, limit=9)
    assert (truth.proposal, truth.proposed_by, truth.origin) == ("Five days.", PM, "report")


def test_the_same_person_edits_their_report_and_another_adds_a_voice(office: Office) -> None:
    office.database.do(a_team_with_expert)
    ts = message(office)
    shortcut(office, ts)
    hear(office, {"answer": "Two weeks.", "expected": "Five days."})

    shortcut(office, ts)
    assert filled(office) == {"answer": "Two weeks.", "expected": "Five days."}
    edited = "You changed your report: it joins the next review of *Support Copilot*.\n[Withdraw]"
    verify(office, [({"expected": None, "note": "again"}, edited)])
    shortcut(office, ts, user=ML)
    assert filled(office, ML) == {"answer": "Two weeks."}
    verify(office, [({"answer": "Something else", "asked": "How long?", "note": "me too"}, REPORTED)], user=ML)

    prediction = kept(office.database, f"slack/{TEAM}/{ts}")
    assert (prediction.output, prediction.input, prediction.expected) == ("Two weeks.", "How long?", None)
    (report,) = waiting(office.database)
    assert [(one.user, one.note) for one in report.voices] == [(PM, "again"), (ML, "me too")]
    with office.database.reading() as session:
        assert truths.waiting(session, 1, limit=9) == []


def test_undo_takes_the_report_its_proposal_and_its_answer_back(office: Office) -> None:
    office.database.do(a_team_with_expert)
    ts = message(office)
    shortcut(office, ts)
    hear(office, {"expected": "Five days."})

    verify(office, [("[Undo]", "You took your report back: it does not join the review of *Support Copilot*.")])

    assert waiting(office.database) == []
    with office.database.reading() as session:
        assert truths.waiting(session, 1, limit=9) == []
        assert held.called(session, 1, f"slack/{TEAM}/{ts}") is None


def test_what_others_reported_too_stays_when_one_takes_it_back(office: Office) -> None:
    office.database.do(a_team_with_expert)
    ts = message(office)
    for user in (PM, ML):
        shortcut(office, ts, user=user)
        hear(office, {"note": f"from {user}"}, user=user)

    hear(office, "[Undo]", user=ML)

    (report,) = waiting(office.database)
    assert [one.user for one in report.voices] == [PM]
    assert kept(office.database, f"slack/{TEAM}/{ts}").output == ANSWER


def test_a_report_that_sits_in_a_review_stays_and_nobody_takes_back_anothers(database: Database) -> None:
    database.do(a_seated_report)

    def press(user: str, value: str = "1") -> str:
        return database.do(lambda session: pressed(session, WITHDRAW, value, user=user)).text

    assert press(PM) == "Somebody else reported this: only they take it back."
    assert press(ML) == ("This answer sits in a review already, so your report stays. Say there what you think of it.")
    assert press(ML, "99") == "This report was taken back already."


def test_elsewhere_the_product_is_chosen_and_in_a_channel_of_its_own_it_is_not(office: Office) -> None:
    office.database.do(a_team)
    office.database.do(lambda session: a_team(session, key="refunds", name="Refunds", team_channel="C0NEW"))
    ts = message(office, channel=ELSEWHERE)

    shortcut(office, ts, channel=ELSEWHERE)
    form = office.slack.modal(PM)
    assert form is not None
    assert [one["text"]["text"] for one in form["blocks"][0]["element"]["options"]] == ["Support Copilot", "Refunds"]
    hear(office, {"product": "Refunds"}, channel=ELSEWHERE)
    assert [len(waiting(office.database, number)) for number in (1, 2)] == [0, 1]
    shortcut(office, ts, channel=ELSEWHERE)
    hear(office, {"note": "the product that was chosen stands there already"}, channel=ELSEWHERE)
    assert [len(waiting(office.database, number)) for number in (1, 2)] == [0, 1]

    shortcut(office, message(office))
    form = office.slack.modal(PM)
    assert form is not None
    assert form["blocks"][0]["elements"][0]["text"] == "It joins the next error review of Support Copilot."


def test_what_is_reported_follows_the_products_rule_for_personal_data(office: Office) -> None:
    office.database.do(lambda session: a_team(session, record=ProductRecord(pii=Pii.REDACT)))
    ts = message(office, "Write to ana@example.com")

    shortcut(office, ts)
    hear(office, {"expected": "bo@example.com", "asked": "cy@example.com", "note": "di@example.com"})

    prediction = kept(office.database, f"slack/{TEAM}/{ts}")
    (report,) = waiting(office.database)
    with office.database.reading() as session:
        (truth,) = truths.waiting(session, 1, limit=9)
    assert (prediction.output, prediction.input) == ("Write to [e-mail]", "[e-mail]")
    assert (prediction.expected, truth.proposal, report.voices[0].note) == ("[e-mail]",) * 3
    assert prediction.trace_url == f"https://slack.com/archives/{TEAM}/p{ts.replace('.', '')}"


@pytest.mark.parametrize(
    ("user", "told"),
    [
        (GUEST, "Guests may look, but not change anything here. Ask somebody of the product's team."),
        (STRANGER, "You belong to another workspace: only people of this one may act here."),
    ],
)
def test_only_members_report(office: Office, user: str, told: str) -> None:
    office.database.do(a_team)

    assert shortcut(office, message(office, channel="C0SHARED"), user=user, channel="C0SHARED") == told


def test_without_a_product_or_after_it_was_archived_it_is_said(office: Office) -> None:
    assert shortcut(office, message(office)).startswith("There is no product yet.")
    product = office.database.do(a_team)
    shortcut(office, message(office))
    office.database.do(lambda session: products.archive(session, product.id, MONDAY))

    verify(office, [({"note": "x"}, "answer: This product is not there any more: it was archived.")])


def test_who_reports_need_not_be_of_the_products_team(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))
    shortcut(office, message(office), user=OTHER)

    verify(office, [({"note": "seen in support"}, REPORTED)], user=OTHER)
