"""The buttons under a post whose fate a person settles: the outbox shows them, a feature answers them."""

from bot.domain.delivery import PostState, StoredPost
from bot.kit.blocks import Block, actions, button

SEND_AGAIN, ARRIVED, GIVE_UP = "deliveries.send", "deliveries.arrived", "deliveries.give_up"


def place_of(post: StoredPost) -> str:
    """Where *post* goes, for mrkdwn."""
    return f"<#{post.recipient}>" if post.recipient.startswith(("C", "G", "D")) else f"<@{post.recipient}>"


def decisions(post: StoredPost) -> Block:
    """What can be decided about *post*, which is parked or of unknown fate."""
    there = [] if post.state is PostState.PARKED else [button("It arrived", ARRIVED, value=post.key)]
    return actions(
        "deliveries",
        button("Send it", SEND_AGAIN, value=post.key),
        *there,
        button("Never mind", GIVE_UP, value=post.key, urgent=True),
    )
