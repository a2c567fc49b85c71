"""The methods that open, push, update and publish views."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.call import Call, Result, SlackRefusal, refused_for
from bot.sandbox.dialogs import TRIGGER_LIFE, Trigger, View
from bot.sandbox.form import identified, state_of
from bot.sandbox.rules.views import is_too_large, problems
from bot.sandbox.workspace import TEAM_ID, App, Workspace

DEEPEST = 3


def open_modal(call: Call) -> Result:
    """views.open: a new stack for the person of the trigger."""
    given, trigger = _given(call, "modal"), _trigger(call)
    view = new_view(call.workspace, call.app, trigger.user, given)
    trigger.used = True
    call.workspace.dialogs.stacks[trigger.user] = [view]
    return {"view": view.as_slack()}


def push(call: Call) -> Result:
    """views.push: on top of what the person of the trigger has open."""
    given, trigger = _given(call, "modal"), _trigger(call)
    view = pushed(call.workspace, call.app, trigger.user, given)
    trigger.used = True
    return {"view": view.as_slack()}


def update(call: Call) -> Result:
    """views.update, by view_id or external_id; `hash` says which state the app has seen."""
    view = _named(call)
    if call.text("hash") not in {"", view.content["hash"]}:
        raise SlackRefusal("hash_conflict")
    replace(call.workspace, call.app, view, _given(call, str(view.content["type"])))
    return {"view": view.as_slack()}


def publish(call: Call) -> Result:
    """views.publish: the app's Home for one person."""
    given, person = _given(call, "home"), call.user("user_id")
    homes, key = call.workspace.dialogs.homes, (call.app.app_id, person.id)
    known = homes.get(key)
    if call.text("hash") and (known is None or call.text("hash") != known.content["hash"]):
        raise SlackRefusal("hash_conflict")
    if known is None:
        known = homes[key] = new_view(call.workspace, call.app, person.id, given)
    else:
        replace(call.workspace, call.app, known, given)
    return {"view": known.as_slack()}


def checked(view: Any, kind: str) -> dict[str, Any]:
    """A view that Slack takes. Raises `SlackRefusal`."""
    wrong = problems(view, kind)
    if wrong:
        raise refused_for("invalid_arguments", wrong)
    if is_too_large(view):
        raise SlackRefusal("view_too_large")
    return dict(view)


def new_view(workspace: Workspace, app: App, user: str, given: Mapping[str, Any], *, below: View | None = None) -> View:
    """A view as Slack keeps it, not yet on anybody's screen."""
    _require_free(workspace, str(given.get("external_id", "")))
    _require_own_files(workspace, app, given)
    view_id = workspace.dialogs.new_id("V")
    place = {
        "id": view_id,
        "root_view_id": below.content["root_view_id"] if below else view_id,
        "previous_view_id": below.id if below else None,
    }
    view = View(app_id=app.app_id, user=user, content=_content(workspace, app, given, place))
    view.values = state_of(view.content["blocks"])
    return view


def pushed(workspace: Workspace, app: App, user: str, given: Mapping[str, Any]) -> View:
    """The new top of a person's stack. Raises `SlackRefusal`."""
    stack = workspace.dialogs.stack(user)
    if not stack:
        raise SlackRefusal("not_found")
    if len(stack) >= DEEPEST:
        raise SlackRefusal("push_limit_reached")
    stack.append(new_view(workspace, app, user, given, below=stack[-1]))
    return stack[-1]


def replace(workspace: Workspace, app: App, view: View, given: Mapping[str, Any]) -> None:
    """Put something else into a view; what was entered stays where block_id and action_id do."""
    if given.get("external_id", "") != view.content["external_id"]:
        _require_free(workspace, str(given.get("external_id", "")))
    _require_own_files(workspace, app, given)
    place = {name: view.content[name] for name in ("id", "root_view_id", "previous_view_id")}
    view.content = _content(workspace, app, given, place)
    view.values = state_of(view.content["blocks"], kept=view.values)
    view.errors = {}


def _given(call: Call, kind: str) -> dict[str, Any]:
    return checked(call.data("view", "invalid_arguments"), kind)


def _trigger(call: Call) -> Trigger:
    trigger = call.workspace.dialogs.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.app_id != call.app.app_id:
        raise SlackRefusal("invalid_trigger_id")
    if trigger.used:
        raise SlackRefusal("exchanged_trigger_id")
    if call.workspace.clock.now() - trigger.at > TRIGGER_LIFE:
        raise SlackRefusal("expired_trigger_id")
    return trigger


def _named(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not (view_id or external_id):
        raise refused_for("invalid_arguments", ["missing required field: view_id or external_id"])
    name, wanted = ("id", view_id) if view_id else ("external_id", external_id)
    views = call.workspace.dialogs.views()
    found = [one for one in views if one.content[name] == wanted and one.app_id == call.app.app_id]
    if not found:
        raise SlackRefusal("not_found")
    return found[0]


def _require_free(workspace: Workspace, external_id: str) -> None:
    if external_id and any(one.content["external_id"] == external_id for one in workspace.dialogs.views()):
        raise SlackRefusal("duplicate_external_id")


def _require_own_files(workspace: Workspace, app: App, given: Mapping[str, Any]) -> None:
    wrong = workspace.uploads.problems(app.app_id, given["blocks"])
    if wrong:
        raise refused_for("invalid_arguments", wrong)


def _content(workspace: Workspace, app: App, given: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "submit": None, "close": None}
    flags = {"clear_on_close": False, "notify_on_close": False, "submit_disabled": False}
    return {
        **empty,
        **flags,
        **given,
        **place,
        "team_id": TEAM_ID,
        "app_installed_team_id": TEAM_ID,
        "blocks": identified(given["blocks"], seed=str(place["id"])),
        "hash": f"{int(workspace.clock.now().timestamp())}.{workspace.dialogs.new_id('')}",
        "app_id": app.app_id,
        "bot_id": app.bot_id,
    }
