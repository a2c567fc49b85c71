"""What comes in from Slack, whichever way it came: a person said, clicked, chose or submitted something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The ways in. EVENT is what happened without being said to Muster. An errand is what Muster told itself to do
    next, LATER what it told itself to look at then.
    """

    COMMAND = "command"
    MENTION = "mention"
    CLICK = "click"
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    EVENT = "event"
    ERRAND = "errand"
    LATER = "later"


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One thing that came in.

    `key` is the same for the same thing delivered twice, and for nothing else. `name` is what it is about: an
    action, a form, a shortcut, an event, an errand; empty for words. `values` are a form's fields, each with what was
    chosen; `carries` is what the form was given to remember. `thread` is the thread it was said in, `message` the
    message that was clicked. Of a message that a shortcut was used on, `quoted` is the text as Slack writes it (`&lt;`,
    <@U1>), empty if it has none, and `author` the person or, of one that is no person's, the bot. `answer_to` is where
    Slack takes the answer (30 minutes long), `trigger` what opens a form (3 seconds long). `unasked` is an errand that
    goes on from what nobody asked for.
    """

    kind: Kind
    key: str
    user: str
    team: str | None = None
    name: str = ""
    text: str = ""
    value: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    carries: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    thread: str | None = None
    message: str | None = None
    quoted: str | None = None
    answer_to: str | None = None
    trigger: str | None = None
    author: str | None = None
    unasked: bool = False

    @property
    def was_asked(self) -> bool:
        """Whether a person wants this. Of what nobody asked for, nobody is checked, and nobody is told how it went."""
        return self.kind not in {Kind.EVENT, Kind.LATER} and not self.unasked


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """A message as it stands in Slack: `author` is the person's or the bot's id, `text` as Slack writes it (`&lt;`,
    <@U1>; empty if it has none), `permalink` where a browser finds it. `thread`: the message that it answers.
    """

    author: str | None
    text: str
    ts: str
    permalink: str
    thread: str | None = None
