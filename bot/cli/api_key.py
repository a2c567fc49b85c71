"""`muster api-key`: the keys with which programs send a product's data in over HTTP."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import options
from bot.cli.options import group

if TYPE_CHECKING:
    from bot.store.api_keys import ApiKey

commands = group("api-key", "Keys with which programs send a product's data in over HTTP.")


@commands.command("create")
def create(
    product: options.Product,
    name: Annotated[str, typer.Option("--name", help="Who will use it, like “nightly evals”.")],
    json: options.Json = False,
) -> None:
    """Make a key and show it, once: only its digest is kept. It opens this product and no other."""
    from bot import wiring
    from bot.cli import output
    from bot.config import Settings
    from bot.domain.text import bounded, one_line
    from bot.store import api_keys, products
    from bot.store.session import now_in

    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        owner = products.named(session, product)
        key, text = api_keys.create(session, owner.id, bounded(one_line(name), 100), now_in(session))
    if json:
        output.print_json({**_as_json(key, owner.key), "key": text})
        return
    typer.echo(
        f"Key {key.id} (“{key.name}”) may send data of {owner.name}. Keep it now, it is not shown again:", err=True
    )
    typer.echo(text)


@commands.command("list")
def list_keys(
    product: Annotated[str | None, typer.Option("--product", help="Only of this product.", metavar="KEY")] = None,
    json: options.Json = False,
) -> None:
    """Show every key by its first letters: what it opens, when it was used last, and whether it is revoked."""
    from bot import wiring
    from bot.cli import output
    from bot.config import Settings
    from bot.store import api_keys, products

    with wiring.opened(Settings()) as database, database.reading() as session:
        chosen = products.named(session, product, archived=True) if product else None
        names = {one.id: one.key for one in products.everything(session, archived=True)}
        found = api_keys.everything(session, product_id=chosen.id if chosen else None)
    rows = [_as_json(one, names[one.product_id]) for one in found]
    if json:
        output.print_json(rows)
    else:
        shown = ("id", "product", "name", "begins", "created_at", "last_used_at", "revoked_at")
        output.print_table(shown, [[_cell(row[name]) for name in shown] for row in rows])


@commands.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="The key's number, as the list shows it.", metavar="ID")],
) -> None:
    """Shut a key for good: whoever still uses it is refused from now on."""
    from bot import wiring
    from bot.config import Settings
    from bot.store import api_keys
    from bot.store.session import now_in

    with wiring.opened(Settings()) as database, database.unit_of_work() as session:
        key = api_keys.revoke(session, number, now_in(session))
    typer.echo(f"Key {key.id} (“{key.name}”) opens nothing any more.")


def _as_json(key: "ApiKey", product: str) -> dict[str, Any]:
    return {
        "id": key.id,
        "product": product,
        "name": key.name,
        "begins": key.prefix,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }


def _cell(value: object) -> str:
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
