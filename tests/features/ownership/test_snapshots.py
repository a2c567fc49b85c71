"""Everything that is shown about who owns what, as Slack gets it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.domain.ownership import Did, Happened, Origin, Ownership, assigned, gone, nobody_yet
from bot.domain.people import Group
from bot.domain.product import Product, ProductRecord
from bot.features.ownership import telling
from bot.features.ownership.telling import Came, News
from bot.store import audit, groups, ownerships
from bot.store.json import dumped
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.snapshots import Snapshots

NOW = MONDAY + timedelta(days=9)


def kept(session: Session, before: Ownership, what: Did = Did.ASSIGNED, by: str = "U0PM") -> Ownership:
    happened = Happened(by=by, at=before.set_at, what=what, origin=Origin.COMMAND if by else Origin.SLACK_EVENT)
    return ownerships.save(session, before, happened)


def named(session: Session, product: Product, key: str, *owners: str, backup: str | None = None) -> Ownership:
    return kept(session, assigned(nobody_yet(product.id, key, MONDAY), owners, backup, by="U0PM", now=MONDAY))


def owned(session: Session, *, areas: bool = False) -> Product:
    """A product with a bit of everything: two owners, a group, somebody who left, and gaps."""
    product = a_team(session, now=MONDAY, record=ProductRecord(areas=areas))
    calls = Group(id="S0CALL", handle="on-call", name="On call", members=("U0ML", "U0LI"))
    groups.keep(session, LOCAL_WORKSPACE, calls, MONDAY)
    named(session, product, "model_quality", "U0PM", "U0ML", backup="U0LI")
    cost = named(session, product, "model_cost", "U0MIA", backup="U0LI")
    kept(session, gone(cost, "U0MIA", "left Slack"), Did.LEFT, by="")
    named(session, product, "incident_response", "S0CALL")
    if areas:
        named(session, product, "evals/product", "U0PM", "U0LI", backup="U0ML")
    return product


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("matrix", "owner"),
        ("one", "owner incidents"),
        ("gap", "owner retrain"),
        ("gaps", "owner gaps"),
        ("history", "owner history"),
        ("unclear", "owner kost"),
        ("just_now", "owner cost me"),
        ("areas_on", "owner areas on"),
    ],
)
def test_every_answer_about_owners(database: Database, snapshots: Snapshots, name: str, said: str) -> None:
    database.do(owned)
    now = MONDAY + timedelta(seconds=30) if name == "just_now" else NOW

    with database.trying() as session:
        message = shown(answer(session, said, now=now, user="U0ML"))

    assert_accepted(message["blocks"])
    snapshots.expect(f"blocks/ownership/{name}", message)


@pytest.mark.parametrize(("name", "said"), [("matrix", "owner"), ("area", "owner evals: product")])
def test_the_nine_areas(database: Database, snapshots: Snapshots, name: str, said: str) -> None:
    database.do(lambda session: owned(session, areas=True))

    with database.trying() as session:
        message = shown(answer(session, said, now=NOW))

    assert_accepted(message["blocks"])
    snapshots.expect(f"blocks/ownership/nine_{name}", message)


@pytest.mark.parametrize(("name", "said"), [("edit", "owner edit"), ("edit_area", "owner edit evals")])
def test_the_form(database: Database, snapshots: Snapshots, name: str, said: str) -> None:
    database.do(lambda session: owned(session, areas=True))

    with database.trying() as session:
        form = shown(answer(session, said, now=NOW))

    assert_form_accepted(form)
    snapshots.expect(f"views/ownership/{name}", form)


def test_the_message_to_a_new_owner(database: Database, snapshots: Snapshots) -> None:
    with database.trying() as session:
        product = owned(session)
        came = [
            Came(responsibility=key, holder="S0CALL", explained=True) for key in ("incident_response", "model_cost")
        ]
        news = News(to="U0LI", came=tuple(came), went=("evaluation_data",))
        deed = audit.done(
            session, user="U0PM", what="ownership assigned", now=NOW, product=product, before={"news": [dumped(news)]}
        )
        (post,) = telling.posts_of(session, deed)

    assert_accepted(post.blocks)
    snapshots.expect("blocks/ownership/named", {"to": post.to, "text": post.text, "blocks": list(post.blocks)})
