"""Charts as pictures: it knows the domain, and matplotlib, which is imported when the first one is drawn."""

from bot.charts.drawing import NoChartsError, are_installed, draw

__all__ = ["NoChartsError", "are_installed", "draw"]
