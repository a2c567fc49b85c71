"""A product with a week's readings, and the days of its update: drafted, clicked on, filled in, posted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.domain.drafts import Draft
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.planning import At, Slot, slots_after
from bot.domain.product import Product, ProductRecord, Stage
from bot.domain.window import zone_named
from bot.errors import MusterError
from bot.kit.command import FieldError
from bot.kit.forms import field_of
from bot.kit.reply import Reply, View
from bot.kit.ritual import Turn
from bot.slack import saying
from bot.slack.handling import House
from bot.store import directory, drafts, posts, readings, update_settings
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.tables import PostRow
from bot.store.update_settings import UpdateSettings
from bot.wiring import registry
from tests.support.dialogue import a_team
from tests.support.office import ELSEWHERE, ML, OTHER, PM
from tests.support.readings import WEEK_8, new_reading

BOARD, DEPUTY, ADMIN = ELSEWHERE, OTHER, "U0ADM"
THURSDAY = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
"""Thursday 15:00 in Berlin: the draft."""

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Friday 10:00 in Berlin: the post."""

NAMES = {PM: "Ana Lima", ML: "Raj Patel", DEPUTY: "Mia Chen", ADMIN: "Ida Admin"}


HOUSE = {"workspace": LOCAL_WORKSPACE, "admins": (ADMIN,), "zone": "Europe/Berlin"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a person is told: an answer, a form, or a refusal by field."""

    reply: Reply = field(default_factory=Reply)
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence."""
        return self.reply.text

    @property
    def view(self) -> View:
        """The form that opened."""
        assert self.reply.view is not None, self
        return self.reply.view


def a_week(session: Session, **known: Any) -> Product:
    """The worked example's week of a product at scale: Ana approves, Mia stands in, Raj leads ML, all on their times."""
    defaults = {"stakeholder_channel": BOARD, "record": ProductRecord(stage=Stage.SCALE), "now": THURSDAY}
    product = a_team(session, **defaults | known)
    for metric, value in WEEK_8.items():
        readings.keep(session, product.id, new_reading(metric, value, end=THURSDAY), by=PM, now=THURSDAY)
    for user, name in NAMES.items():
        person = Person(user=user, name=name, standing=Standing.MEMBER)
        directory.keep(session, LOCAL_WORKSPACE, person, THURSDAY)
    update_settings.save(session, product.id, UpdateSettings(deputy=DEPUTY))
    return product


def ritual(session: Session, product: Product, name: str, *, now: datetime, due: datetime | None = None) -> None:
    """Let a ritual run at *now* for the slot that is due then (or was at *due*), and write down what it posts."""
    found = registry().ritual(name)
    at, zone = At.parse(found.default_at), zone_named(product.timezone)
    slot = Slot(nominal=(due or now).astimezone(zone).replace(tzinfo=None), due=due or now)
    turn = Turn(session=session, now=now, product=product, slot=slot, at=at)
    for post in found.run(turn):
        new = NewPost(workspace=LOCAL_WORKSPACE, key=post.key, recipient=post.to, text=post.text, blocks=post.blocks)
        posts.add(session, new, now)


def press(session: Session, name: str, value: str, *, user: str = PM, now: datetime = THURSDAY) -> Told:
    """What *user* is told when they press a button of ours."""
    words = value if name == "say" else ""
    return _told(session, _incoming(Kind.CLICK, user, name=name, value=value, text=words), now)


def say(session: Session, text: str, *, user: str = PM, now: datetime = THURSDAY) -> Told:
    """What *user* is told when they type *text* after the slash command."""
    return _told(session, _incoming(Kind.COMMAND, user, text=text), now)


def submit(
    session: Session, view: View, values: Mapping[str, tuple[str, ...]], *, user: str = PM, now: datetime = THURSDAY
) -> Told:
    """What *user* is told when they send the form with these *values*."""
    incoming = _incoming(Kind.SUBMISSION, user, name=view.name, values=values, carries=dict(view.carries))
    return _told(session, incoming, now)


def approve(
    session: Session,
    draft: Draft,
    *,
    user: str = PM,
    now: datetime = THURSDAY,
    values: Mapping[str, tuple[str, ...]] | None = None,
) -> Told:
    """Open the form that approves, tick everything, and send it; *values* say otherwise."""
    opened = press(session, "stakeholder_update.approve", f"{draft.id} {draft.version}", user=user, now=now)
    if opened.reply.view is None:
        return opened
    return submit(session, opened.view, {**filled(opened.view), **(values or {})}, user=user, now=now)


def filled(view: View, *, choose: str = "yes") -> dict[str, tuple[str, ...]]:
    """A form as it stands, with every box ticked, and *choose* where one is to be chosen."""
    return dict(_filled(view, choose))


def latest(session: Session, product: Product) -> Draft:
    """The product's latest update."""
    return drafts.of_product(session, product.id)[0]


def posted(session: Session, to: str = BOARD) -> list[PostRow]:
    """What was written to a channel or person, oldest first, as it is now."""
    rows = session.exec(
        select(PostRow)
        .where(col(PostRow.recipient) == to)
        .order_by(col(PostRow.id))
        .execution_options(populate_existing=True)
    )
    return list(rows)


def labels(row: PostRow) -> list[str]:
    """The buttons of a message."""
    return [one["text"]["text"] for block in row.blocks if block["type"] == "actions" for one in block["elements"]]


def slots(name: str, instant: datetime) -> Iterator[Slot]:
    """The slots of a ritual after an instant, in Berlin."""
    return slots_after(At.parse(registry().ritual(name).default_at), zone_named("Europe/Berlin"), instant)


def _filled(view: View, choose: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element, name = block["element"], field_of(block["block_id"])
        match element["type"]:
            case "checkboxes":
                yield name, tuple(one["value"] for one in element["options"])
            case "static_select":
                yield name, (choose,)
            case _:
                yield name, (element.get("initial_value", ""),)


def _incoming(kind: Kind, user: str, **known: Any) -> Incoming:
    return Incoming(kind=kind, key="asked", user=user, channel="C0TEAM", **known)


def _told(session: Session, incoming: Incoming, now: datetime) -> Told:
    house = House(registry=registry(), moment=lambda _session: now, **HOUSE)  # type: ignore[arg-type]  # see HOUSE
    person = Person(user=incoming.user, name=NAMES.get(incoming.user, "Somebody"), standing=Standing.MEMBER)
    ask = house.ask(session, incoming, person)
    try:
        if incoming.kind is Kind.SUBMISSION:
            reply = house.modal(incoming).submit(ask, None)
        else:
            reply = house.meant(incoming).answer(ask)
    except FieldError as error:
        return Told(refused=error.sentences)
    except MusterError as error:
        return Told(reply=saying.spoken(error, incoming))
    house.keep(session, incoming, reply, now)
    return Told(reply=reply)
