"""The form for the whole matrix: the five questions, or one area's three parts."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.holders import is_group, is_holder
from bot.domain.matrix import area_meant
from bot.domain.ownership import Ownership, nobody_yet
from bot.domain.product import Product
from bot.domain.responsibilities import FIVE, NINE_AREAS, Responsibility
from bot.domain.text import clip
from bot.features.ownership.naming import product_in, question_in
from bot.features.ownership.words import absences
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, markdown, section
from bot.kit.choosing import product_with_id
from bot.kit.command import Action, Command, Effect
from bot.kit.forms import anew, choices_of, people, person
from bot.kit.owning import speaks_for
from bot.kit.permission import require_may_change
from bot.kit.reply import Reply, View
from bot.store import groups, ownerships
from bot.store.products import LOCAL_WORKSPACE

EDIT = "ownership.edit"
"""Open the form (value: product id, then an area's key; without one it is the five questions)."""

BACKUP = "backup"
"""The box that keeps a user group as the backup; every other box is a group that owns it, by its id."""

Choice = tuple[tuple[str, ...], str | None]
"""Owners, and the backup."""


def edit(ask: Ask) -> Reply:
    """The form for the five questions, or for the area that is named."""
    product, words = product_in(ask, "owner edit")
    # “evals” is a question and an area; the form of the questions opens without naming any.
    area = area_meant(words) if product.record.areas else None
    if area is not None:
        return Reply(view=view_of(ask, product, page_of(area[0])))
    meant = question_in(ask, product, words, "owner edit")
    return Reply(view=view_of(ask, product, page_of(meant.area or (meant.one.key if meant.one else ""))))


def open_form(ask: Ask) -> Reply:
    """The form that a button names."""
    number, _, page = ask.value.partition(" ")
    return Reply(view=view_of(ask, product_with_id(ask, number), page))


def page_of(what: str) -> str:
    """The page that *what* is on: the title of an area, or a responsibility's key; empty is the five questions."""
    parts = NINE_AREAS.get(what)
    key = parts[0].key if parts else what
    return key.partition("/")[0] if "/" in key else ""


def rows_of(page: str) -> tuple[Responsibility, ...]:
    """What a page asks; it went to a client and came back, so it may be anything."""
    return next((parts for parts in NINE_AREAS.values() if page and parts[0].key.startswith(f"{page}/")), FIVE)


def view_of(
    ask: Ask,
    product: Product,
    page: str,
    *,
    typed: Mapping[str, Choice] | None = None,
    notes: Mapping[str, str] | None = None,
) -> View:
    """The form as things are now; what was *typed* before stands in it again, with *notes* (mrkdwn) beside the fields.

    Raises `NotYoursError` for whoever may change nothing of it.
    """
    known = ownerships.of_product(ask.session, product.id)
    rows = [known.get(one.key) or nobody_yet(product.id, one.key, ask.now) for one in rows_of(page)]
    if not any(speaks_for(ask.session, ask.user, one) for row in rows for one in (*row.owners, *row.acting)):
        require_may_change(ask, product)
    fields = [
        block
        for one, row in zip(rows_of(page), rows, strict=True)
        for block in _fields(ask, one, row, (typed or {}).get(one.key), (notes or {}).get(one.key))
    ]
    mark = ".".join(str(row.version) for row in rows)
    return View(
        name=EDIT,
        title="Who owns what",
        blocks=[
            *(fields if typed is None else [anew(block, mark) for block in fields]),
            context(markdown(_hint(ask, product, page))),
        ],
        carries={"product": str(product.id), "page": page, "versions": versions_of(rows)},
    )


def shown_in(row: Ownership) -> Choice:
    """The people that the form shows of it: those who are gone cannot be chosen, and stay while nothing is changed."""
    owners = tuple(one for one in row.owners if not is_group(one) and one not in row.away)
    backup = row.backup if row.backup and not is_group(row.backup) and row.backup not in row.away else None
    return owners, backup


def groups_in(row: Ownership) -> tuple[str, ...]:
    """The boxes that the form shows of it."""
    owning = [one for one in row.owners if is_group(one)]
    return (*owning, *([BACKUP] if row.backup and is_group(row.backup) else []))


def filled(ask: Ask, seen: Ownership) -> Choice:
    """What the form says of what it showed as *seen*; an untouched field leaves everybody named who was."""
    key = seen.responsibility
    boxes = [box for box in ask.chosen(f"groups:{key}") if box in groups_in(seen)]
    chosen = [one for one in ask.chosen(f"owners:{key}") if is_holder(one)]
    owners, backup = shown_in(seen)
    groups_kept = [box for box in boxes if box != BACKUP]
    same = set(chosen) == set(owners) and set(groups_kept) == set(groups_in(seen)) - {BACKUP}
    mine = seen.owners if same else (*chosen, *groups_kept)
    return mine, _backup(ask, seen, backup, kept=BACKUP in boxes)


def chosen_again(ask: Ask, row: Ownership) -> tuple[str, ...]:
    """Those who count as gone and were chosen all the same: the form does not show them, so a person did."""
    key = row.responsibility
    chosen = (*ask.chosen(f"owners:{key}"), ask.field(f"backup:{key}"))
    return tuple(one for one in row.away if one in chosen)


def versions_of(rows: Sequence[Ownership]) -> str:
    """Which version of each row a form shows, as it remembers it."""
    return ",".join(f"{row.responsibility}={row.version}" for row in rows)


def _backup(ask: Ask, seen: Ownership, shown: str | None, *, kept: bool) -> str | None:
    chosen = ask.field(f"backup:{seen.responsibility}")
    if chosen is not None and chosen != shown:
        return chosen if is_holder(chosen) else None
    if seen.backup and is_group(seen.backup):
        return seen.backup if kept else None
    return seen.backup if chosen == shown else None


def _fields(ask: Ask, one: Responsibility, row: Ownership, typed: Choice | None, note: str | None) -> Iterator[Block]:
    owners, backup = shown_in(row)
    if typed is not None:
        owners = tuple(who for who in typed[0] if not is_group(who) and who not in row.away)
        backup = typed[1] if typed[1] and not is_group(typed[1]) else None
    if note is not None:
        yield section(note)
    if row.away:
        yield context(markdown(f"{'; '.join(absences(row))}. They stay named until you choose others."))
    yield people(f"owners:{one.key}", f"{one.title}: owners", initial=owners, hint=clip(f"{one.means}.", 150))
    if groups_in(row):
        yield _boxes(ask, one, row, typed)
    yield person(f"backup:{one.key}", f"{one.title}: backup", initial=backup, optional=True)


def _boxes(ask: Ask, one: Responsibility, row: Ownership, typed: Choice | None) -> Block:
    labels = {box: _label(ask, row.backup or "", "the backup") for box in groups_in(row) if box == BACKUP}
    labels |= {box: _label(ask, box, "an owner") for box in groups_in(row) if box != BACKUP}
    ticked = groups_in(row) if typed is None else (*typed[0], *([BACKUP] if typed[1] == row.backup else []))
    return choices_of(f"groups:{one.key}", f"{one.title}: user groups", labels, initial=ticked)


def _label(ask: Ask, group_id: str, role: str) -> str:
    group = groups.known(ask.session, LOCAL_WORKSPACE, group_id)
    return f"@{group.handle if group else group_id} is {role}"


def _hint(ask: Ask, product: Product, page: str) -> str:
    groups_too = f"A user group is named in words: `{ask.command} owner cost @group`."
    if product.record.areas and not page:
        return f"{groups_too} The nine areas have forms of their own: `{ask.command} owner edit launch readiness`."
    return groups_too


COMMANDS = (
    Command(
        noun="owner",
        verb="edit",
        takes="[product] [area]",
        summary="Change who owns what in a form",
        example="owner edit",
        effect=Effect.OPEN,
        run=edit,
        synonyms=("change", "form"),
    ),
)
ACTIONS = (Action(name=EDIT, effect=Effect.OPEN, run=open_form),)
