"""Products: adding, changing and putting away what everything else hangs off."""

from bot.kit.feature import Feature

FEATURE = Feature(name="products", summary="The products Muster looks after")
