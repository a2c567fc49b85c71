"""People talk to Muster about who owns what; each turn is one transaction, and a Slack answers who they are."""

from dataclasses import replace
from typing import Any, cast

from sqlmodel import Session

from bot.domain.incoming import Incoming, Kind
from bot.errors import MusterError
from bot.features.ownership import FEATURE
from bot.kit.command import AnyErrand
from bot.kit.feature import Registry
from bot.kit.reply import Next, Reply, View
from bot.slack import saying
from bot.slack.handling import House
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.coming_and_going import ANA, TEAM, Workspace
from tests.support.office import buttons, read

REGISTRY = Registry((FEATURE,))


class Talk(Workspace):
    """What people say, press and fill in, and what they are told, whole; errands go on at once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, FEATURE)
        self.house = House(registry=REGISTRY, moment=lambda _session: self.clock.now(), workspace=LOCAL_WORKSPACE)
        self.form: View | None = None
        self._last = Reply()

    def say(self, text: str, user: str = ANA) -> str:
        """What the person is told who types *text*; an opened form is `(form)`."""
        return self._turn(Incoming(kind=Kind.COMMAND, key=self._key(), user=user, channel=TEAM, text=text))

    def mention(self, text: str, user: str = ANA) -> str:
        """The same in a thread."""
        return self._turn(Incoming(kind=Kind.MENTION, key=self._key(), user=user, channel=TEAM, text=text))

    def click(self, label: str, user: str = ANA) -> str:
        """What the person is told who presses the button of the last answer."""
        one = buttons({"blocks": list(self._last.blocks)})[label]
        name, _, _ = one["action_id"].partition(":")
        return self._turn(
            Incoming(kind=Kind.CLICK, key=self._key(), user=user, channel=TEAM, name=name, value=one["value"])
        )

    def answer(self, action: str, value: str, user: str) -> str:
        """What the person is told who presses a button of a message."""
        return self._turn(Incoming(kind=Kind.CLICK, key=self._key(), user=user, name=action, value=value))

    def send(self, user: str = ANA, form: View | None = None, **values: Any) -> str:
        """What the person is told who sends the open form with *values* changed: “backup__model_cost”, a dash for nobody."""
        shown = form or self.form
        assert shown is not None
        filled = standing(shown) | {name.replace("__", ":", 1): _several(value) for name, value in values.items()}
        incoming = Incoming(
            kind=Kind.SUBMISSION, key=self._key(), user=user, name=shown.name, values=filled, carries=shown.carries
        )
        return self._turn(incoming)

    def _turn(self, incoming: Incoming) -> str:
        try:
            self._last = self.database.do(lambda session: self._answered(session, incoming))
        except MusterError as error:
            sentences = getattr(error, "sentences", None)
            if sentences is not None:
                return "\n".join(f"{name}: {sentence}" for name, sentence in sentences.items())
            self._last = saying.spoken(error, incoming)
        self.form = self._last.view or self.form
        return "(form)" if self._last.view else read(saying.message(self._last))

    def _answered(self, session: Session, incoming: Incoming) -> Reply:
        ask = self.house.ask(session, incoming, self.slack.person(incoming.user))
        if incoming.kind is Kind.SUBMISSION:
            modal = self.house.modal(incoming)
            question = modal.ask(ask)
            seen = modal.fetch(question, cast("Any", self.slack)) if modal.fetch and question is not None else None
            reply = modal.submit(ask, seen)
        else:
            reply = self.house.meant(incoming).answer(ask)
        if reply.then is not None:
            reply = self._gone_on(session, incoming, reply.then)
        self.house.keep(session, incoming, replace(reply, text="", blocks=()), self.clock.now())
        return reply

    def _gone_on(self, session: Session, incoming: Incoming, then: Next) -> Reply:
        errand: AnyErrand = REGISTRY.errands[then.errand]
        going = replace(incoming, kind=Kind.ERRAND, name=then.errand, value=then.value, text="")
        ask = self.house.ask(session, going, self.slack.person(incoming.user))
        question = errand.ask(ask)
        return errand.keep(ask, question, errand.fetch(question, cast("Any", self.slack)))

    def _key(self) -> str:
        return f"turn/{next(self._events)}"


def standing(form: View) -> dict[str, tuple[str, ...]]:
    """What stands in a form when it opens."""
    return {
        block["block_id"].partition("~")[0]: _initial(block["element"]) for block in form.blocks if "element" in block
    }


def _initial(element: dict[str, Any]) -> tuple[str, ...]:
    match element:
        case {"initial_users": several}:
            return tuple(several)
        case {"initial_user": one}:
            return (str(one),)
        case {"initial_options": options}:
            return tuple(str(option["value"]) for option in options)
        case _:
            return ()


def _several(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else tuple(filter(None, [value]))
