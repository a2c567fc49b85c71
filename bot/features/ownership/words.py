"""How ownership is worded: a responsibility in a sentence, who answers and why, what changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.holders import mention, mentions
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.responsibilities import Responsibility, responsibility
from bot.domain.text import count_of, escape
from bot.domain.window import zone_named

NOBODY = "nobody yet"


def spoken(one: Responsibility) -> str:
    """A responsibility inside a sentence: “model cost”, “evals: ML engineering”."""
    area, colon, part = one.title.partition(": ")
    return f"{_small(area)}{colon}{_small(part)}"


def spoken_key(key: str) -> str:
    """The responsibility that is stored as *key*, inside a sentence."""
    return spoken(responsibility(key))


def listed(several: Sequence[Responsibility]) -> str:
    """Several in a sentence: the questions by name, parts of areas by their number."""
    names = [spoken(one) for one in several if one.function is None]
    parts = len(several) - len(names)
    if parts:
        names.append(f"{count_of(parts, 'part')} of the nine areas")
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def day(instant: datetime, product: Product) -> str:
    """The day of *instant* where the product is: “16 November 2026”."""
    local = instant.astimezone(zone_named(product.timezone))
    return f"{local.day} {local:%B %Y}"


def owners_of(ownership: Ownership | None) -> str:
    """Who owns it and who is the backup, in mrkdwn; “nobody yet” where nobody does."""
    if ownership is None or not ownership.named:
        return NOBODY
    backup = f", backup {mention(ownership.backup)}" if ownership.backup else ""
    return (mentions(ownership.owners) if ownership.owners else NOBODY) + backup


def absences(ownership: Ownership) -> list[str]:
    """Who is gone and why, each a sentence, and who stands in for them."""
    gone = [f"{mention(who)} {escape(why)}" for who, why in ownership.away.items()]
    if not gone:
        return []
    if ownership.stands_in and ownership.backup:
        return [f"{'; '.join(gone)}: {mention(ownership.backup)} stands in"]
    return [f"{'; '.join(gone)}{': nobody answers for it now' if ownership.is_gap else ''}"]


def yeses(ownership: Ownership) -> list[str]:
    """Who has said yes, and whose yes is waited for; of those who are gone nobody waits for any, and none is told."""
    waits, backup = ownership.waits_for, ownership.backup
    said = [f"waiting for a yes of {mentions(waits)}"] if waits else []
    if ownership.owners and set(ownership.owners) <= set(ownership.accepted):
        said.append("accepted")
    if backup and backup not in ownership.accepted and backup not in ownership.away:
        said.append("the backup has not said yes yet")
    return said


def happened(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    """What became of an ownership, in mrkdwn: owners and backup before and after, and who went or came."""
    was = before or {"owners": [], "backup": None, "away": {}}
    parts = []
    if was["owners"] != after["owners"]:
        parts.append(f"owner {mentions(was['owners'])} → {mentions(after['owners'])}")
    if was["backup"] != after["backup"]:
        parts.append(f"backup {_one(was['backup'])} → {_one(after['backup'])}")
    if was["away"] != after["away"]:
        parts += [f"{mention(who)} {escape(why)}" for who, why in after["away"].items() if who not in was["away"]]
        parts += [f"{mention(who)} no longer counts as gone" for who in was["away"] if who not in after["away"]]
    return ", ".join(parts)


def _small(words: str) -> str:
    """*words* inside a sentence; what begins with an abbreviation stays as it is."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def _one(holder: str | None) -> str:
    return mention(holder) if holder else "nobody"
