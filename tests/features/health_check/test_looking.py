"""`/muster health`: the whole picture in words, and one metric in full."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.health import MINIMUM_SAMPLE
from bot.domain.measuring import Measured, Part, Tally
from bot.domain.metrics import Direction, Layer, Metric, Target, Unit
from bot.domain.planning import At
from bot.domain.product import Product
from bot.domain.watching import Said
from bot.domain.window import Window
from bot.store import changes, chores, measures, readings, schedules, watches
from bot.store.chores import ChoreRun
from bot.store.session import Database
from tests.features.health_check.checks import keep
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, shown
from tests.support.office import read
from tests.support.readings import new_reading
from tests.support.snapshots import Snapshots

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
HOSTILE = "<!channel> *tone* _of_ `voice` & <@U0PM>"


def the_picture(session: Session) -> Product:
    """A product as in the picture in words: a factual error rate that went up after a new prompt."""
    product = a_team(session, now=MONDAY)
    keep(
        session,
        product,
        new_reading("accuracy", 0.91, n=1_912),
        new_reading("hallucination_rate", 0.061, n=1_912),
        new_reading("hallucination_rate", 0.047, n=1_850, end=MONDAY - WEEK),
        new_reading("csat", 4.2, end=MONDAY - 20 * DAY),
        new_reading("adoption_rate", 0.72),
        new_reading("deflection_rate", 0.38, n=240, days=30),
    )
    mark = Change(key="v7", at=MONDAY - 5 * DAY, what="prompt v7", noted_by="U0PM", noted_at=MONDAY - 5 * DAY)
    changes.note(session, product.id, mark)
    parts = (
        Part(name="cards", seen=1_500, right=Tally(part=1_400, whole=1_500)),
        Part(name="refunds", seen=400, right=Tally(part=340, whole=400)),
    )
    right, sure = Tally(part=1_740, whole=1_900), Tally(part=40, whole=900)
    measured = Measured(seen=1_900, right=right, high_confidence=sure, parts=parts)
    measures.keep(session, product.id, Window(MONDAY - WEEK, MONDAY), measured, MONDAY)
    return product


def said(database: Database, text: str) -> str:
    """What is answered, as a person reads it."""
    with database.reading() as session:
        return read({"blocks": answer(session, text).blocks})


def test_the_whole_picture_is_said_in_words(database: Database) -> None:
    database.do(the_picture)

    assert said(database, "health") == (
        "Support Copilot: 2 of 5 checks need attention, 1 unknown\n"
        "*FAIL*  Factual errors 6.1 %, target under 5 %: 1.1 points over it. Up 1.4 points on the week before. 1,912"
        " cases, so between 5.1 % and 7.3 %. Read Mon 16 Nov. Owner: <@U0ML>\n"
        "*WARN*  Deflection 38 %, target at least 40 %: 2 points short of it, not certain. 240 cases, so between 32.1 %"
        " and 44.3 %. Read Mon 16 Nov. Owner: <@U0PM>\n"
        "*UNKNOWN*  Satisfaction (CSAT): last read Tue 27 Oct, 4.2 of 5. Owner: <@U0PM>\n"
        "On target: Accuracy 91 %, Adoption 72 % (read Mon 16 Nov).\n"
        "Worst segment: refunds, 15 % wrong of 400 answers (Mon 9 Nov to Mon 16 Nov).\n"
        "Of 900 answers that the model was sure of, 4.4 % were wrong, so between 3.3 % and 6 % (Mon 9 Nov to Mon 16"
        " Nov).\n"
        "People use it although the answers miss their target: they may trust it more than it earns (Adoption 72 %;"
        " Factual errors 6.1 %).\n"
        "Since prompt v7 (Wed 11 Nov 09:00) factual errors went from 4.7 % to 6.1 % (read Mon 9 Nov and Mon 16 Nov);"
        " that may be chance.\n"
        "As of Mon 16 Nov 09:00. One in full: `/muster health hallucination_rate`"
    )


def test_the_whole_picture_as_slack_gets_it(database: Database, snapshots: Snapshots) -> None:
    database.do(the_picture)
    with database.reading() as session:
        message = shown(answer(session, "health"))

    assert_accepted(message["blocks"])
    snapshots.expect("blocks/health_check/whole", message["blocks"])


def test_without_any_reading_everything_is_unknown(database: Database) -> None:
    database.do(a_team)

    told = said(database, "health")

    assert told.startswith("Support Copilot: 0 of 5 checks on target, 5 unknown\n")
    assert "*UNKNOWN*  Never read: Accuracy, Factual errors, Satisfaction (CSAT), Adoption, Deflection\n" in told


@pytest.mark.parametrize(
    "words",
    ["hallucination_rate", "hallucination", "Hallucinations", "factual errors", "Factual-Errors", "copilot made-up"],
)
def test_a_metric_goes_by_many_names(database: Database, words: str) -> None:
    database.do(a_team)

    assert said(database, f"health {words}").startswith("Factual errors: unknown\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("acuracy", "accuracy"), ("p59", "p95"), ("halucination", "hallucination"), ("copilt", "copilot")],
)
def test_a_word_that_is_no_metric_is_guessed(database: Database, typed: str, meant: str) -> None:
    database.do(a_team)

    assert said(database, f"health {typed}").startswith(f"I do not know “{typed}”. Did you mean “{meant}”?\n")


def corrected(session: Session) -> None:
    """Accuracy with an agreed target, and a reading that Raj corrected."""
    product = a_team(session, now=MONDAY)
    keep(session, product, new_reading("accuracy", 0.91, n=400), new_reading("accuracy", 0.9, n=410, end=MONDAY - WEEK))
    right = new_reading("accuracy", 0.89, n=402, source="the July sheet <b>")
    readings.keep(session, product.id, right, by="U0ML", now=MONDAY + timedelta(hours=2))
    target = Target(direction=Direction.AT_LEAST, value=0.92)
    agreed = Said(metric="accuracy", target=target, agreed_by="Ana & Mia", agreed_on=date(2026, 10, 1), headline=True)
    watches.save(session, product.id, agreed)


def test_one_metric_in_full_has_its_target_who_agreed_and_the_history_with_what_was_corrected(
    database: Database, snapshots: Snapshots
) -> None:
    database.do(corrected)
    with database.reading() as session:
        message = shown(answer(session, "health accuracy"))

    assert_accepted(message["blocks"])
    assert read(message) == (
        "Accuracy: fail\n"
        "*Support Copilot*: share of answers rated correct.\n"
        "*FAIL*  Accuracy 89 %, target at least 92 %: 3 points short of it. Down 1 point on the week before. 402 cases,"
        " so between 85.6 % and 91.7 %. Read Mon 16 Nov. Owner: <@U0ML>\n"
        "Target: at least 92 %, agreed by Ana &amp; Mia on 1 Oct 2026.\n"
        "*Latest readings*\n"
        "• Mon 9 Nov to Mon 16 Nov: 89 % (n = 402), loaded (the July sheet &lt;b&gt;) by <@U0ML> on Mon 16 Nov 11:00\n"
        "• ~Mon 9 Nov to Mon 16 Nov: 91 % (n = 400), loaded by <@U0PM> on Mon 16 Nov 09:00~ replaced on Mon 16 Nov"
        " 11:00\n"
        "• Mon 2 Nov to Mon 9 Nov: 90 % (n = 410), loaded by <@U0PM> on Mon 16 Nov 09:00\n"
        "[Trend]\n[The statistics]\n[All of health]"
    )
    snapshots.expect("blocks/health_check/full", message["blocks"])


def test_a_metric_outside_of_the_set_can_be_looked_at(database: Database) -> None:
    def some(session: Session) -> None:
        product = a_team(session, now=MONDAY)
        keep(session, product, new_reading("edit_rate", 0.3), new_reading("cost_per_query", 0.0031))

    database.do(some)

    edits, cost = said(database, "health edits"), said(database, "health cost per query")
    assert "*WARN*  Edit rate 30 %, target under 30 %: exactly there, which is not enough." in edits
    assert "It is not in the set that is checked." in edits
    assert "*UNKNOWN*  Cost per query: no target yet; last read Mon 16 Nov, $0.0031." in cost


def test_a_title_of_the_teams_own_mentions_and_formats_nothing(database: Database) -> None:
    metric = Metric(
        name="tone",
        title=HOSTILE,
        meaning=HOSTILE,
        business="tone",
        layer=Layer.MODEL,
        unit=Unit.SHARE,
        direction=Direction.AT_LEAST,
        default=0.9,
    )

    def own(session: Session) -> None:
        product = a_team(session, now=MONDAY)
        watches.save(session, product.id, Said(metric="tone", definition=metric, chosen=True))
        keep(session, product, new_reading("tone", 0.5), new_reading("csat", 4.5))

    database.do(own)
    plain = "&lt;!channel&gt; tone of voice &amp; &lt;@U0PM&gt;"

    with database.reading() as session:
        blocks = [*answer(session, "health").blocks, *answer(session, "health tone").blocks]
    told = [one["text"]["text"] for one in blocks if one.get("text", {}).get("type") == "mrkdwn"]
    assert any(f"*FAIL*  {plain} 50 %, target at least 90 %" in text for text in told)
    assert not any(sign in text for text in told for sign in ("<!channel>", "*tone*", "`voice`"))


def test_a_rising_edit_rate_is_in_the_picture_while_it_lasts(database: Database) -> None:
    def rising(session: Session) -> None:
        product = a_team(session, now=MONDAY)
        values = enumerate([0.24, 0.21, 0.17, 0.12])
        keep(session, product, *(new_reading("edit_rate", value, end=MONDAY - ago * WEEK) for ago, value in values))

    database.do(rising)

    assert "People change more and more drafts: 12 % → 24 % over 4 periods." in said(database, "health")


def test_a_sample_that_is_too_small_stands_apart(database: Database) -> None:
    def few(session: Session) -> None:
        product = a_team(session, now=MONDAY)
        keep(session, product, new_reading("accuracy", 0.2, n=MINIMUM_SAMPLE - 1))

    database.do(few)

    assert ("*TOO FEW*  Accuracy: only 29, at least 30 are needed to tell; read Mon 16 Nov. Owner: <@U0ML>") in said(
        database, "health"
    )


def test_what_could_not_be_looked_at_is_said_until_it_could_be(database: Database) -> None:
    def begin(session: Session) -> int:
        product = a_team(session, now=MONDAY)
        at = At.parse("daily 08:30")
        schedules.put(session, product, "health_daily", at=at, next_due=MONDAY, options={})
        return schedules.named(session, product, "health_daily").id

    def ran(session: Session, day: int, reason: str | None) -> None:
        run = ChoreRun(schedule_id=schedule_id, nominal=f"2026-11-{day:02}T08:30", chore="measure")
        fence = chores.claim(session, run, now=MONDAY, lease=DAY)
        assert fence is not None
        chores.end(session, run, fence=fence, reason=reason)

    schedule_id = database.do(begin)
    database.do(lambda session: ran(session, 2, "The file is not there."))
    assert "Not everything could be looked at: The file is not there." in said(database, "health")

    database.do(lambda session: ran(session, 3, None))
    assert "Not everything" not in said(database, "health")
