"""The Web API: which methods there are, who may call them, and what Slack answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import chat, conversations, directory, files, groups, views
from bot.sandbox.call import FAMILIES, Call, Result, SlackRefusal, missing_scope, refused_for
from bot.sandbox.workspace import App, Workspace


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method: *scope* is needed always; of *reach*, one for the kind of conversation that is meant.

    *of_app*: it takes the app-level token and no other.
    """

    run: Callable[[Call], Result]
    scope: str = ""
    reach: str = ""
    needs: tuple[str, ...] = ()
    of_app: bool = False

    def sufficient(self) -> list[str]:
        """The scopes of which an app must have one, none when it needs none."""
        return (
            [f"{family}:{self.reach}" for family in FAMILIES.values()]
            if self.reach
            else [self.scope] * bool(self.scope)
        )


def answer(workspace: Workspace, token: str, name: str, arguments: Mapping[str, Any]) -> Result:
    """What Slack answers to a call."""
    try:
        with workspace.lock:
            return {"ok": True, **_run(workspace, token, name, arguments)}
    except SlackRefusal as refusal:
        return refusal.answer


def known_app(workspace: Workspace, token: str) -> App | None:
    """The app of this token, None when Slack does not take it (any more)."""
    return None if token in workspace.refused_tokens else workspace.apps.get(token) or workspace.by_app_token(token)


def _run(workspace: Workspace, token: str, name: str, arguments: Mapping[str, Any]) -> Result:
    method = METHODS.get(name)
    if method is None:
        raise SlackRefusal("unknown_method", req_method=name)
    app = _NOBODY if name == "api.test" else _authenticated(workspace, token, of_app=method.of_app)
    sufficient = method.sufficient()
    if sufficient and not app.scopes.intersection(sufficient):
        raise missing_scope(app, *sufficient)
    missing = [f"missing required field: {one}" for one in method.needs if not arguments.get(one)]
    if missing:
        raise refused_for("invalid_arguments", missing)
    return method.run(Call(workspace=workspace, app=app, arguments=arguments, reach=method.reach))


def _authenticated(workspace: Workspace, token: str, *, of_app: bool) -> App:
    if not token:
        raise SlackRefusal("not_authed")
    if token in workspace.refused_tokens:
        raise SlackRefusal(workspace.refused_tokens[token])
    own, other = workspace.apps.get(token), workspace.by_app_token(token)
    app, misplaced = (other, own) if of_app else (own, other)
    if app is None:
        raise SlackRefusal("not_allowed_token_type" if misplaced else "invalid_auth")
    return app


_NOBODY = App(token="", scopes=frozenset())

METHODS: dict[str, Method] = {
    "api.test": Method(run=directory.echo),
    "apps.connections.open": Method(run=directory.open_socket, of_app=True),
    "auth.test": Method(run=directory.who_am_i),
    "chat.delete": Method(run=chat.delete, scope="chat:write", needs=("channel", "ts")),
    "chat.getPermalink": Method(run=chat.permalink, needs=("channel", "message_ts")),
    "chat.postEphemeral": Method(run=chat.post_ephemeral, scope="chat:write", needs=("channel", "user")),
    "chat.postMessage": Method(run=chat.post, scope="chat:write", needs=("channel",)),
    "chat.update": Method(run=chat.update, scope="chat:write", needs=("channel", "ts")),
    "conversations.history": Method(run=conversations.history, reach="history", needs=("channel",)),
    "conversations.info": Method(run=conversations.info, reach="read", needs=("channel",)),
    "conversations.join": Method(run=conversations.join, scope="channels:join", needs=("channel",)),
    "conversations.list": Method(run=conversations.list_all, reach="read"),
    "conversations.members": Method(run=conversations.members, reach="read", needs=("channel",)),
    "conversations.open": Method(run=conversations.open_direct, scope="im:write"),
    "conversations.replies": Method(run=conversations.replies, reach="history", needs=("channel", "ts")),
    "conversations.setTopic": Method(run=conversations.set_topic, reach="write.topic", needs=("channel",)),
    "files.completeUploadExternal": Method(run=files.complete, scope="files:write", needs=("files",)),
    "files.getUploadURLExternal": Method(run=files.announce, scope="files:write", needs=("filename", "length")),
    "team.info": Method(run=directory.team_info, scope="team:read"),
    "usergroups.list": Method(run=groups.list_all, scope="usergroups:read"),
    "usergroups.users.list": Method(run=groups.members, scope="usergroups:read", needs=("usergroup",)),
    "users.info": Method(run=directory.user_info, scope="users:read", needs=("user",)),
    "users.list": Method(run=directory.user_list, scope="users:read"),
    "views.open": Method(run=views.open_modal, needs=("trigger_id", "view")),
    "views.publish": Method(run=views.publish, needs=("user_id", "view")),
    "views.push": Method(run=views.push, needs=("trigger_id", "view")),
    "views.update": Method(run=views.update, needs=("view",)),
}
"""Every method there is, by its name in Slack."""
