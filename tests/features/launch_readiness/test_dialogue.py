"""A launch as people see it in Slack: the forms, the last word, and the channel that hears of it once."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.launch import Decision, Signatory, Thing
from bot.store import launch_items, products, sign_offs
from bot.store.session import now_in
from tests.features.launch_readiness.ready import a_ready_product, untick
from tests.support.dialogue import hear, verify
from tests.support.office import GUEST, ML, OTHER, PM, TEAM, Office, read

SIGNED = "You signed *go* for {} of *Support Copilot*.\n{}.\n[Take it back]\n[See the page]"


def at_work(session: Session) -> None:
    """A product that lacks nothing but sign-offs, now."""
    a_ready_product(session, now=now_in(session) - timedelta(minutes=1))


def in_channel(office: Office) -> list[str]:
    return [read(one) for one in office.slack.messages(TEAM)]


def test_the_last_word_makes_it_a_go_and_the_channel_hears_once(office: Office) -> None:
    office.database.do(at_work)
    form: dict[str, Any] = {"function": "product", "decision": "go", "reason": None}

    verify(
        office,
        [
            ("launch sign", "(form) Sign for the launch"),
            (form, SIGNED.format("product", "Not yet: Research and ML engineering not signed")),
        ],
    )
    hear(office, "launch sign go", user=ML)
    verify(
        office,
        [
            ("launch sign go", f"{SIGNED.format('research', 'Go')}\n[Tell the channel]"),
            ("[Tell the channel]", f"You told <#{TEAM}> that *Support Copilot* may launch."),
            ("[Tell the channel]", "The channel has heard it already; it hears of each go once."),
        ],
        user=OTHER,
    )

    (told,) = in_channel(office)
    assert told.startswith(
        f"*Support Copilot* may launch: signed by <@{PM}> (product), <@{OTHER}> (research) and <@{ML}> (ML engineering)."
    )


def test_a_form_that_was_opened_on_another_page_signs_nothing(office: Office) -> None:
    office.database.do(at_work)
    hear(office, "launch sign")
    office.database.do(lambda session: untick(session, products.everything(session)[0]))

    heard = hear(office, {"function": "product", "decision": "go", "reason": "all well"})

    assert "The page changed while you were here; nothing was signed." in heard
    assert office.database.do(standing) == {}


def test_the_list_is_changed_in_a_form_and_who_comes_too_late_overwrites_nothing(office: Office) -> None:
    office.database.do(at_work)
    hear(office, "launch edit")
    heard = hear(office, {"done": ["ux", "rollback"], "owner_rollback": ML, "note_rollback": "tried"})
    items = office.database.do(all_items)
    hear(office, "launch edit")
    hear(office, "launch tick comms", user=ML)
    late = hear(office, {"note_ux": "late"})

    assert heard == (
        "You changed the list of *Support Copilot*: Safety, Evals, Monitoring, GTM, Rollout, Rollback, Comms, Support."
        "\n[Undo]\n[See the page]"
    )
    assert [thing for thing, item in items.items() if item.is_ticked] == [Thing.UX, Thing.ROLLBACK]
    assert (items[Thing.ROLLBACK].owner, items[Thing.ROLLBACK].note) == (ML, "tried")
    assert "Somebody changed Comms while you were here; nothing was overwritten." in late
    assert office.database.do(all_items)[Thing.UX].note == ""


def test_slack_is_asked_about_an_owner_who_is_new_before_they_are_kept(office: Office) -> None:
    office.database.do(at_work)
    refused = "This person cannot answer for it: they are not here any more. Choose somebody else."

    verify(
        office,
        [
            ("launch owner evals <@U0NEVER>", refused),
            (
                f"launch owner evals and gtm <@{ML}>",
                f"<@{ML}> answers for Evals and GTM of *Support Copilot*.\n[Undo]\n[See the page]",
            ),
            ("launch edit", "(form) What a launch needs"),
            ({"owner_ux": GUEST}, "owner_ux: This person cannot answer for it: guests may look, but not act here. ⋯"),
        ],
    )
    items = office.database.do(all_items)
    assert [items[one].owner for one in (Thing.EVALS, Thing.GTM, Thing.UX)] == [ML, ML, None]


def standing(session: Session) -> dict[Signatory, Decision]:
    found = sign_offs.standing(session, products.everything(session)[0].id)
    return {who: one.decision for who, one in found.items()}


def all_items(session: Session) -> Any:
    return launch_items.of_product(session, products.everything(session)[0].id)
