"""The weekly digest: what falls through, to the leads, in one message; nothing where nothing does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session

from bot.domain.fixes import FixKind, FixState
from bot.domain.launch import Decision, Signatory
from bot.domain.ownership import Did, Happened, Origin, gone
from bot.domain.people import Person, Standing
from bot.domain.planning import At, Slot
from bot.domain.product import Product, Stage
from bot.domain.responsibilities import FIVE, MODEL_COST, MODEL_QUALITY
from bot.features.ownership import digest
from bot.kit.post import Post
from bot.kit.ritual import Turn
from bot.store import directory, fixes, ownerships, products, sign_offs
from bot.store.fixes import Change, NewFix
from bot.store.products import LOCAL_WORKSPACE, NewProduct
from bot.store.session import Database
from bot.store.sign_offs import NewSignOff
from tests.features.fixing.meeting import a_review
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, owned, ownerships_of
from tests.support.dialogue import dead_ends
from tests.support.incidents import a_kept_incident
from tests.support.office import read

DUE = MONDAY + timedelta(hours=1)
"""Monday 10:00 in Berlin."""

DAY = timedelta(days=1)


@pytest.fixture
def product(database: Database) -> Product:
    """A product of which everything has an owner who said yes a week ago."""
    product = database.do(a_product)
    for one in FIVE:
        owned(database, product, one.key, LI, backup=MIA, accepted=[LI], now=DUE - 8 * DAY)
    return product


def digests(database: Database, product: Product, *, now: datetime = DUE, admins: Sequence[str] = ()) -> list[Post]:
    """What the ritual of that Monday says at *now*."""
    slot, at = Slot(nominal=datetime(2026, 11, 16, 10), due=DUE), At.parse("mon 10:00")
    with database.reading() as session:
        return digest.digest(Turn(session=session, now=now, product=product, slot=slot, at=at, admins=admins))


def said(posts: list[Post]) -> str:
    """What the only message, or the same one to several, says."""
    (text,) = {read({"blocks": list(one.blocks)}) for one in posts}
    for one in posts:
        assert_accepted(one.blocks)
    assert [end for one in posts for end in dead_ends({"blocks": list(one.blocks)})] == []
    return text


def away(database: Database, product: Product, key: str, user: str) -> None:
    """Somebody has left Slack, and that was noticed."""
    after = gone(ownerships_of(database, product)[key], user, "left Slack")
    happened = Happened(by="", at=DUE, what=Did.LEFT, origin=Origin.DAILY_LOOK)
    database.do(lambda session: ownerships.save(session, after, happened))


def is_gone(session: Session, user: str) -> None:
    """Slack said that they left."""
    directory.keep(session, LOCAL_WORKSPACE, Person(user=user, name=user, standing=Standing.GONE), MONDAY)


def left_open(session: Session, product: Product) -> None:
    """An incident of Saturday and one of today, fixes that are late, whose owner is gone, and that are well, and a
    sign-off that fell on Sunday.
    """
    a_kept_incident(session, product, owner=LI, now=DUE - 2 * DAY)
    a_kept_incident(session, product, owner=LI, now=DUE - DAY / 2)
    new = NewFix(product_id=product.id, review_id=a_review(session, product), title="", kind=FixKind.PROMPT)
    decided = [
        replace(new, title="Clean <the> labels", owner=LI, due=date(2026, 11, 13)),
        replace(new, title="Widen the prompt", owner=MIA, due=date(2026, 11, 16)),
        replace(new, title="All is well", owner=LI, due=date(2026, 11, 16)),
    ]
    is_gone(session, MIA)
    for one in decided:
        fixes.add(session, replace(one, state=FixState.DECIDED), Change(user=ANA, at=MONDAY, what="added"))
    fell(session, product, signed=DUE - 3 * DAY, at=DUE - DAY)


def fell(session: Session, product: Product, *, signed: datetime, at: datetime) -> None:
    """The PM signed, and it fell."""
    new = NewSignOff(product_id=product.id, signatory=Signatory.PRODUCT, user=ANA, decision=Decision.GO)
    one = sign_offs.sign(session, new, signed)
    sign_offs.fell(session, one.id, "Accuracy missed its target.", at)


def test_a_quiet_week_sends_nothing(database: Database, product: Product) -> None:
    assert digests(database, product) == []


def test_each_lead_reads_of_every_gap_by_name_in_a_message_of_their_own(database: Database) -> None:
    product = database.do(a_product)
    owned(database, product, MODEL_QUALITY, RAJ, ANA)

    posts = digests(database, product, now=MONDAY + timedelta(hours=1))

    assert [(one.to, one.key) for one in posts] == [
        (ANA, "copilot/digest/2026-11-16T10:00/U0PM"),
        (RAJ, "copilot/digest/2026-11-16T10:00/U0ML"),
    ]
    assert said(posts) == (
        "*Support Copilot*: what would fall through, if nobody looked.\n"
        "*Nobody answers for*\nmodel cost, incident response, evaluation datasets and retrain or roll back.\n"
        "[Name somebody]\n"
        "Sent to the leads, once a week; a week with nothing open sends nothing."
    )


def test_of_the_nine_areas_gaps_are_counted_for_teams_that_switched_them_on(
    database: Database, product: Product
) -> None:
    wide = replace(product, record=replace(product.record, areas=True))

    assert said(digests(database, wide)).split("\n")[2] == "27 parts of the nine areas."


def test_it_says_who_stands_in_who_never_said_yes_and_who_did_not_confirm(database: Database, product: Product) -> None:
    owned(database, product, MODEL_QUALITY, RAJ, backup=LI, now=DUE - 91 * DAY)
    owned(database, product, MODEL_COST, MIA, backup=LI, now=DUE)
    row = ownerships_of(database, product)[MODEL_COST]
    away(database, product, MODEL_COST, MIA)

    text = said(digests(database, product))

    assert row.waits_for == (MIA,)
    assert text.split("\n")[1:-1] == [
        "*Gone, and who stands in*",
        "• model cost: <@U0MIA> left Slack: <@U0LI> stands in",
        "[Name somebody]",
        "*Named more than a week ago, and no yes yet*",
        "• model quality: <@U0ML>, named 91 days ago",
        "[Name somebody]",
        "*Not confirmed for more than 90 days*",
        "• model quality: <@U0ML>, last confirmed 91 days ago",
        "[Name somebody]",
    ]


def test_it_says_which_incidents_fixes_and_sign_offs_need_somebody(database: Database, product: Product) -> None:
    database.do(lambda session: left_open(session, product))

    text = said(digests(database, product))

    assert text.split("\n")[1:-1] == [
        "*Incident 1 is still open*",
        "Severity 2, declared, for 2 days. Owner: <@U0LI>.",
        "[Show it]",
        "*Fixes that are overdue*",
        "• fix 1 “Clean &lt;the&gt; labels”, <@U0LI>, due Fri 13 Nov 2026",
        "[Show the fixes]",
        "*Fixes whose owner is gone*",
        "• fix 2 “Widen the prompt”, <@U0MIA>",
        "[Show the fixes]",
        "*Sign-offs that fell this week*",
        "• Product, signed by <@U0PM>: Accuracy missed its target.",
        "[Show the launch page]",
    ]


def test_what_came_after_the_slot_waits_for_the_next_one_though_it_is_caught_up_late(
    database: Database, product: Product
) -> None:
    database.do(lambda session: fell(session, product, signed=DUE - DAY, at=DUE + DAY))

    assert digests(database, product, now=DUE + 2 * DAY) == []


def test_where_no_lead_is_left_whoever_answers_for_something_reads_it(database: Database, product: Product) -> None:
    for user in (ANA, RAJ):
        database.do(partial(is_gone, user=user))
    owned(database, product, MODEL_COST, now=DUE)

    assert [one.to for one in digests(database, product)] == [LI]


def test_of_more_incidents_than_it_names_it_says_how_many_there_are(database: Database, product: Product) -> None:
    def many(session: Session) -> None:
        for hours in range(12):
            a_kept_incident(session, product, owner=LI, now=DUE - 2 * DAY - timedelta(hours=hours))

    database.do(many)

    text = said(digests(database, product))

    assert text.count(" is still open*") == 10
    assert "*And 2 incidents more*\nOpen for more than a day too.\n[Show the incidents]\n" in text


def test_where_nobody_was_ever_named_the_admins_read_it_and_without_any_the_channel_of_the_team(
    database: Database,
) -> None:
    product = database.do(
        lambda session: products.add(session, NewProduct(key="new", name="New", timezone="UTC", team_channel="C0T"))
    )
    nowhere = replace(product, team_channel=None)

    told = [digests(database, product, admins=["U0BOSS"]), digests(database, product), digests(database, nowhere)]

    assert [[one.to for one in several] for several in told] == [["U0BOSS"], ["C0T"], []]
    assert said(told[1]).endswith(
        "Sent here, as nobody is named who could read it alone, once a week; a week with nothing open sends nothing."
    )


def test_it_comes_on_mondays_from_market_fit_on() -> None:
    told = [(one.name, one.default_at, one.from_stage) for one in digest.RITUALS]

    assert told == [("digest", "mon 10:00", Stage.MARKET_FIT)]
