"""The list of things a launch needs: ticking, owning, taking back, and what waits for whom."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.launch import Item, Thing
from bot.domain.people import Role
from bot.domain.product import Pii, Product, ProductRecord
from bot.features.launch_readiness.saving import SomebodyWasFirstError, save
from bot.kit.asking import Ask
from bot.slack.handling import House
from bot.store import launch_items, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.features.launch_readiness.ready import a_ready_product, know, signed_by_all, untick
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, pressed, shown
from tests.support.office import ML, OTHER, PM, buttons, read


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session with a product of which nothing was said yet; nothing is kept."""
    with database.trying() as session:
        know(session, PM, ML, OTHER)
        a_team(session, now=MONDAY)
        yield session


def the_product(session: Session) -> Product:
    return products.everything(session)[0]


def items(session: Session) -> list[Item]:
    return list(launch_items.of_product(session, the_product(session).id).values())


def late(session: Session) -> Ask:
    """Something that the PM asks too late."""
    house = House(registry=registry(), moment=lambda _session: MONDAY, workspace=LOCAL_WORKSPACE)
    return house.ask(session, Incoming(kind=Kind.COMMAND, key="late", user=PM))


def rollback(session: Session) -> Item:
    return launch_items.of_product(session, the_product(session).id)[Thing.ROLLBACK]


def test_a_tick_keeps_who_and_when_and_the_note_and_is_taken_back(session: Session) -> None:
    reply = answer(session, "launch copilot tick roll back tried on Tuesday", user=ML)
    kept = rollback(session)
    undone = pressed(session, "launch_readiness.undo", buttons(shown(reply))["Undo"]["value"], user=ML).text

    assert reply.text == "You ticked Rollback for *Support Copilot*: tried on Tuesday."
    assert (kept.ticked_by, kept.ticked_at, kept.note) == (ML, MONDAY, "tried on Tuesday")
    assert undone == "You took it back: the list of *Support Copilot* is as it was before."
    assert (rollback(session).is_ticked, rollback(session).note) == (False, "")


def test_what_was_changed_since_is_not_taken_back(session: Session) -> None:
    undo = buttons(shown(answer(session, "launch tick rollback")))["Undo"]["value"]
    answer(session, "launch owner rollback <@U0ML>")

    heard = pressed(session, "launch_readiness.undo", undo).text

    assert heard.startswith("This was changed since")
    assert (rollback(session).is_ticked, rollback(session).owner) == (True, ML)


def test_a_second_tick_says_who_was_first_and_with_words_it_is_a_note(session: Session) -> None:
    answer(session, "launch tick rollback", user=ML)

    assert answer(session, "launch tick rollback").text == f"Rollback is ticked already, by <@{ML}> Mon 16 Nov 2026."
    assert answer(session, "launch tick rollback took 4 minutes").text == (
        "You wrote a note to Rollback for *Support Copilot*: took 4 minutes."
    )
    assert (rollback(session).ticked_by, rollback(session).note) == (ML, "took 4 minutes")


def test_whoever_saves_a_thing_second_hears_who_was_first(session: Session) -> None:
    seen_before = rollback(session)
    answer(session, "launch tick rollback", user=ML)

    with pytest.raises(SomebodyWasFirstError, match=f"<@{ML}> changed Rollback at the same moment"):
        save(late(session), replace(seen_before, note="late"))

    assert rollback(session).note == ""


def test_whoever_saves_a_thing_second_does_not_hear_of_who_changed_another_thing(session: Session) -> None:
    seen_before = rollback(session)
    undo = buttons(shown(answer(session, "launch tick rollback", user=ML)))["Undo"]["value"]
    answer(session, "launch tick comms", user=PM)

    with pytest.raises(SomebodyWasFirstError, match=f"<@{ML}> changed Rollback"):
        save(late(session), replace(seen_before, note="late"))

    pressed(session, "launch_readiness.undo", undo, user=PM)
    answer(session, "launch tick comms looked at it", user=ML)

    with pytest.raises(SomebodyWasFirstError, match=f"<@{PM}> changed Rollback"):
        save(late(session), replace(seen_before, note="late"))


def test_whoever_may_not_change_a_thing_any_more_does_not_take_back_what_they_did_to_it(session: Session) -> None:
    undo = buttons(shown(answer(session, "launch tick rollback", user=ML)))["Undo"]["value"]
    products.assign(session, the_product(session), Role.ML_LEAD, [])

    heard = pressed(session, "launch_readiness.undo", undo, user=ML).text

    assert heard == f"Only the people of Support Copilot and the admins change it. Ask <@{PM}>."
    assert rollback(session).is_ticked


def test_the_owner_of_a_thing_takes_back_a_tick_and_nobody_outside_the_team_an_owner(session: Session) -> None:
    named = buttons(shown(answer(session, f"launch owner rollback <@{OTHER}>")))["Undo"]["value"]
    refused = pressed(session, "launch_readiness.undo", named, user=OTHER).text
    ticked = buttons(shown(answer(session, "launch tick rollback", user=OTHER)))["Undo"]["value"]
    undone = pressed(session, "launch_readiness.undo", ticked, user=OTHER).text

    assert refused.startswith("Only the people of Support Copilot")
    assert undone.startswith("You took it back")
    assert (rollback(session).owner, rollback(session).is_ticked) == (OTHER, False)


def test_only_the_products_people_change_the_list_and_who_owns_a_thing_ticks_it(session: Session) -> None:
    refused = answer(session, "launch tick rollback", user=OTHER).text
    answer(session, f"launch owner rollback <@{OTHER}>")
    taken = answer(session, "launch tick rollback", user=OTHER).text
    owning = answer(session, f"launch owner ux <@{OTHER}>", user=OTHER).text

    assert refused.startswith("Only the people of Support Copilot and the admins change it.")
    assert taken == "You ticked Rollback for *Support Copilot*."
    assert owning.startswith("Only the people of Support Copilot")


def test_the_page_says_who_is_named_who_would_be_and_where_nobody_is(session: Session) -> None:
    answer(session, f"launch owner monitoring <@{OTHER}>")

    page = read(shown(answer(session, "launch")))

    assert page.partition("*The nine things: 0 of 9*\n")[2].startswith(
        "☐ UX, GTM, Rollout, Comms and Support: open, owner <@U0PM> (proposed)\n"
        "☐ Safety and Evals: open, owner <@U0PM> or <@U0ML> (proposed)\n"
        f"☐ Monitoring: open, owner <@{OTHER}>\n"
        "☐ Rollback: open, owner nobody yet\n"
    )


def test_several_things_are_ticked_at_once_and_undone_at_once(session: Session) -> None:
    reply = answer(session, "launch tick ux, safety and rollback")
    ticked = rollback(session).is_ticked
    pressed(session, "launch_readiness.undo", buttons(shown(reply))["Undo"]["value"])
    noted = answer(session, "launch tick ux and safety were tried").text

    assert reply.text == "You ticked UX, Safety and Rollback for *Support Copilot*."
    assert noted.startswith(
        "Nothing was changed: with a note, each is said on its own: `/muster launch tick ux …` and `/muster launch tick"
        " safety …`."
    )
    assert (ticked, [one for one in items(session) if one.is_ticked]) == (True, [])


def test_a_product_that_is_named_last_is_no_note(session: Session) -> None:
    a_team(session, key="radar", name="Radar", now=MONDAY)

    told = [
        answer(session, f"launch {words}").text
        for words in ("tick ux copilot", "tick gtm of radar", "owner ux me copilot", "tick comms told by copilot")
    ]

    assert told == [
        "You ticked UX for *Support Copilot*.",
        "You ticked GTM for *Radar*.",
        f"<@{PM}> answers for UX of *Support Copilot*.",
        "Which product? `/muster launch tick copilot`, `/muster launch tick radar`",
    ]


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("tick rollbak", "“rollbak” is not on the list. Did you mean “rollback”? Name one of: ux, safety,"),
        ("tick", "Name one of: ux, safety, evals, monitoring, gtm, rollout, rollback, comms, support, like"),
        ("untick ux", "UX is not ticked."),
        ("owner ux", "Name one person, like `/muster launch owner rollback @ana`, or “nobody”."),
        (
            "owner rollback @raj",
            "“@raj” is only text to me: choose the person from Slack's list while you type @. Name",
        ),
        ("owner rollback <@U0ML> and <@U0PM>", "Name one person, like"),
        ("owner rollback me", f"<@{PM}> answers for Rollback of *Support Copilot*."),
        ("owner ux <!subteam^S1|ops>", "Name one person, like"),
        ("owner ux nobody", "Nobody was named for UX of *Support Copilot*."),
        ("back", "Nothing was signed yet: there is nothing to take back."),
        ("back research", "Research was never signed: there is nothing to take back."),
        ("sign product perhaps", "Say go or no-go right after the function, like “launch sign product go”."),
        ("copilt", "I do not know “copilt”. Did you mean “copilot”?"),
    ],
)
def test_words_that_fit_nothing_are_answered_with_what_would(session: Session, words: str, heard: str) -> None:
    assert answer(session, f"launch {words}").text.startswith(heard)


def test_who_unticks_what_others_signed_on_hears_what_that_did(database: Database) -> None:
    with database.trying() as session:
        a_ready_product(session)
        signed_by_all(session)

        reply = answer(session, "launch untick rollback the script broke")

    assert reply.text == (
        "Rollback of *Support Copilot* is open again: the script broke. 3 sign-offs fell with that, and whoever signed"
        " hears of it."
    )
    assert [post.to for post in reply.posts] == [PM, ML, OTHER]


def test_notes_are_kept_under_the_products_rule_for_personal_data(database: Database) -> None:
    with database.trying() as session:
        a_team(session, record=ProductRecord(pii=Pii.REDACT), now=MONDAY)
        answer(session, "launch tick ux ask bea@example.com")
        kept = launch_items.of_product(session, the_product(session).id)[Thing.UX].note

    assert "example.com" not in kept


def waits(session: Session, user: str) -> list[str]:
    """What waits for somebody because of a launch."""
    lines = read(shown(answer(session, "me", user=user))).splitlines()
    return [line for line in lines if "launch" in line]


def test_what_somebody_owns_and_has_not_ticked_waits_for_them(session: Session) -> None:
    answer(session, f"launch owner rollback <@{ML}>")
    answer(session, f"launch owner comms <@{ML}>")
    answer(session, f"launch owner ux <@{ML}>")
    answer(session, "launch tick ux", user=ML)

    expected = "*Support Copilot*: for its launch Rollback and Comms of yours are not ticked yet."
    assert (waits(session, ML), waits(session, PM)) == ([expected], [])


def test_a_sign_off_waits_for_somebody_once_all_else_is_there(database: Database) -> None:
    with database.trying() as session:
        product = a_ready_product(session)
        products.assign(session, product, Role.RESEARCH, [PM])
        answer(session, "launch sign product go")
        asked = waits(session, PM), waits(session, ML), waits(session, OTHER)
        untick(session, product)
        too_early = waits(session, ML)

    there = "*Support Copilot*: everything is there for its launch. Sign for {}."
    assert asked == ([there.format("research")], [there.format("ML engineering")], [])
    assert too_early == []
