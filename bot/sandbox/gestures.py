"""What people do in Slack, as tests and other processes tell it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.sandbox.outcome import Attempt, Outcome


class Gestures(ABC):
    """People at work. Every method blocks until the app has acknowledged, or 3 s; they are safe from any thread.

    Where the app runs in the test's own event loop, call them through `asyncio.to_thread`. Who or what is not there
    raises `GestureError` (`ControlError` from another process). The app is the first one installed; for a click, the
    one that wrote the message or opened the view.
    """

    def command(self, user: str, channel: str, name: str, text: str = "") -> Outcome:
        """Type a slash command: `command("U1", "C1", "/muster", "review now")`. Its answer is shown as Slack would."""
        return self._outcome("command", user=user, channel=channel, name=name, text=text)

    def click(
        self, user: str, channel: str, ts: str, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Outcome:
        """Press a button in a message (one of that *value*, if given), or choose *value* in a menu; ephemerals too.

        An option is named by its value or its label, a list stands for several, people and channels go by id.
        """
        return self._outcome(
            "click", user=user, channel=channel, ts=ts, action_id=action_id, value=value, block_id=block_id
        )

    def click_in_view(
        self, user: str, action_id: str, value: Any = None, *, block_id: str | None = None, home: bool = False
    ) -> Outcome:
        """Press or choose in the modal on top, or in the Home; what was entered so far is sent along."""
        return self._outcome("click_in_view", user=user, action_id=action_id, value=value, block_id=block_id, home=home)

    def fill(self, user: str, values: Mapping[str, Any]) -> None:
        """Enter values into the modal on top, by action_id or block_id, and send nothing. None empties a field."""
        self._gesture("fill", user=user, values=dict(values))

    def submit(self, user: str, values: Mapping[str, Any] | None = None, *, view: str | None = None) -> Outcome:
        """Fill in the modal on top (which must be *view*, an id, if given) and send it; then see `modal` and `errors`.

        With a required field empty nothing is sent: `error` is `not_sent`. The app's answer closes, changes or stacks
        the modals; on a bad answer or none, the modal stays with all that was entered.
        """
        return self._outcome("submit", user=user, values=dict(values or {}), view=view)

    def close(self, user: str) -> Outcome:
        """Close the modal on top (all, with clear_on_close). The app hears of it if it asked to: else status None."""
        return self._outcome("close", user=user)

    def shortcut(self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None) -> Outcome:
        """Use a global shortcut, or that of a message if one is named."""
        return self._outcome("shortcut", user=user, callback_id=callback_id, channel=channel, ts=ts)

    def mention(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Outcome:
        """Write to the bot in a channel (its <@id> is put in front if missing): stored, told as `ts`.

        Sends `app_mention` and, where the bot is a member, `message`, as two events; the outcome is the worse one's.
        """
        return self._outcome("mention", user=user, channel=channel, text=text, thread_ts=thread_ts)

    def direct(self, user: str, text: str, *, thread_ts: str | None = None) -> Outcome:
        """Write to the bot alone: stored, told as `ts`, and sent as `message` (message.im)."""
        return self._outcome("direct", user=user, text=text, thread_ts=thread_ts)

    def open_home(self, user: str) -> Outcome:
        """Look at the app's Home."""
        return self._outcome("open_home", user=user)

    def change_person(self, user: str, **changes: Any) -> Outcome:
        """Let fields of a person change, `deleted=True`: the app hears user_change."""
        return self._outcome("change_person", user=user, changes=changes)

    def leave(self, user: str, channel: str) -> Outcome:
        """Leave a channel; an app that is in it hears member_left_channel, else the outcome's status is None."""
        return self._outcome("leave", user=user, channel=channel)

    def join(self, user: str, channel: str) -> Outcome:
        """Join a channel; an app that is in it hears member_joined_channel."""
        return self._outcome("join", user=user, channel=channel)

    def react(self, user: str, channel: str, ts: str, emoji: str) -> Outcome:
        """React to a message; an app that is in the channel and granted reactions:read hears reaction_added."""
        return self._outcome("react", user=user, channel=channel, ts=ts, emoji=emoji)

    def regroup(self, group: str, members: Sequence[str]) -> Outcome:
        """Put these people into a user group; with usergroups:read the app hears subteam_members_changed."""
        return self._outcome("regroup", group=group, members=list(members))

    def event(self, kind: str, **fields: Any) -> Outcome:
        """Send any other event with these fields; nothing changes in the workspace. app_rate_limited has none."""
        return self._outcome("event", kind=kind, fields=fields)

    def modal(self, user: str) -> dict[str, Any] | None:
        """The view on top, with its state, as Slack would send it; None when no modal is open."""
        return next(iter(self.modals(user)[::-1]), None)

    def modals(self, user: str) -> list[dict[str, Any]]:
        """All open modals of a person, the one on top last."""
        found: list[dict[str, Any]] = self._gesture("modals", user=user)
        return found

    def home(self, user: str) -> dict[str, Any] | None:
        """What was published to a person's Home, None when nothing was."""
        found: dict[str, Any] | None = self._gesture("home", user=user)
        return found

    def errors(self, user: str) -> dict[str, str]:
        """What stands in red in the modal on top, by block_id."""
        found: dict[str, str] = self._gesture("errors", user=user)
        return found

    def redeliver(self, name: str, *, at: datetime | None = None, retry: int = 0) -> Outcome:
        """Send again what `Outcome.ids` named, signed anew at *at* (None: now); *retry* 1 to 3 says so in the headers.

        Its answer changes nothing on any screen.
        """
        return self._outcome("redeliver", name=name, at=_written(at), retry=retry)

    def send_raw(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post these very bytes to the app's events_url."""
        return self._outcome("send_raw", body=body.decode("latin-1"), headers=dict(headers))

    def signed(self, body: bytes, *, at: datetime | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers that prove *body* to come from Slack: at *at* (None: now), with a wrong *secret* if given."""
        found: dict[str, str] = self._gesture("signed", body=body.decode("latin-1"), at=_written(at), secret=secret)
        return found

    def settle(self, seconds: float = 5.0) -> bool:
        """Wait until no event is to be sent again; False when that takes longer than *seconds*."""
        return bool(self._gesture("settle", seconds=seconds))

    def attempts(self) -> list[Attempt]:
        """Every try to deliver something, in the order in which they ended."""
        return [one if isinstance(one, Attempt) else Attempt(**one) for one in self._gesture("attempts")]

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Let Slack end the app's sockets: warning (which closes none), refresh_requested, link_disabled.

        `cut` breaks them off without a word.
        """
        self._gesture("disconnect", reason=reason)

    def sockets(self) -> int:
        """How many connections the app has open."""
        return int(self._gesture("sockets"))

    def deafen(self, *, deaf: bool = True) -> None:
        """Answer no ping and take no ack, on any socket: the silence of a dead connection."""
        self._gesture("deafen", deaf=deaf)

    def _outcome(self, name: str, /, **arguments: Any) -> Outcome:
        found = self._gesture(name, **arguments)
        return found if isinstance(found, Outcome) else Outcome(**{**found, "ids": tuple(found["ids"])})

    @abstractmethod
    def _gesture(self, name: str, /, **arguments: Any) -> Any:
        """Do it, here or through the wire."""


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


GESTURES = frozenset(name for name in vars(Gestures) if name[0] != "_" and name != "modal")
"""What may be asked through the wire, besides the commands of `control`."""
