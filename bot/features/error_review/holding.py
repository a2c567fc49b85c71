"""What can be said and pressed while a review is held."""

from bot.features.error_review import card, experts, item_form, meeting, reminding, righting, speaking
from bot.kit import reviewing
from bot.kit.command import Action, AnyModal, Command, Effect, Modal

COMMANDS = (
    Command(
        noun="review",
        verb="start",
        takes="[product]",
        summary="Start the meeting: one card in the thread that both of you use",
        example="review start",
        effect=Effect.CHANGE,
        run=meeting.start_latest,
        synonyms=("begin", "open"),
    ),
    Command(
        noun="review",
        verb="decider",
        takes="[product] [@person]",
        summary="See or name who settles what product and ML differ about",
        example="review decider",
        effect=Effect.CHANGE,
        run=speaking.decider,
    ),
)

ACTIONS = (
    Action(name=reviewing.START, effect=Effect.CHANGE, run=meeting.start),
    Action(name=card.GO, effect=Effect.CHANGE, run=meeting.go),
    Action(name=card.SPEAK, effect=Effect.CHANGE, run=speaking.speak),
    Action(name=card.QUICK, effect=Effect.CHANGE, run=speaking.quick),
    Action(name=card.UNQUICK, effect=Effect.CHANGE, run=speaking.unquick),
    Action(name=card.SETTLE, effect=Effect.CHANGE, run=speaking.settle),
    Action(name=card.UNSETTLE, effect=Effect.CHANGE, run=speaking.unsettle),
    Action(name=reviewing.REVIEW, effect=Effect.OPEN, run=item_form.open_item),
    Action(name=card.SAY_MORE, effect=Effect.OPEN, run=item_form.open_item),
    Action(name=card.WALK, effect=Effect.OPEN, run=item_form.walk),
    Action(name=card.EXPERT, effect=Effect.OPEN, run=experts.open_form),
    Action(name=experts.ANSWER, effect=Effect.OPEN, run=experts.open_answer),
    Action(name=card.RIGHT, effect=Effect.OPEN, run=righting.open_form),
    Action(name=righting.UNDO, effect=Effect.CHANGE, run=righting.undo),
    Action(name=reminding.SNOOZE, effect=Effect.CHANGE, run=reminding.snooze),
    Action(name=reminding.NEVER, effect=Effect.CHANGE, run=reminding.never),
)

MODALS: tuple[AnyModal, ...] = (
    Modal(name=item_form.FORM, submit=item_form.submit),
    Modal(name=experts.ASK_FORM, submit=experts.submit_question, ask=experts.whom, fetch=experts.require_colleague),
    Modal(name=experts.ANSWER_FORM, submit=experts.submit_answer),
    Modal(name=righting.FORM, submit=righting.submit),
)
