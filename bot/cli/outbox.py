"""`muster outbox`: what is on its way to Slack, and what could not get there."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import options
from bot.cli.options import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from bot.domain.delivery import StoredPost

commands = group("outbox", "What is on its way to Slack.")

Key = Annotated[str, typer.Argument(help="The post's key, as `muster outbox list` shows it.")]


@commands.command("list")
def list_posts(
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent or dropped.")] = False,
    json: options.Json = False,
) -> None:
    """Show what has not arrived yet, the oldest first, and why."""
    from bot import wiring
    from bot.cli import output
    from bot.config import Settings
    from bot.domain.delivery import PostState
    from bot.store import posts
    from bot.store.products import LOCAL_WORKSPACE

    settled = {PostState.SENT, PostState.DROPPED}
    states = [state for state in PostState if everything or state not in settled]
    with wiring.opened(Settings()) as database, database.reading() as session:
        rows = [_row(post) for post in posts.everything(session, LOCAL_WORKSPACE, states)]
    if json:
        output.print_json(rows)
    elif rows:
        names = ("key", "to", "state", "attempts", "reason")
        output.print_table(names, [[str(row[name] or "") for name in names] for row in rows])
    else:
        typer.echo("Everything has arrived.")


@commands.command("retry")
def retry(key: Key) -> None:
    """Send a post that was parked, or one that nobody knows the fate of and that is not there."""
    from bot.store import settling

    _step(key, settling.send_again)
    typer.echo(f"{key} will be sent again by the worker.")


@commands.command("arrived")
def arrived(
    key: Key,
    link: Annotated[str, typer.Argument(help="The message's link (in Slack: “Copy link”), or CHANNEL/ts.")],
) -> None:
    """Say that a post has arrived after all, and where; what waits for its thread follows."""
    from bot.store import settling
    from bot.store.session import now_in

    _step(key, lambda session, post: settling.arrived(session, post, post.receipt_at(link), now_in(session)))
    typer.echo(f"{key} is recorded as sent.")


@commands.command("drop")
def drop(key: Key) -> None:
    """Give a post up, and the replies to it: nobody needs them any more."""
    from bot.store import settling

    _step(key, lambda session, post: settling.drop(session, post, "dropped by hand"))
    typer.echo(f"{key} is given up.")


def _step(key: str, step: "Callable[[Session, StoredPost], bool]") -> None:
    from bot import wiring
    from bot.config import Settings
    from bot.errors import UserError
    from bot.store import posts
    from bot.store.products import LOCAL_WORKSPACE

    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        post = posts.named(session, LOCAL_WORKSPACE, key)
        if post is None:
            raise UserError(f"There is no post “{key}”. See: muster outbox list --all")
        if not step(session, post):
            raise UserError(f"“{key}” is {post.state}: there is nothing to do about it by hand.")


def _row(post: "StoredPost") -> dict[str, object]:
    return {
        "key": post.key,
        "to": post.recipient,
        "state": f"{post.state}, waits for you" if post.held else str(post.state),
        "attempts": post.attempts,
        "created_at": post.created_at,
        "sent_at": post.sent_at,
        "reason": post.reason,
    }
