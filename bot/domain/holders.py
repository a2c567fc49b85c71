"""Who can hold something: a person or a user group, by Slack's id; how they are typed, and how they are mentioned."""

import re
from collections.abc import Iterable

from bot.domain.text import joined

_TYPED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_ID = re.compile(r"[UWS][A-Z0-9]+")


def holder_in(word: str) -> str | None:
    """The person or user group that *word* mentions, as Slack writes it (`<@U1|ana>`, `<!subteam^S1>`); None where it
    mentions nobody.
    """
    found = _TYPED.fullmatch(word)
    return (found[1] or found[2]) if found else None


def is_holder(text: str) -> bool:
    """Whether *text*, which went to a client and came back, looks like the id of a person or a user group."""
    return _ID.fullmatch(text) is not None


def is_group(holder: str) -> bool:
    """Whether *holder* is a user group."""
    return holder.startswith("S")


def mention(holder: str) -> str:
    """*holder* in mrkdwn, by id: whoever they are called today."""
    return f"<!subteam^{holder}>" if is_group(holder) else f"<@{holder}>"


def mentions(holders: Iterable[str]) -> str:
    """Several in mrkdwn, each once: “A”, “A and B”, “A, B and C”; “nobody” where there is none."""
    return joined((mention(one) for one in dict.fromkeys(holders)), "nobody")
