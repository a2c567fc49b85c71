"""The meeting: two people at one card, which is edited in place."""

from bot.features.error_review import card
from tests.support.dialogue import hear, pressed, verify
from tests.support.meetings import Meeting, a_meeting
from tests.support.office import ML, OTHER, Office, buttons, read

STARTED = (
    "You started the review of *Support Copilot*. The card comes in the thread of the review:"
    " both of you use the same one."
)


def reviewed(meeting: Meeting) -> list[int]:
    return [item.rank for item in meeting.items if item.said.is_reviewed]


def test_two_people_walk_through_the_list_on_one_card_without_a_new_message_for_each_click(office: Office) -> None:
    meeting = a_meeting(office)
    told = meeting.press("Start review")
    messages = len(meeting.messages)

    heard = [meeting.press("Harmful")]
    meeting.choose("Retrieval")
    heard.append(meeting.press("Annoying"))

    assert (told, heard) == (STARTED, ["", ""])
    assert reviewed(meeting) == [1]
    assert "Number 2 of 6" in meeting.shows()
    assert "Product: *annoying* (<@U0PM>)" in meeting.shows()
    assert "1 of 6 reviewed by <@U0PM> and <@U0ML>." in read(meeting.head)
    assert len(meeting.messages) == messages


def test_whoever_starts_it_again_comes_to_the_same_card(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    messages = len(meeting.messages)

    told = meeting.press("Go on", user=ML)

    assert told.startswith("<@U0PM> started the review of *Support Copilot*. The card is in the thread")
    assert len(meeting.messages) == messages


def test_the_card_turns_back_and_forth_and_past_what_is_done(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")

    places = []
    for label in ("Next", "Not worth it", "Skip", "Previous", "Previous"):
        meeting.press(label)
        places.append(meeting.review.place)

    assert places == [2, 3, 4, 3, 2]
    assert reviewed(meeting) == [2]
    assert "Skip" not in buttons(meeting.card)
    assert "Take back “not worth it”" in buttons(meeting.card)


def test_a_verdict_of_one_click_counts_for_both_and_can_be_taken_back(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    assert "Same as the one above" not in buttons(meeting.card)
    meeting.press("Wrong label", user=ML)
    meeting.press("Same as the one above")
    assert reviewed(meeting) == [1, 2]

    meeting.press("Previous")
    meeting.press("Take back “same as the one above”", user=ML)

    assert reviewed(meeting) == [1]


def test_where_people_differ_both_stay_and_the_decider_settles_it(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    meeting.press("Harmful")
    meeting.press("Annoying", user=OTHER)
    assert "*You differ.* Both stay. <@U0PM> settles it." in meeting.shows()

    refused = meeting.press("Settle: Annoying", user=OTHER)
    settled = meeting.press("Settle: Harmful")
    told = hear(office, "[Undo]")

    assert refused == (
        "<@U0PM> settles what you differ about. Both of you stay as you said."
        " Another decider: `/muster review decider @name`"
    )
    assert settled == "You settled number 1: *harmful*. What both of you said stays beside it.\n[Undo]"
    assert told == "You took it back: number 1 is open again."
    assert [one.verdict for one in meeting.items[0].said.words] == ["harmful", "annoying"]


def test_another_decider_is_named_and_may_settle(office: Office) -> None:
    meeting = a_meeting(office)
    verify(
        office,
        [
            (
                "review decider",
                "<@U0PM> settles it where you differ. Another one: `/muster review decider @name`",
            ),
            (
                "review decider <@U0ELSE>",
                "You named <@U0ELSE>: they settle what product and ML differ about in *Support Copilot*.",
            ),
        ],
    )
    meeting.press("Start review")
    meeting.press("Harmful")
    meeting.press("Acceptable", user=ML)

    assert meeting.press("Settle: Acceptable", user=OTHER).startswith("You settled number 1: *acceptable*.")


def test_nobody_judges_over_another_in_silence(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    stale = buttons(meeting.card)["Not worth it"]
    meeting.press("Wrong label", user=ML)

    told = office.database.do(lambda session: pressed(session, card.QUICK, stale["value"]))

    assert told.text == "<@U0ML> said “wrong label” of number 1 already. Take that back first."


def test_start_is_said_in_words_too_and_needs_a_list(office: Office) -> None:
    a_meeting(office, rows=[])

    verify(
        office,
        [
            (
                "review start",
                "There is nothing to review for Support Copilot yet: say “review now” to make a list.",
            )
        ],
    )
