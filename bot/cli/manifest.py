"""`muster manifest`: what to paste when the Slack app is made."""

from typing import Annotated

import typer


def manifest(
    url: Annotated[
        str | None,
        typer.Option("--url", help="This server's public address: Slack sends over HTTP. Without, over the socket."),
    ] = None,
) -> None:
    """Print the Slack app manifest, as JSON."""
    from bot.cli.output import print_json
    from bot.config import Settings
    from bot.errors import UsageError
    from bot.slack.manifest import manifest as made
    from bot.wiring import registry

    if url is not None and not _can_be_sent_to(url):
        raise UsageError("Slack sends to https:// addresses only: muster manifest --url https://muster.example.com")
    print_json(made(registry(), slash=Settings().muster_command, url=url))


def _can_be_sent_to(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.fragment
