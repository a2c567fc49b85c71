"""What forms share: what somebody changed in one, seen against what it showed and what is there now."""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from bot.domain.text import clip, one_line
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.blocks import Block, context, plain
from bot.kit.command import FieldError
from bot.kit.forms import anew, field_of
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE

PRODUCT, SHOWN = "product", "shown"

_TOLD_ROOM = 80

Texts = Mapping[str, str]
"""Each field of a form with what stands in it, empty where nothing does."""


class GoneFormError(UserError):
    """A form that does not say what it showed."""

    def __init__(self) -> None:
        super().__init__("This form does not say what it is about: open it again.")


def carried(product_id: int, shown: Texts, **more: str) -> dict[str, str]:
    """What a form remembers of what it *shown*, short enough for any texts."""
    marks = {field: _mark(text) for field, text in shown.items()}
    return {PRODUCT: str(product_id), SHOWN: json.dumps(marks, separators=(",", ":")), **more}


def changed(ask: Ask, now: Texts) -> dict[str, str]:
    """The fields that the person changed in the form; *now* is what it would show if it were opened now."""
    return {field: text for field, text in _wanted(ask, now).items() if text != now[field]}


def notes(ask: Ask, now: Texts, by: Callable[[str], str | None]) -> dict[str, str]:
    """A sentence for each field that the person changed, and somebody else since to something else; *by* says who that
    was. Where there is one, the form is to come back (`again`): nothing is saved before the person saw it.
    """
    seen = _seen(ask)
    lost = [field for field, text in changed(ask, now).items() if _mark(now[field]) != seen.get(field)]
    return {field: _sentence(ask, now[field], by(field)) for field in lost}


def again(blocks: Iterable[Block], said: Texts, mark: str) -> list[Block]:
    """A form's fields once more, with a note above each of which something is *said*; *mark* is that of what they show
    now, and another one than when they were shown before.
    """
    return [part for block in blocks for part in (*_noted(block, said), anew(block, mark))]


def mark_of(shown: Texts) -> str:
    """A short mark of what a form shows."""
    return _mark(json.dumps(dict(shown), sort_keys=True))


def read(texts: Texts, reading: Callable[[str, str], Any]) -> dict[str, Any]:
    """What each field says. Raises `FieldError` with a sentence beside each that cannot be taken, all at once."""
    values, wrong = {}, {}
    for field, text in texts.items():
        try:
            values[field] = reading(field, text)
        except UserError as error:
            wrong[field] = str(error)
    if wrong:
        raise FieldError(wrong)
    return values


def _wanted(ask: Ask, now: Texts) -> dict[str, str]:
    """The fields that hold something else than the form showed."""
    seen = _seen(ask)
    mine = {field: ask.field(field) or "" for field in now if field in ask.incoming.values}
    return {field: text for field, text in mine.items() if _mark(text) != seen.get(field)}


def _noted(block: Block, said: Texts) -> list[Block]:
    sentence = said.get(field_of(block.get("block_id", "")))
    return [context(plain(sentence))] if sentence else []


def _seen(ask: Ask) -> Mapping[str, str]:
    try:
        seen = json.loads(ask.carried(SHOWN) or "")
    except ValueError:
        raise GoneFormError from None
    if not isinstance(seen, dict):
        raise GoneFormError
    return seen


def _mark(text: str) -> str:
    # White space is what clients change by themselves.
    return sha256(one_line(text).encode(errors="replace")).hexdigest()[:10]


def _sentence(ask: Ask, now: str, user: str | None) -> str:
    who = "You" if user == ask.user else _name(ask, user or "") or "Somebody"
    is_now = f"it is “{clip(one_line(_name(ask, now) or now), _TOLD_ROOM)}” now" if now else "it is empty now"
    return f"{who} changed this while you were here: {is_now}. Nothing was saved yet. Save again to have it as below."


def _name(ask: Ask, user: str) -> str | None:
    """What a person is called, None where *user* is none that is known."""
    person = directory.known(ask.session, LOCAL_WORKSPACE, user)
    return person.name if person else None
