"""The composition root: the only place that sees everything."""

from bot.wiring.by_hand import ChosenSlot, chosen_slot, rehearse, require_own_channels, run_by_hand
from bot.wiring.parts import opened, registry, source_opener

__all__ = [
    "ChosenSlot",
    "chosen_slot",
    "opened",
    "registry",
    "rehearse",
    "require_own_channels",
    "run_by_hand",
    "source_opener",
]
