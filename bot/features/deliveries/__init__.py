"""Deliveries: what a person decides about a post that did not arrive, or may not have."""

from bot.features.deliveries import steps
from bot.kit.feature import Feature

FEATURE = Feature(
    name="deliveries",
    summary="Posts that wait for a decision",
    actions=steps.ACTIONS,
    modals=steps.MODALS,
    waiting=steps.waiting,
)
