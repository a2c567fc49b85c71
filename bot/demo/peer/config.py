"""What the local Slack is told before it starts: its people, its channels, its app, and where to listen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"

# It has no option for the address to listen on, so this is loaded into it before its own code runs. The end of its
# standard input is the end of whoever started it, however that came about: nothing is left running.
PRELOAD = f"""\
const serve = Bun.serve;
Bun.serve = (options) => serve.call(Bun, {{ ...options, hostname: "{LOOPBACK}" }});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
"""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in the workspace."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel, and the ids of those in it, the bot's own included where it is in."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class App:
    """The bot's own app. With a *request_url* Slack comes to it over signed HTTP, else over the socket."""

    id: str = "A01APP"
    bot_user: str = "U0BOT"
    bot_name: str = "muster"
    bot_token: str = "xoxb-local"  # noqa: S105 it opens nothing but a local Slack
    app_token: str = "xapp-local"  # noqa: S105 as above
    signing_secret: str = "local"  # noqa: S105 as above
    request_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A whole local Slack before anybody spoke."""

    name: str = "Demo"
    domain: str = "demo"
    team_id: str = "T01LOCAL"
    app: App = field(default_factory=App)
    people: tuple[Person, ...] = ()
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Files:
    """What was laid ready for one run, by name in its folder: paths of the machine may hold spaces."""

    settings: str = "settings.json"
    preload: str = "./preload.js"
    uploads: str = "./uploads"


def lay(workspace: Workspace, folder: Path) -> Files:
    """Write what one run in *folder* needs, and say which file is which."""
    files = Files()
    (folder / files.uploads).mkdir(parents=True, exist_ok=True)
    (folder / files.settings).write_text(json.dumps(as_json(workspace), indent=1), encoding="utf-8")
    (folder / files.preload).write_text(PRELOAD, encoding="utf-8")
    return files


def as_json(workspace: Workspace) -> dict[str, Any]:
    """The workspace as the settings of local-slack."""
    return {
        "workspace": {"name": workspace.name, "domain": workspace.domain, "teamId": workspace.team_id},
        "apps": [_app(workspace.app)],
        "users": [dict(_person(person)) for person in workspace.people],
        "channels": [
            {"id": one.id, "name": one.name, "is_private": one.is_private, "members": list(one.members)}
            for one in workspace.channels
        ],
    }


def _app(app: App) -> dict[str, str]:
    told = {
        "appId": app.id,
        "botUserId": app.bot_user,
        "botName": app.bot_name,
        "botToken": app.bot_token,
        "appToken": app.app_token,
        "signingSecret": app.signing_secret,
    }
    if app.request_url is None:
        return told | {"mode": "socket"}
    return told | {"mode": "events", "requestUrl": app.request_url}


def _person(person: Person) -> Iterator[tuple[str, str]]:
    yield from (("id", person.id), ("name", person.name), ("tz", person.tz))
    yield "real_name", person.real_name or person.name
    if person.email:
        yield "email", person.email
