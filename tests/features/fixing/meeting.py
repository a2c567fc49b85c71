"""A reviewed list, set up through the stores: what people said of each error, in a review whose message is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.reviewing import Cause, Part, Quick, Severity, Words
from bot.domain.summary import Group, Summary
from bot.domain.window import Window
from bot.kit import reviewing
from bot.store import kinds, meetings, predictions, pulls, reviews
from bot.store.reviews import Seat
from tests.support.builders import MONDAY, a_post, a_prediction
from tests.support.dialogue import private
from tests.support.office import ML, PM, TEAM, Office, read

WINDOW = Window(datetime(2026, 11, 9, 8, tzinfo=UTC), MONDAY)
HEAD = "review/head"


@dataclass(frozen=True, kw_only=True, slots=True)
class Error:
    """An error of a review and what was said of it; without *severity*, *cause* and *quick* nobody got to it."""

    asked: str
    severity: Severity | None = None
    cause: Cause | None = None
    quick: Quick | None = None
    kind: str | None = None
    segment: str | None = None
    alike: int = 0
    breaches: tuple[str, ...] = ()


USUAL = (
    Error(
        asked="Where is my card?",
        severity=Severity.HARMFUL,
        cause=Cause.DATA_GAP,
        kind="card tracking",
        segment="card",
        alike=2,
    ),
    Error(asked="My card has not come", quick=Quick.SAME_AS_ABOVE, segment="card"),
    Error(
        asked="When do I get my money back?",
        severity=Severity.LAUNCH_BLOCKING,
        cause=Cause.PROMPT,
        segment="refund",
        breaches=("promise a refund date",),
    ),
    Error(asked="Is this the right label?", quick=Quick.WRONG_LABEL, segment="card"),
    Error(asked="Hello?", severity=Severity.ACCEPTABLE, cause=Cause.OTHER),
    Error(asked="Tell me a joke", quick=Quick.NOT_WORTH_IT),
    Error(asked="Why was I charged twice?", segment="fees"),
)
"""Three fixes (data 4 errors, prompt 1, labels 1), one acceptable, one not worth it, one that nobody got to."""


def a_review(
    session: Session,
    product: Product,
    errors: Sequence[Error] = USUAL,
    *,
    head: str | None = HEAD,
    now: datetime = MONDAY,
) -> int:
    """Write down the review of *errors*, worst first, with everything said of them; returns its id."""
    seats = [_seat(session, product, rank, error) for rank, error in enumerate(errors, 1)]
    groups = (Group(name="card", seen=100, judged=90, wrong=9), Group(name="refund", seen=900, judged=800, wrong=10))
    this = Summary(seen=1000, unranked=0, judged=890, wrong=19, segments=groups)
    pulls.keep(session, product.id, window=WINDOW, ranking=Ranking.SCORE, pool=[], this=this, last=None, now=now)
    review_id = reviews.keep(
        session, product.id, window=WINDOW, ranking=Ranking.SCORE, seats=seats, now=now, head_key=head
    )
    if head is not None:
        a_post(session, head, now=now, product_id=product.id, blocks=reviewing.fresh(review_id, len(seats)))
    for item, error in zip(meetings.items(session, review_id), errors, strict=True):
        _speak(session, product, item.id, error, now)
    return review_id


def _seat(session: Session, product: Product, rank: int, error: Error) -> Seat:
    rows = [
        a_prediction(id=f"{rank}-{place}", input=error.asked, output="answer", expected="other", segment=error.segment)
        for place in range(error.alike + 1)
    ]
    ids = predictions.keep(session, product.id, rows, loaded=True)
    first, *alike = [ids[row.identity] for row in rows]
    return Seat(rank=rank, prediction_row_id=first, alike=tuple(alike), breaches=error.breaches)


def _speak(session: Session, product: Product, item_id: int, error: Error, now: datetime) -> None:
    for part, user, verdict in ((Part.PRODUCT, PM, error.severity), (Part.ML, ML, error.cause)):
        if verdict is not None:
            words = Words(part=part, user=user, verdict=verdict, note="", said_at=now, version=0)
            meetings.speak(session, item_id, words)
    if error.quick is not None:
        meetings.judge(session, item_id, error.quick, user=PM, now=now)
    if error.kind is not None:
        meetings.call(session, item_id, kinds.called(session, product.id, error.kind, by=PM, now=now).id)


def pressable(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button of a message, also where several read alike."""
    blocks = message.get("blocks") or []
    every = [one for block in blocks for one in [*block.get("elements", ()), block.get("accessory") or {}]]
    return [one for one in every if one.get("type") == "button"]


def click(office: Office, action: str, *, user: str = PM) -> str:
    """What *user* is told, or which form is opened, when they press the button with this action id, wherever it is."""
    before, form = private(office, user), office.slack.modal(user)
    message, element = next(
        (message, element)
        for message in [*office.slack.messages(), *office.slack.ephemerals()][::-1]
        for element in pressable(message)
        if element["action_id"] == action
    )
    office.slack.click(user, message["channel"], message["ts"], action, element.get("value"))
    office.settle()
    told = [read(one) for key, one in private(office, user).items() if before.get(key) != one]
    opened = office.slack.modal(user)
    fresh = opened is not None and (form is None or opened["id"] != form["id"])
    return "\n".join([*told, *([f"(form) {opened['title']['text']}"] if opened and fresh else [])])


def in_channel(office: Office, title: str) -> list[str]:
    """The messages of the team's channel that begin with *title*, as people read them."""
    return [shown for one in office.slack.messages(TEAM) if (shown := read(one)).startswith(title)]
