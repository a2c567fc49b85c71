"""A feature with next to nothing to do, so that what is measured is the way there and not the work."""

from bot.kit.asking import Ask
from bot.kit.command import Command, Effect, Modal
from bot.kit.feature import Feature
from bot.kit.reply import Reply
from bot.store import products


def note(_ask: Ask) -> Reply:
    """Nothing more than the inbox does for every command that changes something."""
    return Reply(text="Noted.")


def noted(ask: Ask, _seen: object) -> Reply:
    """One read; the one insert is the inbox's."""
    products.everything(ask.session)
    return Reply()


PROBE = Feature(
    name="probe",
    summary="Nothing",
    commands=(Command(noun="probe", summary="Note it", example="probe", effect=Effect.CHANGE, run=note),),
    modals=(Modal(name="probe.note", submit=noted),),
)
