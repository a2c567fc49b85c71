"""What became of something that a person did."""

from dataclasses import dataclass, field
from typing import Any

from bot.errors import MusterError

GOOD = range(200, 300)


class GestureError(MusterError):
    """A person cannot do that: nothing of the kind is on their screen."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the app took a gesture.

    *status* is the HTTP status (200 for an ack over a socket), None when nothing was sent or no ack came. *seconds* is
    the time until then. *body* is the ack's, parsed where it is JSON. *error* is what Slack would tell the person:
    `dispatch_failed`, `operation_timeout`, `invalid_response`, Slack's refusal of a message or view in the ack, or
    `not_sent` when Slack's client itself held a form back (see `errors`). *text* and *blocks* are the message in the
    ack. *ids* names what was delivered, for `redeliver`: event ids, or the trigger_id. *ts* is the message they wrote.
    """

    status: int | None = None
    seconds: float = 0.0
    body: Any = None
    error: str = ""
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    ids: tuple[str, ...] = ()
    ts: str = ""

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time and Slack had nothing against its answer."""
        return self.status in GOOD and not self.error


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to deliver something to an app: *retry* 0 is the first. *status* None: no ack."""

    id: str
    retry: int
    reason: str
    status: int | None
    seconds: float
