"""`muster load`: predictions, what people said of them, and readings of metrics, into Muster's own tables."""

from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("load", "Load files into Muster.")


@commands.callback()
def load() -> None:
    """Load files into Muster."""


@commands.command("predictions")
def predictions(
    file: Annotated[str, typer.Argument(help="A Parquet, CSV or JSONL file (also .gz, a glob).")],
    product: options.Product,
    mapping: options.Map = None,
    source_tz: options.SourceTz = None,
    json: options.Json = False,
) -> None:
    """Load predictions of a product that has no source of its own. Doing it twice changes nothing.

    A bad row is reported by its line and left out; the good ones are kept. Exits 1 only if no row was good.
    """
    from bot.cli import loading
    from bot.cli.sourcing import SourceFlags

    loading.load_predictions(file, product, SourceFlags(mapping=mapping, zone=source_tz), as_json=json)


@commands.command("feedback")
def feedback(
    file: Annotated[str, typer.Argument(help="A Parquet, CSV or JSONL file (also .gz, a glob).")],
    product: options.Product,
    mapping: options.Map = None,
    source_tz: options.SourceTz = None,
    json: options.Json = False,
) -> None:
    """Load what people said of a product's answers: thumbs, corrections, final texts, comments.

    Columns: id (of the prediction), given_at (or occurred_at), and any of feedback (up or down), correction,
    final_output, comment, given_by, model_version. Doing it twice changes nothing; of one person's words on one
    prediction the latest hold. A bad row is reported by its line and left out. Exits 1 only if no row was good.
    """
    from bot.cli import loading_feedback
    from bot.cli.sourcing import SourceFlags

    loading_feedback.load_feedback(file, product, SourceFlags(mapping=mapping, zone=source_tz), as_json=json)


@commands.command("metrics")
def metrics(
    file: Annotated[str, typer.Argument(help="A Parquet, CSV or JSONL file (also .gz, a glob).")],
    product: options.Product,
    mapping: options.Map = None,
    where: options.Where = None,
    source_tz: options.SourceTz = None,
    json: options.Json = False,
) -> None:
    """Load readings of a product's metrics. Doing it twice changes nothing; a corrected value takes the old one's
    place, and the history keeps both.

    Columns: metric, value, window_start, window_end, and if known n, unit, source, sd. A date without a time is its
    midnight in --source-tz, so the week from Monday the 9th ends on the 16th. A bad row is reported by its line and
    left out. Exits 1 only if no row was good.
    """
    from bot.cli import loading_metrics
    from bot.cli.sourcing import SourceFlags

    flags = SourceFlags(mapping=mapping, where=where, zone=source_tz)
    loading_metrics.load_metrics(file, product, flags, as_json=json)
