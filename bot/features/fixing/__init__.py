"""Fixing: from a reviewed list to a handful of fixes, each with an owner and a date, and what becomes of them."""

from bot.features.fixing import closing, deeds, listing, moving, proposing, regrouping, scoring, settling, telling
from bot.kit.command import Action, Effect
from bot.kit.feature import Feature

FEATURE = Feature(
    name="fixing",
    summary="Decide what to fix, and follow it through",
    commands=(*proposing.COMMANDS, *listing.COMMANDS, *moving.COMMANDS),
    synonyms={"fixes": "fix", "fixing": "fix"},
    actions=(
        *proposing.ACTIONS,
        *scoring.ACTIONS,
        *regrouping.ACTIONS,
        *settling.ACTIONS,
        *closing.ACTIONS,
        *listing.ACTIONS,
        *moving.ACTIONS,
        Action(name=deeds.UNDO, effect=Effect.CHANGE, run=deeds.undo),
    ),
    modals=(*scoring.MODALS, *regrouping.MODALS, *settling.MODALS, *moving.MODALS),
    laters=telling.LATERS,
    waiting=listing.waiting,
)
