"""Errors named after what to do about them."""

from datetime import timedelta


class MusterError(Exception):
    """Something went wrong that Muster knows how to speak about: the message is one plain sentence."""


class UserError(MusterError):
    """Tell the person, page nobody: they can mend it themselves."""


class UsageError(UserError):
    """The words or flags do not fit together; nothing was tried. The command line exits with 2."""


class TransientError(MusterError):
    """Nothing happened; try again, after *after* where the other side named a time."""

    def __init__(self, message: str, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class PermanentError(MusterError):
    """Trying again cannot help: put it aside and tell a person."""


class OutcomeUnknownError(MusterError):
    """It may or may not have happened: look before doing it again."""
