"""The error review: every week the worst predictions of the past seven days, brought to product and ML together."""

from bot.features.error_review import exporting, holding, kinds, looking, waiting
from bot.features.error_review.chores import PULL
from bot.features.error_review.reminding import REMIND
from bot.features.error_review.service import review
from bot.kit.feature import Feature
from bot.kit.ritual import Ritual

FEATURE = Feature(
    name="error_review",
    summary="Bring the worst predictions of the week into the channel",
    commands=(*looking.COMMANDS, *holding.COMMANDS, *kinds.COMMANDS),
    synonyms={"reviews": "review", "errors": "review", "worst": "review"},
    actions=(*looking.ACTIONS, *holding.ACTIONS, *kinds.ACTIONS, *exporting.ACTIONS),
    modals=(*holding.MODALS, *kinds.MODALS),
    errands=(looking.NOW, exporting.ERRAND),
    laters=(REMIND,),
    waiting=waiting.waiting,
    rituals=(
        Ritual(
            name="error_review",
            summary="The 20 worst predictions of the past seven days, in the team channel",
            default_at="mon 09:00",
            run=review,
            chores=(PULL,),
        ),
    ),
)
