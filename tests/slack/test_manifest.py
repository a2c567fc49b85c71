"""The manifest is within Slack's limits, and says what the registry, the listeners and the client say."""

import ast
from collections.abc import Callable
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.kit.command import Command, Effect, Shortcut
from bot.kit.feature import Feature, Registry
from bot.kit.help import MENU
from bot.kit.reply import Reply
from bot.slack.listeners import Afterwards, Listeners
from bot.slack.manifest import manifest
from bot.slack.scopes import EVENTS, HAPPENINGS, OPTIONAL, SCOPES
from bot.wiring import registry

SLACK = Path(__file__).parents[2] / "bot" / "slack"

# Source: Slack's published manifest schema. A star is every item of a list.
LENGTHS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands": (0, 50),
    "features.slash_commands.*.command": (2, 32),
    "features.slash_commands.*.description": (1, 2000),
    "features.slash_commands.*.usage_hint": (0, 1000),
    "features.slash_commands.*.url": (1, 3000),
    "features.shortcuts": (0, 10),
    "features.shortcuts.*.name": (1, 24),
    "features.shortcuts.*.callback_id": (1, 255),
    "features.shortcuts.*.description": (1, 150),
    "oauth_config.scopes.bot": (1, 255),
    "settings.event_subscriptions.bot_events": (1, 100),
    "settings.event_subscriptions.request_url": (1, 3500),
    "settings.interactivity.request_url": (1, 3000),
}

SCOPES_OF_METHOD = {
    "apps_connections_open": set(),
    "auth_test": set(),
    "chat_getPermalink": set(),
    "chat_delete": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read", "im:read"},
    "conversations_join": {"channels:join"},
    "conversations_members": {"channels:read", "groups:read", "im:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "conversations_setTopic": {"channels:write.topic", "groups:write.topic"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
}
"""What Slack's reference asks of a bot for each method that we call."""

SCOPES_OF_EVENT: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "subteam_members_changed": {"usergroups:read"},
    "user_change": {"users:read"},
}


def made(url: str | None = None, slash: str = "/muster", of: Registry | None = None) -> dict[str, Any]:
    return manifest(of or registry(), slash=slash, url=url)


def at(value: Any, path: str) -> list[Any]:
    """What stands at a dotted path, everything where it has stars."""
    for step in path.split("."):
        if step == "*":
            value = value if isinstance(value, list) else [one for many in value for one in many]
        else:
            value = [one[step] for one in value if step in one] if isinstance(value, list) else value.get(step, [])
    return value if "*" in path else [value] if value else []


def too_short_or_long(found: dict[str, Any]) -> dict[str, int]:
    return {
        path: len(one)
        for path, (least, most) in LENGTHS.items()
        for one in at(found, path)
        if not least <= len(one) <= most
    }


def called() -> set[str]:
    """Every method of the Web API that anything below bot/slack names."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SLACK.glob("*.py"))
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {
        name for name in named if "_" in name.strip("_") and iscoroutinefunction(getattr(AsyncWebClient, name, None))
    }


class Overheard:
    """Stands where Bolt's app does, and remembers which events are listened to by name."""

    def __init__(self) -> None:
        self.events: set[str] = set()

    def event(self, kind: object) -> Callable[[object], object]:
        if isinstance(kind, str):
            self.events.add(kind)
        return lambda listener: listener

    def __getattr__(self, _name: str) -> Callable[..., Callable[[object], object]]:
        return lambda *_given: lambda listener: listener


def test_it_is_within_slacks_limits() -> None:
    assert too_short_or_long(made()) == {}
    assert too_short_or_long(made(url="https://muster.example.com", slash="/" + "m" * 31)) == {}


def test_the_limits_are_really_looked_at() -> None:
    found = made(slash="/" + "m" * 32)
    found["display_information"]["name"] = "M" * 36
    found["features"]["shortcuts"] = [found["features"]["shortcuts"][0] | {"name": "n" * 25}] * 11

    assert too_short_or_long(found) == {
        "display_information.name": 36,
        "features.slash_commands.*.command": 33,
        "features.shortcuts": 11,
        "features.shortcuts.*.name": 25,
    }


def test_many_nouns_do_not_make_the_hint_too_long() -> None:
    crowd = Feature(name="crowd", summary="Many nouns", commands=tuple(a_command(f"noun{n}") for n in range(300)))

    assert too_short_or_long(made(of=Registry((*registry().features, crowd)))) == {}


def test_the_hint_names_every_noun_that_help_knows() -> None:
    (command,) = made(slash="/errors")["features"]["slash_commands"]

    nouns = sorted({one.noun for one in registry().helps} - {MENU})
    assert command["command"] == "/errors"
    assert command["usage_hint"] == f"[{' | '.join(nouns)}]"
    assert command["should_escape"] is True


def test_without_an_address_slack_is_spoken_over_the_socket() -> None:
    assert made()["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(made())


def test_with_an_address_everything_is_sent_there() -> None:
    found = made("https://muster.example.com/")

    address = "https://muster.example.com/slack/events"
    assert found["settings"]["socket_mode_enabled"] is False
    assert found["settings"]["event_subscriptions"]["request_url"] == address
    assert found["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
    assert found["features"]["slash_commands"][0]["url"] == address


def test_what_would_change_how_tokens_work_is_off() -> None:
    settings = made()["settings"]

    assert (settings["org_deploy_enabled"], settings["token_rotation_enabled"]) == (False, False)


def test_the_scopes_are_those_that_the_calls_need_and_no_others() -> None:
    heard = set().union(*(SCOPES_OF_EVENT[event] for event in EVENTS))

    assert called() == set(SCOPES_OF_METHOD)
    needed = set().union(*SCOPES_OF_METHOD.values()) | heard | {"commands"}
    assert made()["oauth_config"]["scopes"]["bot"] == sorted((*SCOPES, *OPTIONAL)) == sorted(needed)


@pytest.mark.parametrize("scope", [*SCOPES, *OPTIONAL])
def test_every_scope_says_what_it_is_for_in_half_a_sentence(scope: str) -> None:
    reason = {**SCOPES, **OPTIONAL}[scope]

    assert reason[0].islower()
    assert not reason.endswith(".")
    assert ":" not in reason


def test_every_event_it_asks_for_has_a_listener_and_every_listener_is_asked_for() -> None:
    bolt, nobody = Overheard(), cast("Any", None)
    listeners = Listeners(desk=nobody, answers=nobody, people=nobody, afterwards=Afterwards())

    listeners.attach(cast("AsyncApp", bolt))

    asked = made()["settings"]["event_subscriptions"]["bot_events"]
    assert bolt.events == {event.partition(".")[0] for event in asked}


def test_whatever_features_listen_to_is_asked_for() -> None:
    assert {one.event for one in registry().happenings.values()} <= {*HAPPENINGS, "user_change"}


def test_every_shortcut_of_the_registry_is_there() -> None:
    found = {one["callback_id"]: (one["name"], one["type"]) for one in made()["features"]["shortcuts"]}

    kinds = {True: "message", False: "global"}
    assert found == {one.name: (one.label, kinds[one.on_message]) for one in registry().shortcuts.values()}


def test_a_shortcut_that_is_used_on_a_message_is_offered_there() -> None:
    pointing = Shortcut(name="x.use", label="Use", description="Uses it", run=lambda _: Reply(text=""), on_message=True)

    found = made(of=Registry((Feature(name="x", summary="Uses", shortcuts=(pointing,)),)))

    assert found["features"]["shortcuts"] == [
        {"name": "Use", "type": "message", "callback_id": "x.use", "description": "Uses it"}
    ]


def a_command(noun: str) -> Command:
    return Command(
        noun=noun, summary="Says it", example=noun, effect=Effect.READ, run=lambda ask: Reply(text=ask.incoming.user)
    )
