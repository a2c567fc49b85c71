"""Every private message about products as Slack gets it, compared whole, and made of any text a product may hold."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Assignment, Role
from bot.domain.product import Never, Product, ProductRecord, Risk
from bot.domain.sourcing import SourceSpec
from bot.features.products import blocks
from bot.kit.asking import Ask
from bot.sandbox.blocks import problems
from bot.sandbox.showing import formats_in, links_in, mentions_in
from bot.store.session import Database
from bot.wiring import registry
from tests.support.block_rules import assert_accepted
from tests.support.dialogue import a_team, answer, dead_ends, pressed, shown
from tests.support.form_rules import without_confirmations
from tests.support.hostile import hostile_text
from tests.support.office import ML, OTHER, PM
from tests.support.snapshots import Snapshots

SUNDAY = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)

RECORD = ProductRecord(
    persona="An agent & a customer",
    job="Answer mail",
    risk=Risk.HIGH,
    accuracy_target=0.92,
    nevers=(Never(name="promise a price", phrases=("it will cost",)),),
)
SOURCE = SourceSpec(
    uri="s3://bucket/answers.parquet", mapping={"output": "answer_text"}, where=(("language", "de"), ("beta", "no"))
)

SAID = {
    "list": "product list",
    "card": "product show copilot",
    "card_bare": "product show refunds",
    "set": "product set copilot risk=low",
    "set_nothing": "product set copilot",
    "set_unknown": "product set copilot rsk=low",
    "set_badly": "product set copilot risk=huge",
    "remove": "product remove copilot",
    "unknown_verb": "product frob",
    "unknown_product": "product show copilt",
    "settings": "settings copilot",
    "settings_bare": "settings refunds",
    "settings_set": "settings set copilot tue 10:00",
    "settings_pause": "settings pause copilot",
    "settings_nothing": "settings set copilot",
    "settings_unclear": "settings set copilot noon",
}


def two_products(session: Session) -> None:
    """One with everything, and one of the same people with nothing."""
    a_team(session, record=RECORD, source=SOURCE, stakeholder_channel="C0ELSE", now=SUNDAY)
    a_team(session, key="refunds", name="Refunds <&> *Co*", team_channel=None, now=SUNDAY)


def assert_takeable(message: dict[str, object]) -> None:
    """Slack takes the message, all its buttons work, and it calls nobody but the product's people."""
    sent = message["blocks"]
    assert isinstance(sent, list)
    assert problems(sent) == []
    assert_accepted(without_confirmations(sent))
    assert dead_ends(message) == []
    assert set(mentions_in(message)) <= {f"<@{PM}>", f"<@{ML}>", f"<@{OTHER}>", "<#C0TEAM>", "<#C0ELSE>"}
    assert links_in({"blocks": sent}) == []


@pytest.mark.parametrize("name", list(SAID))
def test_every_answer_about_products(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(two_products)

    message = shown(database.do(lambda session: answer(session, SAID[name], channel="C0ELSE", now=SUNDAY)))

    assert_takeable(message)
    snapshots.expect(f"blocks/products/{name}", message)


def test_without_products_and_after_removal_and_return(database: Database, snapshots: Snapshots) -> None:
    empty = shown(database.do(lambda session: answer(session, "product list")))
    unknown = shown(database.do(lambda session: answer(session, "product show")))
    database.do(two_products)
    which = shown(database.do(lambda session: answer(session, "product show", channel="C0NEW")))
    removed = shown(database.do(lambda session: pressed(session, "products.remove", "1")))
    returned = shown(database.do(lambda session: pressed(session, "products.undo", "1")))
    too_late = shown(database.do(lambda session: pressed(session, "products.undo", "1")))
    forbidden = shown(database.do(lambda session: answer(session, "product set copilot risk=low", user=OTHER)))

    told = {
        "empty": empty,
        "no_product": unknown,
        "which": which,
        "removed": removed,
        "undone": returned,
        "undone_too_late": too_late,
        "forbidden": forbidden,
    }
    for name, message in told.items():
        assert_takeable(message)
        snapshots.expect(f"blocks/products/{name}", message)


text = hostile_text.filter(lambda one: one.strip() != "")
long_text = st.builds(lambda part, times: part * times, text, st.sampled_from([1, 1, 40, 400]))


@st.composite
def hostile_products(draw: st.DrawFn) -> Product:
    record = ProductRecord(
        persona=draw(long_text), job=draw(long_text), nevers=(Never(name=draw(long_text), phrases=(draw(text),)),)
    )
    source = SourceSpec(
        uri=draw(long_text),
        query=draw(st.none() | long_text),
        mapping={draw(text): draw(text)},
        where=((draw(text), draw(text)),),
    )
    return Product(
        id=1,
        workspace="local",
        key="copilot",
        name=draw(long_text),
        timezone="Europe/Berlin",
        team_channel="C0TEAM",
        record=record,
        source=source,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_products())
def test_whatever_a_product_holds_its_card_stays_within_limits_and_calls_and_links_nothing(product: Product) -> None:
    people = [Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, ML)]
    incoming = Incoming(kind=Kind.COMMAND, key="asked", user=PM)
    with Session() as unused:
        ask = Ask(session=unused, now=SUNDAY, incoming=incoming, guide=registry())
        message = shown(blocks.card(ask, product, people, []))

    assert_takeable(message)
    assert formats_in({"blocks": message["blocks"]}) == ["`copilot`"]
