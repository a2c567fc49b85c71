"""The daily look: Slack is asked about everybody who holds something, in portions, so that a pause costs only one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from bot.domain.holders import is_group
from bot.domain.ownership import Ownership
from bot.errors import PermanentError
from bot.features.ownership.leaving_seen import LOOK, Found, keep_seen
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand, Outside
from bot.kit.owning import expanded
from bot.kit.reply import Next, Reply
from bot.log import logger
from bot.store import directory, groups, ownerships
from bot.store.products import LOCAL_WORKSPACE

LOOK_ON = "ownership.look_on"
"""Ask Slack about the next of those who hold something (told: after whom they come), of the groups first (told:
nothing); in the end `LOOK` settles who is gone.
"""

PORTION = 50
"""People whom Slack is asked about at once. Source: Slack's tier 4, users.info about a hundred times a minute."""

_FIRST = "-"
"""Comes before the id of everybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """Whom to ask Slack about now."""

    people: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()


def portion_of(ask: Ask) -> Portion:
    """The groups that hold something, or the next people who do, but for those whom Slack described just now."""
    holders = _holders(ownerships.everything(ask.session))
    if not ask.value:
        return Portion(groups=frozenset(one for one in holders if is_group(one)))
    after = sorted(one for one in expanded(ask.session, holders) if one > ask.value)
    # Whom Slack described within the hour, perhaps before a pause in this very look, need not be asked about again.
    stale = (one for one in after if directory.fresh(ask.session, LOCAL_WORKSPACE, one, ask.now) is None)
    return Portion(people=tuple(islice(stale, PORTION)))


def fetch(portion: Portion, outside: Outside) -> Found:
    """What Slack says of them. Raises `TransientError` where it is to be asked again."""
    people = outside.people(portion.people) if portion.people else {}
    try:
        found = outside.user_groups(portion.groups) if portion.groups else {}
    except PermanentError as error:
        logger().warning("ownership.unseen", names=sorted(portion.groups), reason=str(error))
        found = {}
    return Found(people=people, groups=found, members={})


def keep(ask: Ask, portion: Portion, found: Found) -> Reply:
    """Write down what Slack said, and go on with the next portion, or settle who is gone."""
    keep_seen(ask, found)
    if not ask.value:
        return Reply(then=Next(errand=LOOK_ON, value=_FIRST))
    if len(portion.people) == PORTION:
        return Reply(then=Next(errand=LOOK_ON, value=portion.people[-1]))
    return Reply(then=Next(errand=LOOK, value=""))


def with_portions(ask: Ask, rows: Iterable[Ownership], found: Found) -> Found:
    """*found*, with the people and the groups as the portions of the look kept them."""
    holders = _holders(rows)
    owning = (groups.known(ask.session, LOCAL_WORKSPACE, one) for one in holders if is_group(one))
    people = (directory.known(ask.session, LOCAL_WORKSPACE, one) for one in expanded(ask.session, holders))
    return replace(
        found, people={one.user: one for one in people if one}, groups={one.id: one for one in owning if one}
    )


def _holders(rows: Iterable[Ownership]) -> set[str]:
    return {one for row in rows for one in row.named}


ERRANDS: tuple[AnyErrand, ...] = (Errand(name=LOOK_ON, ask=portion_of, fetch=fetch, keep=keep),)
