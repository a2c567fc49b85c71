"""Every message and form of an update's life as Slack gets it, compared whole, and made of any text people may write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.charts import Chart, Panel, Point
from bot.domain.draft_states import Move
from bot.domain.drafts import Draft
from bot.domain.metrics import Unit
from bot.domain.product import Product
from bot.domain.text import clean
from bot.domain.updates import Body, Facts, Figure, Part, Suggestion
from bot.domain.window import Window
from bot.features.stakeholder_update import showing
from bot.sandbox.blocks import problems
from bot.sandbox.showing import links_in, mentions_in
from bot.store import drafts, posts
from bot.store.drafts import Change, NewDraft
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.stakeholder_update.weeks import (
    DEPUTY,
    FRIDAY,
    THURSDAY,
    Told,
    a_week,
    approve,
    filled,
    latest,
    posted,
    press,
    ritual,
    say,
    submit,
)
from tests.support.block_rules import assert_accepted
from tests.support.dialogue import dead_ends, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.hostile import hostile_text
from tests.support.office import ML, PM
from tests.support.snapshots import Snapshots

BODY = Body(
    headline="one measure short of its target",
    parts={
        Part.HIGHLIGHTS: "38 of 100 requests are handled without a person. We saved 1,234 hours.",
        Part.SAFETY: "No safety incident.",
        Part.ASK: "Questions: Ana Lima",
    },
    suggestions=(Suggestion(id="deflection_rate", metric="deflection_rate", text="Expand the knowledge base"),),
    written={Part.HIGHLIGHTS: ML},
)
FACTS = Facts(figures=(Figure(shown="38 of 100", what="Deflection, last week"),), names=("Ana Lima",))
CHART = Chart(
    title="Twelve weeks",
    panels=(Panel(title="Deflection", unit=Unit.SHARE, points=(Point(at=THURSDAY, value=0.38),)),),
    zone="Europe/Berlin",
    alt="Deflection: 38 of 100",
)


def asked(session: Session, body: Body = BODY, **known: Any) -> Product:
    """A product whose approver and deputy were asked on Thursday."""
    product = a_week(session, **known)
    week = Window(THURSDAY - timedelta(days=7), THURSDAY)
    new = NewDraft(product_id=product.id, week=week, post_due=FRIDAY, body=body, facts=FACTS, approver=PM, chart=CHART)
    draft = drafts.add(session, replace(new, deputy=DEPUTY), Change(user="", at=THURSDAY, move=Move.DRAFT))
    assert draft is not None
    for post in showing.asking(session, draft, product, THURSDAY):
        new_post = NewPost(
            workspace=LOCAL_WORKSPACE, key=post.key, recipient=post.to, text=post.text, blocks=post.blocks
        )
        posts.add(session, new_post, THURSDAY)
    return product


def button(session: Session, product: Product, name: str, **known: Any) -> Told:
    """Press a button of the update as it is now."""
    draft: Draft = latest(session, product)
    return press(session, f"stakeholder_update.{name}", f"{draft.id} {draft.version}", **known)


def skipped(session: Session, product: Product) -> Told:
    """Skip it."""
    return submit(session, button(session, product, "skip").view, {"reason": ("a holiday",)})


def corrected(session: Session, product: Product) -> Told:
    """Approve, post and correct it."""
    approve(session, latest(session, product))
    ritual(session, product, "update_post", now=FRIDAY)
    view = button(session, product, "correct", now=FRIDAY).view
    values = filled(view) | {"headline": ("all on target",), "reason": ("I *miscounted* <!here>",)}
    return submit(session, view, values, now=FRIDAY)


ANSWERS: dict[str, Callable[[Session, Product], Told]] = {
    "show": lambda session, _product: say(session, "update", user=ML),
    "history": lambda session, product: (corrected(session, product), say(session, "update history"))[1],
    "form_approve": lambda session, product: button(session, product, "approve"),
    "form_edit": lambda session, product: button(session, product, "edit"),
    "form_skip": lambda session, product: button(session, product, "skip"),
    "form_settings": lambda session, _product: say(session, "update settings"),
    "approved": lambda session, product: approve(session, latest(session, product)),
    "skipped": skipped,
    "corrected": corrected,
    "refused": lambda session, product: button(session, product, "approve", user=ML),
}


def assert_takeable(told: dict[str, Any]) -> None:
    """Assert that Slack takes a message or form; what is to be read in a form is judged like a message."""
    fields = [block for block in told["blocks"] if block["type"] == "input"]
    assert_accepted(block for block in told["blocks"] if block["type"] != "input")
    if fields:
        assert_form_accepted({**told, "blocks": fields})


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_looks_as_expected(database: Database, snapshots: Snapshots, case: str) -> None:
    with database.trying() as session:
        told = shown(ANSWERS[case](session, asked(session)).reply)

    assert_takeable(told)
    assert dead_ends(told) == []
    snapshots.expect(f"blocks/stakeholder_update/{case}", told)


def held(session: Session, product: Product) -> None:
    """Nobody approved it in time."""
    ritual(session, product, "update_post", now=FRIDAY)


POSTS: dict[str, tuple[Callable[[Session, Product], object], str]] = {
    "copy": (lambda _session, _product: None, PM),
    "copy_approved": (lambda session, product: approve(session, latest(session, product)), DEPUTY),
    "copy_held": (held, PM),
    "told_held": (held, ML),
    "posted": (corrected, "C0ELSE"),
}


@pytest.mark.parametrize("case", POSTS)
def test_a_message_looks_as_expected(database: Database, snapshots: Snapshots, case: str) -> None:
    do, to = POSTS[case]
    with database.trying() as session:
        do(session, asked(session))
        row = posted(session, to)[0]
        message = {"text": row.text, "blocks": row.blocks}

    assert dead_ends(message) == []
    snapshots.expect(f"blocks/stakeholder_update/{case}", message)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(headline=hostile_text, part=hostile_text, reason=hostile_text, name=st.text(min_size=1, max_size=300))
def test_any_text_is_shown_letter_for_letter_within_slacks_limits(
    database: Database, headline: str, part: str, reason: str, name: str
) -> None:
    body = replace(BODY, headline=headline, parts={Part.NOTE: part, Part.HIGHLIGHTS: part})
    with database.trying() as session:
        product = asked(session, body, name=name)
        forms = [button(session, product, one) for one in ("approve", "edit", "skip")]
        submit(session, forms[2].view, {"reason": (clean(reason).strip() or "why",)})
        messages = [{"blocks": posted(session, PM)[0].blocks}, shown(say(session, "update history").reply)]

    for message in messages:
        assert [one for one in problems(message["blocks"]) if "slack_file" not in one] == []
        assert links_in(message) == []
        assert set(mentions_in(message)) <= {f"<@{PM}>"}
    for form in forms:
        assert_takeable(shown(form.reply))
