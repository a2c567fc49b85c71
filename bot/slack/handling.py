"""What happens in one transaction when something that came in is acted on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.command import Action, AnyErrand, AnyModal, Effect, Handler, Shortcut
from bot.kit.feature import Registry
from bot.kit.happening import Happening
from bot.kit.later import Later
from bot.kit.post import Post
from bot.kit.reply import Reply
from bot.kit.routing import route
from bot.slack import saying
from bot.store import inbox, posts
from bot.store.session import Moment

T = TypeVar("T")


class RetiredError(UserError):
    """A button or form that this version does not know."""

    def __init__(self, slash: str) -> None:
        super().__init__(f"This is from an older version of me and does nothing any more. Say {slash} to start anew.")


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What holds for every person and every command: the registry, and what the settings say."""

    registry: Registry
    moment: Moment
    workspace: str
    admins: tuple[str, ...] = ()
    zone: str = "UTC"
    slash: str = "/muster"

    def ask(self, session: Session, incoming: Incoming, person: Person | None = None) -> Ask:
        """What a handler is given for *incoming*."""
        return Ask(
            session=session,
            now=self.moment(session),
            incoming=incoming,
            guide=self.registry,
            admins=self.admins,
            zone=self.zone,
            command=self.slash,
            person=person,
        )

    def meant(self, incoming: Incoming) -> "Meant":
        """The handler that *incoming* is for, and what answering takes. Raises `UserError` where there is none."""
        match incoming.kind:
            case Kind.COMMAND | Kind.MENTION:
                return self._routed(incoming.text)
            case Kind.CLICK if incoming.text:
                return self._routed(incoming.text)
            case Kind.CLICK:
                return _meant(self.registry.actions.get(incoming.name), self.slash)
            case Kind.SHORTCUT:
                return _meant(self.registry.shortcuts.get(incoming.name), self.slash)
            case Kind.LATER:
                return _meant(self.registry.laters.get(incoming.name), self.slash)
            case Kind.EVENT:
                return _meant(self.registry.happenings.get(incoming.name), self.slash)
            case _:
                raise RetiredError(self.slash)

    def modal(self, incoming: Incoming) -> AnyModal:
        """The form that was submitted. Raises `RetiredError`."""
        return _known(self.registry.modals.get(incoming.name), self.slash)

    def errand(self, incoming: Incoming) -> AnyErrand:
        """The errand that is to be done. Raises `RetiredError`."""
        return _known(self.registry.errands.get(incoming.name), self.slash)

    def keep(self, session: Session, incoming: Incoming, reply: Reply, now: datetime) -> Mapping[str, Any] | None:
        """Write what *reply* wants sent and done next, in the transaction of what it tells.

        Returns what is still to be told beside the gesture, None where there is nothing, where nobody asked, or where
        it goes as a direct message: in App Home and in direct messages there is no place beside.
        """
        for post in reply.posts:
            posts.add(session, _outgoing(post, self.workspace), now)
        if reply.then is not None:
            then = replace(
                incoming,
                kind=Kind.ERRAND,
                key=f"{incoming.key}/{reply.then.errand}",
                name=reply.then.errand,
                value=reply.then.value,
                text="",
                trigger=None,
                unasked=not incoming.was_asked,
            )
            inbox.write(session, self.workspace, then, now)
        told = saying.stored(reply) if incoming.was_asked else None
        if told is None or has_place(incoming):
            return told
        direct = Post(key=f"answer/{incoming.key}", to=incoming.user, text=told["text"], blocks=told["blocks"])
        posts.add(session, _outgoing(direct, self.workspace), now)
        return None

    def heard(self, incoming: Incoming) -> list[Incoming]:
        """What is to be done because of an event: one thing for each happening that listens to it."""
        return [
            replace(incoming, key=f"{incoming.key}/{one.name}", name=one.name)
            for one in self.registry.happenings.values()
            if one.event == incoming.name
        ]

    def _routed(self, text: str) -> "Meant":
        routed = route(self.registry.commands, self.registry, text, slash=self.slash)
        command, words = routed.command, routed.words
        if command.in_full is not None and command.says_all(words):
            return Meant(run=command.in_full, effect=Effect.CHANGE, words=words, inside=command.inside)
        return Meant(run=command.run, effect=command.effect, words=words, inside=command.inside)


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A handler, what answering takes, and the words left for it."""

    run: Handler
    effect: Effect
    words: tuple[str, ...] = ()
    inside: bool = False

    def answer(self, ask: Ask) -> Reply:
        """What the handler answers."""
        return self.run(ask.saying(self.words))


def has_place(incoming: Incoming) -> bool:
    """Whether there is a place beside what was said or clicked, for one person's eyes."""
    direct = incoming.channel is None or incoming.channel.startswith("D")
    return incoming.answer_to is not None or not direct


def _meant(found: Action | Shortcut | Later | Happening | None, slash: str) -> Meant:
    if found is None:
        raise RetiredError(slash)
    if isinstance(found, Later | Happening):
        return Meant(run=found.run, effect=Effect.CHANGE)
    return Meant(run=found.run, effect=found.effect, inside=isinstance(found, Action) and found.inside)


def _known(found: T | None, slash: str) -> T:
    if found is None:
        raise RetiredError(slash)
    return found


def _outgoing(post: Post, workspace: str) -> posts.NewPost:
    return posts.NewPost(
        workspace=workspace,
        key=post.key,
        recipient=post.to,
        text=post.text,
        blocks=post.blocks,
        parent_key=post.thread_of,
    )
