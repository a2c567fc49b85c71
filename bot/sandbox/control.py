"""Driving a sandbox from another process: what to break, and what was really stored."""

import json
import urllib.request
from dataclasses import asdict
from typing import Any

from bot.sandbox.faults import Fault


class RemoteSandbox:
    """A sandbox that runs in another process, known by its Web API address."""

    def __init__(self, url: str) -> None:
        self._base = url.removesuffix("api/") + "_sandbox/"

    def messages(self, *channels: str) -> list[dict[str, Any]]:
        """What was really stored, oldest first."""
        found: list[dict[str, Any]] = self._ask("messages", {"channels": channels})
        return found

    def calls(self) -> list[str]:
        """The methods that were called, in order."""
        found: list[str] = self._ask("calls", {})
        return found

    def fail(self, fault: Fault) -> None:
        """Let a fault happen."""
        self._ask("fail", asdict(fault))

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._ask("clear", {})

    def _ask(self, command: str, arguments: dict[str, Any]) -> Any:
        request = urllib.request.Request(  # noqa: S310 always http, on loopback
            self._base + command, json.dumps(arguments).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 see above
            return json.load(response)
