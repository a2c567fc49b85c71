"""On whose clock something happens: the time zone of a person, as far as it is known."""

from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.window import UnknownZoneError, zone_named
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE


def zone_of(session: Session, user: str, *, usual: str) -> ZoneInfo:
    """The zone of a person, where Slack knows it and we know that zone; else the one named *usual*."""
    person = directory.known(session, LOCAL_WORKSPACE, user)
    try:
        return zone_named(person.timezone if person and person.timezone else usual)
    except UnknownZoneError:
        # Slack may know zones that this machine does not: nobody is left unasked or uncalled for that.
        return zone_named(usual)
