"""Who may be named to answer for something: one person, and nobody of whom Slack says that they do not act here."""

from sqlmodel import Session

from bot.domain.people import Standing
from bot.errors import UserError
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE

_WHY_NOT = {
    Standing.GUEST: "guests may look, but not act here",
    Standing.STRANGER: "they belong to another workspace",
    Standing.BOT: "it is a bot",
    Standing.GONE: "they are not here any more",
}


class NotAnswerableError(UserError):
    """Whoever was named cannot answer for anything; *why* is the end of a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This person cannot answer for it: {why}. Choose somebody else.")


def require_answerable(session: Session, user: str) -> None:
    """Raise `NotAnswerableError` where *user* is known to be a guest, a bot, from elsewhere, or gone."""
    why = why_not(session, user)
    if why is not None:
        raise NotAnswerableError(why)


def why_not(session: Session, user: str) -> str | None:
    """Why *user* cannot answer for anything, as the end of a sentence; None where nothing speaks against it."""
    known = directory.known(session, LOCAL_WORKSPACE, user)
    return _WHY_NOT.get(known.standing) if known is not None else None
