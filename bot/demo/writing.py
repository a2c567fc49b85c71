"""The demo's updates: what Ana does with each week's draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.demo import story
from bot.demo.meeting import Hands
from bot.domain.drafts import Draft
from bot.domain.updates import Part
from bot.features.stakeholder_update.names import APPROVE, CORRECT, EDIT, SKIP
from bot.kit.reply import Reply
from bot.store import drafts, products
from bot.store.session import Database

FORECAST = "update forecast accuracy 62 in 3-6 weeks may level off at 58"
NOTE = "The shop team now calls back within a day when a review sounds angry."
WHY_NOT = "The readers are at the trade fair, and nothing moved that they would miss."
CORRECTION = "The shop team now calls back within two days when a review sounds angry."
WHY = "It said one day; two were agreed."


def approve(database: Database, hands: Hands) -> None:
    """Approve the latest draft: every claim ticked, every suggestion accepted."""
    form = hands.press(story.PM.id, APPROVE, _carried(_latest(database)))
    hands.fill(story.PM.id, form, dict(_everything(form)))


def edit_and_approve(database: Database, hands: Hands) -> None:
    """Add a sentence to the latest draft, then approve it."""
    _fill_in(hands, EDIT, _latest(database), {Part.NOTE: NOTE})
    approve(database, hands)


def skip(database: Database, hands: Hands) -> None:
    """Post nothing this week, and say why."""
    form = hands.press(story.PM.id, SKIP, _carried(_latest(database)))
    hands.fill(story.PM.id, form, {"reason": WHY_NOT})


def correct(database: Database, hands: Hands) -> None:
    """Put a sentence right that everybody has read."""
    _fill_in(hands, CORRECT, _latest(database), {Part.NOTE: CORRECTION, "reason": WHY, "sure": "yes"})


def _fill_in(hands: Hands, action: str, draft: Draft, more: Mapping[str, str]) -> None:
    """Send the form as it was opened, but for *more*."""
    form = hands.press(story.PM.id, action, _carried(draft))
    said = {"headline": draft.body.headline, **{part.value: text for part, text in draft.body.parts.items()}}
    hands.fill(story.PM.id, form, {**said, **more})


def _everything(form: Reply) -> Mapping[str, str | Sequence[str]]:
    """What a form of boxes and choices holds when all is ticked, and the first is chosen."""
    assert form.view is not None, form.text  # noqa: S101 the story opens a form before it fills it in
    fields = [one for one in form.view.blocks if one["type"] == "input"]
    return {one["block_id"]: _all_of(one["element"]) for one in fields}


def _all_of(element: Mapping[str, Any]) -> str | Sequence[str]:
    values = [str(option["value"]) for option in element["options"]]
    return values if element["type"] == "checkboxes" else values[0]


def _carried(draft: Draft) -> str:
    return f"{draft.id} {draft.version}"


def _latest(database: Database) -> Draft:
    with database.reading() as session:
        product = products.named(session, story.PRODUCT.key)
        return drafts.of_product(session, product.id)[0]
