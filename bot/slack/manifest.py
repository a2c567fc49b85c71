"""The Slack app manifest: from the registry, so that what Slack offers is what Muster understands."""

from typing import Any

from bot.domain.text import clip
from bot.kit.command import Shortcut
from bot.kit.feature import Registry
from bot.kit.help import MENU
from bot.slack.app import EVENTS_PATH
from bot.slack.scopes import EVENTS, OPTIONAL, SCOPES

_DESCRIPTION = "Calls product and ML together over what the model got wrong this week."
_LONG = (
    "Muster posts the 20 worst predictions of the past seven days into each product's channel every week: what was"
    " asked, what the model said, what was expected, and where such errors gather. It reads predictions where they are,"
    " in files or databases, in each product's own time zone. Everything can be asked for and changed in Slack; only a"
    " product's own people change it."
)
_HINT, _COMMAND_DESCRIPTION = 1_000, 2_000
_COLOUR = "#2c2d30"


def manifest(registry: Registry, *, slash: str, url: str | None) -> dict[str, Any]:
    """The manifest as Slack takes it. With *url*, the base address of this server, Slack sends over HTTP; without, over
    the socket that the bot opens.
    """
    address = None if url is None else f"{url.rstrip('/')}{EVENTS_PATH}"
    at = {} if address is None else {"request_url": address}
    return {
        "display_information": {
            "name": "Muster",
            "description": _DESCRIPTION,
            "long_description": _LONG,
            "background_color": _COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Muster", "always_online": True},
            "slash_commands": [_command(registry, slash, address)],
            "shortcuts": [_shortcut(one) for one in registry.shortcuts.values()],
        },
        "oauth_config": {"scopes": {"bot": sorted((*SCOPES, *OPTIONAL))}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def _command(registry: Registry, slash: str, address: str | None) -> dict[str, Any]:
    nouns = dict.fromkeys(one.noun for one in registry.helps if one.noun != MENU)
    return {
        "command": slash,
        "description": clip(_DESCRIPTION, _COMMAND_DESCRIPTION),
        "usage_hint": clip(f"[{' | '.join(nouns)}]", _HINT),
        # People and channels arrive as ids, whatever they are called today.
        "should_escape": True,
        **({} if address is None else {"url": address}),
    }


def _shortcut(one: Shortcut) -> dict[str, str]:
    kind = "message" if one.on_message else "global"
    return {"name": one.label, "type": kind, "callback_id": one.name, "description": one.description}
