"""`/muster owner nights`: nobody is called at night unless they said so, and whoever said so may take it back."""

from bot.domain.ownership import Ownership
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.kit.asking import Ask
from bot.kit.blocks import Element, button
from bot.kit.command import Action, Command, Effect
from bot.kit.reply import Reply
from bot.store import night_calls
from bot.store.products import LOCAL_WORKSPACE

NIGHTS = "ownership.nights"
"""Say whether one may be called at night (value: on or off)."""

_WORDS = {"on": True, "yes": True, "off": False, "no": False}


def say(ask: Ask) -> Reply:
    """Whether the person may be called at night from now on; without a word, what they said last."""
    word = ask.words[0].casefold() if ask.words else ""
    if word in _WORDS:
        return Reply(text=said(ask, may=_WORDS[word]))
    may = night_calls.said(ask.session, LOCAL_WORKSPACE, ask.user)
    now = "may be called at night" if may else "are not called at night"
    return Reply(text=f"You {now}. `{ask.command} owner nights {'off' if may else 'on'}` changes that.")


def press(ask: Ask) -> Reply:
    """The same by a button."""
    return Reply(text=said(ask, may=ask.value == "on"))


def said(ask: Ask, *, may: bool) -> str:
    """Write down whether the person may be called at night, and say so."""
    night_calls.say(ask.session, LOCAL_WORKSPACE, ask.user, accepted=may, now=ask.now)
    now = "may be called at night from now on" if may else "are not called at night"
    return f"You {now}. `{ask.command} owner nights {'off' if may else 'on'}` changes that."


def offers(ask: Ask, before: Ownership, after: Ownership) -> list[Element]:
    """The question to whoever named themselves for incident response and never said."""
    is_new = ask.user in after.named and ask.user not in before.named
    if after.responsibility != INCIDENT_RESPONSE or not is_new:
        return []
    if night_calls.said(ask.session, LOCAL_WORKSPACE, ask.user) is not None:
        return []
    return [
        button("Call me at night too", f"{NIGHTS}:on", value="on"),
        button("Call me by day only", f"{NIGHTS}:off", value="off"),
    ]


COMMANDS = (
    Command(
        noun="owner",
        verb="nights",
        takes="[on | off]",
        summary="Whether an incident may call you at night",
        example="owner nights off",
        effect=Effect.CHANGE,
        run=say,
        synonyms=("night",),
    ),
)
ACTIONS = (Action(name=NIGHTS, effect=Effect.CHANGE, run=press),)
