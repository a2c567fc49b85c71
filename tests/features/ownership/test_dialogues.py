"""Whole conversations about who owns what, from typing to the message that its new owner answers."""

from sqlmodel import Session

from bot.domain.ownership import Ownership
from bot.domain.responsibilities import MODEL_COST, MODEL_QUALITY
from bot.store import ownerships, products
from tests.support.dialogue import a_team, hear, verify
from tests.support.office import GUEST, ML, OTHER, PM, STRANGER, TEAM, Office, read

OPEN = "Still open: model quality, incident response, evaluation datasets and retrain or roll back."


def rows(session: Session) -> dict[str, Ownership]:
    return ownerships.of_product(session, products.named(session, "copilot").id)


def direct(office: Office, user: str) -> str:
    """The person's direct conversation with Muster."""
    channels = office.slack.workspace.channels.values()
    return next(one.id for one in channels if one.id.startswith("D") and user in one.members)


def test_from_naming_an_owner_to_their_yes(office: Office) -> None:
    office.database.do(a_team)
    named = f"You made <@{ML}> and <@{OTHER}> owners of model cost of *Support Copilot*. {OPEN}\n[Undo]"
    verify(office, [(f"owner cost <@{ML}|raj> and <@{OTHER}|mia>", named)])

    said_yes = "You said yes to model cost of *Support Copilot*.\n[Who owns what]"
    asked = (
        f"<@{PM}> changed what you own in *Support Copilot*:\n*Model cost*: you own it, together with <@{OTHER}>.\n"
        "It means: what the model may cost, and what is done where it costs more.\n"
    )
    here = direct(office, ML)
    assert [read(one) for one in office.slack.messages(here)] == [f"{asked}[Accept]\n[Decline]"]
    heard = hear(office, "[Accept]", user=ML, channel=here)

    assert said_yes in heard
    assert next(read(one) for one in office.slack.messages(here)) == f"{asked}Accepted."
    assert office.database.do(rows)[MODEL_COST].accepted == (ML,)


def test_a_thread_is_asked_and_told_by_mention_and_guests_may_look(office: Office) -> None:
    office.database.do(a_team)
    asked = office.slack.mention(PM, TEAM, f"owner cost <@{ML}>")
    office.settle()

    office.slack.mention(GUEST, TEAM, "who owns cost?", thread_ts=asked.ts)
    office.settle()

    assert office.database.do(rows)[MODEL_COST].owners == (ML,)
    assert read(office.slack.ephemerals()[-1]).startswith(f"Ask <@{ML}> about model cost of *Support Copilot*.")
    verify(
        office,
        [("owner cost me", "Guests may look, but not change anything here. Ask somebody of the product's team.")],
        user=GUEST,
    )
    verify(
        office,
        [(f"owner quality <@{STRANGER}>", f"<@{STRANGER}> belongs to another workspace. Nothing was changed.")],
    )


def test_two_leads_in_the_form_at_once_both_keep_what_they_typed(office: Office) -> None:
    office.database.do(a_team)
    verify(office, [("owner edit", "(form) Who owns what")], user=PM)
    verify(office, [("owner edit", "(form) Who owns what")], user=ML)
    hear(office, {"owners:model_cost": [OTHER]}, user=ML)
    refused = {"owners:model_quality": [PM, GUEST]}
    verify(office, [(refused, "owners:model_quality: Gil Guest is a guest here, and guests do not act.")], user=PM)

    hear(office, {"owners:model_quality": [PM], "owners:model_cost": [PM]}, user=PM)
    form = office.slack.modal(PM)
    assert form is not None
    assert f"<@{ML}> changed model cost at " in read(form)
    assert OTHER not in str(office.database.do(rows).get(MODEL_QUALITY))

    heard = hear(office, {}, user=PM)
    told = f"You changed who owns what in *Support Copilot*. Now model quality: <@{PM}>; model cost: <@{PM}>."
    assert heard.startswith(told)
    assert {key: row.owners for key, row in office.database.do(rows).items()} == {
        MODEL_COST: (PM,),
        MODEL_QUALITY: (PM,),
    }
