"""`muster product`: the products Muster looks after."""

from typing import Annotated

import typer

from bot.cli import options
from bot.cli.options import group

commands = group("product", "The products Muster looks after.")

Key = Annotated[str, typer.Argument(help="The product's key: short, lower case.")]
Zone = Annotated[str | None, typer.Option("--timezone", help="Its time zone, like Europe/Berlin.", metavar="ZONE")]
TeamChannel = Annotated[str | None, typer.Option("--team-channel", help="Where the team talks.", metavar="C")]
StakeholderChannel = Annotated[
    str | None, typer.Option("--stakeholder-channel", help="Where stakeholders read.", metavar="C")
]
Pm = Annotated[str | None, typer.Option("--pm", help="Its product manager.", metavar="U")]
MlLead = Annotated[str | None, typer.Option("--ml-lead", help="Its ML lead.", metavar="U")]
DomainExpert = Annotated[
    list[str] | None,
    typer.Option("--domain-expert", help="Who verifies what the right answers are; repeat for more.", metavar="U"),
]
Research = Annotated[
    list[str] | None,
    typer.Option("--research", help="Who signs a launch for research; repeatable; “none” clears it.", metavar="U"),
]
Compliance = Annotated[
    list[str] | None,
    typer.Option("--compliance", help="Who signs a risky launch for compliance; “none” clears it.", metavar="U"),
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A field of its record; repeat for more.", metavar="FIELD=VALUE")
]


@commands.command("add")
def add(
    context: typer.Context,
    key: Key,
    name: Annotated[str, typer.Option("--name", help="What people call it.")],
    timezone: Zone = None,
    team_channel: TeamChannel = None,
    stakeholder_channel: StakeholderChannel = None,
    pm: Pm = None,
    ml_lead: MlLead = None,
    domain_expert: DomainExpert = None,
    research: Research = None,
    compliance: Compliance = None,
    source: options.SourceUri = None,
    table: options.Table = None,
    query: options.Query = None,
    mapping: options.Map = None,
    where: options.Where = None,
    rank: options.Rank = None,
    source_tz: options.SourceTz = None,
    readings_source: options.ReadingsSource = None,
    readings_table: options.ReadingsTable = None,
    readings_query: options.ReadingsQuery = None,
    readings_map: options.ReadingsMap = None,
    readings_where: options.ReadingsWhere = None,
    readings_source_tz: options.ReadingsTz = None,
    fields: Set = None,
    yes: options.Yes = False,
) -> None:
    """Add a product, look at its source, and show what its first review would say."""
    from bot.cli import product_forms

    product_forms.add(key, product_forms.typed(context.params), yes=yes)


@commands.command("edit")
def edit(
    context: typer.Context,
    key: Key,
    name: Annotated[str | None, typer.Option("--name", help="What people call it.")] = None,
    timezone: Zone = None,
    team_channel: TeamChannel = None,
    stakeholder_channel: StakeholderChannel = None,
    pm: Pm = None,
    ml_lead: MlLead = None,
    domain_expert: DomainExpert = None,
    research: Research = None,
    compliance: Compliance = None,
    source: options.SourceUri = None,
    table: options.Table = None,
    query: options.Query = None,
    mapping: options.Map = None,
    where: options.Where = None,
    rank: options.Rank = None,
    source_tz: options.SourceTz = None,
    readings_source: options.ReadingsSource = None,
    readings_table: options.ReadingsTable = None,
    readings_query: options.ReadingsQuery = None,
    readings_map: options.ReadingsMap = None,
    readings_where: options.ReadingsWhere = None,
    readings_source_tz: options.ReadingsTz = None,
    fields: Set = None,
    yes: options.Yes = False,
) -> None:
    """Change what is named and leave the rest; FIELD= sets a field back."""
    from bot.cli import product_forms

    product_forms.edit(key, product_forms.typed(context.params), yes=yes)


@commands.command("list")
def list_products(
    everything: Annotated[bool, typer.Option("--all", help="Also the archived ones.")] = False,
    json: options.Json = False,
) -> None:
    """Show every product."""
    from bot.cli import product_views

    product_views.show_all(archived=everything, as_json=json)


@commands.command("show")
def show(key: Key, json: options.Json = False) -> None:
    """Show a product: its record, its people, its source, when it runs, and which class of model fits it."""
    from bot.cli import product_views

    product_views.show(key, as_json=json)


@commands.command("remove")
def remove(key: Key, yes: options.Yes = False) -> None:
    """Archive a product: its rituals stop, its history stays."""
    from bot.cli import product_forms

    product_forms.remove(key, yes=yes)
