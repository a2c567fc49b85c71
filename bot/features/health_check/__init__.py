"""Health checks: metrics against their targets, and the channel hears of a change of state, once."""

from bot.features.health_check import inputs, looking, picturing, service, snoozing, taking, waiting, waking
from bot.kit.feature import Feature

FEATURE = Feature(
    name="health_check",
    summary="Check a product's numbers against their targets",
    commands=(*looking.COMMANDS, *inputs.COMMANDS),
    synonyms={"check": "health", "checks": "health", "metrics": "health", "metric": "health"},
    actions=(*taking.ACTIONS, *snoozing.ACTIONS, *picturing.ACTIONS, *inputs.ACTIONS),
    modals=(*snoozing.MODALS, *inputs.MODALS),
    errands=(*picturing.ERRANDS, *inputs.ERRANDS),
    laters=(*waking.LATERS, *inputs.LATERS),
    waiting=waiting.waiting,
    rituals=(*service.RITUALS, *inputs.RITUALS),
)
