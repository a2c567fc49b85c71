"""Commands, actions, forms, shortcuts and errands: what a feature does when somebody asks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from bot.domain.charts import Chart
from bot.domain.incoming import Quoted
from bot.domain.people import Group, Person
from bot.domain.sourcing import OpenSource
from bot.errors import UserError
from bot.kit.asking import Ask
from bot.kit.post import Post
from bot.kit.reply import Reply

Q = TypeVar("Q")
A = TypeVar("A")

Handler = Callable[[Ask], Reply]


class Effect(StrEnum):
    """What answering takes. READ: answered at once, for everybody. CHANGE: written down first, then done, by members
    only. OPEN: answered with a form, for members only.
    """

    READ = "read"
    CHANGE = "change"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A noun with a verb, or alone. *takes* is what may follow, as help shows it; *example* is what follows the slash
    command in an example that works. *synonyms* are other words for the verb. *inside*: it shows predictions, which
    people of other companies do not see. *in_full* changes at once where the words say what a form would ask, or what
    is to be set rather than seen: where *says_all* holds for them, without it two words or more.
    """

    noun: str
    verb: str | None = None
    takes: str = ""
    summary: str
    example: str
    effect: Effect
    run: Handler
    synonyms: tuple[str, ...] = ()
    inside: bool = False
    in_full: Handler | None = None
    says_all: Callable[[Sequence[str]], bool] = lambda words: len(words) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """What a button or menu does; *name* is its action id and begins with its feature's name.

    *inside*: it shows predictions, which people of other companies do not see.
    """

    name: str
    effect: Effect
    run: Handler
    inside: bool = False


class Outside(Protocol):
    """What may be waited for outside of a transaction.

    What asks Slack raises `TransientError` where trying again may help, and `PermanentError`, in words that a person
    can act on, where it cannot.
    """

    @property
    def open_source(self) -> OpenSource:
        """Opens any source."""
        ...

    def rehearse(self, product_id: int, ritual: str, at: datetime) -> list[Post]:
        """What the ritual would post if it came at *at*; nothing is kept."""
        ...

    def run_now(self, product_id: int, ritual: str, at: datetime) -> None:
        """Run the ritual for *at*, once: what ran for it before is left as it is."""
        ...

    def require_colleague(self, user: str) -> None:
        """Raise `PermanentError` where *user* is no full member of the workspace, who may see predictions and act."""
        ...

    def require_own(self, channel: str) -> None:
        """Raise `PermanentError` where *channel* is shared with another company or out of reach."""
        ...

    def people(self, users: Collection[str]) -> dict[str, Person]:
        """Each of *users* as Slack describes them now; who does not exist any more is `Standing.GONE`."""
        ...

    def members(self, channel: str) -> frozenset[str]:
        """Everybody who is in the channel now, Muster too if it is."""
        ...

    def group(self, group_id: str) -> Group:
        """A user group as it is now, without members where it was disabled. Raises `PermanentError` where there is
        none or Muster was not granted to look (usergroups:read).
        """
        ...

    def user_groups(self, group_ids: Collection[str]) -> dict[str, Group]:
        """Those of the user groups that there are, as `group` describes each, at the price of one question. Raises
        `PermanentError` where Muster was not granted to look (usergroups:read).
        """
        ...

    def quote(self, channel: str, ts: str) -> Quoted:
        """The message at *ts*, in a thread or not. Raises `PermanentError` where Muster cannot see it."""
        ...

    def topic(self, channel: str) -> str:
        """The channel's topic as Slack writes it (`&lt;`), empty where it has none. Raises `PermanentError` where
        Muster cannot see the channel.
        """
        ...

    def set_topic(self, channel: str, topic: str) -> None:
        """Let the channel's topic be *topic*, cut to the 250 characters that Slack takes. Raises `PermanentError` where
        Muster may not.
        """
        ...

    def hand_over(self, user: str, *, name: str, content: bytes, comment: str) -> None:
        """Give a person a file in their direct conversation, with *comment* (mrkdwn, escaped) above it.

        Raises `TransientError` where trying again may help, though the person may then get it twice, and
        `PermanentError` where it cannot.
        """
        ...

    def picture(self, chart: Chart) -> dict[str, Any]:
        """The image block that shows *chart* in a private answer; `bot.kit.pictures.drawn` says it in words instead
        where it cannot be shown.

        Raises `TransientError` where trying again may help, `PermanentError` where it cannot, and `UserError` where
        charts are not installed.
        """
        ...


class FieldError(UserError):
    """Fields of a form hold what cannot be taken: a sentence for each, shown beside it."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)


@dataclass(frozen=True, kw_only=True, slots=True)
class Modal(Generic[Q, A]):
    """A form. *submit* takes what was filled in, in one transaction, before the person sees it accepted; it raises
    `FieldError` where a field must be mended, or `UserError` for the form as a whole.

    *ask* and *fetch* look at the outside first, if that takes no longer than a person at a form waits; what cannot be
    looked at in time reaches *submit* as None.
    """

    name: str
    submit: Callable[[Ask, A | None], Reply]
    ask: Callable[[Ask], Q | None] = lambda _ask: None
    fetch: Callable[[Q, Outside], A] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """An entry of Slack's own menus; *label* is what people read there.

    *on_message*: it is used on a message, which `Ask.incoming` then names and quotes.
    """

    name: str
    label: str
    description: str
    run: Handler
    effect: Effect = Effect.READ
    on_message: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand(Generic[Q, A]):
    """Work that goes on after an answer and waits for the outside, cut in three like a chore: *ask* reads, *fetch*
    waits, *keep* writes and answers. It may be done twice with the same effect; past *limit* it is given up.
    """

    name: str
    ask: Callable[[Ask], Q]
    fetch: Callable[[Q, Outside], A]
    keep: Callable[[Ask, Q, A], Reply]
    limit: timedelta = timedelta(minutes=2)


AnyModal = Modal[Any, Any]
AnyErrand = Errand[Any, Any]
