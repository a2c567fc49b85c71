"""Ownership: who answers for what in a product, and that nothing of it falls through."""

from bot.features.ownership import (
    accepting,
    areas,
    confirming,
    confirming_answers,
    confirming_handing,
    deeds,
    digest,
    form,
    gaps,
    history,
    leaving,
    matrix,
    nights,
    saving,
    setting,
)
from bot.kit.command import Action, Effect
from bot.kit.feature import Feature

FEATURE = Feature(
    name="ownership",
    summary="Name who answers for what, and let nothing fall through",
    commands=(
        *matrix.COMMANDS,
        *gaps.COMMANDS,
        *history.COMMANDS,
        *form.COMMANDS,
        *areas.COMMANDS,
        *nights.COMMANDS,
    ),
    synonyms={"owners": "owner", "who": "owner", "raci": "owner", "ownership": "owner"},
    actions=(
        *form.ACTIONS,
        *setting.ACTIONS,
        *accepting.ACTIONS,
        *nights.ACTIONS,
        *confirming_answers.ACTIONS,
        *confirming_handing.ACTIONS,
        Action(name=deeds.UNDO, effect=Effect.CHANGE, run=deeds.undo),
    ),
    modals=(*saving.MODALS, *accepting.MODALS, *confirming_handing.MODALS),
    errands=(*setting.ERRANDS, *leaving.ERRANDS),
    laters=(*leaving.LATERS, *confirming.LATERS),
    happenings=leaving.HAPPENINGS,
    rituals=digest.RITUALS,
    waiting=accepting.waiting,
)
