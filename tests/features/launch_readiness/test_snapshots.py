"""The page and every form of a launch as Slack gets them, compared whole, and made of any text a team may have typed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import Session

from bot.domain.launch import Thing
from bot.domain.people import Role
from bot.domain.product import Never, Product, Risk
from bot.domain.reviewing import Cause, Severity
from bot.domain.text import clean, clip, one_line
from bot.kit.post import Post
from bot.sandbox.blocks import problems
from bot.sandbox.showing import links_in, mentions_in
from bot.store import launch_items, products
from bot.store.session import Database
from tests.features.fixing.meeting import Error, a_review
from tests.features.launch_readiness.ready import (
    LAWYER,
    PEOPLE,
    RECORD,
    a_ready_product,
    daily_look,
    know,
    read,
    signed_by_all,
    unown,
    untick,
)
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, dead_ends, pressed, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.hostile import hostile_text
from tests.support.office import ML, OTHER, PM
from tests.support.snapshots import Snapshots

EVERYBODY = {f"<@{user}>" for user in (PM, ML, OTHER, LAWYER)} | {"<#C0TEAM>"}


def bare(session: Session) -> None:
    """A product of which nothing was said yet."""
    a_team(session, now=MONDAY)


def halfway(session: Session) -> None:
    """A risky product with a bit of everything: open things, a miss, a gap, an error that broke a never, a no-go."""
    record = replace(RECORD, risk=Risk.HIGH, nevers=(Never(name="promise a refund date"),))
    product = a_ready_product(session, record=record, people={**PEOPLE, Role.COMPLIANCE: LAWYER})
    signed_by_all(session)
    read(session, product, "deflection_rate", 0.38)
    never = Error(asked="When?", severity=Severity.HARMFUL, cause=Cause.PROMPT, breaches=("promise a refund date",))
    a_review(session, product, [never, Error(asked="Hm?", severity=Severity.LAUNCH_BLOCKING, cause=Cause.OTHER)])
    unown(session, product)
    know(session, ML)
    answer(session, f"launch owner rollback <@{ML}>")
    answer(session, "launch untick rollback the script broke")
    answer(session, "launch sign no-go it promised a refund date", user=LAWYER)


def ready(session: Session) -> None:
    """Everything is there, and everybody signed."""
    a_ready_product(session)
    signed_by_all(session)


STAGES = {"bare": bare, "halfway": halfway, "go": ready}


def assert_takeable(message: dict[str, Any]) -> None:
    """Slack takes the message, all its buttons work, and it calls nobody but the people of the product."""
    sent = list(message["blocks"])
    assert problems(sent) == []
    assert_accepted(sent)
    assert dead_ends(message) == []
    assert set(mentions_in(message)) <= EVERYBODY
    assert links_in({"blocks": sent}) == []


@pytest.mark.parametrize("stage", list(STAGES))
def test_the_page(database: Database, snapshots: Snapshots, stage: str) -> None:
    with database.trying() as session:
        STAGES[stage](session)
        message = shown(answer(session, "launch"))

    assert_takeable(message)
    snapshots.expect(f"blocks/launch_readiness/page_{stage}", message)


def test_what_is_posted(database: Database, snapshots: Snapshots) -> None:
    with database.trying() as session:
        ready(session)
        go = pressed(session, "launch_readiness.tell", "1").posts[0]
        untick(session, products.everything(session)[0])
        fallen = daily_look(session)[0]

    for name, post in {"go": go, "fallen": fallen}.items():
        assert_takeable(_sent(post))
        snapshots.expect(f"blocks/launch_readiness/told_{name}", _sent(post))


@pytest.mark.parametrize("form", ["edit", "sign"])
def test_every_form(database: Database, snapshots: Snapshots, form: str) -> None:
    with database.trying() as session:
        halfway(session)
        view = shown(pressed(session, f"launch_readiness.{form}", "1"))

    assert_form_accepted(view)
    snapshots.expect(f"views/launch_readiness/{form}", view)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(hostile_text)
def test_whatever_people_type_the_page_stays_within_limits_and_calls_and_links_nothing(
    database: Database, text: str
) -> None:
    typed = clip(one_line(clean(text)), 400) or "x"
    with database.trying() as session:
        product = _named(session, typed)
        for item in launch_items.of_product(session, product.id).values():
            launch_items.save(session, replace(item, note=clip(typed, 200), owner=PM, ticked_by=PM, ticked_at=MONDAY))
        answer(session, "launch owner ux nobody")
        products.assign(session, product, Role.RESEARCH, [OTHER])
        signed = [answer(session, f"launch sign go {typed} x", user=user) for user in (PM, ML, OTHER)]
        launch_items.save(session, replace(_rollback(session, product), ticked_by=None, ticked_at=None))
        messages = [shown(answer(session, "launch")), *(shown(one) for one in signed)]
        form = shown(pressed(session, "launch_readiness.sign", str(product.id)))
        messages += [_sent(post) for post in daily_look(session)]

    assert len(messages) == 7
    assert_form_accepted(form)
    for message in messages:
        assert_takeable(message)


def _named(session: Session, typed: str) -> Product:
    """A product whose name and nevers are what somebody typed."""
    record = replace(RECORD, nevers=(Never(name=clip(typed, 100)),))
    product = a_team(session, name=clip(typed, 80), record=record, now=MONDAY)
    a_review(session, product, [Error(asked="Hm?", breaches=(clip(typed, 100),))])
    return product


def _rollback(session: Session, product: Product) -> Any:
    return launch_items.of_product(session, product.id)[Thing.ROLLBACK]


def _sent(post: Post) -> dict[str, Any]:
    return {"channel": post.to, "text": post.text, "blocks": list(post.blocks)}
