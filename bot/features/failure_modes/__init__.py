"""Failure modes: how a product may fail, what the user meets then, who takes over, and what holds against it."""

from bot.features.failure_modes import commands, deeds, defence_form, mode_form, nevers_form, retiring
from bot.kit.command import Action, Effect
from bot.kit.feature import Feature

FEATURE = Feature(
    name="failure_modes",
    summary="How a product may fail, and what holds against it",
    commands=commands.COMMANDS,
    actions=(
        *mode_form.ACTIONS,
        *defence_form.ACTIONS,
        *nevers_form.ACTIONS,
        *retiring.ACTIONS,
        Action(name=deeds.UNDO, effect=Effect.CHANGE, run=deeds.undo),
    ),
    modals=(*mode_form.MODALS, *defence_form.MODALS, *nevers_form.MODALS, *retiring.MODALS),
    errands=commands.ERRANDS,
)
