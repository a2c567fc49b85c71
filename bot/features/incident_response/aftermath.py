"""What follows once an incident is over: its summary in the thread, its follow-ups, what is learned from it."""

from collections.abc import Sequence

from bot.domain.follow_ups import NewFollowUp
from bot.domain.truth import Origin
from bot.features.incident_response import card, follow_ups, summing_up
from bot.features.incident_response.card import WRITTEN
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.blocks import actions, button, fit, header
from bot.kit.post import Post
from bot.store import held, incidents, truths


def resolved(ask: Ask, case: Case, taken: Sequence[NewFollowUp] = ()) -> list[Post]:
    """All that follows from an incident that has just been resolved, with the follow-ups that were *taken* from its
    form; returns what is to be posted.
    """
    attached(ask, case)
    posts = follow_ups.write_down(ask, case, taken)
    return [_summed_up(ask, case), *posts]


def attached(ask: Ask, case: Case) -> None:
    """Let what is known to be the right answer to a prediction of the incident wait for a domain expert, once the
    incident is over; it may be called as often as anything is attached.

    Who attached it proposes it: somebody else verifies it. Where nobody knows the right answer yet, `golden pick` lists
    the prediction as one that needs it.
    """
    if case.incident.is_open:
        return
    by = {one.row_id: one.by for one in incidents.attached(ask.session, case.incident.id)}
    for one in held.with_row_ids(ask.session, by):
        if one.prediction.expected:
            truths.propose(
                ask.session,
                product_id=case.product.id,
                prediction_row_id=one.row_id,
                origin=Origin.INCIDENT,
                proposal=one.prediction.expected,
                by=by[one.row_id],
                now=ask.now,
            )


def _summed_up(ask: Ask, case: Case) -> Post:
    incident = case.incident
    title = f"Incident {incident.id} is over"
    written = button("Written review", f"{WRITTEN}:{incident.id}", value=str(incident.id))
    more = button("Add a follow-up", f"{follow_ups.FOLLOW_UP}:{incident.id}", value=str(incident.id))
    row = actions("over", written, more)
    blocks = [*fit([header(title), *summing_up.summary(ask.session, case)], room=40), row]
    text = f"{title}. {summing_up.times(incident)}".replace("*", "").replace("\n", ". ")
    # Resolved anew after it was opened again, it is summed up anew.
    return card.thread_post(ask.session, case, f"summary/{incident.version}", text, blocks)
