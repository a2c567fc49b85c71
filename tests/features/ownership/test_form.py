"""The form for the matrix: what is changed in it is saved, what others changed meanwhile is said, nothing is lost."""

from datetime import timedelta

import pytest

from bot.domain.incoming import Incoming, Kind
from bot.domain.ownership import Did, Happened, Origin, gone
from bot.domain.people import Group, Standing
from bot.domain.product import Product, ProductRecord
from bot.domain.responsibilities import FIVE, MODEL_COST, MODEL_QUALITY, NINE_AREAS
from bot.kit.reply import View
from bot.slack import saying
from bot.store import groups, ownerships
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.ownership.talking import Talk, standing
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, CALLED, LI, MIA, RAJ, owned, ownerships_of
from tests.support.form_rules import assert_form_accepted
from tests.support.office import read

HOUR = timedelta(hours=1)


@pytest.fixture
def product(database: Database) -> Product:
    return database.do(a_product)


@pytest.fixture
def talk(database: Database, product: Product) -> Talk:
    return Talk(database)


def opened(talk: Talk, said: str = "owner edit", user: str = ANA) -> View:
    """The form that opens, which Slack takes."""
    assert talk.say(said, user=user) == "(form)"
    return taken(talk)


def taken(talk: Talk) -> View:
    assert talk.form is not None
    assert_form_accepted(saying.form(talk.form, Incoming(kind=Kind.COMMAND, key="form", user=ANA)))
    return talk.form


def notes(form: View) -> list[str]:
    """What stands between the fields."""
    return [read({"blocks": [block]}) for block in form.blocks if block["type"] == "section"]


def test_the_form_asks_all_five_and_shows_who_has_them(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, RAJ, MIA, backup=LI)

    shown = standing(opened(talk))

    assert shown == {f"{what}:{one.key}": () for one in FIVE for what in ("owners", "backup")} | {
        "owners:model_cost": (RAJ, MIA),
        "backup:model_cost": (LI,),
    }


def test_all_that_was_changed_is_saved_at_once_told_and_taken_back_at_once(
    talk: Talk, database: Database, product: Product
) -> None:
    before = owned(database, product, MODEL_COST, RAJ, backup=LI)
    opened(talk)

    heard = talk.send(owners__model_cost=[RAJ, MIA], owners__model_quality=[ANA], backup__model_quality=LI)

    assert heard == (
        f"You changed who owns what in *Support Copilot*. Now model quality: <@{ANA}>, backup <@{LI}>; model cost:"
        f" <@{RAJ}> and <@{MIA}>, backup <@{LI}>. Still open: incident response, evaluation datasets and retrain or roll"
        " back.\n[Undo]"
    )
    rows = ownerships_of(database, product)
    assert {key: (row.owners, row.backup) for key, row in rows.items()} == {
        MODEL_QUALITY: ((ANA,), LI),
        MODEL_COST: ((RAJ, MIA), LI),
    }
    assert [to for to, _ in talk.told()] == [LI, MIA]
    talk.click("Undo")
    rows = ownerships_of(database, product)
    assert (rows[MODEL_COST].owners, rows[MODEL_COST].backup) == (before.owners, before.backup)
    assert rows[MODEL_QUALITY].is_gap


def test_a_form_that_was_left_as_it_was_changes_nothing(talk: Talk, database: Database, product: Product) -> None:
    row = owned(database, product, MODEL_COST, RAJ, CALLED, backup=LI)
    left = gone(row, RAJ, "left Slack")
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    before = database.do(lambda session: ownerships.save(session, left, happened))
    opened(talk)

    assert talk.send() == "Nothing was changed in *Support Copilot*."
    assert ownerships_of(database, product) == {MODEL_COST: before}


def test_who_left_the_channel_and_is_chosen_all_the_same_answers_again(
    talk: Talk, database: Database, product: Product
) -> None:
    left = gone(owned(database, product, MODEL_COST, RAJ, backup=LI), RAJ, "left the team channel")
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    database.do(lambda session: ownerships.save(session, left, happened))
    opened(talk)

    talk.slack.standings[RAJ] = Standing.GONE
    assert talk.send(owners__model_cost=[RAJ]) == f"owners:model_cost: {RAJ.title()} is not in Slack any more."
    del talk.slack.standings[RAJ]
    talk.send(owners__model_cost=[RAJ])

    assert ownerships_of(database, product)[MODEL_COST].acting == (RAJ,)


def test_who_leaves_while_the_form_is_open_is_not_chosen_by_standing_in_it(
    talk: Talk, database: Database, product: Product
) -> None:
    row = owned(database, product, MODEL_COST, RAJ, backup=LI)
    opened(talk)
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    left = gone(row, RAJ, "left the team channel")
    database.do(lambda session: ownerships.save(session, left, happened))

    talk.send(backup__model_cost=MIA)

    assert ownerships_of(database, product)[MODEL_COST].away == {RAJ: "left the team channel"}


def test_groups_stay_while_their_box_is_ticked(talk: Talk, database: Database, product: Product) -> None:
    group = Group(id=CALLED, handle="on-call", name="On call", members=(LI,))
    database.do(lambda session: groups.keep(session, LOCAL_WORKSPACE, group, MONDAY))
    owned(database, product, MODEL_COST, RAJ, CALLED)
    owned(database, product, MODEL_QUALITY, RAJ, backup=CALLED)

    form = opened(talk)
    assert standing(form)["groups:model_cost"] == (CALLED,)
    assert "@on-call is the backup" in str(form.blocks)
    talk.send(owners__model_cost=[MIA], groups__model_quality=[])
    rows = ownerships_of(database, product)
    assert rows[MODEL_COST].owners == (MIA, CALLED)
    assert (rows[MODEL_QUALITY].owners, rows[MODEL_QUALITY].backup) == ((RAJ,), None)

    opened(talk)
    talk.send(groups__model_cost=[])
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA,)


def test_who_is_gone_stays_named_until_the_owners_are_changed(talk: Talk, database: Database, product: Product) -> None:
    row = gone(owned(database, product, MODEL_COST, RAJ, MIA, backup=LI), RAJ, "left Slack")
    happened = Happened(by="", at=MONDAY, what=Did.LEFT, origin=Origin.SLACK_EVENT)
    database.do(lambda session: ownerships.save(session, row, happened))

    assert standing(opened(talk))["owners:model_cost"] == (MIA,)
    talk.send(backup__model_cost="")
    assert ownerships_of(database, product)[MODEL_COST].owners == (RAJ, MIA)
    opened(talk)
    talk.send(owners__model_cost=[MIA, ANA])
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA, ANA)


def test_who_cannot_own_it_is_refused_beside_the_field_and_nothing_is_saved(
    talk: Talk, database: Database, product: Product
) -> None:
    talk.slack.standings[MIA], talk.slack.standings[LI] = Standing.GUEST, Standing.GONE
    opened(talk)

    heard = talk.send(
        owners__model_cost=[RAJ, MIA], backup__model_cost=LI, owners__model_quality=[ANA], backup__model_quality=ANA
    )

    assert heard == (
        "backup:model_quality: Who owns it cannot be the backup too: choose somebody else.\n"
        "owners:model_cost: U0Mia is a guest here, and guests do not act.\n"
        "backup:model_cost: U0Li is not in Slack any more."
    )
    assert ownerships_of(database, product) == {}


def test_more_owners_than_ten_are_refused_beside_the_field(talk: Talk) -> None:
    opened(talk)

    heard = talk.send(owners__model_cost=[f"U{number}" for number in range(11)])

    assert heard.startswith("owners:model_cost: Name up to 10 owners")


def test_where_somebody_was_first_the_form_comes_back_with_what_was_typed_and_says_who(
    talk: Talk, database: Database, product: Product
) -> None:
    owned(database, product, MODEL_COST, RAJ)
    form = opened(talk)
    talk.clock.at += HOUR
    talk.say(f"owner cost <@{LI}>, backup <@{RAJ}>", user=RAJ)
    talk.say(f"owner incidents <@{LI}>", user=RAJ)

    assert talk.send(form=form, owners__model_cost=[MIA], owners__model_quality=[ANA]) == "(form)"

    again = taken(talk)
    said = (
        f"<@{RAJ}> changed model cost at 10:00 (CET) while you were here: now it is <@{LI}>, backup <@{RAJ}>. Nothing"
        " was saved yet. Save again to have it as below."
    )
    assert notes(again) == [said]
    shown = standing(again)
    assert (shown["owners:model_cost"], shown["owners:model_quality"]) == ((MIA,), (ANA,))
    assert shown["owners:incident_response"] == (LI,)
    # Slack keeps what was typed where a field keeps its name: these are others.
    assert not {block.get("block_id") for block in again.blocks} & {block.get("block_id") for block in form.blocks} - {
        None
    }
    assert list(ownerships_of(database, product)) == [MODEL_COST, "incident_response"]

    assert talk.send(form=again).startswith("You changed who owns what in *Support Copilot*. Now model quality")
    rows = ownerships_of(database, product)
    assert {key: row.owners for key, row in rows.items()} == {
        MODEL_COST: (MIA,),
        MODEL_QUALITY: (ANA,),
        "incident_response": (LI,),
    }


def test_what_others_changed_in_other_fields_meanwhile_stays(talk: Talk, database: Database, product: Product) -> None:
    owned(database, product, MODEL_COST, RAJ)
    form = opened(talk)
    talk.clock.at += HOUR
    talk.say(f"owner cost <@{LI}>", user=RAJ)

    assert talk.send(form=form, owners__model_quality=[ANA]).startswith("You changed who owns what")
    assert {key: row.owners for key, row in ownerships_of(database, product).items()} == {
        MODEL_COST: (LI,),
        MODEL_QUALITY: (ANA,),
    }


def test_who_chose_what_somebody_else_chose_meanwhile_is_not_asked_again(
    talk: Talk, database: Database, product: Product
) -> None:
    form = opened(talk)
    talk.say(f"owner cost <@{LI}>", user=RAJ)

    assert talk.send(form=form, owners__model_cost=[LI]) == "Nothing was changed in *Support Copilot*."
    assert ownerships_of(database, product)[MODEL_COST].set_by == RAJ


def test_others_open_no_form_and_an_owner_changes_only_what_is_theirs(
    talk: Talk, database: Database, product: Product
) -> None:
    refused = "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
    assert talk.say("owner edit", user=MIA) == refused
    owned(database, product, MODEL_COST, MIA)

    opened(talk, user=MIA)
    assert talk.send(MIA, owners__model_cost=[LI], owners__model_quality=[MIA]) == refused
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA,)
    assert talk.send(MIA, owners__model_cost=[LI], owners__model_quality=[]).startswith("You changed who owns what")


@pytest.mark.parametrize("title", NINE_AREAS)
def test_each_area_has_a_form_of_its_three_parts(database: Database, title: str) -> None:
    product = database.do(lambda session: a_product(session, record=ProductRecord(areas=True)))
    talk = Talk(database)
    first, *_ = parts = NINE_AREAS[title]

    assert list(standing(opened(talk, f"owner edit {title}"))) == [
        f"{what}:{one.key}" for one in parts for what in ("owners", "backup")
    ]
    talk.send(ANA, None, **{f"owners__{first.key}": [LI]})
    assert ownerships_of(database, product)[first.key].owners == (LI,)


def test_a_form_that_went_astray_changes_nothing_it_did_not_show(
    talk: Talk, database: Database, product: Product
) -> None:
    opened(talk)
    assert talk.form is not None
    for versions in ("", "nothing=x", f"{MODEL_COST}=99"):
        strange = View(name=talk.form.name, title="", blocks=(), carries={**talk.form.carries, "versions": versions})
        assert talk.send(form=strange, owners__model_cost=["<b>", "U0MIA"]).startswith(("You changed", "Nothing was"))
    assert ownerships_of(database, product)[MODEL_COST].owners == (MIA,)
