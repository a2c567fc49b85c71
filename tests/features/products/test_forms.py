"""Every form as Slack gets it, compared whole, and filled with anything that a product may hold."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.people import Assignment, Role
from bot.domain.product import Failure, InputType, Never, Pii, Product, ProductRecord, Risk
from bot.domain.record_fields import FIELDS
from bot.domain.sourcing import SourceSpec
from bot.features.products import forms
from bot.kit.reply import Reply
from bot.store.session import Database
from tests.support.dialogue import a_team, answer, pressed, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.hostile import hostile_text
from tests.support.office import ML, OTHER, PM
from tests.support.snapshots import Snapshots

SUNDAY = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)
FILLED = ProductRecord(
    persona="An agent & a customer",
    job="Answer mail",
    input_types=(InputType.TEXT, InputType.IMAGE),
    risk=Risk.HIGH,
    nevers=(Never(name="promise a price", phrases=("it will cost", "for only")), Never(name="insult")),
    blocking_failures=(Failure.HALLUCINATION,),
    pii=Pii.REDACT,
    accuracy_target=0.92,
    daily_requests=1500,
    monthly_budget=1000.0,
    last_trained_on=datetime(2026, 3, 1, tzinfo=UTC).date(),
)
SOURCE = SourceSpec(
    uri="postgresql://bot:s3cret@db/app",
    table="answers",
    mapping={"output": "answer_text", "id": "answer_id"},
    where=(("language", "de"),),
    zone="Europe/Berlin",
)


@pytest.mark.parametrize("part", list(forms.PARTS))
def test_every_part_of_a_product_has_its_form(database: Database, snapshots: Snapshots, part: str) -> None:
    database.do(lambda session: a_team(session, record=FILLED, source=SOURCE, stakeholder_channel="C0ELSE", now=SUNDAY))

    form = shown(database.do(lambda session: answer(session, f"product edit {part}")))

    assert_form_accepted(form)
    assert form == shown(database.do(lambda session: pressed(session, "products.part", f"1 {part}")))
    snapshots.expect(f"views/products/edit_{part}", form)


@pytest.mark.parametrize("part", list(forms.PARTS))
def test_every_part_of_a_bare_product_has_its_form(database: Database, snapshots: Snapshots, part: str) -> None:
    database.do(lambda session: a_team(session, team_channel=None, people={}, now=SUNDAY))

    form = shown(database.do(lambda session: answer(session, f"product edit {part}", admins=(PM,))))

    assert_form_accepted(form)
    snapshots.expect(f"views/products/edit_{part}_bare", form)


@pytest.mark.parametrize(("where", "channel"), [("channel", "C0TEAM"), ("home", None), ("direct", "D0PM")])
def test_a_product_is_added_in_the_form_of_the_place(
    database: Database, snapshots: Snapshots, where: str, channel: str | None
) -> None:
    form = shown(database.do(lambda session: answer(session, "product add", channel=channel)), channel=channel)

    assert_form_accepted(form)
    snapshots.expect(f"views/products/add_in_{where}", form)


def test_settings_have_a_form(database: Database, snapshots: Snapshots) -> None:
    database.do(lambda session: a_team(session, now=SUNDAY))

    form = shown(database.do(lambda session: answer(session, "settings edit")))

    assert_form_accepted(form)
    snapshots.expect("views/products/settings", form)


def test_the_parts_hold_every_field_of_the_record_once() -> None:
    listed = [name for part in forms.PARTS.values() for name in part.fields]

    assert sorted(listed) == sorted(FIELDS)


text = hostile_text.filter(str.strip)
optional = st.none() | hostile_text
long_text = st.builds(lambda part, times: part * times, hostile_text, st.integers(1, 400))


@st.composite
def records(draw: st.DrawFn) -> ProductRecord:
    nevers = st.builds(lambda name, phrases: Never(name=name, phrases=tuple(phrases)), text, st.lists(text, max_size=3))
    return ProductRecord(
        persona=draw(long_text),
        job=draw(optional),
        output_format=draw(optional),
        data_residency=draw(optional),
        nevers=tuple(draw(st.lists(nevers, max_size=30))),
        input_types=draw(st.sampled_from([(), (InputType.TEXT,), tuple(InputType)])),
    )


@st.composite
def hostile_products(draw: st.DrawFn) -> Product:
    source = SourceSpec(
        uri=draw(long_text) or "x",
        query=draw(optional),
        mapping=draw(st.dictionaries(hostile_text, hostile_text, max_size=4)),
        where=tuple(draw(st.lists(st.tuples(hostile_text, hostile_text), max_size=4))),
    )
    return Product(
        id=1,
        workspace="local",
        key="copilot",
        name=draw(long_text),
        timezone="Europe/Berlin",
        team_channel="C0TEAM",
        record=draw(records()),
        source=draw(st.none() | st.just(source)),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile_products(), st.sampled_from(list(forms.PARTS)))
def test_whatever_a_product_holds_its_form_opens(product: Product, part: str) -> None:
    people = [Assignment(Role.PM, PM), Assignment(Role.ML_LEAD, ML), Assignment(Role.PM, OTHER)]

    form = shown(Reply(view=forms.edit_form(product, people, part)))

    assert_form_accepted(form)
