"""Settings, read from the environment and `.env`."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _words(value: Any) -> Any:
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


def _unless_empty(value: Any) -> Any:
    return value or None


_TAKEN = frozenset(
    {"/away", "/active", "/archive", "/call", "/collapse", "/dm", "/dnd", "/expand", "/feed", "/feedback", "/invite"}
    | {"/join", "/kick", "/remove", "/leave", "/me", "/msg", "/mute", "/open", "/remind", "/rename", "/search"}
    | {"/shortcuts", "/shrug", "/star", "/status", "/topic", "/unarchive", "/who", "/apps", "/prefs", "/keys"}
)


def _slash_command(value: Any) -> Any:
    """A command's name as Slack takes it: with its slash, lower case, at most 32 characters, not one of Slack's own."""
    name = f"/{str(value).strip().lower().lstrip('/')}"[:32]
    if name in _TAKEN or not re.fullmatch(r"/[a-z0-9_-]+", name):
        raise ValueError(f"{name} cannot be a slash command: use letters, digits, - and _, and not one of Slack's own.")
    return name


class Settings(BaseSettings):
    """What a deployment decides. Every field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        default="sqlite:///muster.db",
        description="Where Muster keeps everything: SQLite for one host, Postgres for several.",
    )
    slack_bot_token: SecretStr | None = Field(default=None, description="The bot's token, xoxb-...")
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="The app-level token, xapp-...: with it Slack is spoken over a socket, else over HTTP.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="What Slack signs its HTTP requests with; not needed over a socket."
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="The base address of every call to Slack.")
    port: int = Field(default=3000, ge=0, le=65535, description="The port of everything over HTTP; 0 picks a free one.")
    muster_command: Annotated[str, BeforeValidator(_slash_command)] = Field(
        default="/muster", description="What the slash command is called in the workspace."
    )
    muster_timezone: str = Field(default="UTC", description="The zone of products that name none.")
    muster_admins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        default=(), description="Slack user ids, separated by commas; they are told what nobody else can be told."
    )
    muster_pagerduty_routing_key: Annotated[SecretStr | None, BeforeValidator(_unless_empty)] = Field(
        default=None, description="The key of a pager that takes PagerDuty's Events API v2; without it, none is called."
    )
    muster_pagerduty_url: str = Field(
        default="https://events.pagerduty.com/v2/enqueue", description="Where that pager takes events."
    )
