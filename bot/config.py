"""Settings, read from the environment and `.env`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _words(value: Any) -> Any:
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """What a deployment decides. Every field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        default="sqlite:///muster.db",
        description="Where Muster keeps everything: SQLite for one host, Postgres for several.",
    )
    slack_bot_token: SecretStr | None = Field(default=None, description="The bot's token, xoxb-...")
    slack_api_url: str = Field(default="https://slack.com/api/", description="The base address of every call to Slack.")
    port: int = Field(default=3000, ge=0, le=65535, description="The port of the health pages; 0 picks a free one.")
    muster_timezone: str = Field(default="UTC", description="The zone of products that name none.")
    muster_admins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        default=(), description="Slack user ids, separated by commas; they are told what nobody else can be told."
    )
