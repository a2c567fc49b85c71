"""Whole conversations, as they happen in Slack."""

from bot.store import failure_modes
from tests.features.failure_modes.matrices import a_matrix
from tests.support.dialogue import hear, verify
from tests.support.office import GUEST, ML, OTHER, STRANGER, Office

CHANGED = "You changed *Latency spike* of *Support Copilot*: {}\n[Undo]\n[Show the matrix]"
ADDED = (
    "You added *Wrong language* to the failure modes of *Support Copilot*: high severity. Nobody said yet: likelihood of Wrong"
    " language; what the user sees of Wrong language; recovery of Wrong language.\n[Undo]\n[Show the matrix]"
)
BOTH = (
    "You changed the defences of *Support Copilot*: grounding, no: Answers cite the handbook (was yes: Answers cite the"
    " handbook); output validation, nobody said yet: Prices are checked (nobody had said).\n[Undo]\n[Show the matrix]"
)
FLAGGED = "Errors that show it are flagged in the review from now on."


def test_a_team_agrees_in_one_line_in_a_form_and_takes_back(office: Office) -> None:
    office.database.do(a_matrix)

    assert hear(office, "product failure-modes").startswith("How Support Copilot may fail\n9 blanks. Nobody said yet:")
    verify(
        office,
        [
            (
                "product failure-modes set latency-spike slower than 5 s blocking",
                CHANGED.format(f"blocks a launch (was acceptable); too slow from 5 s (nobody had said). {FLAGGED}"),
            ),
            ("[Add a failure mode]", "(form) Add a failure mode"),
            ({"severity": "high"}, "name: Please complete this required field."),
            (
                {"name": "Wrong language", "severity": "high", "blocking": "blocking", "fallback": "An agent answers"},
                ADDED,
            ),
            ("[Undo]", "You took it back: the failure modes of *Support Copilot* are as they were before."),
        ],
    )
    with office.database.reading() as session:
        retired = [one.retired for one in failure_modes.said(session, 1)]
    assert retired == [False, True]


def test_a_guest_may_look_and_of_two_the_second_hears_of_the_first(office: Office) -> None:
    office.database.do(a_matrix)

    assert "[Change the defences]" in hear(office, "product fmea", user=GUEST)
    assert hear(office, "product fmea", user=STRANGER).startswith("You belong to another workspace: what is kept here")
    verify(
        office,
        [
            (
                "product fmea set hallucination severity low",
                "Guests may look, but not change anything here. Ask somebody of the product's team.",
            )
        ],
        user=GUEST,
    )
    hear(office, "product failures")
    verify(office, [("[Change the defences]", "(form) Layers of defence")])
    verify(
        office,
        [("product failures defence grounding yes Answers cite the handbook", "⋯\n[Undo]\n[Show the matrix]")],
        user=ML,
    )
    verify(
        office,
        [
            (
                {"grounding__in_place": "no", "output_validation__what": "Prices are checked"},
                "",
            ),
            (
                {},
                BOTH,
            ),
        ],
    )


def test_slack_is_asked_about_an_owner_who_is_new_before_they_are_kept(office: Office) -> None:
    office.database.do(a_matrix)
    hear(office, "product failure-modes")
    here = "This person cannot answer for it: {}. Choose somebody else."

    verify(
        office,
        [
            ("product failure-modes set model-outage owner <@U0NEVER>", here.format("they are not here any more")),
            (
                f"product failure-modes model-outage owner <@{OTHER}>",
                f"You changed *Model outage* of *Support Copilot*: owner: <@{OTHER}> (was the PM).\n[Undo]\n[Show the matrix]",
            ),
            ("[Change the defences]", "(form) Layers of defence"),
            ({"grounding__owner": GUEST}, f"grounding__owner: {here.format('guests may look, but not act here')}"),
        ],
    )
