"""The life of a week's update: drafted, edited, ticked, approved, posted, corrected; skipped, and brought back."""

from datetime import timedelta

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.draft_states import DraftState, Move
from bot.domain.product import Product
from bot.domain.updates import Part
from bot.store import audit, changes, drafts, readings
from bot.store.session import Database
from tests.features.stakeholder_update.weeks import (
    ADMIN,
    DEPUTY,
    FRIDAY,
    THURSDAY,
    Told,
    a_week,
    approve,
    filled,
    labels,
    latest,
    posted,
    press,
    ritual,
    say,
    submit,
)
from tests.support.office import ML, PM
from tests.support.readings import new_reading

EARLY = FRIDAY - timedelta(minutes=19)
DECIDE = ["Approve", "Edit", "Skip this week"]


def drafted(session: Session) -> Product:
    """A product whose update was drafted on Thursday."""
    product = a_week(session)
    ritual(session, product, "update_draft", now=THURSDAY)
    return product


def button(session: Session, product: Product, name: str, **known: object) -> Told:
    """Press a button of the product's update as it is now."""
    draft = latest(session, product)
    return press(session, f"stakeholder_update.{name}", f"{draft.id} {draft.version}", **known)  # type: ignore[arg-type]  # user, now


def edit(session: Session, product: Product, **values: str) -> Told:
    """Change these fields of the update."""
    view = button(session, product, "edit").view
    return submit(session, view, filled(view) | {name: (text,) for name, text in values.items()})


def skip(session: Session, product: Product, reason: str) -> Told:
    """Skip the update."""
    return submit(session, button(session, product, "skip").view, {"reason": (reason,)})


def copies(session: Session) -> list[list[str]]:
    """The buttons of the approver's and of the deputy's copy."""
    return [labels(posted(session, user)[0]) for user in (PM, DEPUTY)]


def test_what_was_approved_is_posted_on_friday_and_says_who_approved_it(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        assert copies(session) == [DECIDE, DECIDE]
        told = approve(session, latest(session, product), now=EARLY)
        assert (told.text, posted(session)) == ("You approved it: it is posted on Fri 20 Nov at 10:00 CET.", [])
        ritual(session, product, "update_post", now=FRIDAY)

        (there,) = posted(session)
        assert "Drafted by Muster, approved by Ana Lima, Fri 09:41." in str(there.blocks)
        assert "38 of 100 requests are handled without a person" in there.text
        assert copies(session) == [["Correct"], ["Correct"]]


def test_a_decision_takes_the_buttons_from_every_copy_and_a_second_approver_hears_who_was_first(
    database: Database,
) -> None:
    with database.trying() as session:
        product = drafted(session)
        seen = latest(session, product)
        form = button(session, product, "approve", user=DEPUTY).view
        approve(session, seen, now=EARLY)

        assert copies(session) == [["Withdraw approval", "Edit"]] * 2
        assert "*Approved* by <@U0PM> on Fri 20 Nov at 09:41 CET." in str(posted(session, DEPUTY)[0].blocks)
        first = (
            "<@U0PM> approved the update on Fri 20 Nov at 09:41 CET: nothing was saved now. See the update of Support"
            " Copilot as it is, then decide: `/muster update copilot`"
        )
        assert approve(session, seen, user=DEPUTY).text == first
        assert submit(session, form, filled(form), user=DEPUTY).text == first
        assert approve(session, seen).text == first.replace("<@U0PM>", "You")


def test_approving_with_something_unticked_or_undecided_is_refused_at_that_place(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        before = latest(session, product)

        bare = approve(session, before, values={"claims-name-0": (), "suggestion-0": ()})
        one = approve(session, before, values={"claims-name-0": ()})

        names = "Not ticked: “Ana Lima”. If it is wrong, cancel and edit the text."
        assert bare.refused == {"suggestion-0": "Accept it or delete it.", "claims-name-0": names}
        assert one.refused == {"claims-name-0": names}
        assert latest(session, product) == before


def test_of_a_suggestion_that_is_deleted_nothing_is_ticked_and_nothing_is_read(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        told = approve(session, latest(session, product), values={"suggestion-0": ("no",), "claims-commitment-0": ()})
        ritual(session, product, "update_post", now=FRIDAY)

        assert told.refused == {}
        assert "knowledge base" not in str(posted(session)[0].blocks)
        (one,) = latest(session, product).body.suggestions
        assert (one.accepted, one.by) == (False, PM)


def test_what_nothing_is_stored_behind_is_pointed_out(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        edit(session, product, note="We saved 1,234 hours.")
        form = button(session, product, "approve").view

        labelled = {one["block_id"]: one["label"]["text"] for one in form.blocks if one["type"] == "input"}
        assert labelled["claims-unknown-0"] == "NOTHING IS STORED BEHIND THESE: tick only what you know yourself"
        assert filled(form).keys() >= {"claims-unknown-0", "claims-number-0"}


def test_an_edit_keeps_whose_words_they_are_leaves_out_empty_parts_and_takes_an_approval_back(
    database: Database,
) -> None:
    with database.trying() as session:
        product = drafted(session)
        approve(session, latest(session, product))
        told = edit(session, product, headline="a good week", note="Thanks to all.", quality="")
        after = latest(session, product)
        ritual(session, product, "update_post", now=FRIDAY)

        assert told.text == "You edited the update. It was approved before: now it is to be approved again."
        assert (after.state, after.ticks, after.decided_by) == (DraftState.DRAFTED, (), None)
        assert (after.body.headline, after.body.parts.get("note"), "quality" in after.body.parts) == (  # type: ignore[call-overload]  # a Part is a str
            "a good week",
            "Thanks to all.",
            False,
        )
        assert {name: user for name, user in after.body.written.items() if user == PM} == {
            "headline": PM,
            "note": PM,
        }
        assert (posted(session), latest(session, product).state) == ([], DraftState.HELD)


def test_an_edit_that_stakeholders_would_not_understand_or_slack_not_take_is_refused_at_its_field(
    database: Database,
) -> None:
    with database.trying() as session:
        product = drafted(session)
        before = latest(session, product)
        long, whole = "a" * 2_801, "b" * 2_800

        refused = edit(session, product, headline="", quality="F1 is up", note=long).refused
        words = edit(session, product, quality="Our F1 is up.", note=long).refused
        too_much = edit(session, product, quality=whole, note=whole, next=whole).refused

        assert refused == {"headline": "The update needs a headline. To say nothing this week, skip it."}
        assert words == {
            "quality": "Instead of “F1” say: how often it is right.",
            "note": "This is 2,801 characters long: use at most 2,800.",
        }
        assert list(too_much.values()) == ["All parts together hold 6,000 characters."]
        assert latest(session, product) == before


def test_a_skipped_week_posts_nothing_keeps_why_and_can_be_brought_back(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        assert skip(session, product, "  ").refused == {"reason": "Say why in a few words: it is kept with the update."}
        skip(session, product, "nothing <b>new</b>")
        ritual(session, product, "update_post", now=FRIDAY)
        assert (posted(session), copies(session)) == ([], [["Bring it back"]] * 2)
        assert "Why: nothing <b>new</b>" in str(posted(session, PM)[0].blocks)

        button(session, product, "reopen", now=FRIDAY + timedelta(hours=1))
        assert "Once it is approved it is posted at once" in str(posted(session, PM)[0].blocks)
        told = approve(session, latest(session, product), now=FRIDAY + timedelta(hours=2))

        assert told.text == "You approved it, and it is posted in <#C0ELSE>."
        assert len(posted(session)) == 1


def test_an_approval_can_be_withdrawn_until_it_is_posted(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        approve(session, latest(session, product))
        told = button(session, product, "withdraw", user=DEPUTY)
        ritual(session, product, "update_post", now=FRIDAY)
        assert (told.text, posted(session)) == ("You took the approval back: it waits to be approved.", [])

        approve(session, latest(session, product), now=FRIDAY)
        seen = latest(session, product)
        too_late = press(session, "stakeholder_update.withdraw", f"{seen.id} {seen.version}", now=FRIDAY)

        assert too_late.text == "This update is posted: one cannot withdraw it now. From there one can correct."


def test_a_correction_edits_the_post_in_its_place_and_says_who_when_and_why(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        approve(session, latest(session, product))
        ritual(session, product, "update_post", now=FRIDAY)
        view = button(session, product, "correct").view
        same = submit(session, view, filled(view) | {"reason": ("a typo",)})
        bare = submit(session, view, filled(view) | {"headline": ("fine",)})
        told = submit(
            session, view, filled(view) | {"headline": ("fine",), "reason": ("wrong count",)}, user=DEPUTY, now=FRIDAY
        )

        assert same.refused == {"headline": "Nothing is different: the update stays as it is."}
        assert bare.refused == {"reason": "Say why in a few words: it is kept with the update."}
        assert told.text.startswith("You corrected the update")
        (there,) = posted(session)
        assert there.revision == 1
        assert "Support Copilot, week of 12 November: fine" in there.text
        assert "Corrected by Mia Chen, Fri 20 Nov at 10:00 CET: wrong count" in str(there.blocks)
        assert "approved by Ana Lima" in str(there.blocks)


def test_only_the_approver_the_deputy_and_the_admins_decide(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        refused = "You do not decide about the update of Support Copilot. Ask <@U0PM> or <@U0ELSE>."
        for name in ("approve", "edit", "skip", "withdraw", "reopen", "post_now", "correct"):
            assert button(session, product, name, user=ML).text == refused
        form = button(session, product, "approve").view

        assert submit(session, form, filled(form), user=ML).text == refused
        assert say(session, "update approve", user=ML).text == refused
        assert submit(session, form, filled(form), user=ADMIN).text.startswith("You approved it")


def test_everything_that_happens_is_kept_with_who_when_and_the_words_before(database: Database) -> None:
    with database.trying() as session:
        product = drafted(session)
        before = latest(session, product)
        edit(session, product, headline="a good week")
        approve(session, latest(session, product), user=DEPUTY)
        ritual(session, product, "update_post", now=FRIDAY)

        events = drafts.history(session, before.id)
        assert [(one.user, one.what, one.before, one.after) for one in events] == [
            ("", Move.DRAFT, None, DraftState.DRAFTED),
            (PM, Move.EDIT, DraftState.DRAFTED, DraftState.DRAFTED),
            (DEPUTY, Move.APPROVE, DraftState.DRAFTED, DraftState.APPROVED),
            ("", Move.POST, DraftState.APPROVED, DraftState.POSTED),
        ]
        assert events[1].detail["body"]["headline"] == before.body.headline
        assert [one.what for one in audit.everything(session)] == ["update edit", "update approve"]
        assert told_history(session) == (
            "12 November to 19 November, posted: a good week",
            "Thu 19 Nov at 15:00 CET: Muster drafted the update",
        )


def told_history(session: Session) -> tuple[str, str]:
    """The first two lines of the history, as it is told."""
    blocks = say(session, "update history").reply.blocks
    return blocks[1]["text"]["text"], blocks[2]["elements"][0]["text"].splitlines()[0]


def test_a_button_or_form_that_was_made_up_is_answered_in_words(database: Database) -> None:
    with database.trying() as session:
        drafted(session)
        stale = (
            "Muster drafted the update on Thu 19 Nov at 15:00 CET: nothing was saved now. See the update of Support"
            " Copilot as it is, then decide: `/muster update copilot`"
        )
        gone = "This update is not there any more. Say “update” to see the one of this week."
        assert [press(session, "stakeholder_update.approve", value).text for value in ("", "99 1", "x y", "1")] == [
            gone,
            gone,
            gone,
            stale,
        ]


def test_a_number_that_was_corrected_since_has_nothing_behind_it_any_more(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        draft = drafts.of_product(session, product.id)[0]
        opened = press(session, "stakeholder_update.approve", f"{draft.id} {draft.version}")

        corrected = new_reading("csat", 2.1, end=THURSDAY)
        readings.keep(session, product.id, corrected, by=PM, now=THURSDAY)

        late = submit(session, opened.view, filled(opened.view))
        again = press(session, "stakeholder_update.approve", f"{draft.id} {draft.version}")
        boxes = {one["block_id"]: one["element"] for one in again.view.blocks if one["type"] == "input"}
        bare = [option["text"]["text"] for option in boxes["claims-unknown-0"]["options"]]

    assert "was corrected while you were here" in str(late)
    assert "4.2 of 5" in bare


def test_stakeholders_read_what_the_team_noted_and_not_what_anybody_did(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        for user, what in ((ML, "new menu"), ("U0FAR", "all fees are refunded")):
            mark = Change(key=user, at=THURSDAY, what=what, noted_by=user, noted_at=THURSDAY)
            changes.note(session, product.id, mark)

        ritual(session, product, "update_draft", now=THURSDAY)

        wrong = drafts.of_product(session, product.id)[0].body.parts[Part.WRONG]
    assert ("New menu" in wrong or "new menu" in wrong, "refunded" in wrong) == (True, False)


def test_a_headline_of_ones_own_stands_beside_what_the_numbers_say_when_it_is_approved(database: Database) -> None:
    with database.trying() as session:
        product = a_week(session)
        ritual(session, product, "update_draft", now=THURSDAY)
        draft = drafts.of_product(session, product.id)[0]
        opened = press(session, "stakeholder_update.edit", f"{draft.id} {draft.version}")
        submit(session, opened.view, {**filled(opened.view), "headline": ("all is well",)})
        edited = drafts.of_product(session, product.id)[0]

        form = press(session, "stakeholder_update.approve", f"{edited.id} {edited.version}")

    assert "By the numbers it would be: one measure short of its target." in str(form.view.blocks)
