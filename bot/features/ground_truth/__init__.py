"""Ground truth: what users said, bad answers that people report, proposed answers verified, and the golden set."""

from bot.features.ground_truth import commands, golden_commands, proposing, reporting
from bot.features.ground_truth.waiting import waiting
from bot.kit.feature import Feature

FEATURE = Feature(
    name="ground_truth",
    summary="Find out what the right answers are, and keep them",
    commands=(*commands.COMMANDS, *golden_commands.COMMANDS),
    synonyms={"truths": "truth", "proposal": "truth", "proposals": "truth", "goldens": "golden"},
    actions=(*commands.ACTIONS, *golden_commands.ACTIONS, *proposing.ACTIONS, *reporting.ACTIONS),
    modals=(*commands.MODALS, *proposing.MODALS, *reporting.MODALS),
    shortcuts=reporting.SHORTCUTS,
    waiting=waiting,
)
