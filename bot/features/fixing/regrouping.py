"""“Merge”, “Split” and “Drop”: the team's own mind about what belongs together and what is worth it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.fixes import Fix, FixState, require_next
from bot.domain.text import clean, clip, one_line
from bot.domain.words import number_of
from bot.errors import UserError
from bot.features.fixing.board import DROP, MERGE, SPLIT
from bot.features.fixing.closed import still_open
from bot.features.fixing.deeds import FIXED, Deed, change, done
from bot.features.fixing.finding import Case, first_come, own_case_of
from bot.features.fixing.telling import GIVE_UP
from bot.features.fixing.words import SHORT_TITLE, TITLE_ROOM, name_of
from bot.kit.asking import Ask
from bot.kit.blocks import Block
from bot.kit.command import Action, AnyModal, Effect, FieldError, Modal
from bot.kit.forms import choice, choices_of, text_input
from bot.kit.reply import Reply, View
from bot.store import fixes, meetings
from bot.store.meetings import Item

REASON_ROOM = 300
AT_ONCE = 10
"""How many boxes one field of a form holds."""


class NothingToMergeError(UserError):
    """The other fixes of the review were dropped meanwhile."""

    def __init__(self) -> None:
        super().__init__("There is no other fix left in this review to merge it into.")


class TooFewItemsError(UserError):
    """What has one item cannot be split."""

    def __init__(self) -> None:
        super().__init__("This fix is about one item: there is nothing to split.")


def open_merge(ask: Ask) -> Reply:
    """The form that asks into which fix it goes."""
    case = own_case_of(ask, ask.value)
    if (over := still_open(ask, case.review)) is not None:
        return over
    others = {str(fix.id): f"Fix {fix.id}: {one_line(fix.title)}" for fix in _others(ask, case.fix)}
    if not others:
        raise NothingToMergeError
    return _form(case, MERGE, "Merge", [choice("into", "Merge it into", others)])


def merge(ask: Ask, _seen: object) -> Reply:
    """Let one fix take over the items of another, which is dropped."""
    case = own_case_of(ask, ask.carried("fix") or "")
    if (over := still_open(ask, case.review)) is not None:
        return over
    _require_unchanged(ask, case.fix)
    into = next((fix for fix in _others(ask, case.fix) if fix.id == number_of(ask.field("into"))), None)
    if into is None:
        raise FieldError({"into": "This fix is not there any more: open the form again."})
    with first_come():
        merged = fixes.merge(ask.session, case.fix, into, change(ask, "merged"))
    deed = Deed(what=f"{FIXED} merge", product=case.product, review_id=case.review.id, before=[case.fix, into])
    return done(ask, deed, f"You merged {name_of(case.fix)} into {name_of(merged)}.")


def open_split(ask: Ask) -> Reply:
    """The form that asks which items become a fix of their own."""
    case = own_case_of(ask, ask.value)
    if (over := still_open(ask, case.review)) is not None:
        return over
    mine = _items(ask, case.fix)
    if len(mine) < 2:  # noqa: PLR2004 two is the least that can be split
        raise TooFewItemsError
    title = text_input("title", "What the new fix is called", initial=case.fix.title, longest=TITLE_ROOM)
    return _form(case, SPLIT, "Split", [title, *_boxes(mine)])


def split(ask: Ask, _seen: object) -> Reply:
    """Make a fix of its own out of some of the items."""
    case = own_case_of(ask, ask.carried("fix") or "")
    if (over := still_open(ask, case.review)) is not None:
        return over
    _require_unchanged(ask, case.fix)
    chosen = _chosen(ask, case.fix)
    title = clip(one_line(clean(ask.field("title") or "")), TITLE_ROOM) or case.fix.title
    with first_come():
        made = fixes.split(ask.session, case.fix, chosen, title, change(ask, "split"))
    deed = Deed(
        what=f"{FIXED} split", product=case.product, review_id=case.review.id, before=[case.fix], made=[made.id]
    )
    return done(ask, deed, f"You split {name_of(case.fix)}: {name_of(made)} has {len(chosen)} of its items.")


def open_drop(ask: Ask) -> Reply:
    """The form that asks why, from the board."""
    case = own_case_of(ask, ask.value)
    return still_open(ask, case.review) or _drop_form(case)


def open_give_up(ask: Ask) -> Reply:
    """The same form, for a fix that was decided."""
    return _drop_form(own_case_of(ask, ask.value))


def drop(ask: Ask, _seen: object) -> Reply:
    """Give a fix up, and keep why."""
    case = own_case_of(ask, ask.carried("fix") or "")
    return given_up(ask, case, ask.field("reason") or "")


def given_up(ask: Ask, case: Case, reason: str) -> Reply:
    """Give a fix up. Raises `NotNextError`, `ReasonNeededError`."""
    why = clip(one_line(clean(reason)), REASON_ROOM)
    require_next(case.fix.state, FixState.DROPPED, why)
    dropped = replace(case.fix, state=FixState.DROPPED, this_week=False)
    with first_come():
        fixes.save(ask.session, dropped, change(ask, "dropped", why))
    deed = Deed(what=f"{FIXED} drop", product=case.product, review_id=case.review.id, before=[case.fix])
    return done(ask, deed, f"You dropped {name_of(case.fix)}; why is kept.")


def _drop_form(case: Case) -> Reply:
    hint = "The team reads it next week."
    reason = text_input("reason", "Why is it not worth it?", hint=hint, longest=REASON_ROOM)
    return _form(case, DROP, "Drop", [reason])


def _form(case: Case, name: str, verb: str, blocks: Sequence[Block]) -> Reply:
    carries = {"fix": str(case.fix.id), "version": str(case.fix.version)}
    return Reply(view=View(name=name, title=f"{verb} fix {case.fix.id}", submit=verb, blocks=blocks, carries=carries))


def _require_unchanged(ask: Ask, fix: Fix) -> None:
    """Raise `SomebodyWasFirstError` where the items on the form may not be the fix's items any more."""
    with first_come():
        if number_of(ask.carried("version")) != fix.version:
            raise fixes.FixChangedError(fix.id, fixes.history(ask.session, fix.id)[-1].user)


def _others(ask: Ask, fix: Fix) -> list[Fix]:
    every = fixes.of_review(ask.session, fix.review_id)
    return [one for one in every if one.id != fix.id and one.state is FixState.PROPOSED]


def _items(ask: Ask, fix: Fix) -> list[Item]:
    return [item for item in meetings.items(ask.session, fix.review_id) if item.id in fix.item_ids]


def _boxes(items: Sequence[Item]) -> list[Block]:
    choices = {str(item.id): f"{item.rank}. {_asked(item)}" for item in items}
    parts = [list(choices.items())[start : start + AT_ONCE] for start in range(0, len(choices), AT_ONCE)]
    return [
        choices_of(f"items-{place}", "Items that go into it" if place == 0 else "And of these", dict(part))
        for place, part in enumerate(parts)
    ]


def _asked(item: Item) -> str:
    return clip(one_line(item.prediction.input or "(no input recorded)"), SHORT_TITLE)


def _chosen(ask: Ask, fix: Fix) -> list[int]:
    """The ticked items. Raises `FieldError` unless some are ticked, and some are left."""
    values: Mapping[str, Sequence[str]] = ask.incoming.values
    ticked = {number_of(value) for name, chosen in values.items() if name.startswith("items-") for value in chosen}
    chosen = [item_id for item_id in fix.item_ids if item_id in ticked]
    if not chosen or len(chosen) == len(fix.item_ids):
        raise FieldError({"items-0": "Choose some of the items, not none and not all."})
    return chosen


ACTIONS = (
    Action(name=MERGE, effect=Effect.OPEN, run=open_merge),
    Action(name=SPLIT, effect=Effect.OPEN, run=open_split, inside=True),
    Action(name=DROP, effect=Effect.OPEN, run=open_drop),
    Action(name=GIVE_UP, effect=Effect.OPEN, run=open_give_up),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=MERGE, submit=merge),
    Modal(name=SPLIT, submit=split),
    Modal(name=DROP, submit=drop),
)
