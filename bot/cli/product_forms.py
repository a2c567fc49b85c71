"""What `muster product add`, `edit` and `remove` do once their flags are read."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import typer

from bot import wiring
from bot.cli import readings_sourcing
from bot.cli.preview import show_posts
from bot.cli.sourcing import SourceFlags, ranking_named
from bot.config import Settings
from bot.domain import record_fields
from bot.domain.people import Role
from bot.domain.product import Product, ProductRecord
from bot.domain.sourcing import STORED, SourceSpec
from bot.domain.watching import known
from bot.errors import UsageError, UserError
from bot.features.products import chores, service
from bot.store import products, watches
from bot.store.products import NewProduct
from bot.store.session import Database, now_in

REVIEW = "error_review"


class UnconfirmedError(UserError):
    """Nobody was there to ask."""

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} Repeat the command with --yes to say yes.")


NOBODY = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What was typed; None: not named."""

    name: str | None
    timezone: str | None
    team_channel: str | None
    stakeholder_channel: str | None
    people: Mapping[Role, Sequence[str]]
    source: SourceFlags
    readings: SourceFlags
    fields: Sequence[str]

    def record(self, before: ProductRecord) -> ProductRecord:
        """*before* with what --set says. Raises `UserError`."""
        pairs = [text.partition("=") for text in self.fields]
        for name, equals, _ in pairs:
            if not equals:
                raise UsageError(f"“{name}” lacks its “=”: write --set FIELD=VALUE.")
        return record_fields.edited(before, {name.strip(): value for name, _, value in pairs})


def typed(params: Mapping[str, Any]) -> Form:
    """The form that a command's parameters fill in. Raises `UserError`."""
    named = {
        Role.PM: params["pm"] and [params["pm"]],
        Role.ML_LEAD: params["ml_lead"] and [params["ml_lead"]],
        Role.DOMAIN_EXPERT: params["domain_expert"],
        Role.RESEARCH: params["research"],
        Role.COMPLIANCE: params["compliance"],
    }
    return Form(
        name=params["name"],
        timezone=params["timezone"],
        team_channel=_channel(params["team_channel"]),
        stakeholder_channel=_channel(params["stakeholder_channel"]),
        people={role: _people(users) for role, users in named.items() if users},
        source=SourceFlags.typed(params),
        readings=SourceFlags.of_readings(params),
        fields=params["fields"] or (),
    )


def _people(users: Sequence[str]) -> list[str]:
    """Who holds a role, by their ids; “none” is nobody."""
    return [service.user_id(user) for user in users if user.strip() and user.strip().lower() != NOBODY]


def add(key: str, form: Form, *, yes: bool) -> None:
    """Add a product and show what its first review would say; nothing is saved when a question is answered with no."""
    settings = Settings()
    with wiring.opened(settings) as database:
        new = NewProduct(
            key=key,
            name=form.name or key,
            timezone=form.timezone or settings.muster_timezone,
            team_channel=form.team_channel,
            stakeholder_channel=form.stakeholder_channel,
            record=form.record(ProductRecord()),
            source=_source(form.source, before=None, yes=yes),
            readings_source=_readings(database, form.readings, before=None),
        )
        wiring.require_own_channels(settings, [form.team_channel, form.stakeholder_channel])
        with database.unit_of_work() as session:
            product = service.add(
                session, new, people=form.people, rituals=wiring.registry().rituals, now=now_in(session)
            )
        typer.echo(f"{product.name} is added as “{key}”.")
        _say_what_comes(database, product)


def edit(key: str, form: Form, *, yes: bool) -> None:
    """Change a product; what was not named stays."""
    settings = Settings()
    with wiring.opened(settings) as database:
        with database.reading() as session:
            before = products.named(session, key)
        after = replace(
            before,
            name=form.name or before.name,
            timezone=form.timezone or before.timezone,
            team_channel=form.team_channel or before.team_channel,
            stakeholder_channel=form.stakeholder_channel or before.stakeholder_channel,
            record=form.record(before.record),
            source=_source(form.source, before=before.source, yes=yes),
            readings_source=_readings(database, form.readings, before=before),
        )
        wiring.require_own_channels(settings, [form.team_channel, form.stakeholder_channel])
        rituals = wiring.registry().rituals
        with database.unit_of_work() as session:
            saved = service.edit(session, before, after, people=form.people, rituals=rituals, now=now_in(session))
        typer.echo(f"{saved.name} is changed.")
        if form.source.given:
            _say_what_comes(database, saved)


def remove(key: str, *, yes: bool) -> None:
    """Archive a product after asking."""
    with wiring.opened(Settings()) as database:
        with database.reading() as session:
            product = products.named(session, key)
        if not _confirmed(f"Archive {product.name}? Its rituals stop, its history stays.", yes=yes):
            typer.echo("Nothing was changed.")
            return
        with database.unit_of_work() as session:
            service.remove(session, product, now_in(session))
    typer.echo(f"{product.name} is archived.")


def _source(flags: SourceFlags, *, before: SourceSpec | None, yes: bool) -> SourceSpec | None:
    """The source that the flags mean, looked at; what was proposed was confirmed."""
    if not flags.given:
        return before
    if flags.uri is None and (before is None or before.uri == STORED):
        return SourceSpec(uri=STORED, ranking=ranking_named(flags.rank)) if flags.rank else before
    spec = flags.spec(flags.uri) if flags.uri else _changed(before, flags)
    look = chores.look(spec, ranking_given=bool(flags.rank or not flags.uri))
    for sentence in look.missing:
        typer.echo(sentence)
    if look.proposed and not _confirmed(f"Read the source with {' '.join(look.proposed)}?", yes=yes):
        raise UserError("Nothing was saved. Name the columns with --map and the ranking with --rank.")
    return look.spec


def _readings(database: Database, flags: SourceFlags, *, before: Product | None) -> SourceSpec | None:
    """The source of readings that the flags mean, its first rows read."""
    with database.reading() as session:
        now, said = now_in(session), watches.of_product(session, before.id) if before else {}
    return readings_sourcing.chosen(
        flags, before=before.readings_source if before else None, known=known(said), now=now
    )


def _changed(before: SourceSpec | None, flags: SourceFlags) -> SourceSpec:
    if before is None:
        raise UsageError("--map, --where and --rank belong to a --source.")
    return replace(
        before,
        mapping={**before.mapping, **flags.pairs()},
        where=flags.filters() or before.where,
        ranking=ranking_named(flags.rank) if flags.rank else before.ranking,
        zone=flags.zone or before.zone,
    )


def _channel(text: str | None) -> str | None:
    return service.channel_id(text) if text else None


def _confirmed(question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UnconfirmedError(question)
    return typer.confirm(question)


def _say_what_comes(database: Database, product: Product) -> None:
    if product.source is None:
        typer.echo(f"It has no source: load its predictions with muster load predictions FILE --product {product.key}")
        return
    if product.team_channel is None:
        typer.echo(f"No review yet: it needs a channel (muster product edit {product.key} --team-channel C0123456789).")
        return
    chosen = wiring.chosen_slot(database, REVIEW, product.key, "now", ad_hoc=True)
    typer.echo("The first review would look like this, if it came now:\n")
    show_posts(wiring.rehearse(database, chosen)[:1], product)
