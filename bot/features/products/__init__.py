"""Products: adding, changing and putting away what everything else hangs off, and when its rituals speak."""

from bot.features.products import commands, deeds, forms, settings, submissions, waiting
from bot.features.products.errands import PREVIEW
from bot.kit.command import Action, Effect, Modal
from bot.kit.feature import Feature

FEATURE = Feature(
    name="products",
    summary="The products Muster looks after",
    commands=(*commands.COMMANDS, *settings.COMMANDS),
    synonyms={"products": "product", "setting": "settings", "config": "settings", "schedule": "settings"},
    actions=(*commands.ACTIONS, *settings.ACTIONS, Action(name=deeds.UNDO, effect=Effect.CHANGE, run=deeds.undo)),
    modals=(
        Modal(name=forms.ADD, submit=submissions.add, ask=submissions.question, fetch=submissions.look),
        Modal(name=forms.EDIT, submit=submissions.edit, ask=submissions.question, fetch=submissions.look),
        *settings.MODALS,
    ),
    errands=(PREVIEW, settings.MOVE),
    waiting=waiting.waiting,
    home=waiting.home,
    home_order=10,
)
