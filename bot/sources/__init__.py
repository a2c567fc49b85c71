"""Where predictions come from: one module per kind of place, behind `bot.domain.sourcing.Source`."""
