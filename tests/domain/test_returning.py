"""What sits in this week's review when the weeks before are remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fixes import FixState
from bot.domain.folding import fold, pair
from bot.domain.prediction import Prediction
from bot.domain.returning import LEFT, REPORTED, SEATS, Left, Memory, Remedy, Reported, Reviewed, Seating, seating
from bot.domain.reviewing import Why

SHIPPED = datetime(2026, 11, 12, tzinfo=UTC)
BEFORE, AFTER = SHIPPED - timedelta(days=1), SHIPPED + timedelta(days=1)
WORDS = ["card", "lost", "refund", "late", "fee", "limit", "login", "payee"]


def one(name: str, text: str | None = None, *, at: datetime = AFTER) -> Prediction:
    return Prediction(id=name, occurred_at=at, input=text)


def ids(table: Seating) -> list[str]:
    return [seat.prediction.id for seat in table.seats]


def remembered(prediction: Prediction, state: FixState | None = None) -> Memory:
    remedy = Remedy(fix_id=7, state=state, shipped_at=SHIPPED) if state else None
    return Memory(reviewed=(Reviewed(prediction=prediction, remedy=remedy),))


OLD = one("old", "where is my refund for order 1")
TWIN = one("twin", "where is my refund for order 2")
OTHER = one("other", "close my account today")


@pytest.mark.parametrize("state", [None, FixState.DROPPED])
def test_what_was_reviewed_and_needs_no_fix_stays_away_with_all_that_is_alike(state: FixState | None) -> None:
    table = seating([OLD, TWIN, OTHER], remembered(OLD, state))

    assert (ids(table), table.being_fixed) == (["other"], 0)


@pytest.mark.parametrize("state", [FixState.PROPOSED, FixState.DECIDED, FixState.TUNED, FixState.TESTED])
def test_what_is_being_fixed_stays_away_and_is_counted(state: FixState) -> None:
    table = seating([OLD, TWIN, OTHER], remembered(OLD, state))

    assert (ids(table), table.being_fixed) == (["other"], 2)


@pytest.mark.parametrize("state", [FixState.SHIPPED, FixState.CHECKED])
def test_only_what_occurred_after_its_fix_was_shipped_comes_back_and_says_after_which(state: FixState) -> None:
    early = one("early", TWIN.input, at=BEFORE)

    table = seating([early, TWIN, OTHER], remembered(OLD, state))

    assert [(seat.prediction.id, seat.back_from) for seat in table.seats] == [("twin", 7), ("other", None)]


def test_the_latest_review_of_an_error_decides() -> None:
    latest, first = remembered(TWIN), remembered(OLD, FixState.SHIPPED)

    assert ids(seating([one("new", OLD.input)], Memory(reviewed=latest.reviewed + first.reviewed))) == []
    assert ids(seating([one("new", OLD.input)], Memory(reviewed=first.reviewed + latest.reviewed))) == ["new"]


def test_what_was_folded_into_a_reviewed_item_stays_away_even_with_other_words() -> None:
    memory = Memory(reviewed=(Reviewed(prediction=OLD, alike=frozenset({OTHER.identity})),))

    assert ids(seating([OTHER], memory)) == []


def test_who_somebody_took_out_of_a_fold_is_not_folded_and_not_kept_away_again() -> None:
    apart = frozenset({pair(OLD, TWIN)})

    assert ids(seating([OLD, TWIN], Memory(apart=apart))) == ["old", "twin"]
    assert ids(seating([TWIN], Memory(reviewed=(Reviewed(prediction=OLD),), apart=apart))) == ["twin"]


def test_a_report_of_what_sits_or_is_like_it_belongs_to_that_seat() -> None:
    report = one("said", TWIN.input)

    table = seating([OLD], Memory(), reported=[Reported(prediction=report, report_ids=(1, 2))])

    (seat,) = table.seats
    assert (seat.prediction, seat.alike, seat.why, seat.report_ids) == (OLD, (report,), Why.WORST, (1, 2))


def test_reports_come_after_the_worst_and_leftovers_after_those_five_of_each_at_most() -> None:
    pool = [one(f"p{n}") for n in range(30)]
    told = [Reported(prediction=one(f"r{n}"), report_ids=(n,)) for n in range(9)]
    left = [Left(prediction=one(f"l{n}"), item_id=n) for n in range(9)]

    table = seating(pool, Memory(), reported=told, left=left)

    assert [seat.why for seat in table.seats] == 20 * [Why.WORST] + 5 * [Why.REPORTED] + 5 * [Why.LEFT]
    assert [seat.left_from for seat in table.seats[-5:]] == [0, 1, 2, 3, 4]


def test_a_leftover_that_sits_already_or_was_dealt_with_since_is_passed_over() -> None:
    left = [Left(prediction=TWIN, item_id=1), Left(prediction=OTHER, item_id=2)]

    assert ids(seating([OLD], remembered(OTHER), left=left)) == ["old"]


texts = st.none() | st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def predictions(draw: st.DrawFn, prefix: str, most: int) -> list[Prediction]:
    return [one(f"{prefix}{n}", text) for n, text in enumerate(draw(st.lists(texts, max_size=most)))]


@given(predictions("p", 40))
def test_without_history_the_seats_are_those_of_the_fold(pool: list[Prediction]) -> None:
    table = seating(pool, Memory())

    assert [(seat.prediction, seat.alike) for seat in table.seats] == [
        (folded.prediction, folded.alike) for folded in fold(pool, seats=SEATS)
    ]


@given(predictions("p", 40), predictions("m", 6), predictions("r", 12), predictions("l", 12))
def test_nobody_sits_twice_and_no_part_takes_more_than_its_seats(
    pool: list[Prediction],
    known: list[Prediction],
    told: list[Prediction],
    left: list[Prediction],
) -> None:
    states = [None, *FixState]
    memory = Memory(
        reviewed=tuple(
            Reviewed(prediction=each, remedy=Remedy(fix_id=n, state=state, shipped_at=SHIPPED) if state else None)
            for n, each in enumerate(known, start=1)
            for state in [states[n % len(states)]]
        )
    )
    reported = [Reported(prediction=each, report_ids=(n,)) for n, each in enumerate(told)]
    over = [Left(prediction=each, item_id=n) for n, each in enumerate([*left, *pool[:3]])]

    table = seating(pool, memory, reported=reported, left=over)

    sits = [each.identity for seat in table.seats for each in (seat.prediction, *seat.alike)]
    assert len(sits) == len(set(sits))
    counts = [sum(seat.why is why for seat in table.seats) for why in Why]
    assert all(count <= most for count, most in zip(counts, (SEATS, REPORTED, LEFT), strict=True))
    assert table == seating(pool, memory, reported=reported, left=over)
