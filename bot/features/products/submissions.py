"""What a filled-in form becomes: checked field by field, looked at outside where it must be, then saved."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain import record_fields
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.sourcing import STORED, SourceSpec, with_password
from bot.domain.text import clip
from bot.domain.window import zone_named
from bot.errors import MusterError, UserError
from bot.features.products import chores, service
from bot.features.products.chores import Look
from bot.features.products.deeds import ADDED, EDITED, done, first_come
from bot.features.products.errands import PREVIEW_NAME
from bot.features.products.forms import PARTS, PROPOSE
from bot.features.products.merging import merged
from bot.features.products.service import Holders
from bot.kit.asking import Ask
from bot.kit.blocks import button, saying
from bot.kit.choosing import named, product_with_id
from bot.kit.command import FieldError, Outside
from bot.kit.permission import require_may_change
from bot.kit.product_history import snapshot
from bot.kit.reply import Next, Reply
from bot.store.products import NewProduct

T = TypeVar("T")

_NO_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What a form's look at the outside is about."""

    spec: SourceSpec | None
    ranking_given: bool
    channels: Mapping[str, str]


def question(ask: Ask) -> Question | None:
    """What of the form must be looked at outside before it is taken, None if nothing."""
    before = _before(ask)
    spec = _spec(ask, before.source if before else None) if "source" in ask.incoming.values else None
    if spec is not None and (spec.uri == STORED or (before is not None and spec == before.source)):
        spec = None
    channels = {name: found for name in ("channel", "stakeholders") if (found := ask.field(name))}
    return Question(spec=spec, ranking_given=_ranking(ask) is not None, channels=channels)


def look(asked: Question, outside: Outside) -> Look | None:
    """Look at what the form names. Raises `FieldError` beside the field that is wrong."""
    for field, channel in asked.channels.items():
        _checked(field, lambda channel=channel: outside.require_own(channel))  # type: ignore[misc]  # bound per turn
    spec = asked.spec
    if spec is None:
        return None
    return _checked("source", lambda: chores.look(spec, ranking_given=asked.ranking_given))


def add(ask: Ask, seen: Look | None) -> Reply:
    """Add the product that the form describes, and go on to a preview of its first review."""
    name = ask.field("name") or ""
    zone = _zone(ask)
    spec = seen.spec if seen else _spec(ask, None)
    new = NewProduct(
        key=_key(name),
        name=name,
        timezone=zone,
        team_channel=ask.field("channel") or ask.carried("here"),
        source=None if spec.uri == STORED else spec,
    )
    product = _checked(
        "name",
        lambda: service.add(ask.session, new, people=_people_of_new(ask), rituals=ask.guide.rituals, now=ask.now),
    )
    text = f"You added {named(product)} (`{product.key}`)." + _reading(seen)
    more = [button("Change the source", "products.part:source", value=f"{product.id} source")]
    return done(
        ask, ADDED, product, before=None, text=text, more=more, then=Next(errand=PREVIEW_NAME, value=str(product.id))
    )


def edit(ask: Ask, seen: Look | None) -> Reply:
    """Save one part of a product; what others changed meanwhile in other fields stays, in the same ones is said."""
    product = product_with_id(ask, ask.carried("product"))
    require_may_change(ask, product)
    part = ask.carried("part") or ""
    before = snapshot(ask.session, product)
    after = merged(ask, product, part, lambda one: _filled(ask, one, part, seen))
    people = _people(ask) if part == "basics" else {}
    with first_come(ask, product):
        saved = service.edit(ask.session, product, after, people=people, rituals=ask.guide.rituals, now=ask.now)
    text = f"You changed {named(saved)}: {PARTS[part].label.lower()}." + _reading(seen)
    then = Next(errand=PREVIEW_NAME, value=str(saved.id)) if part == "source" else None
    return done(
        ask, EDITED, saved, before=before, text=text, more=[saying("Show it", f"product show {saved.key}")], then=then
    )


def _filled(ask: Ask, product: Product, part: str, seen: Look | None) -> Product:
    """*product* with what the form says of *part*."""
    match part:
        case "basics":
            return replace(
                product,
                name=ask.field("name") or product.name,
                timezone=_zone(ask),
                team_channel=ask.field("channel") or product.team_channel,
                stakeholder_channel=ask.field("stakeholders"),
            )
        case "source":
            spec = seen.spec if seen else _spec(ask, product.source)
            return replace(product, source=None if spec.uri == STORED else spec)
        case _ if part in PARTS:
            return replace(product, record=record_fields.edited(product.record, _record_values(ask, part)))
        case _:
            raise UserError("This form does not say which part it is about: open it again.")


def _record_values(ask: Ask, part: str) -> dict[str, str]:
    """What the form says, as it would be typed. Raises `FieldError` for all fields that cannot be taken, at once."""
    values = {name: ", ".join(ask.chosen(name)) or _unticked(ask, name) for name in PARTS[part].fields}
    wrong = {}
    for name, value in values.items():
        try:
            record_fields.parsed(name, value)
        except record_fields.BadFieldError:
            wrong[name] = f"“{clip(value, 60)}” does not fit: it takes {record_fields.FIELDS[name].takes}."
    if wrong:
        raise FieldError(wrong)
    return values


def _unticked(ask: Ask, name: str) -> str:
    """What an empty field means: boxes of which none is ticked mean none of them."""
    boxes = record_fields.FIELDS[name].input is record_fields.Input.SEVERAL
    return "none" if boxes and name in ask.incoming.values else ""


def _people_of_new(ask: Ask) -> dict[Role, Holders]:
    named_in_form = {role: user for role, user in _people(ask).items() if user}
    return {Role.PM: ask.user, **named_in_form}


def _people(ask: Ask) -> dict[Role, Holders]:
    """Who holds each role that the form asks for; an emptied one is held by nobody."""
    asked = (Role.PM, Role.ML_LEAD, Role.DOMAIN_EXPERT, Role.RESEARCH, Role.COMPLIANCE)
    return {role: ask.chosen(role) for role in asked if role in ask.incoming.values}


def _before(ask: Ask) -> Product | None:
    return product_with_id(ask, ask.carried("product")) if ask.carried("product") else None


def _zone(ask: Ask) -> str:
    text = ask.field("timezone") or ask.carried("zone") or ask.zone
    return _checked("timezone", lambda: zone_named(text).key)


def _ranking(ask: Ask) -> Ranking | None:
    chosen = ask.field("rank")
    return None if chosen in {None, PROPOSE} else _checked("rank", lambda: Ranking(chosen or ""))


def _spec(ask: Ask, before: SourceSpec | None) -> SourceSpec:
    """The source that the form names. Raises `FieldError`."""
    uri = ask.field("source")
    if uri is None:
        return SourceSpec(uri=STORED, ranking=_ranking(ask) or Ranking.SCORE)
    if before is not None:
        uri = with_password(uri, before.uri)
    table, query = _table_or_query(ask, uri)
    source_zone = ask.field("source_zone")
    return SourceSpec(
        uri=uri,
        table=table,
        query=query,
        mapping=_pairs(ask, "columns"),
        where=tuple(_pairs(ask, "where").items()),
        ranking=_ranking(ask) or Ranking.SCORE,
        zone=_checked("source_zone", lambda: zone_named(source_zone).key) if source_zone else None,
    )


def _table_or_query(ask: Ask, uri: str) -> tuple[str | None, str | None]:
    text = ask.field("table")
    if "://" not in uri:
        if text:
            raise FieldError({"table": "A file takes neither table nor SELECT: leave this empty."})
        return None, None
    if not text:
        raise FieldError({"table": "A database goes with a table, or with a SELECT."})
    return (None, text) if text.lower().startswith(("select ", "select\n", "with ")) else (text, None)


def _pairs(ask: Ask, field: str) -> dict[str, str]:
    pairs = {}
    for line in filter(None, map(str.strip, (ask.field(field) or "").splitlines())):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise FieldError({field: f"“{line}” lacks its “=”: one NAME=VALUE a line."})
        pairs[name.strip()] = value.strip()
    return pairs


def _reading(seen: Look | None) -> str:
    """How the source will be read, where something was proposed rather than said."""
    if seen is None or not (seen.proposed or seen.missing):
        return ""
    proposed = [f"`{flag.removeprefix('--map ').removeprefix('--rank ')}`" for flag in seen.proposed]
    return "".join(
        [f" I read the source with {', '.join(proposed)}." if proposed else "", *(f" {one}" for one in seen.missing)]
    )


def _key(name: str) -> str:
    """A short, plain key made of the product's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = _NO_KEY.sub("-", plain).strip("-")[:40].strip("-")
    if not key:
        raise FieldError(
            {"name": "I make a short key of the name and need a letter or digit of the Latin alphabet for it."}
        )
    return key


def _checked(field: str, work: Callable[[], T]) -> T:
    """What *work* gives; what it refuses is shown beside *field*."""
    try:
        return work()
    except FieldError:
        raise
    except MusterError as error:
        raise FieldError({field: str(error)}) from error
    except ValueError as error:
        raise FieldError({field: "This cannot be chosen."}) from error
