"""The rules of the trade, as pure functions over frozen values; `now` is always an argument."""
