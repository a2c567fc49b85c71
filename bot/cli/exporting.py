"""What `muster golden export` does once its flags are read."""

from pathlib import Path

import typer

from bot import wiring
from bot.cli import output
from bot.config import Settings
from bot.domain.golden import Format, exported, fields_of
from bot.domain.text import count_of
from bot.errors import UsageError, UserError
from bot.store import golden, products


class UnknownFormatError(UsageError):
    """No export is written like this."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is not a format: there are {', '.join(Format)}.")


class UnwritableError(UserError):
    """The file to write to cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"“{path}” cannot be written: {error.strerror or error}.")


def export(key: str, form: str, out: Path | None, *, as_json: bool) -> None:
    """Print a product's golden set or write it to a file; an empty one is said on stderr."""
    chosen = _format(form)
    if as_json and out is not None:
        raise UsageError("--json prints to stdout: leave out --out, or write a file with --format.")
    with wiring.opened(Settings()) as database, database.reading() as session:
        product = products.named(session, key, archived=True)
        rows = golden.of_product(session, product.id)
    if not rows:
        typer.echo(f"The golden set of {product.name} is empty.", err=True)
    if as_json:
        output.print_json([fields_of(row) for row in sorted(rows, key=lambda one: one.golden_id)])
        return
    text = exported(rows, chosen)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_bytes(text.encode())
    except OSError as error:
        raise UnwritableError(out, error) from error
    typer.echo(f"{count_of(len(rows), 'row')} of {product.name} {'is' if len(rows) == 1 else 'are'} in {out}.")


def _format(text: str) -> Format:
    try:
        return Format(text)
    except ValueError:
        raise UnknownFormatError(text) from None
