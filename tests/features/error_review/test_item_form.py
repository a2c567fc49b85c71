"""The form for one item: what a person says in it is kept beside what others say, and nothing typed is lost."""

from bot.domain.reviewing import Part
from bot.kit.forms import field_of
from bot.store import kinds, reviews, truths
from tests.support.dialogue import hear, verify
from tests.support.meetings import a_meeting
from tests.support.office import ML, OTHER, PM, Office


def fields(office: Office, user: str) -> list[str]:
    form = office.slack.modal(user)
    assert form is not None
    return [field_of(block["block_id"]) for block in form["blocks"] if block["type"] == "input"]


def test_an_item_is_reviewed_from_the_message_by_whoever_speaks_for_a_part(office: Office) -> None:
    meeting = a_meeting(office)

    verify(
        office,
        [
            ("[Review]", "(form) Number 6 of 6"),
            ({"note": "", "severity": None}, "note: Choose or write something; to leave it as it is, press Cancel."),
            (
                {"severity": "harmful", "note": "They cannot pay their rent."},
                "You spoke on number 6: harmful.",
            ),
        ],
    )
    hear(office, "[Review]", user=ML)
    asked = fields(office, ML)
    hear(office, {"cause": "retrieval"}, user=ML)

    said = meeting.items[5].said
    assert asked == ["cause", "note", "answer", "new_kind"]
    assert [(one.user, one.verdict, one.note) for one in said.words] == [
        (PM, "harmful", "They cannot pay their rent."),
        (ML, "retrieval", ""),
    ]
    assert said.is_reviewed


def test_somebody_without_a_role_here_chooses_what_to_speak_for(office: Office) -> None:
    meeting = a_meeting(office)

    hear(office, "[Review]", user=OTHER)
    asked = fields(office, OTHER)
    hear(office, {"cause": "prompt", "severity": "annoying"}, user=OTHER)

    assert asked[:2] == ["severity", "cause"]
    assert meeting.items[5].said.is_reviewed


def test_two_people_who_speak_for_the_same_part_are_told_and_both_stay(office: Office) -> None:
    meeting = a_meeting(office)
    hear(office, "[Review]", user=OTHER)
    hear(office, "[Review]")
    hear(office, {"severity": "annoying"})

    told = hear(office, {"severity": "harmful", "note": "we lose them"}, user=OTHER)

    assert told == (
        "You spoke on number 6: annoying, harmful. You differ about Product: <@U0PM> says annoying,"
        " <@U0ELSE> says harmful. Both stay, <@U0PM> settles it."
    )
    assert [(one.user, one.note) for one in meeting.items[5].said.words] == [(PM, ""), (OTHER, "we lose them")]


def test_the_list_is_walked_through_in_forms_alone(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    heard = [hear(office, "[In a form]")]
    for _ in range(6):
        heard.append(hear(office, {"severity": "acceptable"}))  # noqa: PERF401 each turn follows from the one before

    assert heard[0] == "(form) Number 1 of 6"
    assert heard[-1] == "You are through the list."
    assert [item.said.verdicts(Part.PRODUCT) for item in meeting.items] == [("acceptable",)] * 6
    assert hear(office, "[In a form]") == "You have spoken on everything here. Thank you."


def test_the_next_form_of_the_walk_does_not_keep_what_was_typed_in_the_one_before(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    hear(office, "[In a form]")
    hear(office, {"severity": "harmful", "note": "about the first"})
    hear(office, {"severity": "annoying"})

    assert [(one.verdict, one.note) for one in meeting.items[1].said.words] == [("annoying", "")]


def test_the_right_answer_is_a_proposal(office: Office) -> None:
    meeting = a_meeting(office)
    hear(office, "[Review]")
    hear(office, {"severity": "harmful", "answer": "Block the card in the app."})

    waiting = office.database.do(lambda session: truths.waiting(session, meeting.product.id, limit=5))

    assert [(one.proposal, one.proposed_by) for one in waiting] == [("Block the card in the app.", PM)]


def test_kinds_of_error_grow_from_the_teams_own_words(office: Office) -> None:
    meeting = a_meeting(office)
    hear(office, "[Review]")
    hear(office, {"severity": "harmful", "new_kind": "Made-up fee"})
    meeting.press("Start review")
    hear(office, "[Say more]")
    assert "kind" in fields(office, PM)
    kind = office.database.do(lambda session: kinds.of_product(session, meeting.product.id))[0]
    hear(office, {"severity": "annoying", "kind": str(kind.id)})

    assert [item.kind for item in meeting.items] == ["Made-up fee", None, None, None, None, "Made-up fee"]


def test_two_people_who_name_an_error_differently_are_told_and_nothing_typed_is_lost(office: Office) -> None:
    meeting = a_meeting(office)
    hear(office, "[Review]", user=ML)
    hear(office, "[Review]")
    hear(office, {"severity": "harmful", "new_kind": "Made-up fee"})

    hear(office, {"cause": "prompt", "note": "no price list", "new_kind": "Wrong price"}, user=ML)
    again = office.slack.modal(ML)
    assert again is not None
    assert "Somebody named this kind of error meanwhile." in str(again["blocks"][0])
    typed = {
        field_of(block["block_id"]): block["element"].get("initial_value")
        for block in again["blocks"]
        if "element" in block
    }
    assert (typed["note"], typed["new_kind"]) == ("no price list", "Wrong price")
    hear(office, {}, user=ML)

    assert meeting.items[5].kind == "Wrong price"
    assert [one.note for one in meeting.items[5].said.words] == ["", "no price list"]


def test_a_form_of_a_finished_review_gives_back_what_was_typed(office: Office) -> None:

    meeting = a_meeting(office)
    hear(office, "[Review]")
    office.database.do(lambda session: reviews.finish(session, meeting.review.id, user=ML, now=meeting.review.made_at))

    told = hear(office, {"severity": "harmful", "note": "a long thought"})

    assert "<@U0ML> finished this review already" in told
    assert "“a long thought”" in told
    assert office.slack.modal(PM) is not None
