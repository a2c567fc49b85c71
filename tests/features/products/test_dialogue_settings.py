"""What people say about when and where a product's review speaks."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.kit.help import usage
from bot.store import products, schedules
from bot.store.session import Database
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, hear, verify
from tests.support.office import ELSEWHERE, SHARED, Office

NO_SCHEDULE = (
    " is not a schedule. Write a day and a time, like “mon 09:00”, “daily 09:00” or “monthly 1 09:00”"
    " (day 1 to 28: every month has those)."
)
SAY_WHAT = (
    "Say a day and a time, a channel, or a form: `/muster settings set mon 09:00`, `/muster settings set #team`,"
    " `/muster settings set long`"
)
SHOWN = (
    "Settings of Support Copilot\n"
    "*Error review*: mon 09:00. Next: Mon ⋯ 09:00 ⋯, Mon ⋯ 09:00 ⋯, Mon ⋯ 09:00 ⋯\n"
    "Posted in <#C0TEAM>. Short: the worst five, all in the thread.\n[Change]\n[Pause]"
)
BACK = "You took it back: *Support Copilot* is as it was before."


def kept(office: Office) -> tuple[str, bool, Mapping[str, Any], str | None]:
    """When, paused or not, how and where the review of the one product speaks."""

    def look(session: Any) -> tuple[str, bool, Mapping[str, Any], str | None]:
        product = products.named(session, "copilot")
        (one,) = schedules.of_product(session, product.id)
        return str(one.at), one.paused, one.options, product.team_channel

    return office.database.do(look)


@pytest.mark.parametrize("said", ["settings", "settings copilot", "Schedule “Support Copilot”", "config"])
def test_settings_say_when_where_and_how(office: Office, said: str) -> None:
    office.database.do(a_team)

    verify(office, [(said, SHOWN)])


@pytest.mark.parametrize(
    ("said", "told", "expected"),
    [
        ("tue 10:00", "*.\n*Error review*: tue 10:00. Next: Tue ⋯", ("tue 10:00", False, {}, "C0TEAM")),
        ("copilot Friday 9:30", "*.\n*Error review*: fri 09:30. Next: Fri ⋯", ("fri 09:30", False, {}, "C0TEAM")),
        ("long", "*. Long: all in one message.\n⋯", ("mon 09:00", False, {"form": "long"}, "C0TEAM")),
        ("<#C0ELSE|elsewhere>", "*. Posted in <#C0ELSE>.\n⋯", ("mon 09:00", False, {}, "C0ELSE")),
    ],
)
def test_settings_are_set_in_words_and_taken_back(
    office: Office, said: str, told: str, expected: tuple[str, bool, Mapping[str, Any], str]
) -> None:
    office.database.do(a_team)

    verify(office, [(f"settings set {said}", f"You changed the settings of *Support Copilot{told}\n[Undo]")])
    assert kept(office) == expected

    verify(office, [("[Undo]", BACK), ("settings", SHOWN)])
    assert kept(office) == ("mon 09:00", False, {}, "C0TEAM")


def test_words_that_set_nothing_say_what_would(office: Office) -> None:
    office.database.do(a_team)

    verify(
        office,
        [
            ("settings set", SAY_WHAT),
            ("settings set copilot", SAY_WHAT),
            ("settings set noon", f"“noon”{NO_SCHEDULE}"),
            ("settings set 0 9 * * 1", f"“0 9 * * 1”{NO_SCHEDULE}"),
            ("settings frob", f"I do not know “frob”.\n{usage(registry(), 'settings', '/muster')}"),
            (
                "settings puase",
                f"I do not know “puase”. Did you mean “pause”?\n{usage(registry(), 'settings', '/muster')}",
            ),
        ],
    )

    assert kept(office) == ("mon 09:00", False, {}, "C0TEAM")


def test_a_paused_review_says_so_and_runs_again(office: Office) -> None:
    office.database.do(a_team)
    paused = "You changed the settings of *Support Copilot*.\n*Error review*: paused (mon 09:00)\n[Undo]"
    running = "You changed the settings of *Support Copilot*.\n*Error review*: mon 09:00. Next: ⋯\n[Undo]"

    verify(office, [("settings pause", paused)])
    assert kept(office)[1]
    verify(office, [("settings", "⋯\n⋯: paused (mon 09:00)\n⋯\n[Change]\n[Resume]"), ("[Resume]", running)])
    assert not kept(office)[1]
    verify(office, [("[Undo]", BACK)])
    assert kept(office)[1]


def test_settings_are_changed_in_a_form(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "settings")

    verify(
        office,
        [
            ("[Change]", "(form) Settings"),
            ({"at": "whenever"}, f"at: “whenever”{NO_SCHEDULE}"),
            (
                {"at": "fri 16:00", "channel": SHARED},
                "channel: The channel is shared with another company, and predictions stay inside yours.",
            ),
            (
                {"channel": ELSEWHERE, "form": "long"},
                (
                    "You changed the settings of *Support Copilot*. Posted in <#C0ELSE>. Long: all in one message.\n"
                    "*Error review*: fri 16:00. Next: ⋯\n[Undo]"
                ),
            ),
        ],
    )

    assert kept(office) == ("fri 16:00", False, {"form": "long"}, ELSEWHERE)
    verify(office, [("[Undo]", BACK)])
    assert kept(office) == ("mon 09:00", False, {}, "C0TEAM")


def test_a_form_opened_before_somebody_changed_the_product_overwrites_nothing(office: Office) -> None:
    office.database.do(a_team)
    hear(office, "settings edit")
    hear(office, "settings set tue 10:00", user="U0ML")

    verify(
        office,
        [
            (
                {"at": "fri 16:00"},
                "at: Somebody changed this product while you were here; nothing was overwritten. Open the form again.",
            )
        ],
    )

    assert kept(office)[0] == "tue 10:00"


def test_a_product_without_a_channel_claims_no_schedule(office: Office) -> None:
    office.database.do(lambda session: a_team(session, team_channel=None))
    refused = (
        "*Support Copilot* has no channel yet, so nothing is scheduled."
        " Choose one first: `/muster product edit copilot`"
    )

    verify(
        office,
        [
            (
                "settings",
                "Settings of Support Copilot\nNothing is scheduled.\nPosted nowhere yet: it has no channel. ⋯\n⋯\n⋯",
            ),
            ("settings set tue 10:00", refused),
            ("settings pause", refused),
            ("settings set <#C0TEAM|team>", "You changed the settings of ⋯. Posted in <#C0TEAM>.\n⋯mon 09:00⋯\n[Undo]"),
        ],
    )


@pytest.mark.parametrize(
    ("said", "ritual", "expected"),
    [
        ("settings set update post fri 11:00", "update_post", ("fri 11:00", False)),
        ("settings set copilot review tue 10:00", "error_review", ("tue 10:00", False)),
        ("settings resume update draft", "update_draft", ("thu 15:00", False)),
        ("settings pause review", "error_review", ("mon 09:00", True)),
    ],
)
def test_a_ritual_is_set_by_its_name_and_no_other_with_it(
    database: Database, said: str, ritual: str, expected: tuple[str, bool]
) -> None:
    with database.trying() as session:
        product = a_team(session, now=MONDAY)
        before = {one.ritual: (str(one.at), one.paused) for one in schedules.of_product(session, product.id)}

        answer(session, said)

        after = {one.ritual: (str(one.at), one.paused) for one in schedules.of_product(session, product.id)}
    assert after == before | {ritual: expected}


def test_a_part_of_a_name_means_all_that_have_it_and_a_time_needs_one(database: Database) -> None:
    with database.trying() as session:
        product = a_team(session, now=MONDAY)

        answer(session, "settings on health")
        which = answer(session, "settings set update fri 11:00").text
        unknown = answer(session, "settings pause copilot health frob").text

        running = {one.ritual for one in schedules.of_product(session, product.id)}
    assert running == {"error_review", "health_ask", "health_daily", "health_monthly", "health_weekly"}
    assert which.startswith("Which of them? `/muster settings set update draft thu 15:00`")
    assert unknown.startswith("I do not know the ritual “health frob”.")
