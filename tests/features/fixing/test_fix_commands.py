"""`/muster fix`: what becomes of what was decided."""

from datetime import date

import pytest
from sqlmodel import Session

from bot.domain.fixes import Fix, FixKind, FixState
from bot.domain.people import Person, Role, Standing
from bot.store import audit, directory, fixes, products, reviews
from bot.store.fixes import Change, NewFix
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database, now_in
from tests.features.fixing.meeting import Error, a_review, click
from tests.support.builders import MONDAY
from tests.support.dialogue import ANYTHING, a_team, answer, hear, pressed, verify
from tests.support.office import ML, OTHER, PM, Office, read

FAR = date(2099, 12, 4)
ANSWERS = ("There is no fix", "That is no number", "is no step", "changed since", "not there")


def decided(session: Session, **known: object) -> Fix:
    """A fix that Raj has, decided and due in the far future."""
    product = a_team(session)
    review_id = a_review(session, product, [Error(asked="Where is my card?", alike=1)])
    reviews.finish(session, review_id, user=PM, now=MONDAY)
    defaults = {"title": "Collect cards", "kind": FixKind.COLLECTION, "owner": ML, "due": FAR, **known}
    new = NewFix(product_id=product.id, review_id=review_id, state=FixState.DECIDED, **defaults)  # type: ignore[arg-type]  # whatever a test names
    return fixes.add(session, new, Change(user=PM, at=MONDAY, what="added"))


@pytest.fixture
def fix(office: Office) -> Fix:
    """A fix that Raj has."""
    found = office.database.do(decided)
    office.settle()
    return found


def state_of(office: Office) -> FixState:
    """How far the fix is."""
    found = office.database.do(lambda session: fixes.with_id(session, 1))
    assert found is not None
    return found.state


def kept(office: Office) -> Fix:
    """The fix as it is now."""
    found = office.database.do(lambda session: fixes.with_id(session, 1))
    assert found is not None
    return found


def test_the_list_shows_what_is_open_with_score_owner_day_and_state(office: Office, fix: Fix) -> None:
    rows = """Open fixes of Support Copilot
Collect cards
[Show]
Fix 1; collecting data; not scored; <@U0ML>, due Fri 4 Dec 2099; decided
[Done]
[Move a week]
[Change]
[Drop]"""
    verify(office, [("fix", rows), ("fixes", rows), ("fix copilot", rows), ("fix list", rows)])


def test_what_is_overdue_is_marked(database: Database) -> None:
    database.do(lambda session: decided(session, due=date(2026, 11, 15)))

    with database.reading() as session:
        shown = answer(session, "fix", now=MONDAY)

    assert "due Sun 15 Nov 2026 *(overdue)*; decided" in str(shown.blocks)


def test_a_list_without_fixes_says_so(office: Office) -> None:
    office.database.do(a_team)
    verify(
        office,
        [
            ("fix", "*Support Copilot* has no open fixes.\n[Latest review]\n[All fixes]"),
            ("fix list all", "*Support Copilot* has no fixes yet.\n[Latest review]"),
        ],
    )
    assert hear(office, "fix lst").startswith("I do not know “lst”. Did you mean “list”?")


def test_a_fix_goes_its_steps_and_each_can_be_taken_back(office: Office, fix: Fix) -> None:
    for word, state in (("tuned", "tuned"), ("test", "tested"), ("", "shipped"), ("check", "checked")):
        assert hear(office, f"fix done 1 {word}").startswith(f"You marked fix 1 “Collect cards” as {state}.")
        assert state_of(office) is FixState(state)
    verify(
        office,
        [("[Undo]", "You took it back: the fixes are as they were before.")],
    )
    assert state_of(office) is FixState.SHIPPED


def test_shipping_is_remembered_with_its_time_and_opening_again_forgets_it(office: Office, fix: Fix) -> None:
    shipped = "You marked fix 1 “Collect cards” as shipped. The next review looks whether its errors went away.\n[Undo]"
    verify(office, [("fix done 1", shipped)])
    assert kept(office).shipped_at is not None

    verify(
        office, [("fix reopen 1 it came back", "You opened fix 1 “Collect cards” again; why is kept.\n[Undo]")], user=ML
    )

    assert (kept(office).state, kept(office).shipped_at) == (FixState.DECIDED, None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("fix done", "Name the fix by its number, like “fix done 12”. “fix list” shows them."),
        ("fix done 99", "There is no fix 99. Say “fix list” to see which there are."),
        ("fix done 1 burnt", "“burnt” is no step of a fix. There are: tuned, tested, shipped, checked. No word means shipped."),
        ("fix show", "Name the fix by its number, like “fix show 12”. “fix list” shows them."),
        ("fix show x", "There is no fix x. Say “fix list” to see which there are."),
        ("fix move 1", "Move it where? Name a day (2026-12-04, fri, in 2 weeks, +1w), a person (@name), or both."),
        ("fix move 1 someday", "“someday” is not a day. Write it like 2026-12-04, fri, in 2 weeks or +1w."),
        ("fix move 1 2020-01-01", "Wed 1 Jan 2020 is over already: choose a day to come."),
        ("fix drop 1", "Say why in a few words: the team reads it next week."),
        ("fix reopen 1 why", "Fix 1 is open already: it is decided."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_what_can(office: Office, fix: Fix, said: str, told: str) -> None:
    verify(office, [(said, told)])
    assert kept(office) == fix


def test_a_fix_is_moved_to_a_day_a_person_or_both(office: Office, fix: Fix) -> None:
    verify(
        office,
        [
            (
                "fix move 1 2099-12-11",
                "You moved fix 1 “Collect cards”: <@U0ML> has it, due Fri 11 Dec 2099.\n[Undo]",
            ),
            ("fix move #1 +1w", "You moved fix 1 “Collect cards”: <@U0ML> has it, due Fri 18 Dec 2099.\n[Undo]"),
            (
                "fix move 1 <@U0ELSE|mia>",
                "You moved fix 1 “Collect cards”: <@U0ELSE> has it, due Fri 18 Dec 2099.\n[Undo]",
            ),
            (
                "fix assign 1 <@U0PM> in 2 weeks",
                f"You moved fix 1 “Collect cards”: <@U0PM> has it, due {ANYTHING}.\n[Undo]",
            ),
        ],
    )


def test_a_new_owner_is_told_once_and_privately_but_not_of_what_they_took_themselves(office: Office, fix: Fix) -> None:
    hear(office, "fix move 1 <@U0ELSE>")
    hear(office, "fix move 1 <@U0PM>")
    hear(office, "fix move 1 <@U0ELSE>")

    direct = [one for one in office.slack.messages() if one["channel"].startswith("D")]
    assert [read(one) for one in direct] == [
        "You have a fix for Support Copilot: “Collect cards”, due Fri 4 Dec 2099.\n[Show it]"
    ]
    shown = click(office, "fixing.show", user=OTHER)
    assert shown.startswith("Fix 1, decided\nCollect cards\n*Support Copilot*. Fix 1; collecting data")


def test_the_owner_may_follow_through_also_from_outside_the_team_and_others_may_not(office: Office) -> None:
    office.database.do(lambda session: decided(session, owner=OTHER))
    office.database.do(lambda session: products.assign(session, products.named(session, "copilot"), Role.ML_LEAD, []))

    told = hear(office, "fix done 1 tuned", user=ML)
    assert told == "Only the people of Support Copilot and the admins change it. Ask <@U0PM>."
    assert hear(office, "fix done 1 tuned", user=OTHER).startswith("You marked fix 1")


def test_who_left_cannot_get_a_fix(office: Office, fix: Fix) -> None:
    left = Person(user=OTHER, name="Mia Chen", standing=Standing.GONE)
    office.database.do(lambda session: directory.keep(session, LOCAL_WORKSPACE, left, now_in(session)))
    sentence = "This person is not here any more: choose somebody else."

    verify(office, [(f"fix move 1 <@{OTHER}>", sentence)])
    hear(office, "fix")
    click(office, "fixing.move:1")
    verify(office, [({"owner": OTHER}, f"owner: {sentence}")])


def test_a_fix_is_dropped_with_a_reason_by_words_and_by_button(office: Office, fix: Fix) -> None:
    dropped = "You dropped fix 1 “Collect cards”; why is kept.\n[Undo]"
    verify(
        office, [("fix drop 1 too dear", dropped), ("[Undo]", "You took it back: the fixes are as they were before.")]
    )
    hear(office, "fix")
    assert click(office, "fixing.give_up:1") == "(form) Drop fix 1"
    verify(office, [({"reason": "too dear"}, dropped)])

    assert state_of(office) is FixState.DROPPED
    assert "Collect cards\n[Show]\nFix 1; collecting data; not scored; <@U0ML>, due Fri 4 Dec 2099; dropped" in hear(
        office, "fix list all"
    )
    verify(office, [("fix done 1", "It is dropped: from there it can become decided, not shipped.")])


def test_the_buttons_of_the_list_do_what_the_words_do(office: Office, fix: Fix) -> None:
    hear(office, "fix")
    moved = "You moved fix 1 “Collect cards”: <@U0ML> has it, due Fri 11 Dec 2099.\n[Undo]"

    assert click(office, "fixing.week:1") == moved
    assert click(office, "fixing.move:1") == "(form) Fix 1"
    assert hear(office, {"title": "Collect more cards", "owner": PM}).startswith(
        "You changed fix 1 “Collect more cards”"
    )
    assert click(office, "fixing.show:1").startswith("Fix 1, decided\nCollect more cards")
    hear(office, "fix")
    assert click(office, "fixing.done:1").startswith("You marked fix 1 “Collect more cards” as shipped.")
    assert click(office, "fixing.done:1") == "It is shipped already."
    assert click(office, "fixing.move:1") == "Fix 1 is shipped: open it again before you change it."
    assert click(office, "fixing.week:1") == (
        "Fix 1 is shipped: only what is decided and not shipped yet can be moved."
    )


def test_show_tells_the_history_and_the_errors(office: Office) -> None:
    office.database.do(lambda session: decided(session, item_ids=(1,)))
    hear(office, "fix done 1 tuned", user=ML)
    hear(office, "fix drop 1 too dear")

    assert hear(office, "fix show 1").splitlines() == [
        "Fix 1, dropped",
        "Collect cards",
        (
            "*Support Copilot*. Fix 1; collecting data; not scored; <@U0ML>, due Fri 4 Dec 2099. Below the line of its"
            " review."
        ),
        "[Open again]",
        "1.  Where is my card?",
        "said answer, expected other, +1 alike",
        "Mon 16 Nov 2026 09:00: <@U0PM> added it; owner <@U0ML>",
        *history(office, "<@U0ML> marked it as tuned", "<@U0PM> dropped it"),
        "too dear",
    ]


def history(office: Office, *did: str) -> list[str]:
    """What was done now, as the history tells it."""
    found = office.database.do(lambda session: fixes.history(session, 1))[-len(did) :]
    assert len(found) == len(did)
    shown = hear(office, "fix show 1").splitlines()
    return [next(line for line in shown if line.endswith(words)) for words in did]


def test_the_steps_and_the_way_back_have_buttons_too(office: Office, fix: Fix) -> None:
    assert "[Tuned]\n[Tested]\n[Checked]" in hear(office, "fix show 1")
    assert click(office, "fixing.step:tested").startswith("You marked fix 1 “Collect cards” as tested.")
    hear(office, "fix done 1")
    assert "[Checked]\n[Open again]" in hear(office, "fix show 1")

    assert click(office, "fixing.again") == "(form) Open fix 1 again"
    told = "You opened fix 1 “Collect cards” again; why is kept.\n[Undo]"
    assert hear(office, {"reason": "it came back"}) == told
    assert kept(office).state is FixState.DECIDED
    with office.database.reading() as session:
        assert fixes.history(session, 1)[-1].detail["reason"] == "it came back"


def test_a_list_that_is_too_long_says_how_many_are_not_shown(database: Database) -> None:
    first = database.do(decided)
    new = NewFix(product_id=1, review_id=first.review_id, title="x", kind=FixKind.MODEL, state=FixState.DECIDED)
    with database.unit_of_work() as session:
        for _ in range(15):
            fixes.add(session, new, Change(user=PM, at=MONDAY, what="added"))

    with database.reading() as session:
        shown = answer(session, "fix", now=MONDAY)

    assert shown.blocks[-1]["elements"][0]["text"] == "2 more are not shown."


def test_my_open_fixes_wait_for_me_until_they_are_shipped(office: Office, fix: Fix) -> None:
    waits = "*Support Copilot*: fix 1 “Collect cards”, <@U0ML>, due Fri 4 Dec 2099; decided\n[Show]"

    assert waits in hear(office, "me", user=ML)
    assert waits not in hear(office, "me", user=PM)
    hear(office, "fix done 1", user=ML)
    assert "Collect cards" not in hear(office, "me", user=ML)


def test_an_undo_that_is_too_late_is_refused_and_nothing_is_lost(office: Office, fix: Fix) -> None:
    hear(office, "fix done 1 tuned", user=ML)
    hear(office, "fix done 1 tested", user=PM)
    first = next(one.id for one in office.database.do(audit.everything) if one.what == "fix done")

    told = office.database.do(lambda session: pressed(session, "fixing.undo", str(first))).text

    assert told == "This was changed since: taking it back would lose that. Say “fix list” to see how it is now."
    assert state_of(office) is FixState.TESTED


def test_only_the_products_people_and_the_owner_take_back(office: Office, fix: Fix) -> None:
    hear(office, "fix done 1", user=ML)
    deed = next(one.id for one in office.database.do(audit.everything) if one.what == "fix done")

    told = office.database.do(lambda session: pressed(session, "fixing.undo", str(deed), user=OTHER)).text

    assert told == "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."


@pytest.mark.parametrize("value", ["", "x", "99", "999999999999", "1 2", "<!channel>"])
@pytest.mark.parametrize(
    "action", ["show", "done", "week", "step", "again", "move", "give_up", "score", "merge", "split", "undo", "finish"]
)
def test_whatever_a_button_carries_is_answered(database: Database, action: str, value: str) -> None:
    database.do(decided)

    told = database.do(lambda session: pressed(session, f"fixing.{action}", value)).text

    assert any(sentence in told for sentence in ANSWERS)


def test_everything_done_is_in_the_audit_log(office: Office, fix: Fix) -> None:
    for said in ("fix done 1 tuned", "fix move 1 +1w", "fix drop 1 no", "fix reopen 1 yes"):
        hear(office, said)

    done = [(one.user, one.what) for one in office.database.do(audit.everything)]
    assert done[-4:] == [(PM, "fix done"), (PM, "fix move"), (PM, "fix drop"), (PM, "fix reopen")]
