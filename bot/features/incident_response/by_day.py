"""What is said to one person and can wait for the morning: at once where they are up, else when their day begins."""

from collections.abc import Iterable
from datetime import datetime

from bot.features.incident_response import words
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.incident_calling import Callees, when_awake
from bot.kit.zones import zone_of


def wakes_at(ask: Ask, case: Case, user: str) -> datetime | None:
    """When the day of *user* begins, who sleeps now and did not accept to be called; None where they may be told at
    once. Who did something in the incident just now is up.
    """
    up_until = Callees(session=ask.session, product=case.product).up(case.incident).get(user)
    if up_until is not None and ask.now < up_until:
        return None
    at = when_awake(ask.session, case.product, user, ask.now)
    return at if at > ask.now else None


def asleep(ask: Ask, case: Case, users: Iterable[str]) -> dict[str, datetime]:
    """Who of *users* is not to be told now, and when their day begins."""
    return {user: at for user in users if (at := wakes_at(ask, case, user)) is not None}


def sleeps(ask: Ask, case: Case, user: str, until: datetime) -> str:
    """That *user* sleeps until then, on their own clock, as the beginning of a sentence in mrkdwn."""
    zone = zone_of(ask.session, user, usual=case.product.timezone)
    return f"{words.who(ask.session, user)} sleeps until {words.when(until, zone)}"
