"""The message that asks owners whether what they own is still theirs, how its buttons die, and who hears of silence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.confirming import Step
from bot.domain.holders import is_group, mention, mentions
from bot.domain.ownership import Ownership
from bot.domain.text import clip, count_of, one_line
from bot.features.ownership.confirming_rows import ROW, Held, mark_of, messages_of
from bot.features.ownership.words import day, spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import Block, actions, button, context, fallback, fit, markdown, saying, section
from bot.kit.choosing import named
from bot.kit.post import Post
from bot.kit.prose import NAME_ROOM
from bot.store import posts
from bot.store.products import LOCAL_WORKSPACE

STILL, ALL_STILL = "ownership.still", "ownership.all_still"
"""It is still theirs (value: `product id` `responsibility`; of several, with commas between)."""

HAND_OVER, RETIRE = "ownership.hand_over", "ownership.retire"
"""Open the form that asks to whom, or why (value: `product id` `responsibility`)."""

ROOM = 20
"""How many ownerships one message asks about; for more there are several messages."""

FIRST = (
    "Every three months you are asked once: is this still yours? Nothing is taken from you by silence; it is only shown"
    " how long ago you said so."
)
AGAIN = "You were asked a week ago and have not answered yet. Is this still yours?"
MORE = "And this, is it still yours?"

_ALL = "all-of-them"


def asking(ask: Ask, key: str, held: Sequence[Held], *, again: bool) -> list[Post]:
    """All of *held* with what can be answered to each, in as few messages as take it."""
    several: list[Post] = []
    rest = list(held)
    while rest:
        head = MORE if several else AGAIN if again else FIRST
        shown = _taken(ask, rest, head)
        rest = rest[len(shown) :]
        text = fallback(f"Is this still yours? {', '.join(_name(one) for one in shown)}")
        blocks = _blocks(ask, shown, head)
        several.append(Post(key=f"{key}/{len(several) + 1}", to=ask.user, text=text, blocks=blocks))
    return several


def in_order(held: Iterable[Held]) -> list[Held]:
    """*held* as it is asked about: the oldest word first."""
    return sorted(held, key=lambda one: one.row.confirmed_at)


def settle(ask: Ask, people: Iterable[str], row: Ownership, words: str) -> None:
    """Let the buttons about *row* die in the last messages to *people*: there it says what became of it (mrkdwn)."""
    for user in people:
        for step in (Step.ASK, Step.ASK_AGAIN):
            for post in messages_of(ask.session, user, step):
                blocks = _without(post.blocks, row, words)
                posts.revise(ask.session, LOCAL_WORKSPACE, post.key, text=post.text, blocks=blocks)


def unanswered(ask: Ask, key: str, owner: str, held: Sequence[Held]) -> Post:
    """What *owner* was asked about twice and did not answer, to a lead: nothing changes by that."""
    head = (
        f"<@{owner}> was asked twice whether this is still theirs, and has not answered. Nothing changes by that: they"
        " stay the owner until somebody names another."
    )
    lines = [f"• {_product(one)}, {_name(one)}: {_age(ask, one.row)}" for one in held[:ROOM]]
    more = [f"• and {len(held) - ROOM} more"] if len(held) > ROOM else []
    keys = dict.fromkeys(one.product.key for one in held)
    presses = [
        saying("Name somebody" if len(keys) == 1 else f"Name somebody: {name}", f"owner edit {name}") for name in keys
    ]
    text = fallback(f"Not confirmed: {', '.join(_name(one) for one in held)}")
    return Post(
        key=key,
        to=ask.user,
        text=text,
        blocks=[section(head), section("\n".join([*lines, *more])), actions("late", *presses)],
    )


def _taken(ask: Ask, held: Sequence[Held], head: str) -> Sequence[Held]:
    """As many of *held* as one message takes, at least one."""
    # All at once must not be said of what is not shown.
    several = ((held[:count], _blocks(ask, held[:count], head)) for count in range(ROOM, 1, -1))
    return next((shown for shown, blocks in several if fit(blocks) == blocks), held[:1])


def _blocks(ask: Ask, shown: Sequence[Held], head: str) -> list[Block]:
    rows = [block for one in shown for block in _row(ask, one)]
    value = ",".join(_value(one) for one in shown)
    every = [actions(_ALL, button("All still mine", ALL_STILL, value=value))] if len(shown) > 1 else []
    return [section(head), *rows, *every]


def _row(ask: Ask, held: Held) -> tuple[Block, Block]:
    row, value = held.row, _value(held)
    group = f", for {mention(held.holder)}" if is_group(held.holder) else ""
    others = [one for one in row.owners if one != held.holder]
    beside = f" Together with {mentions(others)}." if others else ""
    backup = f" Backup: {mention(row.backup)}." if row.backup else " No backup."
    since = f"since {day(row.since, held.product)}, {_age(ask, row)}"
    mark = f"{row.product_id}-{row.responsibility}"
    presses = (
        button("Still mine", f"{STILL}:{mark}", value=value),
        button("Hand over", f"{HAND_OVER}:{mark}", value=value),
        button("Retire", f"{RETIRE}:{mark}", value=value),
    )
    return (
        section(f"{_product(held)}, *{_name(held)}*{group}: {since}.{beside}{backup}"),
        actions(mark_of(row), *presses),
    )


def _without(blocks: Sequence[Block], row: Ownership, words: str) -> list[Block]:
    name = mark_of(row)
    told = [context(markdown(words)) if one.get("block_id") == name else one for one in blocks]
    is_open = any(str(one.get("block_id", "")).startswith(f"{ROW}-") for one in told)
    return [one for one in told if is_open or one.get("block_id") != _ALL]


def _age(ask: Ask, row: Ownership) -> str:
    return f"last confirmed {count_of((ask.now - row.confirmed_at).days, 'day')} ago"


def _product(held: Held) -> str:
    return named(replace(held.product, name=clip(one_line(held.product.name), NAME_ROOM)))


def _name(held: Held) -> str:
    return spoken_key(held.row.responsibility)


def _value(held: Held) -> str:
    return f"{held.row.product_id} {held.row.responsibility}"
