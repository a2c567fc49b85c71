"""`muster schedule`: when rituals run."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import options
from bot.cli.options import group

if TYPE_CHECKING:
    from bot.domain.product import Product
    from bot.store.schedules import Schedule

commands = group("schedule", "When rituals run, in each product's own time.")

RitualName = Annotated[str, typer.Argument(help="The ritual, like error_review.")]


@commands.command("list")
def list_schedules(
    product: Annotated[str | None, typer.Option("--product", help="Only of this product.", metavar="KEY")] = None,
    json: options.Json = False,
) -> None:
    """Show every schedule with its next slot, local and in UTC."""
    from bot import wiring
    from bot.cli import output
    from bot.config import Settings
    from bot.store import products, schedules

    with wiring.opened(Settings()) as database, database.reading() as session:
        chosen = [products.named(session, product)] if product else products.everything(session)
        rows = [_row(one, schedule) for one in chosen for schedule in schedules.of_product(session, one.id)]
    if json:
        output.print_json(rows)
    else:
        output.print_table(
            ("product", "ritual", "at", "next", "next (UTC)", "state"),
            [
                [str(row[name]) for name in ("product", "ritual", "at", "next_local", "next_utc", "state")]
                for row in rows
            ],
        )


@commands.command("set")
def set_schedule(
    ritual: RitualName,
    product: options.Product,
    at: Annotated[str, typer.Option("--at", help='"mon 09:00", "daily 09:00" or "monthly 1 09:00".')],
    long: Annotated[
        bool | None, typer.Option("--long/--short", help="All 20 in the message, or five and the rest in its thread.")
    ] = None,
) -> None:
    """Give a ritual of a product its day and time."""
    from bot import wiring
    from bot.config import Settings
    from bot.domain.planning import At
    from bot.features.products import service
    from bot.store import products, schedules
    from bot.store.session import now_in

    name = wiring.registry().ritual(ritual).name
    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        found = products.named(session, product)
        before = next((one for one in schedules.of_product(session, found.id) if one.ritual == name), None)
        kept = dict(before.options) if before else {}
        chosen = kept if long is None else kept | {"form": "long" if long else "short"}
        schedule = service.reschedule(session, found, name, At.parse(at), now_in(session), options=chosen)
    typer.echo(f"{name} of {found.name}: {schedule.at}. Next: {_row(found, schedule)['next_local']}.")


@commands.command("pause")
def pause(ritual: RitualName, product: options.Product) -> None:
    """Let a ritual rest; what falls into the rest is not caught up."""
    from bot import wiring
    from bot.config import Settings
    from bot.store import products, schedules

    name = wiring.registry().ritual(ritual).name
    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        found = products.named(session, product)
        schedules.pause(session, found, name)
    typer.echo(f"{name} of {found.name} rests. Wake it: muster schedule resume {name} --product {found.key}")


@commands.command("resume")
def resume(ritual: RitualName, product: options.Product) -> None:
    """Let a ritual run again, from its next slot on."""
    from bot import wiring
    from bot.config import Settings
    from bot.domain.planning import slots_after
    from bot.domain.window import zone_named
    from bot.store import products, schedules
    from bot.store.session import now_in

    name = wiring.registry().ritual(ritual).name
    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        found = products.named(session, product)
        at = schedules.named(session, found, name).at
        slot = next(slots_after(at, zone_named(found.timezone), now_in(session)))
        schedule = schedules.resume(session, found, name, next_due=slot.due)
    typer.echo(f"{name} of {found.name} runs again. Next: {_row(found, schedule)['next_local']}.")


def _row(product: "Product", schedule: "Schedule") -> dict[str, str]:
    from bot.cli.output import utc
    from bot.domain.window import zone_named

    local = schedule.next_due.astimezone(zone_named(product.timezone))
    return {
        "product": product.key,
        "ritual": schedule.ritual,
        "at": str(schedule.at),
        "timezone": product.timezone,
        "next_local": f"{local:%a %Y-%m-%d %H:%M %Z}",
        "next_utc": utc(schedule.next_due),
        "state": "paused" if schedule.paused else "on",
    }
