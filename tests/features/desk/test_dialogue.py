"""The menu, help and what waits: said as a command, in a thread, directly, and in App Home."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Role
from bot.kit.help import overview, usage
from bot.store.session import Database
from bot.wiring import registry
from tests.support.dialogue import a_team, hear, private, verify
from tests.support.office import ELSEWHERE, GUEST, ML, OTHER, PM, TEAM, Office, buttons, read

OVERVIEW = overview(registry(), "/muster")
PRODUCT_HELP = usage(registry(), "product", "/muster")
EVERYTHING = "Everything I understand: `/muster help`"
MENU = "[Latest review]\n[Health]\n[Update]\n[Who owns what]\n[Declare an incident]\n[About {}]\n"
NO_LEAD = "*Support Copilot* has no ML lead: a review needs both of you.\n[Name one]"
LISTED = "*Support Copilot* `copilot`  <#C0TEAM>, <@U0PM> and <@U0ML>\n[Show]\n[Add a product]"


@pytest.fixture
def renamed(database: Database) -> Iterator[Office]:
    """An office whose slash command has another name."""
    with Office(database, patient=True, muster_command="robot") as opened:
        yield opened


def test_no_words_offer_what_is_useful_in_a_products_channel(office: Office) -> None:
    office.database.do(a_team)
    offered = "What would you like to see?\n" + MENU.format("Support Copilot") + EVERYTHING

    verify(
        office,
        [
            ("", offered),
            ("[Declare an incident]", "(form) Declare an incident"),
            ("menu", offered),
            ("[Latest review]", "There was no review of *Support Copilot* yet.\n[Make one now]"),
        ],
    )
    assert "Support Copilot\nKey: `copilot`" in hear(office, "[About Support Copilot]")


def test_no_words_elsewhere_offer_products_and_what_waits(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))
    offered = (
        "No product speaks in this channel.\n[Add a product]\n[Products]\n[What waits for me]\n"
        f"1 waiting for you: `/muster me`\n{EVERYTHING}"
    )

    verify(
        office,
        [
            ("  ", offered),
            ("[Products]", "*Support Copilot* `copilot`  <#C0TEAM>, <@U0PM>\n[Show]\n[Add a product]"),
            ("[What waits for me]", f"*Waiting for you*\n{NO_LEAD}"),
            ("[Name one]", "(form) Name and people"),
            ({"ml_lead": ML}, "You changed *Support Copilot*: name and people.\n[Undo]\n[Show it]"),
            ("me", "*Nothing waits for you.*"),
        ],
        channel=ELSEWHERE,
    )


def test_several_products_of_one_channel_have_a_row_each(office: Office) -> None:
    office.database.do(a_team)
    office.database.do(lambda session: a_team(session, key="refunds", name="Refunds"))

    verify(
        office,
        [("", "What would you like to see?\n" + MENU.format("Support Copilot") + MENU.format("Refunds") + EVERYTHING)],
    )


@pytest.mark.parametrize("said", ["help", "HELP", "?", "--help", "commands", "“help”"])
def test_help_lists_everything(office: Office, said: str) -> None:
    verify(office, [(said, f"*What I understand*\n{OVERVIEW}")])


@pytest.mark.parametrize("said", ["help product", "help Products", "Help “product”", "? product"])
def test_help_for_a_noun_shows_its_commands_with_examples(office: Office, said: str) -> None:
    verify(office, [(said, f"*product*\n{PRODUCT_HELP}")])


def test_words_that_nobody_knows_are_answered_with_what_was_meant_and_the_help_of_that_level(office: Office) -> None:
    verify(
        office,
        [
            ("frob", f"I do not know “frob”.\n{OVERVIEW}"),
            ("revue", f"I do not know “revue”. Did you mean “review”?\n{OVERVIEW}"),
            ("errrors", f"I do not know “errrors”. Did you mean “review”?\n{OVERVIEW}"),
            ("help produkt", f"I do not know “produkt”. Did you mean “product”?\n{PRODUCT_HELP}"),
            ("me now", f"I do not know “me now”.\n{usage(registry(), 'me', '/muster')}"),
            ("<!channel> <@U0ML>", f"I do not know “&lt;!channel&gt;”.\n{OVERVIEW}"),
        ],
    )


def test_what_waits_is_each_persons_own(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))
    hear(office, "settings pause")

    paused = "*Support Copilot* is paused.\n[Resume]"
    verify(office, [(said, f"*Waiting for you*\n{NO_LEAD}\n{paused}") for said in ("me", "todo", "MY")])
    verify(office, [("me", "*Nothing waits for you.*")], user=OTHER)
    verify(office, [("me", "*Nothing waits for you.*")], user=GUEST)
    verify(office, [("[Resume]", "You changed the settings of *Support Copilot*.\n⋯\n[Undo]")])


def test_a_mention_is_answered_in_its_thread_to_the_person_alone(office: Office) -> None:
    office.database.do(a_team)

    asked = office.slack.mention(PM, TEAM, "product list")
    office.settle()
    again = office.slack.mention(PM, TEAM, "Product List", thread_ts=asked.ts)
    office.settle()

    assert again.ok
    told = list(private(office, PM).values())
    assert [(one["thread_ts"], read(one)) for one in told] == [(asked.ts, LISTED), (asked.ts, LISTED)]
    assert [one for one in office.slack.messages(TEAM) if one.get("bot_id")] == []


def test_a_form_asked_for_in_a_thread_opens_from_a_button(office: Office) -> None:
    asked = office.slack.mention(PM, TEAM, "product add")
    office.settle()
    (told,) = private(office, PM).values()

    assert (told["thread_ts"], read(told)) == (asked.ts, "I need a form for that.\n[Open the form]")
    verify(
        office, [("[Open the form]", "(form) Add a product"), ({"name": "Refunds"}, "You added ⋯\n⋯\n⋯\n⋯\n⋯\n⋯\n⋯")]
    )


def test_changes_asked_for_in_a_thread_are_done_and_told_there(office: Office) -> None:
    office.database.do(a_team)

    asked = office.slack.mention(PM, TEAM, "product set risk=high")
    office.settle()

    (told,) = private(office, PM).values()
    assert (told["thread_ts"], read(told)) == (
        asked.ts,
        "You set `risk` of *Support Copilot*.\n[Undo]\n[Show it]",
    )


def test_who_may_not_act_is_told_so_in_the_thread(office: Office) -> None:
    office.database.do(a_team)

    asked = office.slack.mention(GUEST, TEAM, "product set risk=high")
    office.settle()

    (told,) = private(office, GUEST).values()
    assert (told["thread_ts"], read(told)) == (
        asked.ts,
        "Guests may look, but not change anything here. Ask somebody of the product's team.",
    )


def test_a_direct_message_is_answered_there(office: Office) -> None:
    office.database.do(a_team)

    office.slack.direct(PM, "product set copilot risk=high")
    office.settle()

    (told,) = private(office, PM).values()
    assert read(told) == "You set `risk` of *Support Copilot*.\n[Undo]\n[Show it]"
    verify(
        office,
        [("[Undo]", "You took it back: *Support Copilot* is as it was before.")],
        channel=told["channel"],
    )


def test_app_home_shows_the_persons_products_and_what_waits(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))

    assert home(office, OTHER) == (
        "Your products\nYou are on no product's team yet.\n[Add a product]\nWaiting for you\nNothing waits for you."
    )
    lines = home(office, PM).splitlines()
    assert lines[2].startswith("*Error review*: mon 09:00. Next: Mon ")
    assert [*lines[:2], *lines[3:]] == [
        "Your products",
        "*Support Copilot*",
        "[Show]",
        "[Add a product]",
        "Waiting for you",
        *NO_LEAD.splitlines(),
    ]


def test_every_button_of_app_home_works_there(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))
    home(office, PM)

    assert press_at_home(office, "Show").startswith("Support Copilot\nKey: `copilot`")
    office.slack.close(PM)
    assert press_at_home(office, "Name one").startswith("What people call it")
    office.submit({"ml_lead": ML})
    assert read(office.slack.home(PM) or {}).endswith("Waiting for you\nNothing waits for you.")
    (told,) = private(office, PM).values()
    assert read(told) == "You changed *Support Copilot*: name and people.\n[Undo]\n[Show it]"
    assert press_at_home(office, "Add a product").startswith("What people call it")


def test_the_global_shortcut_shows_what_waits(office: Office) -> None:
    office.database.do(lambda session: a_team(session, people={Role.PM: PM}))

    assert office.slack.shortcut(PM, "desk.me").ok
    office.settle()

    assert read(office.slack.modal(PM) or {}) == f"*Waiting for you*\n{NO_LEAD}"


def test_every_text_names_the_command_as_the_workspace_calls_it(renamed: Office) -> None:
    renamed.database.do(a_team)
    renamed.database.do(lambda session: a_team(session, key="refunds", name="Refunds"))
    said = ["", "help", "help product", "frob", "review", "settings set", "settings set copilot", "product set copilot"]

    for words in said:
        assert renamed.slack.command(PM, TEAM, "/robot", words).ok
        renamed.settle()

    told = "\n".join(read(one) for one in renamed.slack.ephemerals())
    assert "/robot help" in told
    assert "muster" not in told.lower()


def home(office: Office, user: str) -> str:
    """What the person reads in App Home."""
    assert office.slack.open_home(user).ok
    office.settle()
    return read(office.slack.home(user) or {})


def press_at_home(office: Office, label: str) -> str:
    """What the window says that a button of App Home opens."""
    element = buttons(office.slack.home(PM) or {})[label]
    assert office.slack.click_in_view(PM, element["action_id"], element.get("value"), home=True).ok
    office.settle()
    return read(office.slack.modal(PM) or {})
