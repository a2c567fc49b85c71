"""What the update says and how: a team's own wording, and forecasts."""

from bot.features.stakeholder_update import forecasting, templates_form

COMMANDS = (*templates_form.COMMANDS, *forecasting.COMMANDS)
ACTIONS = (*templates_form.ACTIONS, *forecasting.ACTIONS)
MODALS = (*templates_form.MODALS, *forecasting.MODALS)
LATERS = forecasting.LATERS
