"""The form in which somebody signs, with what is open above it."""

import json
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from bot.domain.launch import SIGNATORY_NAMES, Decision, ReasonNeededError, Signatory
from bot.domain.launch_words import signatory_meant
from bot.domain.product import Product
from bot.errors import UserError
from bot.features.launch_readiness import signing
from bot.features.launch_readiness.page import why
from bot.features.launch_readiness.signing import NoDecisionError, NotSpeakingError, Signing, says_all
from bot.features.launch_readiness.words import REASON_ROOM
from bot.kit.asking import Ask
from bot.kit.blocks import plain_section
from bot.kit.choosing import product_of, product_with_id
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choice, text_input
from bot.kit.launching import SIGN, Readiness, readiness_of
from bot.kit.reply import Reply, View

E = TypeVar("E", bound=StrEnum)

DECISIONS: Mapping[str, str] = {Decision.GO: "Go", Decision.NO_GO: "No-go"}


class ChangedMeanwhileError(UserError):
    """What the person saw is not what is there."""

    def __init__(self) -> None:
        super().__init__("The page changed while you were here; nothing was signed. Look at it again, then sign.")


def open_words(ask: Ask) -> Reply:
    """The form for the product that is meant, and for the function if one is named."""
    product, words = product_of(ask, "launch sign")
    meant, taken = signatory_meant(words) or (None, 0)
    if words[taken:]:
        raise NoDecisionError
    return _form(ask, product, meant)


def open_pressed(ask: Ask) -> Reply:
    """The form for the product that the button names."""
    return _form(ask, product_with_id(ask, ask.value))


def submit(ask: Ask, _seen: object) -> Reply:
    """Sign what the form says, if the facts are still those that it was opened on."""
    product = product_with_id(ask, ask.carried("product"))
    found = readiness_of(ask.session, product, now=ask.now)
    if ask.carried("seen") != seen(found):
        raise ChangedMeanwhileError
    wanted = Signing(
        signatory=_one_of(ask, "function", Signatory),
        decision=_one_of(ask, "decision", Decision),
        reason=ask.field("reason") or "",
    )
    try:
        return signing.signed(ask, product, wanted)
    except ReasonNeededError as error:
        raise FieldError({"reason": str(error)}) from error


def seen(found: Readiness) -> str:
    """A short mark of the facts; it changes where one of them does."""
    return sha256(json.dumps(found.ground, sort_keys=True).encode()).hexdigest()[:16]


def _form(ask: Ask, product: Product, meant: Signatory | None = None) -> Reply:
    found = readiness_of(ask.session, product, now=ask.now)
    mine = found.may_sign(ask.user)
    if not mine:
        raise NotSpeakingError(ask, found, found.asked)
    hint = "A no-go takes a reason, and so does a go while something is open."
    blocks = [
        plain_section(why(found)),
        choice(
            "function",
            "For whom you sign",
            {one: SIGNATORY_NAMES[one] for one in mine},
            initial=meant if meant in mine else mine[0],
        ),
        choice("decision", "Your word", DECISIONS),
        text_input("reason", "Why", hint=hint, optional=True, lines=True, longest=REASON_ROOM),
    ]
    carries = {"product": str(product.id), "seen": seen(found)}
    return Reply(view=View(name=SIGN, title="Sign for the launch", submit="Sign", blocks=blocks, carries=carries))


def _one_of(ask: Ask, field: str, kind: type[E]) -> E:
    chosen = ask.field(field)
    if chosen not in set(kind):
        raise FieldError({field: "Choose one."})
    return kind(chosen)


COMMANDS = (
    Command(
        noun="launch",
        verb="sign",
        takes="[product] [function] [go | no-go] [reason]",
        summary="Sign for a function: go or no-go; without words, in a form",
        example="launch sign",
        effect=Effect.OPEN,
        run=open_words,
        in_full=signing.say,
        says_all=says_all,
    ),
    signing.BACK_COMMAND,
)
ACTIONS = (Action(name=SIGN, effect=Effect.OPEN, run=open_pressed),)
MODALS: tuple[AnyModal, ...] = (Modal(name=SIGN, submit=submit),)
