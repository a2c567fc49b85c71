"""What owners answer when they are asked: it is still theirs, one by one or all at once."""

from dataclasses import replace

from bot.domain.holders import is_group, mention
from bot.domain.ownership import Did, Origin, confirmed
from bot.domain.responsibilities import is_responsibility
from bot.errors import UserError
from bot.features.ownership.accepting import NotNamedError, OldButtonError
from bot.features.ownership.confirming_messages import ALL_STILL, STILL, settle
from bot.features.ownership.confirming_rows import Held, asked_for
from bot.features.ownership.deeds import changed
from bot.features.ownership.words import spoken_key
from bot.kit.asking import Ask
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, Effect
from bot.kit.owning import ownership_of, speaks_for
from bot.kit.reply import Reply

AGAIN = "You are asked again in three months."


def still(ask: Ask) -> Reply:
    """It is still theirs."""
    return Reply(text=f"{_confirmed(ask, held_in(ask, ask.value))} {AGAIN}")


def all_still(ask: Ask) -> Reply:
    """Everything that the message asks about is still theirs, but for what is not any more: that is said."""
    said, refused = [], []
    for value in ask.value.split(","):
        try:
            said.append(_confirmed(ask, held_in(ask, value)))
        except UserError as error:
            refused.append(str(error))
    return Reply(text="\n".join([*said, *refused, *([AGAIN] if said else [])]))


def held_in(ask: Ask, value: str) -> Held:
    """What a button is about, and as whom the person answers; it went to a client and came back.

    Raises `OldButtonError` and `NotNamedError`.
    """
    number, _, key = value.partition(" ")
    if not is_responsibility(key):
        raise OldButtonError
    product = product_with_id(ask, number)
    row = ownership_of(ask, product, key)
    mine = [one for one in row.owners if _answers_for(ask, Held(product=product, row=row, holder=one))]
    if not mine:
        raise NotNamedError(product, row)
    return Held(product=product, row=row, holder=min(mine, key=lambda one: one != ask.user))


def what(held: Held) -> str:
    """What is held, in mrkdwn: “model cost of *Support Copilot*”."""
    return f"{spoken_key(held.row.responsibility)} of {named(held.product)}"


def all_asked(ask: Ask, held: Held) -> list[str]:
    """Everybody who may have been asked about the same ownership."""
    each = (replace(held, holder=one) for one in held.row.owners)
    return [user for one in each for user in asked_for(ask, one)]


def _answers_for(ask: Ask, held: Held) -> bool:
    """Whether the person is that holder, a member of that group, or who is asked about it in its place."""
    return speaks_for(ask.session, ask.user, held.holder) or ask.user in asked_for(ask, held)


def _confirmed(ask: Ask, held: Held) -> str:
    after = confirmed(held.row, held.holder, now=ask.now)
    changed(ask, held.product, after, Did.CONFIRMED, Origin.BUTTON)
    settle(ask, all_asked(ask, held), held.row, f"<@{ask.user}> said that it is.")
    whose = f"in the hands of {mention(held.holder)}" if is_group(held.holder) else "yours"
    return f"{what(held)[0].upper()}{what(held)[1:]} is still {whose}."


ACTIONS = (
    Action(name=STILL, effect=Effect.CHANGE, run=still),
    Action(name=ALL_STILL, effect=Effect.CHANGE, run=all_still),
)
