"""The stakeholder update: drafted by Muster, approved by a person, posted, and corrected in the open."""

from bot.features.stakeholder_update import approving, editing, language, looking, rituals, settings, skipping, waiting
from bot.kit.feature import Feature

FEATURE = Feature(
    name="stakeholder_update",
    summary="The weekly update for stakeholders, which a person approves",
    rituals=rituals.RITUALS,
    commands=(
        *looking.COMMANDS,
        *approving.COMMANDS,
        *editing.COMMANDS,
        *skipping.COMMANDS,
        *settings.COMMANDS,
        *language.COMMANDS,
    ),
    synonyms={"updates": "update", "stakeholders": "update"},
    actions=(*approving.ACTIONS, *editing.ACTIONS, *skipping.ACTIONS, *language.ACTIONS),
    modals=(*approving.MODALS, *editing.MODALS, *skipping.MODALS, *settings.MODALS, *language.MODALS),
    laters=language.LATERS,
    waiting=waiting.waiting,
)
