"""Everything the desk says as Slack gets it, compared whole, whatever the products are called."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Role, Standing
from bot.domain.product import Product
from bot.features.desk import commands
from bot.kit.blocks import section
from bot.kit.choosing import named
from bot.sandbox.blocks import problems
from bot.sandbox.rules import views
from bot.sandbox.showing import links_in, mentions_in
from bot.slack import saying
from bot.slack.handling import House
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.support.block_rules import assert_accepted
from tests.support.dialogue import a_team, answer, dead_ends, shown
from tests.support.hostile import hostile_text
from tests.support.office import OTHER, PM
from tests.support.snapshots import Snapshots

SUNDAY = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)

SAID = {
    "menu": ("", "C0TEAM"),
    "menu_elsewhere": ("", "C0ELSE"),
    "help": ("help", "C0TEAM"),
    "help_review": ("help review", "C0TEAM"),
    "help_settings": ("help settings", "C0TEAM"),
    "help_product": ("help product", "C0TEAM"),
    "help_unknown": ("help frob", "C0TEAM"),
    "unknown": ("<!channel> *hi*", "C0TEAM"),
    "me": ("me", "C0TEAM"),
}


def two_products(session: Session) -> None:
    """One that lacks an ML lead, and one that lacks everything."""
    a_team(session, people={Role.PM: PM}, now=SUNDAY)
    a_team(session, key="refunds", name="Refunds <&> *Co*", team_channel=None, people={Role.PM: PM}, now=SUNDAY)


@pytest.mark.parametrize("name", list(SAID))
def test_every_answer_of_the_desk(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(two_products)
    words, channel = SAID[name]

    message = shown(database.do(lambda session: answer(session, words, channel=channel, now=SUNDAY)))

    assert problems(message["blocks"]) == []
    assert_accepted(message["blocks"])
    assert dead_ends(message) == []
    assert mentions_in(message) == links_in(message) == []
    snapshots.expect(f"blocks/desk/{name}", message)


@pytest.mark.parametrize(("name", "user"), [("home", PM), ("home_without_products", OTHER)])
def test_app_home(database: Database, snapshots: Snapshots, name: str, user: str) -> None:
    database.do(two_products)

    view = database.do(lambda session: home(session, user))

    assert views.problems(view, "home") == []
    assert_accepted(view["blocks"])
    assert dead_ends(view) == []
    snapshots.expect(f"views/desk/{name}", view)


def home(session: Session, user: str) -> dict[str, Any]:
    """What the person's App Home shows; their clock is not the product's."""
    house = House(registry=registry(), moment=lambda _session: SUNDAY, workspace=LOCAL_WORKSPACE)
    incoming = Incoming(kind=Kind.EVENT, key="home", user=user)
    person = Person(user=user, name="Ana Lima", standing=Standing.MEMBER, timezone="America/New_York")
    return saying.home(registry().home(house.ask(session, incoming, person)))


def test_more_than_ten_things_that_wait_are_counted(database: Database) -> None:
    def twelve(session: Session) -> None:
        for n in range(12):
            a_team(session, key=f"p{n}", people={Role.PM: PM})

    database.do(twelve)

    told = shown(database.do(lambda session: answer(session, "me")))

    assert len([block for block in told["blocks"] if "accessory" in block]) == commands.SHOWN
    assert told["blocks"][-1]["elements"][0]["text"] == "and 2 more"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_text, st.sampled_from([1, 1, 300]))
def test_a_products_name_calls_and_links_nothing_wherever_it_stands(name: str, times: int) -> None:
    product = Product(id=1, workspace="local", key="copilot", name=name * times, timezone="UTC")

    blocks = [section(f"You changed {named(product)}: numbers."), commands._menu_of(product)]

    assert problems(blocks) == []
    assert mentions_in({"blocks": blocks}) == links_in({"blocks": blocks}) == []
    assert dead_ends({"blocks": blocks}) == []
