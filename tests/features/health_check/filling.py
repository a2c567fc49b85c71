"""Forms as people fill them in, in one transaction, and messages as they read them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.kit.forms import field_of
from bot.kit.reply import Reply
from bot.slack.handling import House
from bot.store.products import LOCAL_WORKSPACE
from bot.wiring import registry
from tests.support.builders import MONDAY
from tests.support.dialogue import pressed
from tests.support.office import PM, TEAM, buttons, read

Values = Mapping[str, str | tuple[str, ...]]

_sent: Iterator[int] = count(1)


def fill(session: Session, opened: Reply, values: Values, *, now: datetime = MONDAY, user: str = PM) -> Reply:
    """What is answered when *user* fills these *values* into the form and sends it; the other fields stay as they are.

    Refusals are raised.
    """
    assert opened.view is not None, opened.text
    filled = {name: (held,) if isinstance(held, str) else held for name, held in values.items()}
    incoming = Incoming(
        kind=Kind.SUBMISSION,
        key=f"sent {next(_sent)}",
        user=user,
        channel=TEAM,
        name=opened.view.name,
        values={**held_by(opened), **filled},
        carries=opened.view.carries,
    )
    house = House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
    return house.modal(incoming).submit(house.ask(session, incoming), None)


def held_by(opened: Reply) -> dict[str, tuple[str, ...]]:
    """What stands in the form's fields before anybody types."""
    assert opened.view is not None
    inputs = [block for block in opened.view.blocks if block["type"] == "input"]
    return {field_of(block["block_id"]): _initial(block["element"]) for block in inputs}


def press(session: Session, reply: Reply, label: str, *, now: datetime = MONDAY, user: str = PM) -> Reply:
    """What is answered to the button *label* of *reply*."""
    button = buttons({"blocks": list(reply.blocks)})[label]
    return pressed(session, button["action_id"].partition(":")[0], button["value"], now=now, user=user)


def words(reply: Reply) -> str:
    """*reply* as a person reads it, buttons and all."""
    return read({"blocks": list(reply.blocks), "text": reply.text})


def labels(opened: Reply) -> dict[str, str]:
    """The form's fields by name, each with its label and hint."""
    assert opened.view is not None
    inputs = [block for block in opened.view.blocks if block["type"] == "input"]
    return {field_of(one["block_id"]): _said(one) for one in inputs}


def _said(block: Mapping[str, Any]) -> str:
    hint = block.get("hint", {}).get("text", "")
    return f"{block['label']['text']}: {hint}" if hint else str(block["label"]["text"])


def _initial(element: Mapping[str, Any]) -> tuple[str, ...]:
    match element:
        case {"initial_value": str(text)} | {"initial_user": str(text)}:
            return (text,)
        case {"initial_option": {"value": str(value)}}:
            return (value,)
        case {"initial_options": list(options)}:
            return tuple(option["value"] for option in options)
        case _:
            return ()
