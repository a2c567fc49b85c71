"""The demo's meetings: what Ana and Raj say of the week's errors, one list to the end, the next one half."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Protocol

from sqlmodel import Session

from bot.demo import story
from bot.kit import reviewing
from bot.kit.reply import Reply
from bot.store import fixes, products, reviews
from bot.store.reviews import Review
from bot.store.session import Database

SEVERITIES = ("harmful", "annoying", "harmful", "acceptable", "annoying", "launch_blocking")
CAUSES = ("ambiguous_input", "data_gap", "retrieval", "model_limit", "wrong_label", "data_gap", "prompt")
"""What they say of one error after the other, over and over."""

NOTES = {
    1: ("An angry customer is counted as a happy one: nobody calls back.", "Complaint without one negative word"),
    2: ("Praise with a long list of worries in it.", "Praise and worry in one sentence"),
    4: ("The sentence says nothing without the one before it.", "Needs the sentence before"),
    7: ("Same pattern as number 1.", "Complaint without one negative word"),
}
"""What Ana adds in her own words, and what kind of error she calls it."""

ANSWERS = {2: "pleased, and worried about the sound"}
"""What she thinks would have been right; it waits for somebody to verify it."""

SCORES = ("impact", "feasibility", "risk", "alignment")
SCORED = (("5", "4", "2", "4"), ("4", "3", "2", "5"), ("3", "5", "1", "3"), ("4", "2", "4", "3"), ("2", "4", "1", "2"))
"""How they weigh one fix after the other."""

STATES = (
    ("fix done {0} tuned", "fix done {0} tested", "fix done {0} shipped", "fix done {0} checked"),
    ("fix done {0} shipped",),
    ("fix done {0} tested",),
    ("fix done {0} tuned",),
    ("fix drop {0} the labels were right after all",),
)
"""What becomes of one fix after the other; the rest stays as it was decided."""


class Hands(Protocol):
    """Whoever presses, says and fills in for the story's people."""

    def press(self, user: str, name: str, value: str) -> Reply:
        """Press a button that carries *value*."""
        ...

    def say(self, user: str, text: str) -> Reply:
        """Say *text* after the slash command."""
        ...

    def fill(
        self, user: str, opened: Reply, values: Mapping[str, str | Sequence[str]], *, seen: object = None
    ) -> Reply:
        """Fill in the form that was opened, and send it; *seen* is what a look at the outside would have found."""
        ...


def hold(hands: Hands, review_id: int, *, until: int) -> None:
    """Start a review and speak of its first *until* items."""
    ana, raj = story.PM.id, story.ML_LEAD.id
    hands.press(ana, reviewing.START, str(review_id))
    for rank in range(1, until + 1):
        _ana(hands, ana, f"{review_id} {rank}", rank)
        hands.press(raj, "error_review.speak", f"{review_id} {rank} ml {CAUSES[rank % len(CAUSES)]}")


def _ana(hands: Hands, ana: str, place: str, rank: int) -> None:
    severity = SEVERITIES[rank % len(SEVERITIES)]
    if rank not in NOTES:
        hands.press(ana, "error_review.speak", f"{place} product {severity}")
        return
    note, kind = NOTES[rank]
    form = hands.press(ana, reviewing.REVIEW, place)
    answer = {"answer": ANSWERS[rank]} if rank in ANSWERS else {}
    hands.fill(ana, form, {"severity": severity, "note": note, "new_kind": kind, **answer})


def hold_whole(database: Database, hands: Hands) -> None:
    """Hold the latest review to its end: fixes are scored, finished, and brought to every state there is."""
    review = _latest(database)
    ana, raj = story.PM.id, story.ML_LEAD.id
    hold(hands, review.id, until=len(review.seats) - 2)
    hands.press(raj, "error_review.quick", f"{review.id} {len(review.seats) - 1} wrong_label")
    hands.press(ana, reviewing.FINISH, str(review.id))
    decided = database.do(lambda session: fixes.of_review(session, review.id))
    for fix, scores in zip(decided, cycle(SCORED), strict=False):
        values = {**dict(zip(SCORES, scores, strict=True)), "owner": raj if fix.id % 2 else ana, "week": "yes"}
        hands.fill(ana, hands.press(ana, "fixing.score", str(fix.id)), values)
    helps = hands.press(ana, "fixing.helps", str(review.id))
    hands.fill(ana, helps, {"help": "collection"})
    hands.press(ana, "fixing.close", str(review.id))
    for fix, words in zip(decided, STATES, strict=False):
        for said in words:
            hands.say(raj, said.format(fix.id))


def hold_half(database: Database, hands: Hands) -> None:
    """Begin with the latest review, and stop in the middle: Ana and Raj differ about one, and ask Mia about another."""
    review = _latest(database)
    ana, raj = story.PM.id, story.ML_LEAD.id
    hold(hands, review.id, until=len(review.seats) // 2)
    hands.press(raj, "error_review.speak", f"{review.id} 3 product launch_blocking")
    asked = hands.press(ana, "error_review.expert", f"{review.id} 5")
    hands.fill(
        ana, asked, {"expert": story.NEWCOMER.id, "question": "Would a reader call this a complaint?"}, seen=True
    )


def _latest(database: Database) -> Review:
    def latest(session: Session) -> Review | None:
        product = products.named(session, story.PRODUCT.key)
        return reviews.latest(session, product.id)

    found = database.do(latest)
    assert found is not None  # noqa: S101 the story's reviews were made a moment ago
    return found
