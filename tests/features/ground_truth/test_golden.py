"""What is said about the golden set: how far it is, what is picked, what is taken out, and what waits for whom."""

import pytest
from sqlmodel import Session

from bot.domain.golden import Golden
from bot.domain.people import Role
from bot.domain.prediction import Feedback
from bot.domain.truth import Origin, TruthState
from bot.features.ground_truth.names import DROP, PICK, PICK_ALL, PICK_GOOD, PUT_BACK, UNPICK
from bot.store import golden, truths
from bot.store.session import Database
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear, pressed, verify
from tests.support.office import GUEST, ML, OTHER, PM, STRANGER, Office
from tests.support.truth import EXPERT, a_golden, a_held, a_proposal, a_team_with_expert, a_verified, decided

NOT_YOURS = "The product manager of *Support Copilot* picks its golden set, and the admins may. Ask <@U0PM>."
SEE = "[Undo]\n[Golden set]"


def in_set(database: Database) -> list[Golden]:
    with database.reading() as session:
        return golden.of_product(session, 1)


def a_mixed_set(session: Session) -> None:
    """Two corrected rows and a good one in it; one verified answer and one proposal that wait."""
    product = a_team_with_expert(session)
    a_golden(session, product, id="g1", segment="refunds")
    a_golden(session, product, id="g2", segment="refunds")
    row_id, prediction = a_held(session, product, id="good", correct=True, input="Hi?", output="Hello.")
    golden.put(session, product, row_id, answer=prediction.output or "", truth_id=None, by=PM, now=MONDAY)
    a_verified(session, product, id="v1")
    a_proposal(session, product, id="w1")


def test_the_overview_counts_towards_the_goal_and_says_what_waits(office: Office) -> None:
    office.database.do(a_mixed_set)
    overview = (
        "Golden set of Support Copilot\n"
        "3 of 200 rows: 1 good output, 2 corrected ones.\n"
        "1 verified answer could join it.\n"
        "1 proposal waits for a domain expert.\n"
        "Segments: refunds 2, without a segment 1\n"
    )

    verify(office, [("golden", f"{overview}[See the rows]\n[Pick]\n[Good outputs]")])
    verify(office, [("golden", f"{overview}[See the rows]")], user=GUEST)


def test_the_product_manager_picks_one_and_takes_it_back(office: Office) -> None:
    office.database.do(lambda session: a_verified(session, a_team_with_expert(session)))

    verify(
        office,
        [
            (
                "golden pick",
                (
                    "1 verified answer of *Support Copilot* could join the golden set.\n"
                    "Proposal 1\nAsked: How long does a refund take?\nRight: five days\n[Pick]\n[Pick all 1]"
                ),
            ),
            ("[Pick]", f"You put proposal 1 into the golden set of *Support Copilot*: 1 of 200 rows.\n{SEE}"),
            ("[Undo]", "You took it back: 1 row of *Support Copilot* is out again."),
            (
                "golden",
                "Golden set of Support Copilot\n0 of 200 rows.\nNothing waits to join it.\n[Pick]\n[Good outputs]",
            ),
        ],
    )


def test_all_that_waits_is_picked_at_once_and_taken_back_at_once(office: Office) -> None:
    with office.database.unit_of_work() as session:
        product = a_team_with_expert(session)
        for n in range(10):
            a_verified(session, product, id=f"p{n}")
        a_proposal(session, product, id="waits")

    verify(
        office,
        [
            ("golden pick all", f"You put 10 answers into the golden set of *Support Copilot*: 10 of 200 rows.\n{SEE}"),
            ("golden pick all", "Nothing verified waits to join the golden set of *Support Copilot*."),
            ("golden pick 3", "This prediction is in the golden set already, as row 3."),
        ],
    )
    told = next(one for one in office.slack.ephemerals() if one["text"].startswith("You put 10 answers"))
    office.slack.click(PM, "C0TEAM", told["ts"], UNPICK, _value(told, UNPICK))
    office.settle()
    assert in_set(office.database) == []


def _value(message: dict[str, object], action: str) -> str:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    elements = [element for block in blocks for element in block.get("elements", ()) if block["type"] == "actions"]
    return next(str(one["value"]) for one in elements if one["action_id"] == action)


def test_a_row_is_dropped_put_back_and_keeps_its_number_and_its_id(office: Office) -> None:
    before = office.database.do(lambda session: a_golden(session, a_team_with_expert(session)))
    row = "Row 1, corrected\nAsked: How long does a refund take?\nRight: five days"

    verify(
        office,
        [
            ("golden list", f"Golden set of Support Copilot\n{row}\n[Drop]"),
            ("[Drop]", f"You took row 1 out of the golden set of *Support Copilot*.\n{SEE}"),
            ("golden list", "There is nothing in the golden set of *Support Copilot*."),
            ("[Undo]", "You took it back: row 1 is in the golden set of *Support Copilot* again."),
            ("golden drop 1 The policy changed", f"You took row 1 out of the golden set of *Support Copilot*.\n{SEE}"),
            ("golden drop 1", "Row 1 is out of the golden set already."),
            ("golden pick", "Nothing verified waits to join the golden set of *Support Copilot*."),
            ("golden pick 1", f"You put proposal 1 into the golden set of *Support Copilot*: 1 of 200 rows.\n{SEE}"),
        ],
    )

    (after,) = in_set(office.database)
    assert (after.id, after.golden_id, after.answer) == (before.id, before.golden_id, before.answer)


@pytest.mark.parametrize("known", [{"correct": True}, {"feedback": Feedback.UP}])
def test_a_good_output_joins_with_its_output_as_the_answer(office: Office, known: dict[str, object]) -> None:
    with office.database.unit_of_work() as session:
        a_held(session, a_team(session), id="p 1", input="Hi?", output="Hello.", **known)

    verify(
        office,
        [
            (
                "golden good",
                (
                    "Good outputs of *Support Copilot* that could join the golden set, the latest first.\n"
                    "p 1\nAsked: Hi?\nSaid: Hello.\n[Pick]"
                ),
            ),
            ("[Pick]", f"You put a good output into the golden set of *Support Copilot*: 1 of 200 rows.\n{SEE}"),
            ("[Undo]", "You took it back: 1 row of *Support Copilot* is out again."),
            (
                "golden good p 1",
                f"You put a good output into the golden set of *Support Copilot*: 1 of 200 rows.\n{SEE}",
            ),
        ],
    )
    (row,) = in_set(office.database)
    assert (row.answer, row.is_good, row.truth_id) == ("Hello.", True, None)


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"correct": False, "feedback": Feedback.UP},
        {"feedback": Feedback.DOWN},
        {"correct": True, "hallucinated": True},
        {"correct": True, "output": "  "},
    ],
)
def test_an_output_that_nobody_called_good_does_not_join(database: Database, known: dict[str, object]) -> None:
    with database.unit_of_work() as session:
        a_held(session, a_team(session), id="p1", **known)
        told = answer(session, "golden good p1").text

    assert told.startswith("This output was neither judged correct nor given a thumbs up")
    assert in_set(database) == []


def test_a_good_output_does_not_take_the_place_of_a_verified_answer(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team_with_expert(session)
        a_golden(session, product, id="p1", correct=True)
        a_verified(session, product, id="p2", correct=True)
        told = [answer(session, f"golden good {name}").text for name in ("p1", "p2", "p3")]

    assert told == [
        "This prediction is in the golden set already, as row 1.",
        "An expert verified another answer for it: pick proposal 2 instead.",
        "There is no prediction “p3” of *Support Copilot* here.",
    ]


def test_only_the_product_manager_and_admins_pick(office: Office) -> None:
    office.database.do(a_mixed_set)

    acts = ["golden pick", "golden pick 4", "golden pick all", "golden good", "golden good good", "golden drop 1"]
    verify(office, [(act, NOT_YOURS) for act in acts], user=ML)
    verify(office, [(act, NOT_YOURS) for act in acts], user=EXPERT)
    stranger = "You belong to another workspace: what is kept here is for the people of this one."
    verify(office, [("golden", stranger), ("golden list", stranger)], user=STRANGER)
    assert len(in_set(office.database)) == 3


@pytest.mark.parametrize(
    ("action", "value"),
    [
        (PICK, "3"),
        (PICK_ALL, "1"),
        (PICK_GOOD, "1 3"),
        (DROP, "1"),
        (PUT_BACK, "1"),
        (UNPICK, f"1 {MONDAY.isoformat()}"),
    ],
)
def test_a_button_is_no_way_around(database: Database, action: str, value: str) -> None:
    with database.unit_of_work() as session:
        a_mixed_set(session)
        assert pressed(session, action, value, user=ML).text == NOT_YOURS


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        (UNPICK, "1 nonsense", "Nothing of this is in the golden set any more."),
        (UNPICK, "99 x", "This product is not there any more: it was archived."),
        (PICK, "x", "Say the number of a proposal. `/muster truth` shows those that wait."),
        (PICK_GOOD, "1 99", "This prediction is not here any more."),
        (DROP, "99", "There is no row 99. `/muster golden list` shows the rows of the golden set."),
        (PUT_BACK, "1", "Row 1 is in the golden set already."),
    ],
)
def test_a_stale_or_forged_button_is_answered_in_words(database: Database, action: str, value: str, told: str) -> None:
    with database.unit_of_work() as session:
        a_mixed_set(session)
        assert pressed(session, action, value).text == told


def test_what_is_not_verified_is_not_picked(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team_with_expert(session)
        a_proposal(session, product, id="p1")
        decided(session, a_proposal(session, product, id="p2"), TruthState.REJECTED, answer=None)
        told = [answer(session, f"golden pick {number}").text for number in (1, 2, 99)]

    assert told == [
        ("Proposal 1 waits for a domain expert: only what was verified is picked. See it: `/muster truth 1`"),
        "Proposal 2 was rejected by <@U0ELSE>: it is not ground truth.",
        "There is no proposal 99. `/muster truth` shows those that wait.",
    ]


def test_an_answer_verified_later_for_the_same_prediction_takes_the_place_when_it_is_picked(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team_with_expert(session)
        row = a_golden(session, product)
        again = a_proposal(session, product, proposal="six days", origin=Origin.REPORT, by=PM)
        decided(session, again, answer="six days", now=MONDAY.replace(hour=9))
        waits = [one.answer for one in golden.candidates(session, product.id)]
        answer(session, "golden pick all")

    assert waits == ["six days"]
    (after,) = in_set(database)
    assert (after.id, after.golden_id, after.answer) == (row.id, row.golden_id, "six days")


def test_more_rows_than_fit_come_page_by_page(office: Office) -> None:
    with office.database.unit_of_work() as session:
        product = a_team_with_expert(session)
        for n in range(10):
            a_golden(session, product, id=f"p{n}")

    first, second = hear(office, "golden list"), hear(office, "[Next ones (2)]")

    assert [f"Row {n}," in first for n in range(1, 11)] == [True] * 8 + [False] * 2
    assert [f"Row {n}," in second for n in range(1, 11)] == [False] * 8 + [True] * 2


def test_what_waits_for_the_expert_and_for_the_product_manager_is_said(office: Office) -> None:
    office.database.do(a_mixed_set)
    verifies = "1 proposed answer of *Support Copilot* waits for you to verify.\n[Look]"
    picks = "1 verified answer of *Support Copilot* could join the golden set.\n[Pick]"

    told = {user: hear(office, "me", user=user) for user in (EXPERT, PM, ML)}

    assert [[one in told[user] for one in (verifies, picks)] for user in (EXPERT, PM, ML)] == [
        [True, False],
        [False, True],
        [False, False],
    ]


def test_ones_own_proposal_waits_for_others_and_for_oneself_only_when_alone(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_team(session, people={Role.PM: PM, Role.DOMAIN_EXPERT: [EXPERT, ML]})
        a_proposal(session, product, by=ML)
        two = [_waits(session, user) for user in (EXPERT, ML)]
    with database.unit_of_work() as session:
        alone = a_team(session, key="b", name="B", people={Role.PM: PM, Role.DOMAIN_EXPERT: [OTHER]})
        a_proposal(session, alone, by=OTHER)
        truths.withdraw(session, prediction_row_id=1, origin=Origin.REVIEW, by=ML)
        one = _waits(session, OTHER)

    assert (two, one) == ([True, False], True)


def _waits(session: Session, user: str) -> bool:
    blocks = answer(session, "me", user=user).blocks
    return any("for you to verify" in str(block.get("text")) for block in blocks)
