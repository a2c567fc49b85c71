"""What a feature does when something happened in the workspace that nobody said to Muster."""

from dataclasses import dataclass

from bot.kit.command import Handler


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """What a feature does when something happened that nobody said to Muster; *name* begins with its feature's name.

    *event* is Slack's type of event, one of those the manifest asks for (`bot.slack.scopes.EVENTS`). Its `Ask` names
    whom it happened to as `user` (of a reaction: who reacted, of a group that changed: nobody), where as `channel`, the
    message reacted to as `incoming.message`, and the reaction's name or the group's id as `value`. It is handled once
    however often Slack tells of it. Nobody is checked to be a member and nobody is answered: its reply's posts go out,
    and its errand goes on.
    """

    name: str
    event: str
    run: Handler
