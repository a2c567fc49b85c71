"""What a handler is given when a person asks for something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.incoming import Incoming
from bot.domain.people import Person
from bot.kit.ritual import Ritual


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """A command as help shows it: `usage` is what follows the command's name."""

    noun: str
    verb: str | None
    usage: str
    summary: str
    example: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Something that waits for a person: what it is, in mrkdwn, and the button that deals with it."""

    text: str
    press: dict[str, Any]


class Guide(Protocol):
    """What is known of everything Muster does, for those who show it."""

    @property
    def helps(self) -> Sequence[Help]:
        """Every command, by noun."""
        ...

    @property
    def rituals(self) -> Sequence[Ritual]:
        """Every ritual."""
        ...

    @property
    def synonyms(self) -> Mapping[str, str]:
        """Other words for nouns, each with its noun."""
        ...

    def waiting(self, ask: "Ask") -> list[Waiting]:
        """What waits for the person who asks, over all features."""
        ...

    def home(self, ask: "Ask") -> list[dict[str, Any]]:
        """What the person's App Home shows, over all features."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One thing a person asked, and everything a handler may know about it.

    `words` are what follows noun and verb. `command` is what the workspace calls Muster's slash command. `admins` are
    the people who may change everything; `zone` is the zone of products that name none. `mention` is how Muster is
    addressed in a thread.
    """

    session: Session
    now: datetime
    incoming: Incoming
    guide: Guide
    words: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    zone: str = "UTC"
    command: str = "/muster"
    person: Person | None = None

    @property
    def user(self) -> str:
        """Who asks, a Slack user id."""
        return self.incoming.user

    @property
    def channel(self) -> str | None:
        """Where they ask, None in App Home."""
        return self.incoming.channel

    @property
    def value(self) -> str:
        """What the clicked button carries, or what an errand was told."""
        return self.incoming.value

    def field(self, name: str) -> str | None:
        """What a form's field holds, None when it was left empty."""
        chosen = self.incoming.values.get(name, ())
        return chosen[0].strip() or None if chosen else None

    def chosen(self, name: str) -> tuple[str, ...]:
        """Everything chosen in a form's field of several."""
        return self.incoming.values.get(name, ())

    def carried(self, name: str) -> str | None:
        """What the form was given to remember under this name."""
        return self.incoming.carries.get(name)

    def saying(self, words: Sequence[str]) -> Self:
        """The same, with these words left."""
        return replace(self, words=tuple(words))

    def local(self, instant: datetime) -> datetime:
        """*instant* on the clock of the person who asks, where Slack knows their zone."""
        return instant.astimezone(ZoneInfo(self.person.timezone if self.person and self.person.timezone else self.zone))
