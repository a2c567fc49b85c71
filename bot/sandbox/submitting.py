"""What becomes of a modal when the app answers its submission."""

from typing import Any

from bot.sandbox.call import SlackRefusal
from bot.sandbox.dialogs import View
from bot.sandbox.views import checked, pushed, replace
from bot.sandbox.workspace import App, Workspace

_WRONG = "invalid_response"


def apply(workspace: Workspace, app: App, form: View, answer: Any) -> None:
    """Close, update, clear or stack the modals as *answer* says. Raises `SlackRefusal`: Slack shows "trouble"."""
    match answer:
        case None | "":
            workspace.dialogs.close(form)
        case dict() if not answer:
            workspace.dialogs.close(form)
        case {"response_action": "clear"}:
            workspace.dialogs.stack(form.user).clear()
        case {"response_action": "errors", "errors": dict(errors)}:
            form.errors = _about_inputs(form, errors)
        case {"response_action": "update", "view": view}:
            replace(workspace, app, form, checked(view, "modal"))
        case {"response_action": "push", "view": view}:
            pushed(workspace, app, form.user, checked(view, "modal"))
        case _:
            raise SlackRefusal(_WRONG)


def _about_inputs(form: View, errors: dict[str, Any]) -> dict[str, str]:
    inputs = {block["block_id"] for block in form.content["blocks"] if block["type"] == "input"}
    if not errors or errors.keys() - inputs or not all(isinstance(one, str) and one for one in errors.values()):
        raise SlackRefusal(_WRONG)
    return errors
