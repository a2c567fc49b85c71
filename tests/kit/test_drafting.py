"""Drafting: the worked example as a whole, and what is loaded for it."""

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.claims import claims_of
from bot.domain.fixes import FixKind, FixState
from bot.domain.forecasts import Expected
from bot.domain.people import Person, Standing
from bot.domain.plain_language import jargon_in
from bot.domain.product import Never, Product, ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.updates import Body, Part
from bot.domain.window import Window
from bot.kit.drafting import Drafted, drafted
from bot.kit.update_blocks import shown, text_of
from bot.store import changes, directory, fixes, forecasts, predictions, readings, reviews, update_templates
from bot.store.fixes import NewFix
from bot.store.products import LOCAL_WORKSPACE
from bot.store.reviews import Seat
from bot.store.session import Database
from tests.support.block_rules import assert_accepted
from tests.support.builders import a_prediction, a_product
from tests.support.readings import WEEK_8, new_reading
from tests.support.updates import READ_AT, THURSDAY, WEEK

WORKED_EXAMPLE = """Support Copilot, week of 9 November: one measure short of its target

4 of 5 measures are on target.
Customers rate it 4.2 of 5 (target: at least 4.0; 0.1 more than last week).
72 of 100 people who could use it do (target: at least 60; much as last week).
76 of 100 tickets are solved without escalation (target: over 70; 1 more than last week).
38 of 100 requests are handled without a person (target: at least 40, 2 short of it; 2 more than last week).
A solved ticket costs $4.20 (target: at most $5.00; half a dollar less than in September; October).
Numbers are of 5 to 11 November where no other days stand beside them.

91 of 100 answers are correct (target: at least 85; 1 more than last week).
3 of 100 answers contain a factual error (target: under 5; much as last week).
People change 24 of 100 drafts before they use them (target: under 30; 2 fewer than last week).
95 of 100 answers come within 2.8 seconds (target: under 5 seconds; 0.2 seconds less than last week).

No safety incident: none of the worst 20 answers of 2 to 8 November did what it must never do.

What went wrong, and what was done:
Not on target: requests handled without a person.
Done: Collect examples of lost cards, Raj Patel, 10 November.
Changed: New menu for agents, 11 November.

What comes next:
Widen the knowledge base for refunds: Raj Patel, until 20 November.

What we expect:
92 of 100 answers correct in 4 to 6 weeks; it may level off at 90.

Drafted by Muster. Questions: Ana Lima."""


def test_the_worked_example_reads_as_it_should(database: Database) -> None:
    with database.unit_of_work() as session:
        product = week_8(session)
        made = drafted(session, product, WEEK, as_of=THURSDAY)

    assert text_of(made.body, product, WEEK, approved_line="Drafted by Muster.") == WORKED_EXAMPLE
    assert made.remarks == ()
    assert jargon_in(WORKED_EXAMPLE) == ()


def test_every_claim_of_a_draft_that_nobody_touched_has_something_behind_it(database: Database) -> None:
    with database.unit_of_work() as session:
        made = drafted(session, week_8(session), WEEK, as_of=THURSDAY)

    claims = claims_of(made.body, made.facts)
    assert [one for one in claims if one.behind is None] == []
    readings_behind = {one.reading_id for one in made.facts.figures if one.reading_id is not None}
    assert len(readings_behind) == 18


def test_its_blocks_are_taken_and_show_people_what_they_wrote_letter_for_letter(database: Database) -> None:
    with database.unit_of_work() as session:
        product = week_8(session)
        made = drafted(session, product, WEEK, as_of=THURSDAY)
    noted = Body(headline="<!here> *all*", parts={**made.body.parts, Part.NOTE: "<!channel> & `code`"})

    blocks = shown(noted, product, WEEK, approved_line="Approved by <@U0PM>.", picture=None)

    assert_accepted(blocks)
    assert {block["text"]["type"] for block in blocks if block["type"] == "section"} == {"plain_text"}


def test_the_picture_shows_twelve_weeks_of_the_headline_measures_in_plain_words(database: Database) -> None:
    with database.unit_of_work() as session:
        chart = drafted(session, week_8(session), WEEK, as_of=THURSDAY).chart

    assert chart is not None
    assert [panel.title for panel in chart.panels][:2] == [
        "Answers that are correct",
        "Answers that contain a factual error",
    ]
    assert [len(panel.points) for panel in chart.panels] == [2] * 5
    assert chart.panels[0].ahead is not None
    assert chart.panels[0].ahead.plateau == 0.90
    assert [mark.text for mark in chart.panels[0].marks] == ["A technical change", "New menu for agents"]
    assert jargon_in(chart.alt) == ()


def test_a_product_of_which_nothing_is_known_says_so(database: Database) -> None:
    with database.unit_of_work() as session:
        product = a_product(session)
        made = drafted(session, product, WEEK, as_of=THURSDAY)

    assert made.body.headline == "5 measures not known"
    assert made.body.parts[Part.HIGHLIGHTS].splitlines()[0] == "0 of 5 measures are on target, 5 are not known."
    # Nobody asked Slack for the PM's name yet.
    assert made.body.parts[Part.ASK] == "Questions: the team."
    assert made.chart is None


def test_a_teams_own_wording_is_used(database: Database) -> None:
    made = worded_by_the_team(database, "{{ update.status }} Hooray!")

    assert made.body.parts[Part.HIGHLIGHTS] == "0 of 5 measures are on target, 5 are not known. Hooray!"
    assert made.remarks == ()


def test_a_wording_that_fails_makes_room_for_ours_and_says_so(database: Database) -> None:
    made = worded_by_the_team(database, "fine\n{{ update.xyz }}")

    assert made.body.parts[Part.HIGHLIGHTS].startswith("0 of 5 measures are on target")
    assert made.remarks == (
        "The team's own wording of “highlights” failed, so it is ours here. Line 2: there is no field “xyz” here.",
    )


def test_a_technical_term_of_a_teams_own_wording_is_named_to_the_approver(database: Database) -> None:
    made = worded_by_the_team(database, "Latency is fine.")

    assert made.remarks == ("“Latency” is technical: say “how long people wait for an answer”.",)


def worded_by_the_team(database: Database, source: str) -> Drafted:
    """A draft whose highlights are worded by *source*."""
    with database.unit_of_work() as session:
        product = a_product(session)
        update_templates.save(session, product.id, Part.HIGHLIGHTS, source, seen=0, by="U0PM", now=THURSDAY)
        return drafted(session, product, WEEK, as_of=THURSDAY)


def week_8(session: Session) -> Product:
    """The worked example, with a week before it, a fix that is done and one to come, a change, a review, a forecast."""
    record = ProductRecord(
        baseline_cost_per_resolution=10.0, nevers=(Never(name="promise a price", phrases=("it costs",)),)
    )
    product = a_product(session, record=record)
    for user, name in (("U0PM", "Ana Lima"), ("U0ML", "Raj Patel")):
        directory.keep(session, LOCAL_WORKSPACE, Person(user=user, name=name, standing=Standing.MEMBER), THURSDAY)
    _measured(session, product)
    _reviewed(session, product)
    change = Change(
        key="1", at=THURSDAY - timedelta(days=1), what="new menu for agents", noted_by="U0PM", noted_at=READ_AT
    )
    changes.note(session, product.id, change)
    older = replace(change, key="2", at=THURSDAY - timedelta(days=20), what="prompt v6 live")
    changes.note(session, product.id, older)
    expected = Expected(target=0.92, low=0.90, high=0.92, weeks=(4, 6), plateau=0.90)
    due = date(2026, 12, 10), date(2026, 12, 24)
    forecasts.add(session, product.id, "accuracy", expected, due=due, started_from=0.87, by="U0PM", now=THURSDAY)
    return product


def _measured(session: Session, product: Product) -> None:
    before = {**WEEK_8, "accuracy": 0.90, "csat": 4.1, "resolution_rate": 0.75, "deflection_rate": 0.36}
    before |= {"edit_rate": 0.26, "latency_p95": 3.0}
    for end, values in ((READ_AT, WEEK_8), (READ_AT - timedelta(weeks=1), before)):
        weekly = [new_reading(name, value, end=end) for name, value in values.items() if name != "cost_per_resolution"]
        readings.keep_all(session, product.id, weekly, by="loader", now=end)
    october = READ_AT - timedelta(days=11)
    for end, days, value in ((october, 31, 4.20), (october - timedelta(days=31, hours=1), 30, 4.70)):
        monthly = new_reading("cost_per_resolution", value, end=end, days=days)
        readings.keep(session, product.id, monthly, by="loader", now=end)


def _reviewed(session: Session, product: Product) -> None:
    worst = [a_prediction() for _ in range(20)]
    rows = predictions.keep(session, product.id, worst, loaded=True)
    seats = [Seat(rank=rank, prediction_row_id=row) for rank, row in enumerate(rows.values(), start=1)]
    window = Window(WEEK.start - timedelta(weeks=1), WEEK.start)
    review_id = reviews.keep(session, product.id, window=window, ranking=Ranking.SCORE, seats=seats, now=WEEK.start)
    for title, kind, state, known in (
        (
            "collect examples of lost cards.",
            FixKind.LABELS,
            FixState.SHIPPED,
            {"shipped_at": THURSDAY - timedelta(days=2)},
        ),
        ("widen the knowledge base for refunds", FixKind.RETRIEVAL, FixState.DECIDED, {"due": date(2026, 11, 20)}),
        ("think about it", FixKind.PROMPT, FixState.DECIDED, {}),
        ("an older one", FixKind.PROMPT, FixState.SHIPPED, {"shipped_at": THURSDAY - timedelta(days=20)}),
        ("nobody's", FixKind.PROMPT, FixState.DECIDED, {"due": date(2026, 11, 20), "owner": None}),
    ):
        new = NewFix(product_id=product.id, review_id=review_id, title=title, kind=kind, owner="U0ML")
        change = fixes.Change(user="U0PM", at=THURSDAY, what="decided")
        fix = fixes.add(session, new, change)
        fixes.save(session, replace(fix, state=state, **known), change)
