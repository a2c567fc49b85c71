"""`/muster owner cost @ana`: who is named is looked at in Slack, saved if nobody was first, and told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.domain.holders import holder_in, is_group, is_holder, mention, mentions
from bot.domain.incoming import Kind
from bot.domain.matrix import gaps
from bot.domain.ownership import JUST_NOW, Origin, Ownership, assigned
from bot.domain.people import Group, Person, Standing
from bot.domain.product import Product
from bot.domain.responsibilities import is_responsibility
from bot.domain.text import escape
from bot.domain.words import folded, number_of
from bot.features.ownership.deeds import Turn, done, require_may
from bot.features.ownership.naming import OwnsWhatError, WhosePartError, product_in, question_in
from bot.features.ownership.nights import offers
from bot.features.ownership.parting import ME, said_in
from bot.features.ownership.wishing import UnclearOwnerError, Wish, wish_in
from bot.features.ownership.words import listed, owners_of, spoken_key
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, saying, section
from bot.kit.choosing import named, product_with_id
from bot.kit.command import Action, AnyErrand, Effect, Errand, Outside
from bot.kit.owning import ownership_of
from bot.kit.reply import MarkedUpError, Next, Reply
from bot.store import directory, groups, ownerships
from bot.store.products import LOCAL_WORKSPACE

SET, ANYWAY = "ownership.set", "ownership.anyway"


class UnfitOwnerError(MarkedUpError):
    """Somebody who cannot answer for anything here; says who and why."""

    def __init__(self, sentences: Iterable[str]) -> None:
        super().__init__(f"{' '.join(sentences)} Nothing was changed.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Who is to own *responsibility* of a product, as *version* of it was seen by who wants that; *again*: who was
    named by name though they count as gone.
    """

    product: Product
    responsibility: str
    version: int
    owners: tuple[str, ...]
    backup: str | None
    origin: Origin
    again: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody it names."""
        return tuple(dict.fromkeys((*self.owners, *([self.backup] if self.backup else []))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Who is named, as Slack describes them now."""

    people: Mapping[str, Person] = field(default_factory=dict)
    groups: Sequence[Group] = ()


def set_words(ask: Ask) -> Reply:
    """Name owners or a backup in words; refused where somebody else did so a moment ago, with a way to go on."""
    product, words = product_in(ask, "owner")
    meant = question_in(ask, product, words)
    if meant.area is not None:
        raise WhosePartError(ask, meant.area)
    if meant.one is None:
        raise OwnsWhatError(ask)
    row = ownership_of(ask, product, meant.one.key)
    require_may(ask, product, row)
    intent = _naming_again(ask, row, words, _intent(ask, product, row, wish_in(ask, words, row)))
    if intent.owners == row.owners and intent.backup == row.backup and not intent.again:
        return Reply(text=f"It is so already: {spoken_key(row.responsibility)} of {named(product)}: {owners_of(row)}.")
    if _is_just_now(ask, row):
        return _just_now(row, intent)
    return _going_on(intent)


def press_anyway(ask: Ask) -> Reply:
    """Replace what somebody else set a moment ago, as it was seen then."""
    return _going_on(replace(_read(ask), origin=Origin.BUTTON))


def look(named_ones: Iterable[str], outside: Outside) -> Found:
    """Everybody who is named, as Slack describes them now."""
    people = [one for one in named_ones if not is_group(one)]
    teams = [outside.group(one) for one in named_ones if is_group(one)]
    return Found(people=outside.people(people) if people else {}, groups=teams)


def remember(ask: Ask, found: Found) -> None:
    """Keep how Slack describes them."""
    directory.keep_all(ask.session, LOCAL_WORKSPACE, found.people.values(), ask.now)
    for group in found.groups:
        groups.keep(ask.session, LOCAL_WORKSPACE, group, ask.now)


def unfit(found: Found) -> dict[str, str]:
    """Why somebody cannot answer for anything here, half a sentence for each who cannot."""
    people = {user: why for user, person in found.people.items() if (why := _why_not(person.standing))}
    empty = {group.id: "has no members, or was switched off" for group in found.groups if not group.members}
    return people | empty


def there_again(named_ones: Iterable[str], found: Found) -> tuple[str, ...]:
    """Those of *named_ones*, who count as gone, who are there: a person named them who knows, and Slack agrees."""
    return tuple(one for one in named_ones if one in found.people and _why_not(found.people[one].standing) is None)


def still_open(known: Mapping[str, Ownership], product: Product) -> str:
    """What nobody answers for, as a sentence."""
    found = gaps(known, areas=product.record.areas)
    return f"Still open: {listed(found)}." if found else "Nothing is open any more."


def _intent(ask: Ask, product: Product, row: Ownership, wish: Wish) -> Intent:
    owners = row.owners if wish.owners is None else tuple(dict.fromkeys(wish.owners))
    backup = wish.backup if wish.sets_backup else row.backup
    if wish.sets_backup and backup in owners:
        raise UnclearOwnerError(ask, "Who owns it cannot be the backup too: choose somebody else.")
    return Intent(
        product=product,
        responsibility=row.responsibility,
        version=row.version,
        owners=owners,
        backup=None if backup in owners else backup,
        origin=_origin(ask),
    )


def _naming_again(ask: Ask, row: Ownership, words: Sequence[str], intent: Intent) -> Intent:
    """*intent* with those who count as gone and are named by name all the same."""
    by_name = {ask.user if folded(word) in ME else holder_in(word) for word in said_in(words).who}
    again = [one for one in row.away if one in by_name and one in intent.named and not is_group(one)]
    return replace(intent, again=tuple(again))


def _is_just_now(ask: Ask, row: Ownership) -> bool:
    """Whether somebody else set it so shortly ago that the person has not seen it; whoever did the last thing to it
    themselves has.
    """
    if not row.set_by or row.set_by == ask.user or ask.now - row.set_at >= JUST_NOW:
        return False
    return ownerships.history(ask.session, row.product_id, row.responsibility)[-1].by != ask.user


def _just_now(row: Ownership, intent: Intent) -> Reply:
    what = f"{spoken_key(row.responsibility)} of {named(intent.product)}"
    text = f"{mention(row.set_by)} set {what} less than a minute ago: {owners_of(row)}. Yours was not saved."
    anyway = button("Replace anyway", ANYWAY, value=_written(intent))
    leave = saying("Show who owns what", f"owner {intent.product.key}")
    return Reply(text=text, blocks=[section(text), actions("anyway", anyway, leave)])


def _going_on(intent: Intent) -> Reply:
    return Reply(then=Next(errand=SET, value=_written(intent)))


def _fetch(intent: Intent, outside: Outside) -> Found:
    return look(intent.named, outside)


def _keep(ask: Ask, intent: Intent, found: Found) -> Reply:
    remember(ask, found)
    row = ownership_of(ask, intent.product, intent.responsibility)
    require_may(ask, intent.product, row)
    wrong = unfit(found)
    bad = [one for one in _newly(row, intent) if one in wrong]
    if bad:
        raise UnfitOwnerError(f"{mention(one)} {wrong[one]}." for one in bad)
    why = _why_dropped(row, intent, wrong)
    before = replace(row, away={str(row.backup): why, **row.away}) if why else row
    seen, backup = replace(before, version=intent.version), None if why else intent.backup
    there = there_again(intent.again, found)
    turn = Turn(before=before, after=assigned(seen, intent.owners, backup, by=ask.user, now=ask.now, there=there))
    known = {**ownerships.of_product(ask.session, intent.product.id), intent.responsibility: turn.after}
    text = " ".join([_said(ask, intent.product, turn), *_backup_said(turn, why), still_open(known, intent.product)])
    return done(ask, intent.product, [turn], intent.origin, text=text, more=offers(ask, row, turn.after))


def _newly(row: Ownership, intent: Intent) -> list[str]:
    """Who is to be what they are not yet, or named by name though they are gone; whoever only stays named may be gone,
    which the matrix shows.
    """
    backup = [intent.backup] if intent.backup and intent.backup != row.backup else []
    owners = (one for one in intent.owners if one not in row.owners)
    return list(dict.fromkeys((*owners, *backup, *intent.again)))


def _why_dropped(row: Ownership, intent: Intent, wrong: Mapping[str, str]) -> str | None:
    """Why the backup does not stay where only the owners change; None where it does."""
    stays = intent.backup == row.backup and row.backup not in intent.again
    if row.backup is None or not stays or set(intent.owners) == set(row.owners):
        return None
    return row.away.get(row.backup) or wrong.get(row.backup)


def _backup_said(turn: Turn, why: str | None) -> list[str]:
    """What became of a backup that nobody spoke of, as a sentence; none where nothing did."""
    was, after = turn.before.backup, turn.after
    if was is None or after.backup is not None:
        return []
    if was in after.owners:
        return [f"{mention(was)} was the backup: nobody is now."]
    return [f"{mention(was)}, the backup, {escape(why)}: nobody is the backup now."] if why else []


def _said(ask: Ask, product: Product, turn: Turn) -> str:
    """What was done, as a sentence."""
    before, after = turn.before, turn.after
    what = f"{spoken_key(after.responsibility)} of {named(product)}"
    backup = f", backup {mention(after.backup)}" if after.backup else ""
    if (before.owners, before.backup) == (after.owners, after.backup):
        # Only who counts as gone is another.
        back = [one for one in before.away if one not in after.away]
        return (
            f"{mentions(back)} no longer {'counts' if len(back) == 1 else 'count'} as gone: {what}: {owners_of(after)}."
        )
    if before.owners == after.owners:
        return f"You made {mention(after.backup) if after.backup else 'nobody'} the backup of {what}."
    if not after.owners:
        return f"Nobody owns {what} now{backup}."
    if after.owners == (ask.user,):
        return f"You own {what}{backup}."
    if set(after.owners) < set(before.owners):
        went = mentions(one for one in before.owners if one not in after.owners)
        return f"You took {what} from {went}. Now: {owners_of(after)}."
    role = "owner" if len(after.owners) == 1 else "owners"
    return f"You made {mentions(after.owners)} {role} of {what}{backup}."


def _why_not(standing: Standing) -> str | None:
    match standing:
        case Standing.MEMBER:
            return None
        case Standing.GUEST:
            return "is a guest here, and guests do not act"
        case Standing.STRANGER:
            return "belongs to another workspace"
        case Standing.BOT:
            return "is a bot: a person must answer for it"
        case Standing.GONE:
            return "is not in Slack any more"
        case _:
            assert_never(standing)


def _origin(ask: Ask) -> Origin:
    return Origin.MENTION if ask.incoming.kind is Kind.MENTION else Origin.COMMAND


def _written(intent: Intent) -> str:
    """An intent as a button carries it."""
    owners, backup = ",".join(intent.owners), intent.backup or ""
    where = intent.origin.replace(" ", "-")
    again = f" {','.join(intent.again)}" if intent.again else ""
    what = f"{intent.product.id} {intent.responsibility} {intent.version}"
    return f"{what} {where} {owners or '-'} {backup or '-'}{again}"


def _read(ask: Ask) -> Intent:
    """The intent that a button carries; it went to a client and came back. Raises `OwnsWhatError`."""
    number, key, version, origin, owners, backup, again = (*ask.value.split(" "), *[""] * 7)[:7]
    holders = tuple(one for one in owners.split(",") if is_holder(one))
    if not is_responsibility(key) or (not holders and owners != "-"):
        raise OwnsWhatError(ask)
    return Intent(
        product=product_with_id(ask, number),
        responsibility=key,
        version=number_of(version),
        owners=holders,
        backup=backup if is_holder(backup) else None,
        origin=next((one for one in Origin if one.replace(" ", "-") == origin), Origin.BUTTON),
        again=tuple(one for one in again.split(",") if one in holders or one == backup),
    )


ACTIONS = (Action(name=ANYWAY, effect=Effect.CHANGE, run=press_anyway),)
ERRANDS: tuple[AnyErrand, ...] = (Errand(name=SET, ask=_read, fetch=_fetch, keep=_keep),)
