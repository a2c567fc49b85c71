"""What no person does: deliver again, break sockets, and look at what somebody has on the screen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.delivery import Courier
from bot.sandbox.outcome import Attempt, GestureError, Outcome
from bot.sandbox.screen import Screen
from bot.sandbox.workspace import App, Workspace


class Backstage:
    """The part of `Gestures` that belongs to Slack. Runs on the sandbox's loop."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace, self._courier = workspace, courier
        self._screen = Screen(workspace)

    async def redeliver(self, *, name: str, at: str | None, retry: int) -> Outcome:
        """Send the same thing again."""
        parcel = self._courier.parcels.get(name)
        if parcel is None:
            raise GestureError(f"nothing was delivered as {name}")
        return await self._courier.redeliver(
            self._workspace.by_app_id(parcel.app_id), parcel, at=_read(at), retry=retry
        )

    async def send_raw(self, *, body: str, headers: Mapping[str, str]) -> Outcome:
        """Post these bytes."""
        return await self._courier.send_raw(self._app(), body.encode("latin-1"), headers)

    async def signed(self, *, body: str, at: str | None, secret: str | None) -> dict[str, str]:
        """Headers for these bytes."""
        return self._courier.signed(self._app(), body.encode("latin-1"), at=_read(at), secret=secret)

    async def settle(self, *, seconds: float) -> bool:
        """Wait for the last retry."""
        return await self._courier.settle(seconds)

    async def attempts(self) -> list[Attempt]:
        """Every try so far."""
        return list(self._courier.attempts)

    async def disconnect(self, *, reason: str) -> None:
        """End or cut the sockets."""
        links = self._courier.links
        if reason == "cut":
            links.cut(self._app())
        else:
            await links.disconnect(self._app(), reason)

    async def sockets(self) -> int:
        """How many there are."""
        return self._courier.links.count(self._app())

    async def deafen(self, *, deaf: bool) -> None:
        """Stop or begin listening."""
        self._courier.links.is_deaf = deaf

    async def modals(self, *, user: str) -> list[dict[str, Any]]:
        """The stack of a person."""
        return [one.as_slack() for one in self._workspace.dialogs.stack(user)]

    async def home(self, *, user: str) -> dict[str, Any] | None:
        """The Home of a person."""
        found = self._workspace.dialogs.homes.get((self._app().app_id, user))
        return None if found is None else found.as_slack()

    async def errors(self, *, user: str) -> dict[str, str]:
        """What stands in red on top."""
        stack = self._workspace.dialogs.stack(user)
        return dict(stack[-1].errors) if stack else {}

    def _app(self) -> App:
        return self._workspace.by_app_id("")


def _read(at: str | None) -> datetime | None:
    return None if at is None else datetime.fromisoformat(at)
