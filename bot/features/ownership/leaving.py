"""Who left is noticed: from Slack's events at once, and once a day by asking Slack, since events get lost."""

from collections.abc import Iterator
from datetime import time

from bot.domain.leaving import LEFT_CHANNEL, Channel, change_of, why_gone
from bot.domain.ownership import Origin, Ownership
from bot.domain.people import Person
from bot.domain.product import Product
from bot.features.ownership import leaving_daily
from bot.features.ownership.deeds import SomebodyWasFirstError, changed
from bot.features.ownership.leaving_daily import LOOK_ON, with_portions
from bot.features.ownership.leaving_news import News, posts_of
from bot.features.ownership.leaving_seen import (
    LOOK,
    Found,
    Question,
    channel_of,
    concerned,
    fetch,
    keep_seen,
    question_of,
    remember,
    teams_of,
    why_away,
)
from bot.kit.asking import Ask
from bot.kit.command import AnyErrand, Errand
from bot.kit.happening import Happening
from bot.kit.later import Later
from bot.kit.reply import Next, Reply
from bot.store import directory, ownerships
from bot.store.products import LOCAL_WORKSPACE

DAILY = time(5)
TRIES = 5
"""How often somebody else may change an ownership while it is being settled."""


def on_person(ask: Ask) -> Reply:
    """Something about a person changed: looked at where it touches what they hold."""
    person = directory.known(ask.session, LOCAL_WORKSPACE, ask.user)
    rows = concerned(ask.session, ask.user)
    return _look(ask.user) if person and any(_is_news(one, person) for one in rows) else Reply()


def on_leaving(ask: Ask) -> Reply:
    """Somebody left a channel: looked at where it is the team's of something they hold."""
    return _look(f"{ask.user} {ask.channel}") if _is_of_their_team(ask) else Reply()


def on_joining(ask: Ask) -> Reply:
    """Somebody joined a channel: they may be back."""
    return _look(ask.user) if _is_of_their_team(ask) else Reply()


def on_group(ask: Ask) -> Reply:
    """Other people are in a user group: looked at where it holds something."""
    return _look(ask.value) if ownerships.naming(ask.session, ask.value) else Reply()


def look_at_all(ask: Ask) -> Reply:
    """Ask Slack about everybody who holds anything."""
    return Reply(then=Next(errand=LOOK_ON, value="")) if ownerships.everything(ask.session) else Reply()


def settle(ask: Ask, _question: Question, found: Found) -> Reply:
    """Write down who is gone and who is back; whoever it concerns is told once, of everything at once."""
    keep_seen(ask, found)
    rows = concerned(ask.session, ask.value.partition(" ")[0])
    found = found if ask.value else with_portions(ask, rows, found)
    teams = teams_of(ask.session, rows)
    channels = {number: channel_of(ask, product, found) for number, product in teams.items()}
    news = [one for row in rows for one in _settled(ask, teams[row.product_id], row, channels[row.product_id], found)]
    for product in teams.values():
        remember(ask, product, found)
    return Reply(posts=posts_of(ask, news))


def _look(told: str) -> Reply:
    return Reply(then=Next(errand=LOOK, value=told))


def _is_news(row: Ownership, person: Person) -> bool:
    """Whether what Slack says of a person does not fit what is known of them, or of a group they are in."""
    why = why_gone(person.standing)
    if person.user not in row.named:
        return why is not None or bool(row.away)
    counted = row.away.get(person.user)
    return counted != why and not (why is None and counted == LEFT_CHANNEL)


def _is_of_their_team(ask: Ask) -> bool:
    teams = teams_of(ask.session, concerned(ask.session, ask.user))
    return ask.channel is not None and any(one.team_channel == ask.channel for one in teams.values())


def _settled(ask: Ask, product: Product, row: Ownership, channel: Channel | None, found: Found) -> Iterator[News]:
    for holder in row.named:
        news = _written(ask, product, row, holder, why_away(holder, row, channel, found))
        if news is not None:
            row = news.after
            yield news


def _written(ask: Ask, product: Product, row: Ownership, holder: str, why: str | None) -> News | None:
    """What changed by *holder* being gone or there; None where it is known, or they are not named any more.

    Whoever changed it at the same moment goes first: then it is settled on top of that.
    """
    origin = Origin.SLACK_EVENT if ask.value else Origin.DAILY_LOOK
    for _ in range(TRIES):
        change = change_of(row, holder, why)
        if change is None:
            return None
        try:
            after = changed(ask, product, change.after, change.what, origin, by="")
        except SomebodyWasFirstError:
            row = ownerships.one(ask.session, product.id, row.responsibility) or row
        else:
            return News(product=product, holder=holder, why=why, before=row, after=after)
    return None


HAPPENINGS = (
    Happening(name="ownership.person_changed", event="user_change", run=on_person),
    Happening(name="ownership.left_channel", event="member_left_channel", run=on_leaving),
    Happening(name="ownership.joined_channel", event="member_joined_channel", run=on_joining),
    Happening(name="ownership.group_changed", event="subteam_members_changed", run=on_group),
)
LATERS = (Later(name="ownership.look_daily", run=look_at_all, daily=DAILY),)
ERRANDS: tuple[AnyErrand, ...] = (
    *leaving_daily.ERRANDS,
    Errand(name=LOOK, ask=question_of, fetch=fetch, keep=settle),
)
