"""Options that several commands share."""

from typing import Annotated

import typer


def group(name: str, words: str) -> typer.Typer:
    """A group of commands; its help is plain text, because drawing it costs more than running it."""
    return typer.Typer(name=name, help=words, no_args_is_help=True, rich_markup_mode=None)


Product = Annotated[str, typer.Option("--product", help="The product's key.", metavar="KEY")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")]

SourceUri = Annotated[
    str | None,
    typer.Option("--source", help="A Parquet, CSV or JSONL file (also .gz, a glob), or a database URL.", metavar="URI"),
]
Table = Annotated[str | None, typer.Option("--table", help="For a database: the table or view.")]
Query = Annotated[str | None, typer.Option("--query", help="For a database: a SELECT instead of a table.")]
Map = Annotated[list[str] | None, typer.Option("--map", help="Which column is what.", metavar="CANONICAL=COLUMN")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="Only rows with this text in this column; repeated: and.", metavar="COLUMN=VALUE"),
]
Rank = Annotated[
    str | None, typer.Option("--rank", help="score (default), loss, confident_wrong or feedback.", metavar="RANKING")
]
SourceTz = Annotated[str | None, typer.Option("--source-tz", help="The zone of times that carry none.", metavar="ZONE")]

ReadingsSource = Annotated[
    str | None,
    typer.Option(
        "--readings-source", help="Where values of metrics are read from: like --source. “” for none.", metavar="URI"
    ),
]
ReadingsTable = Annotated[str | None, typer.Option("--readings-table", help="For a database: the table or view.")]
ReadingsQuery = Annotated[str | None, typer.Option("--readings-query", help="For a database: a SELECT instead.")]
ReadingsMap = Annotated[
    list[str] | None, typer.Option("--readings-map", help="Which column is what.", metavar="CANONICAL=COLUMN")
]
ReadingsWhere = Annotated[
    list[str] | None,
    typer.Option("--readings-where", help="Only rows with this text in this column.", metavar="COLUMN=VALUE"),
]
ReadingsTz = Annotated[
    str | None, typer.Option("--readings-source-tz", help="The zone of times that carry none.", metavar="ZONE")
]
