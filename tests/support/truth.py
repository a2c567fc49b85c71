"""Proposals, verified answers and golden rows to begin a test with."""

from typing import Any

from sqlmodel import Session, select

from bot.domain.golden import Golden
from bot.domain.people import Role
from bot.domain.prediction import Prediction
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.truth import Origin, Truth, TruthState
from bot.domain.window import Window
from bot.store import golden, predictions, reports, reviews, truths
from bot.store.reports import Voice
from bot.store.reviews import Seat
from bot.store.tables import ReviewItemRow
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import a_team
from tests.support.office import ML, PM, TEAM

EXPERT, SECOND = "U0ELSE", "U0DOC"


def a_team_with_expert(session: Session, *experts: str, **known: Any) -> Product:
    """A product with a PM, an ML lead and domain experts: Mia (U0ELSE) unless named."""
    people = {Role.PM: PM, Role.ML_LEAD: ML, Role.DOMAIN_EXPERT: list(experts or (EXPERT,))}
    return a_team(session, people=people, **known)


def a_held(session: Session, product: Product, **known: Any) -> tuple[int, Prediction]:
    """A prediction that is held, with its row."""
    prediction = a_prediction(**known)
    return predictions.keep(session, product.id, [prediction], loaded=True)[prediction.identity], prediction


def a_proposal(session: Session, product: Product, *, proposal: str = "five days", **known: Any) -> Truth:
    """A proposal of the ML lead in a review, for a prediction of its own."""
    frame = {"origin": Origin.REVIEW, "by": ML, "now": MONDAY}
    frame |= {name: known.pop(name) for name in list(known) if name in frame}
    about = {"id": "p1", "input": "How long does a refund take?", "output": "A refund takes two weeks."}
    row_id, _ = a_held(session, product, **about | known)
    return truths.propose(session, product_id=product.id, prediction_row_id=row_id, proposal=proposal, **frame)  # type: ignore[arg-type]  # as typed above


def a_verified(session: Session, product: Product, **known: Any) -> Truth:
    """A proposal that Mia accepted."""
    truth = a_proposal(session, product, **known)
    return decided(session, truth)


def decided(session: Session, truth: Truth, state: TruthState = TruthState.ACCEPTED, **known: Any) -> Truth:
    """*truth* after Mia decided it."""
    frame: dict[str, Any] = {"answer": truth.proposal, "by": EXPERT, "reason": "", "now": MONDAY}
    after = truths.decide(session, truth, state, **frame | known)
    assert after is not None
    return after


def a_golden(session: Session, product: Product, **known: Any) -> Golden:
    """A row of the golden set, made of a verified proposal."""
    truth = a_verified(session, product, **known)
    answer = truth.answer or ""
    return golden.put(session, product, truth.prediction_row_id, answer=answer, truth_id=truth.id, by=PM, now=MONDAY)


def a_voice(
    session: Session, product: Product, user: str = ML, *, ts: str = "1795000000.000100", hour: int = 8
) -> Voice:
    """A report of the message *ts* in the team's channel."""
    prediction = Prediction(id=f"slack/{TEAM}/{ts}", occurred_at=MONDAY, output="wrong")
    row_id = predictions.keep(session, product.id, [prediction], loaded=False)[prediction.identity]
    at = MONDAY.replace(hour=hour)
    place = {"product_id": product.id, "prediction_row_id": row_id, "channel": TEAM, "ts": ts}
    return reports.keep(session, user=user, note="", now=at, **place)  # type: ignore[arg-type]  # as typed above


def a_seated_report(session: Session) -> int:
    """A report of the ML lead that sits in a review; the review's id."""
    product = a_team_with_expert(session)
    voice = a_voice(session, product)
    window = Window(MONDAY.replace(day=9), MONDAY)
    seat = Seat(rank=1, prediction_row_id=voice.prediction_row_id)
    review_id = reviews.keep(session, product.id, window=window, ranking=Ranking.SCORE, seats=[seat], now=MONDAY)
    item = session.exec(select(ReviewItemRow)).one()
    reports.seat(session, [voice.id], item.id or 0)
    return review_id
