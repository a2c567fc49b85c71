"""People who are named to answer for something: Slack is asked about whoever is new here before anything is kept."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence

from sqlmodel import Session

from bot.domain.holders import is_group, is_holder
from bot.domain.people import Person
from bot.domain.text import escape
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Handler, Outside
from bot.kit.reply import MarkedUpError, Next, Reply
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE

ME = frozenset({"me", "myself"})
"""Words by which people name themselves."""

Named = tuple[str, tuple[str, ...]]
"""Whom to ask Slack about, and the words that name them."""


class NotHeardOfError(UserError):
    """Nobody asked Slack yet who *user* is."""

    def __init__(self, user: str) -> None:
        super().__init__("Slack did not say in time who this is, so nothing was saved. Send it once more.")
        self.user = user


def require_heard_of(session: Session, user: str) -> None:
    """Raise `NotHeardOfError` where Slack was never asked about *user*."""
    if directory.known(session, LOCAL_WORKSPACE, user) is None:
        raise NotHeardOfError(user)


def asked_first(errand: str, about: NotHeardOfError, words: Sequence[str]) -> Reply:
    """Go on with an errand that `asking_first` made, which asks Slack who that is, then takes *words* again."""
    return Reply(then=Next(errand=errand, value=json.dumps([about.user, *words])))


def asking_first(name: str, run: Handler) -> AnyErrand:
    """The errand that asks Slack about somebody, keeps what it says, and lets *run* take the words again."""

    def keep(ask: Ask, named: Named, people: Iterable[Person]) -> Reply:
        remember(ask, people)
        try:
            return run(ask.saying(named[1]))
        except MarkedUpError:
            raise
        except UserError as error:
            # Nothing was saved before it, so that is all there is to say.
            raise MarkedUpError(escape(str(error))) from error

    return Errand(name=name, ask=_named, fetch=lambda named, outside: look([named[0]], outside), keep=keep)


def chosen_in(*fields: str) -> Callable[[Ask], Collection[str] | None]:
    """For a form: the people chosen in *fields* about whom Slack was never asked; None where there are none."""

    def chosen(ask: Ask) -> Collection[str] | None:
        users = {user for field in fields for user in ask.chosen(field) if is_holder(user) and not is_group(user)}
        return {user for user in users if directory.known(ask.session, LOCAL_WORKSPACE, user) is None} or None

    return chosen


def look(users: Collection[str], outside: Outside) -> Collection[Person]:
    """Them, as Slack describes them now."""
    return tuple(outside.people(users).values())


def remember(ask: Ask, people: Iterable[Person] | None) -> None:
    """Keep how Slack describes them; None: it did not say in time."""
    directory.keep_all(ask.session, LOCAL_WORKSPACE, people or (), ask.now)


def _named(ask: Ask) -> Named:
    user, *words = json.loads(ask.value)
    return user, tuple(words)
