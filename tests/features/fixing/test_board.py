"""From a reviewed list to an outcome, on the board in its thread."""

import threading
from datetime import date, timedelta

import pytest

from bot.domain.fixes import FixKind, FixState, Scores
from bot.domain.people import Role
from bot.domain.product import Never, Product, ProductRecord
from bot.domain.reviewing import Cause, Part, ReviewState, Severity, Words
from bot.store import audit, fixes, meetings, overrides, products, reviews
from bot.store.overrides import Override
from bot.store.session import Database, now_in
from tests.features.fixing.meeting import Error, a_review, click, in_channel
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, hear, pressed, verify
from tests.support.office import ML, OTHER, PM, Office, buttons, read

BOARD, OUTCOME = "What shall we fix?", "What we fix"
SCORED = {"impact": "5", "feasibility": "4", "risk": "2", "alignment": "3"}


@pytest.fixture
def review_id(office: Office) -> int:
    """A reviewed list, its message in the team's channel."""
    record = ProductRecord(nevers=(Never(name="promise a refund date"),))
    product = office.database.do(lambda session: a_team(session, record=record))
    found = office.database.do(lambda session: a_review(session, product))
    office.settle()
    return found


def held(office: Office, review_id: int) -> list[tuple[int, str, FixState]]:
    """The fixes of a review: number, title and state."""
    with office.database.reading() as session:
        return [(fix.id, fix.title, fix.state) for fix in fixes.of_review(session, review_id)]


def items_of(office: Office, review_id: int) -> list[int]:
    """Every item that belongs to a fix of a review, as often as it does."""
    with office.database.reading() as session:
        return sorted(item for fix in fixes.of_review(session, review_id) for item in fix.item_ids)


def due_in_two_weeks(office: Office) -> date:
    """Two weeks from today, in Berlin or nearly."""
    return (office.database.do(now_in) + timedelta(weeks=2)).date()


def test_what_was_reviewed_becomes_fixes_on_one_board_in_the_thread(office: Office, review_id: int) -> None:
    gathered = "3 fixes for *Support Copilot*: the board is in the review's thread. Score, merge, split, then finish."
    again = "3 fixes for *Support Copilot* on the board, in the review's thread."
    verify(office, [("review finish", gathered), ("review finish copilot", again)])

    (board,) = [one for one in office.slack.messages() if BOARD in str(one["blocks"])]
    (head,) = [one for one in office.slack.messages() if one["text"] == "text of review/head"]
    assert board["thread_ts"] == head["ts"]
    assert held(office, review_id) == [
        (1, "Collect examples the model has not seen: card tracking", FixState.PROPOSED),
        (2, "Say it more clearly in the prompt: refund", FixState.PROPOSED),
        (3, "Put wrong labels right: card", FixState.PROPOSED),
    ]
    with office.database.reading() as session:
        one = fixes.of_review(session, review_id)[0]
    assert (one.kind, len(one.item_ids), one.owner) == (FixKind.COLLECTION, 2, None)
    assert one.due in {due_in_two_weeks(office), due_in_two_weeks(office) + timedelta(days=1)}


def test_the_button_of_the_reviews_message_does_the_same_and_the_message_follows(
    office: Office, review_id: int
) -> None:
    told = click(office, "fixing.finish")
    assert told.startswith("3 fixes for *Support Copilot*: the board is in the review's thread.")

    click(office, "fixing.close")

    (head,) = [read(one) for one in office.slack.messages() if one["text"] == "text of review/head"]
    assert head.startswith("Finished by <@U0PM>: 6 of 7 reviewed")
    assert "[Finish]" not in head
    hear(office, "[Undo]")
    (head,) = [read(one) for one in office.slack.messages() if one["text"] == "text of review/head"]
    assert "[Finish]" in head


def test_a_fix_is_scored_and_assigned_in_one_form_and_the_board_follows(office: Office, review_id: int) -> None:
    hear(office, "review finish")

    assert click(office, "fixing.score:2") == "(form) Fix 2"
    told = hear(office, {**SCORED, "owner": ML, "due": "2099-12-04", "week": "yes"})

    scored = "score 4.2 of 5 (impact 5, feasibility 4, risk 2, fit 3); <@U0ML>, due Fri 4 Dec 2099"
    assert told == f"You changed fix 2 “Say it more clearly in the prompt: refund”: {scored}; fits this week.\n[Undo]"
    (board,) = in_channel(office, BOARD)
    assert f"1.  Say it more clearly in the prompt: refund\n[Score and assign]\nFix 2; prompt; {scored}" in board
    verify(office, [("[Undo]", "You took it back: the fixes are as they were before.")])
    (board,) = in_channel(office, BOARD)
    assert "Fix 2; prompt; not scored; nobody has it yet" in board


def test_a_form_that_cannot_be_taken_says_so_beside_each_field(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:1")

    assert hear(office, {"impact": "5", "due": "someday", "title": " "}).splitlines() == [
        "title: Say in a few words what is to be done.",
        "due: “someday” is not a day. Write it like 2026-12-04, fri, in 2 weeks or +1w.",
        "feasibility: Score all four, or none of them.",
        "risk: Score all four, or none of them.",
        "alignment: Score all four, or none of them.",
    ]
    assert hear(office, {**SCORED, "title": "Do it", "due": "2020-01-01"}) == (
        "due: Wed 1 Jan 2020 is over already: choose a day to come."
    )


def test_two_people_in_one_form_both_count_where_they_changed_different_fields(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:1", user=PM)
    click(office, "fixing.score:1", user=ML)
    hear(office, SCORED, user=ML)
    hear(office, {"title": "Collect card examples", "owner": PM}, user=PM)

    with office.database.reading() as session:
        one = fixes.with_id(session, 1)
    assert one is not None
    assert (one.title, one.owner) == ("Collect card examples", PM)
    assert one.scores == Scores(impact=5, feasibility=4, risk=2, alignment=3)


def test_two_people_in_one_field_the_second_hears_who_was_first_and_loses_nothing(
    office: Office, review_id: int
) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:1", user=PM)
    click(office, "fixing.score:1", user=ML)
    hear(office, {"title": "Collect card examples"}, user=ML)

    assert hear(office, {"title": "Collect more"}, user=PM) == (
        "title: Changed by <@U0ML> while you were here; nothing was overwritten. Open the form again."
    )
    assert held(office, review_id)[0][1] == "Collect card examples"
    assert office.slack.modal(PM) is not None


def test_merged_fixes_are_one_and_come_apart_again(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    before, items = held(office, review_id), items_of(office, review_id)

    assert click(office, "fixing.merge:3") == "(form) Merge fix 3"
    told = hear(office, {"into": "1"})

    assert told == (
        "You merged fix 3 “Put wrong labels right: card” into fix 1 “Collect examples the model has not seen: card"
        " tracking”.\n[Undo]"
    )
    assert [state for _, _, state in held(office, review_id)] == ["proposed", "proposed", "dropped"]
    assert items_of(office, review_id) == items
    assert "Put wrong labels right" not in in_channel(office, BOARD)[0]
    hear(office, "[Undo]")
    assert (held(office, review_id), items_of(office, review_id)) == (before, items)
    merged = next(one.id for one in office.database.do(audit.everything) if one.what == "fix merge")
    assert office.database.do(lambda session: pressed(session, "fixing.undo", str(merged))).text == (
        "This was changed since: taking it back would lose that. Say “fix list” to see how it is now."
    )


def test_a_fix_is_split_by_its_items_and_put_together_again(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    items = items_of(office, review_id)
    with office.database.reading() as session:
        first = meetings.items(session, review_id)[0].id

    click(office, "fixing.split:1")
    nothing = "items-0: Choose some of the items, not none and not all."
    assert hear(office, {"title": "Track cards"}) == nothing
    told = hear(office, {"title": "Track cards", "items-0": [str(first)]})

    assert told == (
        "You split fix 1 “Collect examples the model has not seen: card tracking”: fix 4 “Track cards” has 1 of its"
        " items.\n[Undo]"
    )
    assert items_of(office, review_id) == items
    assert "Track cards" in in_channel(office, BOARD)[0]
    hear(office, "[Undo]")
    assert held(office, review_id)[-1] == (4, "Track cards", FixState.DROPPED)
    with office.database.reading() as session:
        assert [len(fix.item_ids) for fix in fixes.of_review(session, review_id)] == [2, 1, 1, 0]


def test_somebody_who_merges_what_was_just_split_hears_who_was_first(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.merge:1", user=PM)
    click(office, "fixing.score:1", user=ML)
    hear(office, SCORED, user=ML)

    assert "<@U0ML> changed this fix at the same moment" in hear(office, {"into": "2"}, user=PM)
    assert [state for _, _, state in held(office, review_id)] == [FixState.PROPOSED] * 3


def test_what_is_not_worth_it_is_dropped_with_a_reason_and_can_come_back(office: Office, review_id: int) -> None:
    hear(office, "review finish")

    assert click(office, "fixing.drop:2") == "(form) Drop fix 2"
    told = hear(office, {"reason": "the provider does it"})

    assert told == "You dropped fix 2 “Say it more clearly in the prompt: refund”; why is kept.\n[Undo]"
    assert "Dropped: fix 2, Say it more clearly in the prompt: refund" in in_channel(office, BOARD)[0]
    with office.database.reading() as session:
        assert fixes.history(session, 2)[-1].detail["reason"] == "the provider does it"
    assert hear(office, "fix reopen 2 it does not") == (
        "You opened fix 2 “Say it more clearly in the prompt: refund” again; why is kept.\n[Undo]"
    )
    assert held(office, review_id)[1][2] is FixState.PROPOSED


def test_the_team_adds_a_fix_of_its_own(office: Office, review_id: int) -> None:
    hear(office, "review finish")

    assert click(office, "fixing.add") == "(form) Add a fix"
    told = hear(office, {"title": "Ask legal", "kind": "product", "due": "2099-12-04", "owner": PM, "week": "no"})

    assert told == "You added fix 4 “Ask legal”: not scored; <@U0PM>, due Fri 4 Dec 2099; not this week.\n[Undo]"
    assert held(office, review_id)[-1] == (4, "Ask legal", FixState.PROPOSED)


def test_the_line_is_drawn_from_the_top_and_can_be_taken_back(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:3")
    hear(office, SCORED)

    assert click(office, "fixing.line") == "(form) Draw the line"
    assert hear(office, {"fit": "2"}) == "You drew the line: 2 of 3 fit this week.\n[Undo]"

    with office.database.reading() as session:
        assert [fix.this_week for fix in fixes.of_review(session, review_id)] == [True, False, True]
    assert "*Below the line*: not this week\n3.  Say it" in in_channel(office, BOARD)[0]
    hear(office, "[Undo]")
    assert "Below the line" not in in_channel(office, BOARD)[0]


def test_what_would_help_most_is_asked_once(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.helps", user=PM)
    click(office, "fixing.helps", user=ML)

    told = "Your answer stands on the board now."
    verify(office, [({"help": "cleaning", "words": "duplicates"}, told)], user=ML)
    late = "help: The team has answered this already: it stands on the board."
    verify(office, [({"help": "labels"}, late)], user=PM)

    assert "What would help most: Cleaner data: duplicates" in in_channel(office, BOARD)[0]
    assert not any("What would help most?" in buttons(one) for one in office.slack.messages())


def test_other_help_needs_words(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.helps")

    assert hear(office, {"help": "other"}) == "words: Say in your own words what would help."
    hear(office, {"help": "other", "words": "A day without meetings"})
    with office.database.reading() as session:
        review = reviews.with_id(session, review_id)
    assert review is not None
    assert review.most_help == "A day without meetings"


def test_finishing_posts_the_outcome_decides_the_fixes_and_tells_new_owners(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:1")
    hear(office, {**SCORED, "owner": ML, "due": "2099-12-04", "week": "yes"})
    click(office, "fixing.score:2")
    hear(office, {"owner": PM, "due": "2099-12-04"})

    told = click(office, "fixing.close")

    assert told == "You finished the review of *Support Copilot*.\n[Undo]\n[See the outcome]"
    assert {state for _, _, state in held(office, review_id)} == {FixState.DECIDED}
    (outcome,) = in_channel(office, OUTCOME)
    assert outcome.splitlines()[:4] == [
        "What we fix in Support Copilot",
        "*This week*",
        "1.  Collect examples the model has not seen: card tracking",
        (
            "Fix 1; collecting data; score 4.2 of 5 (impact 5, feasibility 4, risk 2, fit 3); <@U0ML>, due Fri 4 Dec"
            " 2099; 4 errors, the worst harmful"
        ),
    ]
    assert outcome.splitlines()[-6:] == [
        "3 of 7 sit in card: 42.9 % of the worst, 10 % of all answers.",
        "1 breaks a never: promise a refund date.",
        "2 judged acceptable or not worth it: they do not come back.",
        "1 of 7 left unreviewed: it comes back next week, marked.",
        "Finished by Ana Lima. 6 of 7 reviewed.",
        "[Share in the channel]",
    ]
    direct = [one["text"] for one in office.slack.messages() if one["channel"].startswith("D")]
    words = "You have a fix for Support Copilot: “Collect examples the model has not seen: card tracking”"
    assert direct == [f"{words}, due Fri 4 Dec 2099."]


def test_whoever_took_a_fix_on_the_board_is_not_told_that_it_is_theirs(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.score:2", user=PM)
    hear(office, {"owner": PM}, user=PM)

    click(office, "fixing.close", user=ML)

    assert [one for one in office.slack.messages() if one["channel"].startswith("D")] == []


def test_the_outcome_is_shared_in_the_channel_once(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.close")

    verify(office, [("[Share in the channel]", "You shared the outcome in <#C0TEAM>.")])
    verify(office, [("[Share in the channel]", "The outcome is in <#C0TEAM> already.")], user=ML)

    in_thread, shared = [one for one in office.slack.messages() if OUTCOME in str(one["blocks"])]
    assert "thread_ts" in in_thread
    assert shared.get("thread_ts") is None
    assert buttons(shared) == {}


def test_finishing_can_be_taken_back_and_done_again_without_a_second_message(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.close")
    hear(office, "[Share in the channel]")

    verify(office, [("[Undo]", "You opened the review of *Support Copilot* again.")])

    with office.database.reading() as session:
        review = reviews.with_id(session, review_id)
    assert review is not None
    assert review.state is ReviewState.STARTED
    assert {state for _, _, state in held(office, review_id)} == {FixState.PROPOSED}
    assert [one.splitlines()[1] for one in in_channel(office, OUTCOME)] == [
        "This was taken back: the review is open again."
    ] * 2
    assert "[Finish the review]" in in_channel(office, BOARD)[0]
    click(office, "fixing.close", user=ML)
    assert ["Finished by Raj Patel" in one for one in in_channel(office, OUTCOME)] == [True, True]


def test_finishing_cannot_be_taken_back_once_something_came_of_it(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.close")
    hear(office, "fix done 1", user=ML)

    assert "This was changed since" in click(office, "fixing.reopen")

    with office.database.reading() as session:
        review = reviews.with_id(session, review_id)
    assert review is not None
    assert review.state is ReviewState.FINISHED


@pytest.mark.parametrize("action", ["score", "merge", "split", "drop", "line", "helps", "add", "close", "finish"])
def test_a_click_on_a_board_that_is_older_than_the_finish_says_by_whom_and_when(
    office: Office, review_id: int, action: str
) -> None:
    hear(office, "review finish")
    click(office, "fixing.close", user=ML)

    stale = office.database.do(lambda session: pressed(session, f"fixing.{action}", "1"))

    assert stale.text.startswith("<@U0ML> finished this review on ")
    assert stale.text.endswith(". What was decided stands in its thread.")
    assert [one["text"]["text"] for one in stale.blocks[-1]["elements"]] == ["See the outcome"]


def test_the_outcome_of_a_finished_review_can_be_seen_by_anybody_who_asks(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    click(office, "fixing.close", user=ML)

    assert "finished this review on" in hear(office, "review finish")
    assert hear(office, "[See the outcome]").startswith("What we fix in Support Copilot")


def test_forms_that_were_open_when_the_review_was_finished_change_nothing(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    for action, values in (
        ("fixing.merge:1", {"into": "2"}),
        ("fixing.line", {"fit": "1"}),
        ("fixing.helps", {"help": "labels"}),
        ("fixing.add", {"title": "late", "kind": "prompt"}),
    ):
        click(office, action, user=PM)
        click(office, "fixing.close", user=ML)
        before = held(office, review_id)
        assert "finished this review" in hear(office, values, user=PM), action
        assert held(office, review_id) == before
        click(office, "fixing.reopen", user=ML)


@pytest.mark.every_database
def test_two_people_finish_at_once_and_the_second_hears_of_the_first(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    told = list[str]()

    def finish(user: str) -> None:
        reply = office.database.do(lambda session: pressed(session, "fixing.close", str(review_id), user=user))
        told.append(reply.text)

    people = [threading.Thread(target=finish, args=(user,)) for user in (PM, ML)]
    for person in people:
        person.start()
    for person in people:
        person.join(20)

    assert sorted(one.partition(" finished ")[0] in {"<@U0PM>", "<@U0ML>"} for one in told) == [False, True]
    with office.database.reading() as session:
        assert [len(fixes.history(session, fix.id)) for fix in fixes.of_review(session, review_id)] == [2, 2, 2]


@pytest.mark.every_database
def test_two_people_gather_at_once_and_nothing_is_proposed_twice(database: Database) -> None:
    product = database.do(a_team)
    review_id = database.do(lambda session: a_review(session, product))
    start = threading.Barrier(2)

    def gather(user: str) -> None:
        start.wait(10)
        database.do(lambda session: pressed(session, "fixing.finish", str(review_id), user=user))

    people = [threading.Thread(target=gather, args=(user,)) for user in (PM, ML)]
    for person in people:
        person.start()
    for person in people:
        person.join(20)

    with database.reading() as session:
        assert [fix.title for fix in fixes.of_review(session, review_id)] == [
            "Collect examples the model has not seen: card tracking",
            "Say it more clearly in the prompt: refund",
            "Put wrong labels right: card",
        ]


def test_what_somebody_put_right_is_not_told_as_broken(office: Office, review_id: int) -> None:
    right = Override(what="breach", about="promise a refund date", user=PM, reason="it was a quote", at=MONDAY)
    with office.database.unit_of_work() as session:
        overrides.put_right(session, meetings.items(session, review_id)[2].id, right)
    hear(office, "review finish")
    click(office, "fixing.close")

    assert "breaks a never" not in in_channel(office, OUTCOME)[0]


def test_nothing_reviewed_is_a_valid_finish_that_says_what_was_left(office: Office) -> None:
    product = office.database.do(a_team)
    untouched = [Error(asked="one"), Error(asked="two")]
    office.database.do(lambda session: a_review(session, product, untouched))
    office.settle()

    verify(
        office,
        [
            (
                "review finish",
                (
                    "No fixes yet for *Support Copilot*: the board is in the review's thread. Score, merge, split, then"
                    " finish."
                ),
            )
        ],
    )
    assert (
        "Nothing was reviewed, so there is nothing to fix yet. Finishing says what was left."
        in (in_channel(office, BOARD)[0])
    )
    click(office, "fixing.close")

    assert in_channel(office, OUTCOME)[0].splitlines()[1:4] == [
        "Nothing was reviewed this time.",
        "2 of 2 left unreviewed: they come back next week, marked.",
        "Finished by Ana Lima. 0 of 2 reviewed.",
    ]


def test_what_is_reviewed_after_the_first_gathering_joins_its_fix_or_becomes_one(
    office: Office, review_id: int
) -> None:
    hear(office, "review finish")
    now = office.database.do(now_in)
    with office.database.unit_of_work() as session:
        left = meetings.items(session, review_id)[-1]
        for part, user, verdict in ((Part.PRODUCT, PM, Severity.HARMFUL), (Part.ML, ML, Cause.PROMPT)):
            said = Words(part=part, user=user, verdict=verdict, note="", said_at=now, version=0)
            meetings.speak(session, left.id, said)

    hear(office, "review finish")

    with office.database.reading() as session:
        assert [len(fix.item_ids) for fix in fixes.of_review(session, review_id)] == [2, 2, 1]


def test_only_the_products_people_and_admins_have_a_say(office: Office, review_id: int) -> None:
    refused = "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
    verify(office, [("review finish", refused)], user=OTHER)
    hear(office, "review finish")

    for action in ("fixing.score:1", "fixing.merge:1", "fixing.drop:1", "fixing.add", "fixing.line", "fixing.close"):
        assert click(office, action, user=OTHER) == refused
    assert {state for _, _, state in held(office, review_id)} == {FixState.PROPOSED}


def test_without_a_review_or_a_channel_there_is_a_clear_answer(office: Office) -> None:
    product = office.database.do(lambda session: a_team(session, team_channel=None))
    none = "Support Copilot has had no error review yet. Say “review now” to make one."
    verify(office, [("review finish", none)])
    office.database.do(lambda session: a_review(session, product, head=None))

    assert hear(office, "review finish").startswith(BOARD)
    click(office, "fixing.close")
    assert hear(office, "[See the outcome]").startswith(OUTCOME)


def test_a_review_whose_message_is_gone_is_finished_in_the_teams_channel(office: Office) -> None:
    product = office.database.do(a_team)
    office.database.do(lambda session: a_review(session, product, head=None))

    hear(office, "review finish")
    click(office, "fixing.close")

    assert len(in_channel(office, BOARD)) == len(in_channel(office, OUTCOME)) == 1


def test_buttons_of_a_product_that_was_put_away_say_so(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    product = archived(office)

    for action in ("fixing.score:1", "fixing.close", "fixing.line"):
        assert click(office, action) == "This product is not there any more: it was archived."
    assert product.archived


def archived(office: Office) -> Product:
    """The product, put away."""
    with office.database.unit_of_work() as session:
        product = products.named(session, "copilot")
        products.archive(session, product.id, now_in(session))
    return office.database.do(lambda session: products.with_id(session, product.id))


def test_whoever_was_on_the_team_and_left_it_has_no_say_any_more(office: Office, review_id: int) -> None:
    hear(office, "review finish")
    with office.database.unit_of_work() as session:
        products.assign(session, products.named(session, "copilot"), Role.PM, [OTHER])

    assert "Ask <@U0ML> or <@U0ELSE>" in click(office, "fixing.close", user=PM)
