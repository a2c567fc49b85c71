"""Acknowledging, taking, giving and accepting: who may, what everybody hears, and that an owner is never missing."""

from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import regraded
from bot.domain.incidents import Did, Event, Incident, Severity, State
from bot.domain.ownership import Did as Did_
from bot.domain.ownership import Happened, Origin, assigned, nobody_yet
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.features.incident_response.deeds import FasterError, changed
from bot.features.incident_response.finding import Case
from bot.features.incident_response.words import when
from bot.kit.reply import Next
from bot.store import audit, directory, incident_settings, ownerships, posts, products
from bot.store.incident_settings import IncidentSettings
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from tests.features.incident_response.team import GUEST, LEE, asking, form, now_of, submitted, told
from tests.support.dialogue import answer, pressed
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM

LATER = TUESDAY + 4 * MINUTE
ONE = "incident 1 of *Support Copilot*"


def test_whoever_acknowledges_owns_it_and_the_thread_hears_how_fast(session: Session, declared: Incident) -> None:
    reply = answer(session, "incident ack", user=OTHER, now=LATER)

    assert reply.text == f"You acknowledged {ONE}, 4 min after it was declared: you own it."
    assert told(reply) == [
        (TEAM, "Mia Chen acknowledged it, 4 min after it was declared."),
        (ML, f"Incident 1 of *Support Copilot* is with <@{OTHER}> now: you need not do anything."),
    ]
    assert (now_of(session).owner, now_of(session).state) == (OTHER, State.ACKNOWLEDGED)
    assert [one.what for one in audit.everything(session)][-1] == "incident acknowledged"


def test_the_channel_expects_updates_from_whoever_is_at_it(session: Session, declared: Incident) -> None:
    incident_settings.save(session, declared.product_id, IncidentSettings())

    reply = answer(session, "incident ack", user=ML, now=LATER)

    assert "The channel expects to hear how it goes by Tue 17 Nov 10:04 CET." in reply.text
    assert now_of(session).next_update_at is not None


def test_the_second_to_acknowledge_hears_who_was_first_and_changes_nothing(session: Session, held: Incident) -> None:
    reply = pressed(session, "incident_response.acknowledge", "1", user=PM, now=LATER + 2 * MINUTE)

    assert reply.text == (f"<@{ML}> acknowledged {ONE} 2 min ago, before you: <@{ML}> owns it. Nothing was changed.")
    assert now_of(session) == held


def test_it_is_taken_from_somebody_who_is_at_it_with_a_reason_by_those_who_may(
    session: Session, held: Incident
) -> None:
    assert answer(session, "incident take", user=PM, now=LATER).text == (
        "Somebody is at it already: say why, like “incident take #1 Raj is on a plane”."
    )
    refused = answer(session, "incident take he sleeps", user=OTHER, now=LATER).text
    assert refused.startswith("Incident 1 is for its owner, the product's people, the backup and the admins.")
    assert f"<@{PM}>" in refused

    reply = answer(session, "incident take he is on a plane", user=PM, now=LATER)

    assert reply.text == f"You took {ONE}: you own it."
    assert told(reply) == [
        (TEAM, "Ana Lima took it from Raj Patel:\nhe is on a plane"),
        (ML, f"Incident 1 of *Support Copilot* is with <@{PM}> now: you need not do anything."),
    ]
    assert now_of(session).owner == PM


def test_the_backup_may_take_it(session: Session, product: Product, held: Incident) -> None:
    named = assigned(nobody_yet(product.id, INCIDENT_RESPONSE, TUESDAY), [ML], LEE, by=PM, now=TUESDAY)
    ownerships.save(session, named, Happened(by=PM, at=TUESDAY, what=Did_.ASSIGNED, origin=Origin.COMMAND))

    view = form(pressed(session, "incident_response.take", "1", user=LEE, now=LATER))
    reply = submitted(session, view, {"reason": "Raj is ill"}, user=LEE, now=LATER)

    assert reply.text == f"You took {ONE}: you own it."


def test_while_nobody_is_at_it_giving_it_is_done_at_once(session: Session, declared: Incident) -> None:
    reply = answer(session, f"incident owner <@{LEE}|lee>", user=OTHER, now=LATER)

    assert reply.text == f"You gave {ONE} to <@{LEE}>, who owns it now and is asked to say that they are at it."
    assert told(reply)[0] == (TEAM, "Mia Chen gave it to Lee Wong.")
    assert (now_of(session).owner, now_of(session).called_at) == (LEE, LATER)


def test_an_offer_leaves_it_with_its_owner_until_it_is_accepted(session: Session, held: Incident) -> None:
    view = form(pressed(session, "incident_response.hand_over", "1", user=ML, now=LATER))
    offer = submitted(session, view, {"person": LEE, "reason": "my train leaves"}, user=ML, now=LATER)

    assert offer.text == f"You offered {ONE} to <@{LEE}>. Until they accept, <@{ML}> owns it."
    assert told(offer) == [
        (TEAM, "Raj Patel offered it to Lee Wong:\nmy train leaves"),
        (
            LEE,
            (
                f"Raj Patel offers you {ONE}, severity 2. Until you accept, Raj Patel owns it.\nIt makes up refund"
                " dates\nWhy: my train leaves\n[Accept]\n[Decline]"
            ),
        ),
    ]
    assert (now_of(session).owner, now_of(session).offered_to) == (ML, LEE)
    assert answer(session, f"incident owner <@{LEE}>", user=PM, now=LATER).text == (
        "Incident 1 is offered to them already."
    )

    accepted = pressed(session, "incident_response.accept", "1", user=LEE, now=LATER)

    assert accepted.text == f"You accepted {ONE}: you own it now."
    assert told(accepted)[0] == (TEAM, "Lee Wong accepted it from Raj Patel.")
    assert (now_of(session).owner, now_of(session).offered_to) == (LEE, None)


def test_an_offer_that_is_declined_or_taken_back_leaves_it_where_it_is_and_its_button_dies(
    session: Session, held: Incident
) -> None:
    for minute, (who, action, value, line) in enumerate(
        (
            (LEE, "decline", "1", "Lee Wong declined it; its owner stays."),
            (ML, "take_back", f"1 {LEE}", "Raj Patel took the offer back."),
        )
    ):
        now = LATER + minute * MINUTE
        offer = answer(session, f"incident owner <@{LEE}>", user=ML, now=now)
        for post in offer.posts:
            new = NewPost(
                workspace=LOCAL_WORKSPACE, key=post.key, recipient=post.to, text=post.text, blocks=post.blocks
            )
            posts.add(session, new, now)
        reply = pressed(session, f"incident_response.{action}", value, user=who, now=now)
        assert told(reply)[0] == (TEAM, line)
        assert (now_of(session).owner, now_of(session).offered_to) == (ML, None)
        dead = posts.named(session, LOCAL_WORKSPACE, offer.posts[-1].key)
        assert dead is not None
        assert dead.text == f"This offer is over: Raj Patel owns {ONE}."

    stale = pressed(session, "incident_response.accept", "1", user=LEE, now=LATER)
    assert stale.text == "Incident 1 is not offered to you, or not any more. You can take it instead."


@pytest.mark.parametrize("said", ["accept", "accept #1", "accept 1"])
def test_an_offer_is_accepted_in_words(session: Session, product: Product, held: Incident, said: str) -> None:
    a_kept_incident(session, product)
    answer(session, f"incident pass <@{LEE}> #1", user=ML, now=LATER)

    reply = answer(session, f"incident {said}", user=LEE, now=LATER)

    assert reply.text == f"You accepted {ONE}: you own it now."
    assert told(reply)[0] == (TEAM, "Lee Wong accepted it from Raj Patel.")
    assert (now_of(session).owner, now_of(session).offered_to) == (LEE, None)


def test_an_offer_is_declined_in_words(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product)
    answer(session, f"incident owner <@{LEE}> #1", user=ML, now=LATER)

    reply = answer(session, "incident decline", user=LEE, now=LATER)

    assert reply.text == f"You declined {ONE}: it stays with <@{ML}>, who is told."
    assert told(reply)[0] == (TEAM, "Lee Wong declined it; its owner stays.")
    assert (now_of(session).owner, now_of(session).offered_to) == (ML, None)


def test_of_two_offers_it_is_asked_which_one_is_accepted(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product)
    answer(session, "incident ack #2", user=ML, now=LATER)
    for number in (1, 2):
        answer(session, f"incident owner <@{LEE}> #{number}", user=ML, now=LATER)

    assert answer(session, "incident accept", user=LEE, now=LATER).text.startswith("Which incident: #1, #2?")
    assert answer(session, "incident accept #2", user=LEE, now=LATER).text == (
        "You accepted incident 2 of *Support Copilot*: you own it now."
    )


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_what_is_offered_to_nobody_is_not_accepted(session: Session, held: Incident, verb: str) -> None:
    reply = answer(session, f"incident {verb}", user=LEE, now=LATER)

    assert reply.text == "Incident 1 is not offered to you, or not any more. You can take it instead."
    assert now_of(session) == held


@pytest.mark.parametrize(
    ("whom", "why"),
    [
        (f"<@{GUEST}>", f"<@{GUEST}> cannot own an incident: guests may look, but not act here."),
        ("<!subteam^S1|@ml>", "Name one person, like “incident owner @ana”: an incident has one owner."),
        ("somebody", "Name one person, like “incident owner @ana”: an incident has one owner."),
    ],
)
def test_it_goes_to_one_person_who_may_act(session: Session, declared: Incident, whom: str, why: str) -> None:
    assert answer(session, f"incident owner {whom}", now=LATER).text.startswith(why)
    assert now_of(session) == declared


def test_somebody_whom_slack_did_not_describe_is_looked_up_first(session: Session, declared: Incident) -> None:
    assert directory.known(session, LOCAL_WORKSPACE, "U0NEW") is None

    reply = answer(session, "incident owner <@U0NEW>", now=LATER)

    assert reply.then == Next(errand="incident_response.assign", value="1 U0NEW")


def test_who_owns_it_is_told_to_everybody_who_asks(session: Session, held: Incident) -> None:
    assert answer(session, "incident owner", user=OTHER, now=LATER).text == (
        f"Incident 1 of *Support Copilot*. *Owner:* <@{ML}>, at it since {when(LATER, ZoneInfo('Europe/Berlin'))}."
    )


def test_a_form_is_not_opened_for_what_is_over_or_not_theirs(session: Session, held: Incident) -> None:
    refused = pressed(session, "incident_response.hand_over", "1", user=OTHER, now=LATER)
    assert refused.text.startswith("Incident 1 is for its owner")
    answer(session, "incident resolve the prompt", user=ML, now=LATER)

    for action in ("take", "hand_over", "update", "decide", "resolve"):
        over = pressed(session, f"incident_response.{action}", "1", user=ML, now=LATER)
        assert over.text == "Incident 1 is resolved. Say “incident reopen 1” and why, if it is not over."


def test_whoever_saves_second_hears_who_changed_it_and_not_who_noted_something(
    session: Session, held: Incident
) -> None:
    ask = asking(session, now=LATER + 2 * MINUTE, user=PM)
    stale = Case(incident=held, product=products.with_id(session, held.product_id))
    answer(session, "incident take he is on a plane", user=PM, now=LATER)
    answer(session, "incident note it began at noon", user=OTHER, now=LATER + MINUTE)

    with pytest.raises(FasterError) as refused:
        changed(ask, stale, regraded(held, Severity.CRITICAL, ask.now), Event(at=ask.now, by=PM, what=Did.REGRADED))

    assert str(refused.value) == (
        "Ana Lima took it from Raj Patel: 2 min ago, before you. Yours was not saved; look at incident 1 as it is now,"
        " then repeat it."
    )
