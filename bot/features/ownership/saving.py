"""The form for the matrix as it was sent: only what the person changed is saved, and nothing they typed is lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.domain.holders import is_group, mention
from bot.domain.ownership import Origin, Ownership, TooManyOwnersError, assigned, nobody_yet
from bot.domain.product import Product
from bot.domain.text import clip, one_line
from bot.domain.words import number_of
from bot.features.ownership.deeds import Turn, done, require_may
from bot.features.ownership.form import EDIT, Choice, chosen_again, filled, rows_of, view_of
from bot.features.ownership.nights import offers
from bot.features.ownership.setting import Found, look, remember, still_open, there_again, unfit
from bot.features.ownership.words import owners_of, spoken_key
from bot.kit.asking import Ask
from bot.kit.choosing import named, product_with_id
from bot.kit.command import AnyModal, FieldError, Modal, Outside
from bot.kit.reply import Reply
from bot.store import ownerships


def question(ask: Ask) -> frozenset[str] | None:
    """The people whom the form names anew, who are to be looked at in Slack; None where there are none."""
    rows = _seen(ask, product_with_id(ask, ask.carried("product"))).values()
    named_anew = (one for row in rows for one in (*_new_in(row, filled(ask, row)), *chosen_again(ask, row)))
    return frozenset(named_anew) or None


def fetch(people: Collection[str], outside: Outside) -> Found:
    """Them, as Slack describes them now."""
    return look(people, outside)


def submit(ask: Ask, found: Found | None) -> Reply:
    """Save what was changed, all of it or nothing. Where somebody else was first with some of it, the form comes back
    with what was typed, and says beside the field who did what.
    """
    product = product_with_id(ask, ask.carried("product"))
    seen = _seen(ask, product)
    there = {key: there_again(chosen_again(ask, row), found or Found()) for key, row in seen.items()}
    changes = {
        key: choice
        for key, row in seen.items()
        if not _is_as(row, choice := filled(ask, row)) or chosen_again(ask, row)
    }
    _require_fit(changes, found)
    known = ownerships.of_product(ask.session, product.id)
    now = {key: known.get(key) or nobody_yet(product.id, key, ask.now) for key in changes}
    notes = {
        key: _note(ask, product, row)
        for key, row in now.items()
        if not _is_as(row, (seen[key].owners, seen[key].backup)) and not _is_as(row, changes[key])
    }
    if notes:
        return Reply(view=view_of(ask, product, ask.carried("page") or "", typed=changes, notes=notes))
    rows = [row for key, row in now.items() if not _is_as(row, changes[key]) or set(there[key]) & set(row.away)]
    for row in rows:
        require_may(ask, product, row)
    remember(ask, found or Found())
    turns = [_turn(ask, row, changes[row.responsibility], there[row.responsibility]) for row in rows]
    return _saved(ask, product, turns)


def _saved(ask: Ask, product: Product, turns: Sequence[Turn]) -> Reply:
    if not turns:
        return Reply(text=f"Nothing was changed in {named(product)}.")
    after = {one.after.responsibility: one.after for one in turns}
    states = "; ".join(f"{spoken_key(key)}: {owners_of(row)}" for key, row in after.items())
    left = still_open(ownerships.of_product(ask.session, product.id) | after, product)
    text = f"You changed who owns what in {named(product)}. Now {states}. {left}"
    more = [one for turn in turns for one in offers(ask, turn.before, turn.after)]
    return done(ask, product, turns, Origin.FORM, text=text, more=more)


def _turn(ask: Ask, row: Ownership, choice: Choice, there: Collection[str]) -> Turn:
    owners, backup = choice
    try:
        return Turn(before=row, after=assigned(row, owners, backup, by=ask.user, now=ask.now, there=there))
    except TooManyOwnersError as error:
        raise FieldError({f"owners:{row.responsibility}": str(error)}) from error


def _seen(ask: Ask, product: Product) -> dict[str, Ownership]:
    """Each row of the form's page as the form showed it."""
    pairs = (part.partition("=") for part in (ask.carried("versions") or "").split(","))
    versions = {key: number_of(version) for key, _, version in pairs}
    known = ownerships.of_product(ask.session, product.id)
    rows = [
        known.get(one.key) or nobody_yet(product.id, one.key, ask.now) for one in rows_of(ask.carried("page") or "")
    ]
    return {row.responsibility: _as_of(ask, row, versions.get(row.responsibility, row.version)) for row in rows}


def _as_of(ask: Ask, row: Ownership, version: int) -> Ownership:
    """*row* as it was at *version*: each change is an event, so the n-th event led to version n."""
    if version == row.version:
        return row
    if version == 0:
        return nobody_yet(row.product_id, row.responsibility, ask.now)
    past = ownerships.history(ask.session, row.product_id, row.responsibility)
    if version > len(past):
        return row
    state = past[version - 1].after
    return replace(row, owners=tuple(state["owners"]), backup=state["backup"], away=state["away"], version=version)


def _require_fit(changes: Mapping[str, Choice], found: Found | None) -> None:
    """Raise `FieldError` beside each field that names somebody who cannot answer, or an owner as the backup."""
    wrong = unfit(found) if found else {}
    names = {user: one_line(clip(person.name, 60)) for user, person in (found.people if found else {}).items()}
    sentences = {}
    for key, (owners, backup) in changes.items():
        bad = [f"{names.get(one, one)} {wrong[one]}." for one in owners if one in wrong]
        if bad:
            sentences[f"owners:{key}"] = " ".join(bad)
        if backup in wrong:
            sentences[f"backup:{key}"] = f"{names.get(backup, backup)} {wrong[backup]}."
        elif backup is not None and backup in owners:
            sentences[f"backup:{key}"] = "Who owns it cannot be the backup too: choose somebody else."
    if sentences:
        raise FieldError(sentences)


def _new_in(row: Ownership, choice: Choice) -> list[str]:
    owners, backup = choice
    return [one for one in (*owners, backup) if one and one not in row.named and not is_group(one)]


def _is_as(row: Ownership, choice: Choice) -> bool:
    return (set(row.owners), row.backup) == (set(choice[0]), choice[1])


def _note(ask: Ask, product: Product, row: Ownership) -> str:
    """Who changed a row while the form was open, and to what."""
    last = ownerships.history(ask.session, product.id, row.responsibility)[-1]
    at = ask.local(last.at)
    who = mention(last.by) if last.by else "Muster"
    return (
        f"{who} changed {spoken_key(row.responsibility)} at {at:%H:%M} ({at:%Z}) while you were here: now it is"
        f" {owners_of(row)}. Nothing was saved yet. Save again to have it as below."
    )


MODALS: tuple[AnyModal, ...] = (Modal(name=EDIT, submit=submit, ask=question, fetch=fetch),)
