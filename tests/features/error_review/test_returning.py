"""What a review carries over from the one before, through the real runner, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.domain.delivery import StoredPost
from bot.domain.fixes import Fix, FixKind, FixState
from bot.domain.planning import Slot
from bot.domain.prediction import Prediction
from bot.domain.product import Product, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.returning import Left, Memory, Reported, seating
from bot.domain.reviewing import Quick, Why
from bot.domain.summary import Summary
from bot.domain.window import Window, zone_named
from bot.features.error_review import blocks, service
from bot.features.error_review.opening import Effect, due, told
from bot.features.error_review.view import Week, marks_of, review_view
from bot.kit.ritual import Turn
from bot.sandbox.blocks import problems
from bot.sandbox.showing import formats_in, links_in, mentions_in
from bot.store import fixes, meetings, predictions, reports, reviews
from bot.store.fixes import Change, NewFix
from bot.store.meetings import Item
from bot.store.memory import Origin
from bot.store.pulls import Pull
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product
from tests.support.reviews import WEEKLY, load, reviewed, words
from tests.support.snapshots import Snapshots

NEXT = MONDAY + timedelta(days=7)
LATER = MONDAY + timedelta(days=4)
TEXTS = ("card was stolen", "transfer got refused", "identity is unclear", "refund never came")


def errors(*texts: str, week: int = 0) -> list[Prediction]:
    """Errors on the Friday before `MONDAY`, or *week* weeks later, worst first."""
    at = MONDAY - timedelta(days=3) + timedelta(weeks=week)
    return [
        a_prediction(id=f"w{week}-{n}", input=one, occurred_at=at, score=n / 100, correct=False)
        for n, one in enumerate(texts)
    ]


def items(database: Database, product: Product) -> list[Item]:
    review = database.do(lambda session: reviews.latest(session, product.id))
    assert review is not None
    return database.do(lambda session: meetings.items(session, review.id))


def look_at(database: Database, *several: Item) -> None:
    """Let people start the review, and judge these items."""

    def judge(session: Session) -> None:
        reviews.start(session, several[0].review_id, user="U0PM", now=MONDAY)
        for one in several:
            meetings.judge(session, one.id, Quick.NOT_WORTH_IT, user="U0PM", now=MONDAY)
            meetings.mark_reviewed(session, one.id, MONDAY)

    database.do(judge)


def a_fix(database: Database, product: Product, item: Item, state: FixState) -> None:
    shipped = LATER if state is FixState.SHIPPED else None
    change = Change(user="U0PM", at=MONDAY, what="proposed")
    new = NewFix(
        product_id=product.id,
        review_id=item.review_id,
        title="Widen <!here> the articles",
        kind=FixKind.RETRIEVAL,
        state=state,
        due=date(2026, 11, 25),
        item_ids=(item.id,),
    )
    added = database.do(lambda session: fixes.add(session, new, change))
    if shipped:
        database.do(
            lambda session: session.connection().execute(
                text(
                    "UPDATE fixes SET shipped_at = (SELECT finished_at FROM reviews WHERE id = :review) WHERE id = :id"
                ),
                {"review": item.review_id, "id": added.id},
            )
        )


async def heads(database: Database, product: Product) -> StoredPost:
    """The head of the review of the next week."""
    posts = await reviewed(database, product, due=NEXT)
    return next(one for one in posts if one.parent_id is None and "16 to 22 November" in words(one))


async def test_what_was_reviewed_does_not_return_and_what_was_left_does_once_marked(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, errors(*TEXTS))
    await reviewed(database, product)
    look_at(database, items(database, product)[0])
    load(database, product, errors(TEXTS[0], "another question entirely", week=1))

    head = await heads(database, product)

    found = items(database, product)
    assert [(one.prediction.id, one.why) for one in found] == [
        ("w1-1", Why.WORST),
        ("w0-1", Why.LEFT),
        ("w0-2", Why.LEFT),
        ("w0-3", Why.LEFT),
    ]
    assert words(head).count("left over from 9 to 15 November") == 3
    assert "3 more are left over from an earlier review." in words(head)

    look_at(database, found[0])
    await reviewed(database, product, due=NEXT + timedelta(days=7))
    assert items(database, product) == []


async def test_a_product_where_nobody_looks_gets_the_worst_of_each_week(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, errors(*TEXTS))
    await reviewed(database, product)
    load(database, product, errors(*TEXTS[:2], week=1))

    await heads(database, product)

    assert [(one.prediction.id, one.why) for one in items(database, product)] == [
        ("w1-0", Why.WORST),
        ("w1-1", Why.WORST),
    ]


async def test_an_open_fix_is_told_and_its_errors_stay_away_counted(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, errors(TEXTS[0]))
    await reviewed(database, product)
    (item,) = items(database, product)
    look_at(database, item)
    a_fix(database, product, item, FixState.DECIDED)
    load(database, product, errors(TEXTS[0], f"{TEXTS[0]} 2", "another question entirely", week=1))

    head = await heads(database, product)

    assert [one.prediction.id for one in items(database, product)] == ["w1-2"]
    assert "2 more are like the ones you are fixing, and stay away until then." in words(head)
    assert "Last week's fixes: 1 open (due Wednesday)." in words(head)


async def test_an_error_that_came_back_after_its_fix_says_so(database: Database) -> None:
    product = database.do(a_product)
    load(database, product, errors(TEXTS[0]))
    await reviewed(database, product)
    (item,) = items(database, product)
    look_at(database, item)
    database.do(lambda session: reviews.finish(session, item.review_id, user="U0PM", now=LATER - timedelta(days=1)))
    a_fix(database, product, item, FixState.SHIPPED)
    load(database, product, errors(*(f"{TEXTS[0]} {n}" for n in range(4)), week=1))

    head = await heads(database, product)

    (back,) = items(database, product)
    assert back.back_from is not None
    said = words(head)
    assert "came back after the fix “Widen <!here> the articles” (shipped 19 November)" in said
    assert "Last week's fixes: 1 done." in said
    assert "4 errors like its own among the worst 4, 1 the week before." in said


async def test_reports_take_seats_with_how_many_said_so_and_keep_them_when_the_review_is_made_again(
    database: Database,
) -> None:
    product = database.do(a_product)
    load(database, product, errors(*TEXTS))
    promise = a_prediction(id="told", input="a promise that nobody made", occurred_at=MONDAY, score=None)
    (row_id,) = database.do(lambda session: predictions.keep(session, product.id, [promise], loaded=False)).values()

    def report(session: Session) -> None:
        for user in ("U0PM", "U0ML"):
            reports.keep(
                session,
                product_id=product.id,
                prediction_row_id=row_id,
                user=user,
                channel="C0TEAM",
                ts="1.1",
                note="",
                now=MONDAY,
            )

    def again(session: Session) -> None:
        wall = MONDAY.astimezone(zone_named(product.timezone)).replace(tzinfo=None)
        slot = Slot(nominal=wall, due=MONDAY)
        service.review(Turn(session=session, now=MONDAY, product=product, slot=slot, at=WEEKLY))

    database.do(report)

    head, *_ = await reviewed(database, product)
    database.do(again)

    reported = [one for one in items(database, product) if one.why is Why.REPORTED]
    assert [one.row_id for one in reported] == [row_id]
    assert "reported by 2 people" in words(head)
    assert {one.item_id for one in database.do(lambda session: reports.of_prediction(session, row_id))} == {
        reported[0].id
    }


def test_head_and_thread_with_everything_that_is_carried_over(snapshots: Snapshots) -> None:
    pool = errors(*(f"{one} {'again ' * n}" for n in range(2) for one in TEXTS))
    week = Week(
        product="Support Copilot",
        window=Window(MONDAY - timedelta(days=7), MONDAY),
        zone=zone_named("Europe/Berlin"),
        late=False,
    )
    pull = Pull(
        window=week.window,
        ranking=Ranking.SCORE,
        pool=tuple(pool),
        row_ids=tuple(range(len(pool))),
        this=Summary(seen=80, unranked=0, judged=80, wrong=8),
        last=None,
        pulled_at=MONDAY,
    )
    said = a_prediction(id="told", input="a promise that nobody made")
    old = a_prediction(id="old", input="question of the week before")
    table = seating(
        pool,
        Memory(),
        reported=[Reported(prediction=said, report_ids=(1,))],
        left=[Left(prediction=old, item_id=1)],
    )
    before = Window(MONDAY - timedelta(days=14), MONDAY - timedelta(days=7))
    marks = {
        pool[0].identity: marks_of(
            Origin(row_id=1, title="Widen <!here> the *articles*", shipped_at=MONDAY), week.zone
        ),
        said.identity: marks_of(Origin(row_id=2, voices=2), week.zone),
        old.identity: marks_of(Origin(row_id=3, window=before), week.zone),
    }
    opened = ("Last week's fixes: 2 done, 1 open (due Wednesday).", "After “<!here> *x*” (shipped 12 November): gone.")
    view = review_view(pull, ProductRecord(), table=table, marks=marks, opening=opened)

    for name, message in {"head": blocks.head(week, view, 7), "thread": blocks.thread(week, view, 7)[0]}.items():
        shown = {"text": message.text, "blocks": list(message.blocks)}
        assert problems(shown["blocks"]) == []
        in_blocks = {"text": "", "blocks": shown["blocks"]}
        assert [mentions_in(in_blocks), links_in(in_blocks), formats_in(in_blocks)] == [[], [], []]
        snapshots.expect(f"blocks/returning/{name}", shown)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 16), "due today"),
        (date(2026, 11, 18), "due Wednesday"),
        (date(2026, 11, 22), "due Sunday"),
        (date(2026, 11, 23), "due 23 November"),
        (date(2026, 11, 13), "overdue since Friday"),
        (date(2026, 11, 2), "overdue since 2 November"),
    ],
)
def test_when_something_is_due(day: date, said: str) -> None:
    assert due(day, date(2026, 11, 16)) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (2, 2, "too few errors like its own to say whether they went away."),
        (0, 9, "its errors went away, 9 the week before."),
        (4, 9, "4 errors like its own among the worst 200, 9 the week before."),
        (4, None, "4 errors like its own among the worst 200, the week before nobody looked."),
    ],
)
def test_whether_the_errors_of_a_fix_went_away(now: int, before: int | None, said: str) -> None:
    fix = Fix(id=1, product_id=1, review_id=1, title="Widen", kind=FixKind.RETRIEVAL)

    sentence = told(Effect(fix=fix, now=now, before=before), shipped="12 November", looked_at=200)

    assert sentence == f"After “Widen” (shipped 12 November): {said}"
