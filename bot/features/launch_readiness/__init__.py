"""Launch readiness: what a launch needs, who signs for it, and when a sign-off falls."""

from bot.features.launch_readiness import (
    falling,
    list_form,
    listing,
    looking,
    saving,
    sign_form,
    signing,
    telling,
    waiting,
)
from bot.kit.feature import Feature

FEATURE = Feature(
    name="launch_readiness",
    summary="Say whether a product may launch, and who stands behind that",
    commands=(*looking.COMMANDS, *listing.COMMANDS, *list_form.COMMANDS, *sign_form.COMMANDS),
    synonyms={"readiness": "launch", "go-no-go": "launch"},
    actions=(
        *looking.ACTIONS,
        *saving.ACTIONS,
        *list_form.ACTIONS,
        *sign_form.ACTIONS,
        *signing.ACTIONS,
        *telling.ACTIONS,
    ),
    modals=(*list_form.MODALS, *sign_form.MODALS),
    errands=listing.ERRANDS,
    laters=falling.LATERS,
    waiting=waiting.waiting,
)
