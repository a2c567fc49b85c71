"""The doctor at Slack, over real HTTP: each wrong thing is seen once, and said with its mend."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import SetClock, SystemClock
from bot.config import Settings
from bot.domain.people import Assignment, Role
from bot.domain.product import Product, ProductRecord
from bot.sandbox.faults import Answer, Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, Channel, User
from bot.slack import visit
from bot.slack.scopes import OPTIONAL, SCOPES
from bot.wiring import doctor_slack
from bot.wiring.doctor_database import Watched
from bot.wiring.findings import Finding, note, ok, wrong

BOT = App(token="xoxb-doctor", app_token="xapp-doctor", scopes=frozenset({*SCOPES, *OPTIONAL}))
EDIT = "Run: muster product edit copilot"


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    with Sandbox(BOT) as sandbox:
        furnish(sandbox)
        yield sandbox


def furnish(sandbox: Sandbox) -> None:
    sandbox.workspace.add(User(id="U0PM", name="Ana"), Channel(id="C0TEAM", name="team", members={BOT.bot_user}))


def watched(*people: Assignment, team: str | None = "C0TEAM", stakeholders: str | None = None) -> Watched:
    product = Product(
        id=1,
        workspace="local",
        key="copilot",
        name="Support Copilot",
        timezone="UTC",
        team_channel=team,
        stakeholder_channel=stakeholders,
        record=ProductRecord(),
        source=None,
        archived=False,
        version=1,
    )
    return Watched(product, people)


def looked(slack: Sandbox | str, *known: Watched, **given: Any) -> list[Finding]:
    """What the doctor says of Slack, to a bot with good tokens unless told otherwise."""
    good: dict[str, Any] = {"slack_bot_token": BOT.token, "slack_app_token": BOT.app_token, "muster_admins": ("U0PM",)}
    url = slack if isinstance(slack, str) else slack.url
    settings = Settings(_env_file=None, slack_api_url=url, **good | given)

    async def everything() -> list[Finding]:
        return [finding async for finding in doctor_slack.look(settings, known)]

    return asyncio.run(everything())


def only(findings: list[Finding], check: str) -> Finding:
    (found,) = [one for one in findings if one.check == check]
    return found


def test_a_good_workspace_is_well(slack: Sandbox) -> None:
    slack.workspace.add(Channel(id="C0OPEN", name="open"))

    assert looked(slack, watched(Assignment(Role.ML_LEAD, "U0PM"), stakeholders="C0OPEN")) == [
        ok("bot token", "Slack knows it as Muster in Sandbox"),
        ok("scopes", f"all {len(SCOPES)} are granted"),
        ok("Slack clock", "the same as this machine's"),
        ok("way in", "over a socket"),
        ok("admin U0PM", "U0PM is a member of the workspace"),
        ok("channel C0TEAM of copilot", "Muster is in it"),
        ok("channel C0OPEN of copilot", "public: Muster joins when it first posts"),
        ok("ml_lead of copilot", "U0PM is a member of the workspace"),
    ]


def test_looking_changes_nothing_in_slack(slack: Sandbox) -> None:
    slack.workspace.add(Channel(id="C0OPEN", name="open"))

    looked(slack, watched(team="C0OPEN"))

    assert slack.workspace.channels["C0OPEN"].members == set()
    assert slack.messages() == []


@pytest.mark.parametrize(
    ("token", "what"),
    [
        (None, "SLACK_BOT_TOKEN is not set."),
        ("xapp-1", "SLACK_BOT_TOKEN holds an app-level token."),
        (
            "xoxb-wrong",
            "Slack does not accept the bot's token (invalid_auth): put a valid one into SLACK_BOT_TOKEN.",
        ),
    ],
)
def test_without_a_good_bot_token_the_way_in_is_still_looked_at(slack: Sandbox, token: str | None, what: str) -> None:
    found = looked(slack, watched(), slack_bot_token=token)

    step = "Install the app, and copy its Bot User OAuth Token (xoxb-...) to SLACK_BOT_TOKEN."
    assert found == [wrong("bot token", what, step), ok("way in", "over a socket")]


def test_a_bot_that_may_not_be_asked_about_is_refused_for_good(slack: Sandbox) -> None:
    slack.faults.add(Fault(method="auth.test", answer=Answer.ERROR, value="not_allowed_token_type"))

    assert only(looked(slack), "bot token").what == "Slack refused it (not_allowed_token_type)."


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "Slack cannot reach me."),
        ({"slack_signing_secret": "too short"}, "SLACK_SIGNING_SECRET is not 32 or 64 hexadecimal digits."),
        ({"slack_app_token": "xoxb-1"}, "SLACK_APP_TOKEN holds a bot token."),
        ({"slack_app_token": "xapp-wrong"}, "Slack does not accept SLACK_APP_TOKEN."),
    ],
)
def test_a_way_in_that_is_closed_is_said(slack: Sandbox, given: dict[str, str], what: str) -> None:
    found = only(looked(slack, **{"slack_app_token": None} | given), "way in")

    assert (found.state, found.what) == ("wrong", what)
    assert "Basic Information" in found.do


def test_an_app_token_without_its_scope_opens_no_socket(slack: Sandbox) -> None:
    slack.faults.add(Fault(method="apps.connections.open", answer=Answer.ERROR, value="missing_scope"))

    assert only(looked(slack), "way in").what.startswith("SLACK_APP_TOKEN opens no socket: The app lacks the scope")


@pytest.mark.parametrize("digits", [32, 64])
def test_a_signing_secret_of_the_right_shape_lets_slack_in_over_http(slack: Sandbox, digits: int) -> None:
    found = only(looked(slack, slack_app_token=None, slack_signing_secret="0f" * (digits // 2)), "way in")

    assert found == ok("way in", "over HTTP at /slack/events")


def test_a_missing_scope_is_named_with_what_stops_working(slack: Sandbox) -> None:
    slack.workspace.install(replace(BOT, scopes=frozenset(SCOPES) - {"im:write"} | {"pins:write"}))

    found = looked(slack)

    assert only(found, "scope im:write") == wrong(
        "scope im:write",
        "it is missing: without it Muster cannot tell a person that something of theirs could not be posted.",
        "Add im:write under OAuth & Permissions, and install the app again.",
    )
    assert only(found, "scopes") == note("scopes", "granted and not needed: pins:write.", "You may take them away.")


def test_a_scope_that_only_some_teams_want_is_mentioned_and_no_more(slack: Sandbox) -> None:
    slack.workspace.install(replace(BOT, scopes=frozenset({*SCOPES, *OPTIONAL}) - {"usergroups:read"}))

    found = looked(slack)

    assert only(found, "scope usergroups:read") == note(
        "scope usergroups:read",
        "not granted: Muster cannot let a user group own something. All else works.",
        "If you want that, add usergroups:read under OAuth & Permissions, and install the app again.",
    )
    assert only(found, "scopes") == ok("scopes", f"all {len(SCOPES)} are granted")


def test_nothing_is_made_of_scopes_that_slack_does_not_tell() -> None:
    assert [one.state for one in doctor_slack.scopes(None)] == ["note"]
    assert doctor_slack.clock(None).state == "note"


@pytest.mark.parametrize(("minutes", "state"), [(-3, "wrong"), (-1, "ok"), (1, "ok"), (3, "wrong")])
def test_a_clock_far_from_slacks_is_wrong(minutes: int, state: str) -> None:
    with Sandbox(BOT, clock=SetClock(SystemClock().now() + timedelta(minutes=minutes))) as slack:
        furnish(slack)

        assert only(looked(slack), "Slack clock").state == state


@pytest.mark.parametrize(
    ("channel", "what", "first"),
    [
        (Channel(id="C0", name="old", members={BOT.bot_user}, is_archived=True), "it is archived.", "Choose another."),
        (
            Channel(id="C0", name="ours", members={BOT.bot_user}, is_ext_shared=True),
            "The channel is shared with another company, and predictions stay inside yours.",
            "Choose another.",
        ),
        (
            Channel(id="C1", name="other"),
            "I cannot see this channel: it is gone, or it is private and I must be invited to it.",
            "Say there: /invite @Muster. Or choose another.",
        ),
    ],
)
def test_a_channel_that_cannot_be_posted_to_is_said(slack: Sandbox, channel: Channel, what: str, first: str) -> None:
    slack.workspace.add(channel)

    found = only(looked(slack, watched(team="C0")), "channel C0 of copilot")

    assert found == wrong("channel C0 of copilot", what, f"{first} {EDIT} --team-channel C...")


def test_a_private_channel_that_muster_sees_and_is_not_in_wants_an_invitation() -> None:
    seen = visit.SeenChannel(is_archived=False, is_member=False, is_private=True)

    assert doctor_slack.standing_of(seen, "channel C0", another="").do == "Say there: /invite @Muster"


def test_a_product_without_a_channel_posts_nothing(slack: Sandbox) -> None:
    found = only(looked(slack, watched(team=None)), "channel of copilot")

    assert found == note("channel of copilot", "it has none, so it posts nothing.", f"{EDIT} --team-channel C...")


@pytest.mark.parametrize(
    ("user", "what"),
    [
        (User(id="U0", name="Raj", deleted=True), "U0 has left the workspace."),
        (User(id="U0", name="Raj", is_restricted=True), "U0 is a guest, and guests change nothing."),
        (User(id="U0", name="Raj", team_id="T0OTHER"), "U0 belongs to another workspace."),
        (User(id="U0", name="Raj", is_bot=True), "U0 is a bot."),
        (User(id="U1", name="Raj"), "U0: There is no such person in the workspace."),
    ],
)
def test_people_who_cannot_act_are_said(slack: Sandbox, user: User, what: str) -> None:
    slack.workspace.add(user)

    found = looked(slack, watched(Assignment(Role.ML_LEAD, "U0")), muster_admins=("U0",))

    assert only(found, "ml_lead of copilot") == wrong("ml_lead of copilot", what, f"{EDIT} --ml-lead U...")
    assert only(found, "admin U0") == wrong("admin U0", what, "Correct MUSTER_ADMINS in the environment or in .env.")


def test_a_deployment_without_admins_is_noted(slack: Sandbox) -> None:
    assert only(looked(slack, muster_admins=()), "admins").state == "note"


@pytest.mark.parametrize("answer", [Answer.SILENCE, Answer.HTML, Answer.RESET, Answer.RATE_LIMITED])
def test_a_slack_that_stops_answering_is_not_asked_on(
    slack: Sandbox, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "TIMEOUT_S", 0.3)
    slack.faults.add(Fault(method="users.info", answer=answer, value="30", times=None))

    found = looked(slack, watched())

    assert found[-1].check == "Slack"
    assert found[-1].what.endswith("I stopped asking.")
    assert [one for one in slack.received if one.method == "conversations.info"] == []


def test_a_slack_that_is_not_there_is_said() -> None:
    (found,) = looked("http://127.0.0.1:9/api/")

    assert (found.check, found.state) == ("Slack", "wrong")
    assert found.do == "See whether SLACK_API_URL can be reached from here."
