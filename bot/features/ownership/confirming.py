"""Every ninety days owners say whether what they own is still theirs: asked at once, in their working hours."""

from datetime import time

from bot.domain.confirming import Step, due, in_one_round, is_unanswered, next_step
from bot.features.ownership import confirming_messages as messages
from bot.features.ownership.confirming_rows import Held, asked_before, at_work, held_by, prefix
from bot.features.ownership.leaving_news import told_first
from bot.kit import later
from bot.kit.asking import Ask
from bot.kit.later import Later
from bot.kit.reply import Reply

ASK, TELL = "ownership.ask_to_confirm", "ownership.tell_unconfirmed"
"""Ask a person, once or again; tell a lead that an owner (the value) did not answer."""

DAILY = time(6)


def look(ask: Ask) -> Reply:
    """Lay down for everybody about whom something is to be done that it is done when they are at work."""
    for user, held in held_by(ask).items():
        rows = [one.row for one in held]
        if not due(rows, ask.now):
            # Most have nothing to confirm today: whether they were asked before need not be looked up.
            continue
        before = asked_before(ask.session, user)
        match next_step(rows, before, ask.now):
            case Step.ASK | Step.ASK_AGAIN:
                _lay_down(ask, ASK, user)
            case Step.TELL_LEADS:
                asked = before.of_round(rows)
                for lead in _leads_of(ask, user, [one for one in held if one.row in asked]):
                    _lay_down(ask, TELL, lead, about=user)
            case None:
                continue
    return Reply()


def ask_owner(ask: Ask) -> Reply:
    """Ask the person about everything that is theirs, or again what they did not answer; silent where that is answered
    meanwhile.
    """
    held = held_by(ask).get(ask.user, [])
    before = asked_before(ask.session, ask.user)
    rows = [one.row for one in held]
    step = next_step(rows, before, ask.now)
    if step not in {Step.ASK, Step.ASK_AGAIN}:
        return Reply()
    again = step is Step.ASK_AGAIN
    asked = before.of_round(rows) if again else in_one_round(rows, ask.now)
    wanted = messages.in_order(one for one in held if one.row in asked)
    day = (before.asked if again and before.asked else ask.now).date()
    return Reply(posts=messages.asking(ask, f"{prefix(ask.user, step)}{day}", wanted, again=again))


def tell_lead(ask: Ask) -> Reply:
    """Tell a lead what somebody did not answer for; silent where they did meanwhile, or are told of as gone."""
    owner, held = ask.value, held_by(ask).get(ask.value, [])
    before = asked_before(ask.session, owner)
    if before.asked is None or not is_unanswered([one.row for one in held], before, ask.now):
        return Reply()
    asked = before.of_round([one.row for one in held])
    theirs = messages.in_order(one for one in held if one.row in asked and ask.user in _leads_of(ask, owner, [one]))
    key = f"{prefix(owner, Step.TELL_LEADS)}{before.asked.date()}/{ask.user}"
    return Reply(posts=[messages.unanswered(ask, key, owner, theirs)] if theirs else [])


def _leads_of(ask: Ask, owner: str, held: list[Held]) -> dict[str, None]:
    """Who hears that *owner* did not answer, each once."""
    late = due([one.row for one in held], ask.now)
    several = [_leads(ask, one, owner) for one in held if one.row in late]
    return dict.fromkeys(user for users in several for user in users)


def _leads(ask: Ask, held: Held, owner: str) -> tuple[str, ...]:
    return told_first(ask.session, held.product, admins=ask.admins, but=[owner])


def _lay_down(ask: Ask, name: str, user: str, *, about: str = "") -> None:
    instant = at_work(ask, user)
    key = f"{user}/{about}/{instant.isoformat()}"
    later.at(ask.session, instant, name=name, key=key, now=ask.now, user=user, value=about)


LATERS = (
    Later(name="ownership.confirm_daily", run=look, daily=DAILY),
    Later(name=ASK, run=ask_owner),
    Later(name=TELL, run=tell_lead),
)
