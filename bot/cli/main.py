"""`muster` itself: every command, and what becomes of an error."""

import sys

import typer

from bot.cli import (
    api_key,
    demo,
    doctor,
    golden,
    health,
    incidents,
    launch,
    load,
    manifest,
    note,
    outbox,
    owners,
    product,
    review,
    ritual,
    run,
    schedule,
    update,
    worst,
)
from bot.errors import MusterError, UsageError

application = typer.Typer(
    name="muster",
    help="Calls AI product teams together over what their model got wrong.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (product, schedule, ritual, outbox, load, golden, review, api_key, update):
    application.add_typer(group.commands)
application.command("worst")(worst.worst)
application.command("health")(health.health)
application.command("launch")(launch.launch)
application.command("owners")(owners.owners)
application.command("incidents")(incidents.incidents)
application.command("note")(note.note)
application.command("run")(run.run)
application.command("migrate")(run.migrate)
application.command("doctor")(doctor.doctor)
application.command("manifest")(manifest.manifest)
application.command("demo")(demo.demo)
application.command("playground")(demo.playground)


def main() -> None:
    """Run `muster`: exit 0 when it worked, 1 when it did not, 2 when the words did not fit together."""
    try:
        application()
    except MusterError as error:
        typer.echo(f"muster: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 no traceback reaches a person; the log has it for whoever asks
        _report(error)
        sys.exit(1)


def _report(error: Exception) -> None:
    import os
    import traceback

    from pydantic import ValidationError

    if isinstance(error, ValidationError) and error.title == "Settings":
        named = ", ".join(str(one["loc"][0]).upper() for one in error.errors())
        typer.echo(f"muster: {named} cannot be read: correct it in the environment or in .env.", err=True)
        return
    typer.echo(f"muster: something unexpected happened ({type(error).__name__}).", err=True)
    if os.environ.get("MUSTER_DEBUG"):
        traceback.print_exception(error)
    else:
        typer.echo("Set MUSTER_DEBUG=1 and repeat the command to see where; please report it.", err=True)
