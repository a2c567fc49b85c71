"""What is answered to a person, as data: features never send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import UserError
from bot.kit.post import Post


class MarkedUpError(UserError):
    """A refusal in mrkdwn of our own: what is not ours in it is escaped. Any other error is shown letter for letter."""


class ForbiddenError(MarkedUpError):
    """The person may not do this; it goes into the audit log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A form. *name* is the `Modal` that takes it; *carries* is what it must remember until it is submitted."""

    name: str
    title: str
    blocks: Sequence[dict[str, Any]]
    submit: str | None = "Save"
    carries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Next:
    """An errand to go on with, by name, and what it is told."""

    errand: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The private answer to a person: *text* says what was done (or what is seen), *blocks* show it.

    *view* opens a form. *posts* go out through the outbox, written in the same transaction as the change. *then* goes
    on after the answer. *replace* puts the answer in the place of the private message that was clicked.
    """

    text: str = ""
    blocks: Sequence[dict[str, Any]] = ()
    view: View | None = None
    posts: Sequence[Post] = ()
    then: Next | None = None
    replace: bool = False
