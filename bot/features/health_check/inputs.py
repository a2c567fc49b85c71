"""What people enter and ask about health, in one place for the feature."""

from bot.features.health_check import (
    asking_for,
    choosing_metrics,
    entering,
    explaining,
    noting,
    own_metrics,
    targets,
    trend,
)
from bot.kit.command import Action, AnyErrand, AnyModal, Command
from bot.kit.later import Later
from bot.kit.ritual import Ritual

COMMANDS: tuple[Command, ...] = (
    *entering.COMMANDS,
    *targets.COMMANDS,
    *choosing_metrics.COMMANDS,
    *own_metrics.COMMANDS,
    *noting.COMMANDS,
    *trend.COMMANDS,
    *explaining.COMMANDS,
)
ACTIONS: tuple[Action, ...] = (*entering.ACTIONS, *targets.ACTIONS, *own_metrics.ACTIONS, *noting.ACTIONS)
MODALS: tuple[AnyModal, ...] = (*entering.MODALS, *targets.MODALS, *own_metrics.MODALS)
ERRANDS: tuple[AnyErrand, ...] = trend.ERRANDS
RITUALS: tuple[Ritual, ...] = asking_for.RITUALS
LATERS: tuple[Later, ...] = ()
