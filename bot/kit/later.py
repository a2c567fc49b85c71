"""What is to be looked at again at a set time: a reminder, a deadline. It survives restarts and happens once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.kit.asking import Ask
from bot.kit.reply import Reply
from bot.store import inbox
from bot.store.products import LOCAL_WORKSPACE


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """What happens when the time comes. *run* looks first whether it still matters: much may have changed meanwhile.

    Its `Ask` names the person it concerns as `user` and what it was told as `value`; nobody is checked to be a member.
    """

    name: str
    run: Callable[[Ask], Reply]


def at(
    session: Session, instant: datetime, *, name: str, key: str, now: datetime, user: str = "", value: str = ""
) -> None:
    """Let the `Later` of this name run at *instant*, once for each *key*; the same key again changes nothing."""
    incoming = Incoming(kind=Kind.LATER, key=f"later/{name}/{key}", user=user, name=name, value=value)
    inbox.write(session, LOCAL_WORKSPACE, incoming, now, not_before=instant)
