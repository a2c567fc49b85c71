"""What people do in the sandbox's Slack, carried out: what the app is sent, and what becomes of its answer."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.answers import show
from bot.sandbox.call import SlackRefusal
from bot.sandbox.changing import Changes
from bot.sandbox.delivery import COMMANDS, EVENTS, INTERACTIVE, Courier
from bot.sandbox.dialogs import AnswerAddress, View
from bot.sandbox.form import Element, entered, is_empty, mistakes
from bot.sandbox.outcome import GestureError, Outcome
from bot.sandbox.submitting import apply
from bot.sandbox.workspace import App, Channel, User, Workspace


class People(Changes):
    """Everybody in the workspace. Runs on the sandbox's loop; the keyword arguments are those of `Gestures`."""

    def __init__(self, workspace: Workspace, courier: Courier, base_url: str) -> None:
        super().__init__(workspace, courier)
        self._base_url = base_url

    async def command(self, *, user: str, channel: str, name: str, text: str) -> Outcome:
        """Type a slash command."""
        app, person, place = self._app(), self._screen.person(user), self._screen.place(user, channel)
        address = self._address(app, user, place, "")
        trigger = self._trigger(app, user)
        sent = payloads.command(app, person, place, name, text)
        sent |= {"trigger_id": trigger, "response_url": self._url(address, "commands")}
        outcome = await self._send(app, COMMANDS, trigger, sent)
        return self._shown(address, outcome)

    async def click(
        self, *, user: str, channel: str, ts: str, action_id: str, value: Any, block_id: str | None
    ) -> Outcome:
        """Press or choose in a message."""
        person, place = self._screen.person(user), self._screen.place(user, channel)
        message = self._screen.message(user, place, ts)
        app = self._workspace.by_app_id(message.get("app_id", ""))
        blocks = payloads.with_ids(message)["blocks"]
        element = self._screen.element(blocks, action_id, value, block_id)
        values = self._workspace.dialogs.chosen.setdefault((place.id, ts, user), {})
        acted = self._act(element, value)
        if element.kind not in {"button", "overflow"}:
            values.setdefault(element.block_id, {})[element.action_id] = entered(element, value)
        url = self._url(self._address(app, user, place, ts), "actions")
        where = {**payloads.in_message(place, message), "state": {"values": values}, "response_url": url}
        return await self._interact(app, person, "block_actions", {**where, "actions": [acted]})

    async def click_in_view(
        self, *, user: str, action_id: str, value: Any, block_id: str | None, home: bool
    ) -> Outcome:
        """Press or choose in a view."""
        person = self._screen.person(user)
        view = self._screen.home(user) if home else self._screen.top(user)
        element = self._screen.element(view.content["blocks"], action_id, value, block_id)
        acted = self._act(element, value)
        if element.kind not in {"button", "overflow"}:
            view.values[element.block_id][element.action_id] = entered(element, value)
        sent = {**payloads.in_view(view), "actions": [acted]}
        return await self._interact(self._workspace.by_app_id(view.app_id), person, "block_actions", sent)

    async def fill(self, *, user: str, values: Mapping[str, Any]) -> None:
        """Enter values."""
        self._screen.fill(self._screen.top(user), values)

    async def submit(self, *, user: str, values: Mapping[str, Any], view: str | None) -> Outcome:
        """Send the modal on top."""
        person, form = self._screen.person(user), self._screen.top(user, view)
        if form.content["submit"] is None:
            raise GestureError(f"“{form.content['title']['text']}” has nothing to submit")
        self._screen.fill(form, values)
        form.errors = mistakes(form.content["blocks"], form.values)
        if form.errors:
            return Outcome(error="not_sent")
        app = self._workspace.by_app_id(form.app_id)
        sent = {"view": form.as_slack(), "response_urls": []}
        outcome = await self._interact(app, person, "view_submission", sent)
        return self._applied(app, form, outcome)

    async def close(self, *, user: str) -> Outcome:
        """Close the modal on top."""
        person, view = self._screen.person(user), self._screen.top(user)
        whole = bool(view.content["clear_on_close"])
        stack = self._workspace.dialogs.stack(user)
        del stack[0 if whole else -1 :]
        if not view.content["notify_on_close"]:
            return Outcome()
        sent = {"view": view.as_slack(), "is_cleared": whole}
        return await self._interact(self._workspace.by_app_id(view.app_id), person, "view_closed", sent)

    async def shortcut(self, *, user: str, callback_id: str, channel: str | None, ts: str | None) -> Outcome:
        """Use a shortcut."""
        app, person = self._app(), self._screen.person(user)
        sent: payloads.Payload = {"callback_id": callback_id, "action_ts": self._ts()}
        if channel is None or ts is None:
            return await self._interact(app, person, "shortcut", sent)
        place = self._screen.place(user, channel)
        message = self._screen.message(user, place, ts)
        where = {"channel": {"id": place.id, "name": payloads.shown_name(place)}, "message_ts": ts}
        url = self._url(self._address(app, user, place, ""), "app")
        sent |= {**where, "message": payloads.with_ids(message), "response_url": url}
        return await self._interact(app, person, "message_action", sent)

    async def mention(self, *, user: str, channel: str, text: str, thread_ts: str | None) -> Outcome:
        """Write to the bot in a channel."""
        app, place = self._app(), self._screen.place(user, channel)
        called = f"<@{app.bot_user}>"
        message = self._workspace.say(
            place.id, user, text if called in text else f"{called} {text}", thread_ts=thread_ts
        )
        said = payloads.message_event(place, message, secrets.token_hex(16))
        named = {name: value for name, value in said.items() if name != "channel_type"} | {"type": "app_mention"}
        first = await self._event(app, named, place)
        if app.bot_user not in place.members:
            return replace(first, ts=message["ts"])
        second = await self._event(app, said, place)
        worse = first if not first.ok else second
        return replace(worse, ts=message["ts"], ids=first.ids + second.ids)

    async def direct(self, *, user: str, text: str, thread_ts: str | None) -> Outcome:
        """Write to the bot alone."""
        app = self._app()
        place = self._workspace.direct(app.bot_user, self._screen.person(user).id)
        message = self._workspace.say(place.id, user, text, thread_ts=thread_ts)
        outcome = await self._event(app, payloads.message_event(place, message, secrets.token_hex(16)), place)
        return replace(outcome, ts=message["ts"])

    async def open_home(self, *, user: str) -> Outcome:
        """Look at the Home."""
        app = self._app()
        place = self._workspace.direct(app.bot_user, self._screen.person(user).id)
        home = self._workspace.dialogs.homes.get((app.app_id, user))
        shown = {} if home is None else {"view": home.as_slack()}
        opened = {"type": "app_home_opened", "user": user, "channel": place.id, "tab": "home", **shown}
        return await self._event(app, opened, place)

    async def event(self, *, kind: str, fields: Mapping[str, Any]) -> Outcome:
        """Send any event."""
        app = self._app()
        if kind == "app_rate_limited":
            sent = payloads.rate_limited(app, self._seconds())
            return await self._send(app, EVENTS, self._workspace.dialogs.new_id("Ev"), sent)
        named = str(fields.get("channel", ""))
        return await self._event(app, {"type": kind, **fields}, self._workspace.channels.get(named))

    def _act(self, element: Element, value: Any) -> payloads.Payload:
        state = None if element.kind == "button" else entered(element, value)
        if state is not None and element.kind in {"static_select", "overflow"} and is_empty(state):
            raise GestureError(f"{element.action_id}: say which option")
        return payloads.action(element, self._ts(), state)

    async def _interact(self, app: App, person: User, kind: str, sent: Mapping[str, Any]) -> Outcome:
        trigger = self._trigger(app, person.id)
        whole = {"type": kind, **payloads.common(app, person), "trigger_id": trigger, **sent}
        return await self._send(app, INTERACTIVE, trigger, whole)

    def _applied(self, app: App, form: View, outcome: Outcome) -> Outcome:
        if not outcome.ok:
            return outcome
        try:
            with self._workspace.lock:
                apply(self._workspace, app, form, outcome.body)
        except SlackRefusal as refusal:
            return replace(outcome, error=str(refusal))
        return outcome

    def _shown(self, address: AnswerAddress, outcome: Outcome) -> Outcome:
        if not outcome.ok or not outcome.body:
            return outcome
        body: dict[str, Any] = outcome.body if isinstance(outcome.body, dict) else {"text": str(outcome.body)}
        try:
            show(self._workspace, address, body)
        except SlackRefusal as refusal:
            return replace(outcome, error=str(refusal))
        return replace(outcome, text=str(body.get("text", "")), blocks=body.get("blocks") or [])

    def _address(self, app: App, user: str, place: Channel, ts: str) -> AnswerAddress:
        now = self._workspace.clock.now()
        return AnswerAddress(app_id=app.app_id, user=user, channel=place.id, at=now, ts=ts)

    def _url(self, address: AnswerAddress, kind: str) -> str:
        with self._workspace.lock:
            return self._base_url + self._workspace.dialogs.new_address(address, kind)

    def _trigger(self, app: App, user: str) -> str:
        with self._workspace.lock:
            return self._workspace.dialogs.new_trigger(app.app_id, user, self._workspace.clock.now())
