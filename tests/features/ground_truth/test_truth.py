"""What is said about proposed answers: who decides, what becomes of them, and who hears of it."""

import pytest
from sqlmodel import Session

from bot.domain.truth import Origin, Truth
from bot.features.ground_truth.names import UNDECIDE
from bot.store import audit, products, truths
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear, pressed, verify
from tests.support.office import GUEST, ML, PM, STRANGER, Office
from tests.support.truth import EXPERT, SECOND, a_proposal, a_team_with_expert, decided

NOBODY = (
    "No domain expert is named for *Support Copilot*, so its product manager and the admins decide."
    " Name one: `/muster product edit copilot`"
)
ASKED = "Asked: How long does a refund take?\nSaid: A refund takes two weeks.\nProposed: five days"
BUTTONS = "[Accept]\n[Amend]\n[Reject]"


def one_proposal(session: Session) -> Truth:
    """Raj proposed it, Mia is the domain expert."""
    return a_proposal(session, a_team_with_expert(session))


def state_of(office: Office, number: int = 1) -> tuple[str, str | None, str | None]:
    with office.database.reading() as session:
        truth = truths.with_id(session, number)
        assert truth is not None
        return truth.state, truth.answer, truth.decided_by


def test_an_expert_sees_what_waits_accepts_it_and_takes_it_back(office: Office) -> None:
    office.database.do(one_proposal)

    verify(
        office,
        [
            (
                "truth",
                (
                    "Answers of Support Copilot to verify\n"
                    "1 proposal of *Support Copilot* waits. Domain experts decide: <@U0ELSE>.\n"
                    f"{ASKED}\nProposal 1, by <@U0ML> in an error review\n{BUTTONS}"
                ),
            ),
            ("[Accept]", "You accepted proposal 1 of *Support Copilot*. <@U0ML> is told.\n[Undo]"),
        ],
        user=EXPERT,
    )
    assert state_of(office) == ("accepted", "five days", EXPERT)

    verify(office, [("[Undo]", "You took it back: proposal 1 of *Support Copilot* waits again.")], user=EXPERT)
    assert state_of(office) == ("proposed", None, None)


def test_the_proposer_learns_what_became_of_it(office: Office) -> None:
    office.database.do(one_proposal)

    hear(office, "truth accept 1", user=EXPERT)
    hear(office, "[Undo]", user=EXPERT)
    hear(office, "truth reject 1 It takes six", user=EXPERT)

    told = [one["text"] for one in office.slack.messages() if one["channel"].startswith("D") and one.get("bot_id")]
    assert told == [
        "<@U0ELSE> accepted your answer for *Support Copilot*. It is ground truth now.",
        "<@U0ELSE> took back what was decided of your answer for *Support Copilot*: it waits again.",
        "<@U0ELSE> did not accept your answer for *Support Copilot*.",
    ]


def test_amending_and_rejecting_open_forms(office: Office) -> None:
    office.database.do(one_proposal)

    verify(
        office,
        [
            (
                "truth 1",
                f"Proposal 1 for Support Copilot\n{ASKED}\nProposal 1, by <@U0ML> in an error review\n{BUTTONS}",
            ),
            ("[Amend]", "(form) Amend the answer"),
            ({"answer": "five working days"}, "You amended proposal 1 of *Support Copilot*. <@U0ML> is told.\n[Undo]"),
            ("[Undo]", "You took it back: proposal 1 of *Support Copilot* waits again."),
            (
                "truth 1",
                f"Proposal 1 for Support Copilot\n{ASKED}\nProposal 1, by <@U0ML> in an error review\n{BUTTONS}",
            ),
            ("[Reject]", "(form) Reject the answer"),
            ({"reason": "it takes six"}, "You rejected proposal 1 of *Support Copilot*. <@U0ML> is told.\n[Undo]"),
            (
                "truth 1",
                (
                    f"Proposal 1 for Support Copilot\n{ASKED}\nWhy: it takes six\nRejected by <@U0ELSE>\n"
                    "Proposal 1, by <@U0ML> in an error review"
                ),
            ),
        ],
        user=EXPERT,
    )


def test_an_amended_answer_is_what_holds_and_unchanged_words_accept(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    office.database.do(lambda session: a_proposal(session, product))
    office.database.do(lambda session: a_proposal(session, product, id="p2"))

    hear(office, "truth amend 1 five working days", user=EXPERT)
    hear(office, "truth amend 2 five days", user=EXPERT)

    assert state_of(office, 1) == ("amended", "five working days", EXPERT)
    assert state_of(office, 2) == ("accepted", "five days", EXPERT)


def test_only_the_experts_decide_and_others_are_told_whom_to_ask(office: Office) -> None:
    office.database.do(one_proposal)
    told = "Only the domain experts of *Support Copilot* decide what is right. Ask <@U0ELSE>."

    verify(office, [(f"truth {verb} 1 words", told) for verb in ("accept", "amend", "reject")], user=PM)

    looked = "Answers of Support Copilot to verify\n⋯\n⋯\n⋯\n⋯\nProposal 1, by <@U0ML> in an error review"
    verify(office, [("truth", looked)], user=PM)
    refused = [one.what for one in office.database.do(audit.everything) if one.outcome is audit.Outcome.REFUSED]
    assert refused == ["truth accept 1 words", "truth amend 1 words", "truth reject 1 words"]


def test_guests_look_and_strangers_do_not(office: Office) -> None:
    office.database.do(one_proposal)

    assert "Proposed: five days" in hear(office, "truth", user=GUEST)
    verify(
        office,
        [("truth accept 1", "Guests may look, but not change anything here. Ask somebody of the product's team.")],
        user=GUEST,
    )
    verify(
        office,
        [("truth", "You belong to another workspace: what is kept here is for the people of this one.")],
        user=STRANGER,
    )


def test_without_an_expert_the_product_manager_decides_and_it_is_said(office: Office) -> None:
    product = office.database.do(a_team)
    office.database.do(lambda session: a_proposal(session, product))

    verify(office, [("truth accept 1", f"Only <@U0PM> may decide: {NOBODY[0].lower()}{NOBODY[1:]}")], user=ML)
    assert NOBODY in hear(office, "truth")
    verify(
        office, [("truth accept 1", f"You accepted proposal 1 of *Support Copilot*. <@U0ML> is told. {NOBODY}\n[Undo]")]
    )


def test_nobody_verifies_their_own_proposal_while_there_is_another_expert(office: Office) -> None:
    product = office.database.do(lambda session: a_team_with_expert(session, EXPERT, SECOND))
    office.database.do(lambda session: a_proposal(session, product, by=EXPERT))

    own = "You proposed this yourself, so somebody else verifies it. Ask <@U0DOC>."
    verify(office, [("truth accept 1", own), ("truth amend 1 six days", own)], user=EXPERT)
    verify(
        office,
        [("truth reject 1 I was wrong", "You rejected proposal 1 of *Support Copilot*. It was your own.\n[Undo]")],
        user=EXPERT,
    )


def test_the_only_expert_verifies_their_own_proposal_and_it_is_said(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    office.database.do(lambda session: a_proposal(session, product, by=EXPERT))

    verify(
        office,
        [
            (
                "truth accept 1",
                "You accepted proposal 1 of *Support Copilot*. It was your own: there is nobody else who could decide it.\n[Undo]",
            )
        ],
        user=EXPERT,
    )
    assert [one for one in office.slack.messages() if one["channel"].startswith("D")] == []


def test_who_is_named_in_a_file_is_not_told(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    office.database.do(lambda session: a_proposal(session, product, origin=Origin.FEEDBACK, by="U0ML"))

    verify(
        office,
        [
            (
                "truth",
                "⋯\n⋯\n⋯\n⋯\n⋯\nProposal 1, loaded as feedback from U0ML, prediction p1\n[Accept]\n[Amend]\n[Reject]",
            ),
            ("truth accept 1", "You accepted proposal 1 of *Support Copilot*.\n[Undo]"),
        ],
        user=EXPERT,
    )
    assert [one for one in office.slack.messages() if one["channel"].startswith("D")] == []


def test_the_second_of_two_experts_is_told_who_was_first(office: Office) -> None:
    product = office.database.do(lambda session: a_team_with_expert(session, EXPERT, ML))
    office.database.do(lambda session: a_proposal(session, product, by=PM))
    hear(office, "truth", user=EXPERT)
    hear(office, "[Amend]", user=EXPERT)

    hear(office, "truth", user=ML)
    hear(office, "[Accept]", user=ML)

    first = "<@U0ML> accepted proposal 1 already, on ⋯ at ⋯; nothing was changed."
    verify(office, [({"answer": "six days"}, f"answer: {first}")], user=EXPERT)
    verify(office, [("truth accept 1", first)], user=EXPERT)
    verify(office, [("truth accept 1", first.replace("<@U0ML>", "You"))], user=ML)
    assert state_of(office) == ("accepted", "five days", ML)


def test_a_proposal_that_was_changed_since_it_was_seen_is_not_accepted_unseen(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    office.database.do(lambda session: a_proposal(session, product))
    hear(office, "truth", user=EXPERT)
    office.database.do(lambda session: a_proposal(session, product, proposal="six days"))

    verify(
        office,
        [
            (
                "[Accept]",
                "Proposal 1 was changed since you saw it; nothing was decided. Look at it again: `/muster truth 1`",
            )
        ],
        user=EXPERT,
    )
    assert state_of(office) == ("proposed", None, None)


def test_a_decision_is_taken_back_by_who_made_it_and_not_under_the_golden_set(database: Database) -> None:
    product = database.do(a_team_with_expert)
    database.do(lambda session: decided(session, a_proposal(session, product)))

    def press(user: str) -> str:
        return database.do(lambda session: pressed(session, UNDECIDE, "1 2", user=user)).text

    assert press(ML) == "<@U0ELSE> decided this: only they take it back."
    database.do(lambda session: answer(session, "golden pick 1"))
    assert press(EXPERT) == "Proposal 1 is in the golden set: take it out first: `/muster golden drop 1`"
    database.do(lambda session: answer(session, "golden drop 1"))
    assert press(EXPERT) == "You took it back: proposal 1 of *Support Copilot* waits again."
    assert press(EXPERT) == (
        "Proposal 1 was changed since you saw it; nothing was decided. Look at it again: `/muster truth 1`"
    )


@pytest.mark.parametrize("words", ["truth 99", "truth accept 99", "truth amend 99 x", "truth reject 99 x"])
def test_a_number_that_nothing_has_is_said(office: Office, words: str) -> None:
    office.database.do(a_team)

    verify(office, [(words, "There is no proposal 99. `/muster truth` shows those that wait.")])


def test_words_that_lack_something_say_what(office: Office) -> None:
    office.database.do(one_proposal)

    verify(
        office,
        [
            ("truth accept", "Say the number of a proposal. `/muster truth` shows those that wait."),
            (
                "truth amend 1",
                "Say what is right too: `/muster truth amend 1 ...`, or press the button of `/muster truth 1`",
            ),
            ("truth reject 1", "Say why too: `/muster truth reject 1 ...`, or press the button of `/muster truth 1`"),
        ],
        user=EXPERT,
    )


def test_more_than_five_come_page_by_page(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    with office.database.unit_of_work() as session:
        for n in range(7):
            a_proposal(session, product, id=f"p{n}")

    first, second = hear(office, "truth", user=EXPERT), hear(office, "[Next ones]", user=EXPERT)

    assert [f"Proposal {n}," in first for n in range(1, 8)] == [True] * 5 + [False] * 2
    assert [f"Proposal {n}," in second for n in range(1, 8)] == [False] * 5 + [True] * 2
    assert "[Next ones]" not in second


def test_nothing_waits_and_an_archived_product_is_said(office: Office) -> None:
    product = office.database.do(a_team_with_expert)
    verify(office, [("truth", "No proposed answer of *Support Copilot* waits to be verified.")])
    office.database.do(lambda session: a_proposal(session, product))
    office.database.do(lambda session: products.archive(session, product.id, MONDAY))

    verify(office, [("truth accept 1", "This product is not there any more: it was archived.")], user=EXPERT)
