"""From words to who is to own something: set anew, added to those who own it, or taken from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.holders import holder_in, mentions
from bot.domain.ownership import Ownership
from bot.domain.text import clip, escape, one_line
from bot.domain.words import folded
from bot.features.ownership.parting import BETWEEN, ME, NOBODY, How, is_backup, said_in
from bot.features.ownership.words import owners_of, spoken_key
from bot.kit.asking import Ask
from bot.kit.reply import MarkedUpError


class PlainNameError(MarkedUpError):
    """A name as text: names change and are not unique, so Slack's own reference is needed."""

    def __init__(self, ask: Ask, word: str) -> None:
        super().__init__(
            f"“{escape(one_line(clip(word, 40)))}” is only text to me: choose the person or the user group from Slack's"
            f" list while you type, or use `{ask.command} owner edit`."
        )


class UnclearOwnerError(MarkedUpError):
    """Words that name nobody, or two things at once."""

    def __init__(self, ask: Ask, what: str) -> None:
        super().__init__(f"{what} Say it like `{ask.command} owner cost @ana and @raj, backup @li`.")


class NotNamedThereError(MarkedUpError):
    """Somebody is to be taken from what was never theirs."""

    def __init__(self, who: Sequence[str], row: Ownership) -> None:
        verb = "is" if len(who) == 1 else "are"
        named = f"{mentions(who)} {verb} not named for {spoken_key(row.responsibility)}"
        super().__init__(f"{named}. Now: {owners_of(row)}. Nothing was changed.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Who is to own something. *owners* None: as it is. *backup* counts where *sets_backup* holds; None is nobody."""

    owners: tuple[str, ...] | None = None
    sets_backup: bool = False
    backup: str | None = None


def wish_in(ask: Ask, words: Sequence[str], row: Ownership) -> Wish:
    """Whom the words name for *row*. Raises `PlainNameError`, `UnclearOwnerError`, `NotNamedThereError`."""
    said = said_in(words)
    owners, backups = _parted(said.who)
    match said.how:
        case How.REMOVE:
            return _taken(ask, row, owners, backups)
        case How.ADD:
            wish = _wish(ask, owners, backups)
            if wish.owners == ():
                raise UnclearOwnerError(ask, "Nobody cannot be added.")
            return replace(wish, owners=(*row.owners, *wish.owners)) if wish.owners else wish
        case How.SET:
            return _wish(ask, owners, backups)


def _wish(ask: Ask, words: Sequence[str], backups: Sequence[str] | None) -> Wish:
    wish = _owners(ask, words)
    if backups is None:
        return wish
    (backup, *more) = [_holder(ask, one) for one in backups] or [None]
    if more or not backups:
        raise UnclearOwnerError(ask, "Name one backup: a person or a user group.")
    return replace(wish, sets_backup=True, backup=backup)


def _taken(ask: Ask, row: Ownership, words: Sequence[str], backups: Sequence[str] | None) -> Wish:
    """Everybody but those who are named; “backup” alone is whoever that is."""
    going = [holder for word in (*words, *(backups or ())) if (holder := _holder(ask, word)) is not None]
    if backups == [] and row.backup:
        going.append(row.backup)
    strangers = [one for one in going if one not in row.named]
    if strangers:
        raise NotNamedThereError(strangers, row)
    if not going:
        raise UnclearOwnerError(ask, "Say who is to be removed.")
    backup = None if row.backup in going else row.backup
    return Wish(owners=tuple(one for one in row.owners if one not in going), sets_backup=True, backup=backup)


def _owners(ask: Ask, words: Sequence[str]) -> Wish:
    holders = [_holder(ask, one) for one in words]
    people = tuple(one for one in holders if one is not None)
    if not holders:
        return Wish()
    if len(people) < len(holders):
        if people:
            raise UnclearOwnerError(ask, "Somebody and nobody at once I cannot do.")
        return Wish(owners=(), sets_backup=True)
    return Wish(owners=people)


def _parted(words: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """The words for owners and for the backup, the latter None where no backup is spoken of."""
    kept = [word for word in words if folded(word) not in BETWEEN]
    marks = [place for place, word in enumerate(kept) if is_backup(word)]
    if not marks:
        return kept, None
    return kept[: marks[0]], [word for word in kept[marks[0] :] if not is_backup(word)]


def _holder(ask: Ask, word: str) -> str | None:
    """Who a word names; None is nobody."""
    if folded(word) in ME:
        return ask.user
    if folded(word) in NOBODY:
        return None
    holder = holder_in(word)
    if holder is not None:
        return holder
    if word.startswith("@"):
        raise PlainNameError(ask, word)
    raise UnclearOwnerError(ask, f"“{escape(one_line(clip(word, 40)))}” names nobody.")
