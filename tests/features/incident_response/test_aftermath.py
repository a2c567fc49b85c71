"""What follows once an incident is over: the summary, the follow-ups, what joins the golden set, the written review."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import Session

from bot.domain.fixes import FixState
from bot.domain.incidents import Decision, Incident, Severity
from bot.domain.people import Person, Standing
from bot.domain.product import Product
from bot.domain.ranking import Ranking
from bot.domain.text import clean
from bot.domain.truth import Origin, TruthState
from bot.domain.window import Window
from bot.features.incident_response import summing_up
from bot.features.incident_response.finding import Case
from bot.kit.reply import Reply
from bot.store import directory, fixes, follow_ups, incidents, reviews, truths
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.stakeholder_update.weeks import submit
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, pressed, shown
from tests.support.hostile import hostile_text
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident, decision, run_through
from tests.support.office import ML, OTHER, PM, Office, read
from tests.support.truth import a_held

PAST = "Thu 1 Jan 2026 is over already: choose a day to come."
LATER = TUESDAY + timedelta(hours=2, minutes=10)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that leaves nothing behind, with a team of which Slack told the names."""
    with database.trying() as opened:
        for user, name in ((PM, "Ana Lima"), (ML, "Raj Patel"), (OTHER, "Mia Chen")):
            person = Person(user=user, name=name, standing=Standing.MEMBER)
            directory.keep(opened, LOCAL_WORKSPACE, person, MONDAY)
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """The team's product."""
    return a_team(session, now=MONDAY)


def a_review(session: Session, product: Product) -> int:
    window = Window(MONDAY - timedelta(weeks=1), MONDAY)
    return reviews.keep(session, product.id, window=window, ranking=Ranking.SCORE, seats=[], now=MONDAY)


def is_at_it(session: Session, product: Product, **known: Any) -> Incident:
    """An incident that ML acknowledged after four minutes."""
    one = a_kept_incident(session, product, **known)
    pressed(session, "incident_response.acknowledge", str(one.id), user=ML, now=one.declared_at + 4 * MINUTE)
    return kept(session, one)


def kept(session: Session, incident: Incident) -> Incident:
    found = incidents.with_id(session, incident.id)
    assert found is not None
    return found


def says(reply: Reply) -> str:
    return read(shown(reply))


def test_whoever_resolves_it_gives_the_thread_its_summary(session: Session, product: Product) -> None:
    one = is_at_it(session, product, severity=Severity.CRITICAL)
    incidents.add(session, one.id, decision(Decision.PEOPLE_TAKE_OVER, at=TUESDAY + 5 * MINUTE), LATER)

    reply = answer(session, "incident resolve a prompt without sources", user=ML, now=LATER)

    summary = next(post for post in reply.posts if "summary" in post.key)
    assert (summary.text, read({"blocks": list(summary.blocks)})) == (
        "Incident 1 is over. Severity: 1 (critical). Times: acknowledged after 4 min, resolved after 2 h 10 min",
        "\n".join(
            (
                "Incident 1 is over",
                "*Severity:* 1 (critical)",
                "*Times:* acknowledged after 4 min, resolved after 2 h 10 min",
                f"*Held by:* Raj Patel, {stamp(0)} to {stamp(130)}",
                f"*People take over*, decided by Raj Patel {stamp(5)}: It harms people",
                "No follow-ups yet.",
                "[Written review]",
                "[Add a follow-up]",
            )
        ),
    )


def stamp(minutes: int) -> str:
    """A time on the clock of the product."""
    return (TUESDAY + minutes * MINUTE + timedelta(hours=1)).strftime("%a %d %b %H:%M CET")


def test_a_follow_up_becomes_a_fix_of_the_latest_review_and_its_owner_hears_of_it(
    session: Session, product: Product
) -> None:
    a_review(session, product)
    run_through(session, a_kept_incident(session, product))

    reply = answer(session, "incident follow-up 1 Block them <@U0ML> by 2026-12-04", now=LATER)

    (fix,) = fixes.of_product(session, product.id)
    assert (fix.title, fix.owner, str(fix.due), fix.state) == ("Block them", ML, "2026-12-04", FixState.DECIDED)
    assert says(reply) == (
        "You added 1 follow-up to incident 1 of *Support Copilot*.\nBlock them\n"
        "Raj Patel, due Fri 4 Dec 2026; fix 1, decided\n[Show the fix]"
    )
    assert [(post.to, post.text) for post in reply.posts] == [
        (ML, "You have a fix for Support Copilot: “Block them”, due Fri 4 Dec 2026.")
    ]
    assert "from incident 1" in says(answer(session, "fix show 1", now=LATER))
    assert "Block them" in says(answer(session, "fix list", now=LATER))


def test_before_the_first_review_a_follow_up_waits_its_owner_hears_of_it_and_it_can_be_taken_back(
    session: Session, product: Product
) -> None:
    run_through(session, a_kept_incident(session, product))
    reply = answer(session, "incident follow-up #1 Block them <@U0ML>", now=LATER)
    button = next(one for one in elements(reply) if one["text"]["text"] == "Undo")

    undone = pressed(session, button["action_id"].partition(":")[0], button["value"], now=LATER)
    twice = pressed(session, button["action_id"].partition(":")[0], button["value"], now=LATER)

    assert [post.to for post in reply.posts] == [ML]
    assert "It joins the fixes of the product's next error review." in read({"blocks": list(reply.posts[0].blocks)})
    assert undone.text == "You took the follow-up of incident 1 of *Support Copilot* back."
    assert "This follow-up is a fix by now, or gone." in twice.text
    assert follow_ups.of_incidents(session, [1]) == []


def elements(reply: Reply) -> list[dict[str, Any]]:
    return [one for block in reply.blocks for one in block.get("elements", ()) if one.get("type") == "button"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("incident follow-up 1", "Say what is to be done, like"),
        ("incident follow-up 1 <@U0ML>", "Say what is to be done, like"),
        ("incident follow-up 1 Block them by 2026-01-01", "Thu 1 Jan 2026 is over already"),
        ("incident follow-up 1 Block them <@U0GONE>", "This person is not here any more"),
        ("incident follow-up 99 Block them", "There is no incident 99"),
        ("incident review nonsense", "Name the incident by its number"),
        ("incident review 99", "There is no incident 99"),
        ("incident attach 1 <!here>", "There is no prediction “&lt;!here&gt;”"),
        ("incident attach #1", "Name the predictions by their ids"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_kept(
    session: Session, product: Product, said: str, told: str
) -> None:
    gone = Person(user="U0GONE", name="Gone", standing=Standing.GONE)
    directory.keep(session, LOCAL_WORKSPACE, gone, MONDAY)
    run_through(session, a_kept_incident(session, product))

    assert told in says(answer(session, said, now=LATER))
    assert follow_ups.of_incidents(session, [1]) == []


def test_somebody_without_a_part_in_it_adds_no_follow_up(session: Session, product: Product) -> None:
    run_through(session, a_kept_incident(session, product))

    assert "Ask one of them" in answer(session, "incident follow-up 1 Block them", user=OTHER, now=LATER).text


def test_what_is_known_to_be_right_waits_for_an_expert_and_the_rest_needs_an_answer(
    session: Session, product: Product
) -> None:
    right, _ = a_held(session, product, id="p-1", expected="five days")
    wrong, _ = a_held(session, product, id="p-2", expected=None)
    is_at_it(session, product)

    attached = answer(session, "incident attach p-1 p-2", now=LATER)
    open_still = truths.of_prediction(session, right)
    answer(session, "incident resolve a prompt without sources", user=ML, now=LATER)

    (truth,) = truths.of_prediction(session, right)
    assert attached.text == (
        "You attached 2 predictions to incident 1 of *Support Copilot*. They can join the golden set once it is over:"
        " `/muster golden`"
    )
    assert (open_still, truths.of_prediction(session, wrong)) == ([], [])
    assert (truth.origin, truth.proposal, truth.proposer, truth.state) == (
        Origin.INCIDENT,
        "five days",
        PM,
        TruthState.PROPOSED,
    )
    assert "with an incident" in says(answer(session, "truth", now=LATER))
    assert "From incident 1, p-2: needs the right answer" in says(answer(session, "golden pick", now=LATER))
    assert "1 output of incidents needs the right answer" in says(answer(session, "golden", now=LATER))
    assert "*Predictions:* 2 attached: 1 proposed answer waits for a domain expert, 1 needs the right answer" in says(
        answer(session, "incident show 1", now=LATER)
    )


def test_what_is_attached_after_it_was_over_waits_at_once_and_nothing_is_proposed_twice(
    session: Session, product: Product
) -> None:
    row, _ = a_held(session, product, id="p-1", expected="five days")
    run_through(session, a_kept_incident(session, product))

    first, again = (answer(session, "incident attach 1 p-1", now=LATER) for _ in range(2))

    assert len(truths.of_prediction(session, row)) == 1
    assert first.text.endswith("It can join the golden set: `/muster golden`")
    assert again.text == "All of them belong to incident 1 of *Support Copilot* already."


def test_the_right_answer_is_said_in_a_form_and_waits_for_an_expert(session: Session, product: Product) -> None:
    row, _ = a_held(session, product, id="p-1", expected=None)
    over = run_through(session, a_kept_incident(session, product))
    incidents.attach(session, over.id, [row], by=PM, now=LATER)
    button = next(one["accessory"] for one in answer(session, "golden pick", now=LATER).blocks if "accessory" in one)

    opened = pressed(session, button["action_id"].partition(":")[0], button["value"], now=LATER)

    assert opened.view is not None
    nothing = submit(session, opened.view, {}, now=LATER)
    told = submit(session, opened.view, {"answer": ("five days",)}, now=LATER)
    (truth,) = truths.of_prediction(session, row)
    assert nothing.refused == {"answer": "Say what would have been right."}
    assert told.text == "You proposed the right answer: proposal 1 of *Support Copilot* waits for a domain expert."
    assert (truth.origin, truth.proposal, truth.proposer) == (Origin.INCIDENT, "five days", PM)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, {"follow_ups": "Say what is to be done."}),
        ({"follow_ups": ("Block them by 2026-01-01",)}, {"follow_ups": PAST}),
        ({"follow_ups": ("Block them",), "follow_up_due": ("2026-01-01",)}, {"follow_up_due": PAST}),
        (
            {"follow_ups": ("Block them",), "follow_up_owner": ("U0GONE",)},
            {"follow_up_owner": "This person is not here any more: choose somebody else."},
        ),
    ],
)
def test_what_a_form_cannot_take_is_said_beside_its_field(
    session: Session, product: Product, values: dict[str, tuple[str, ...]], refused: dict[str, str]
) -> None:
    gone = Person(user="U0GONE", name="Gone", standing=Standing.GONE)
    directory.keep(session, LOCAL_WORKSPACE, gone, MONDAY)
    over = run_through(session, a_kept_incident(session, product))

    view = pressed(session, "incident_response.follow_up", str(over.id), now=LATER).view

    assert view is not None
    assert submit(session, view, values, now=LATER).refused == refused
    assert follow_ups.of_incidents(session, [over.id]) == []


def test_stats_say_how_many_how_fast_and_what_came_of_it(session: Session, product: Product) -> None:
    for day in range(5):
        run_through(session, a_kept_incident(session, product, now=TUESDAY - timedelta(days=day)), minutes=60 + day)

    told = (
        says(answer(session, "incident stats copilot 3", now=LATER)),
        says(answer(session, "incident stats", now=LATER)),
    )

    assert told[0].startswith("3 incidents of Support Copilot in the last 3 days\n")
    assert "Resolved in 3 of them: too few to say how fast (it takes 5)." in told[0]
    assert "Resolved after 1 h 2 min in half of 5 cases; nine of ten took no longer than 1 h 3 min." in told[1]
    assert "5  Hallucination" in told[1]
    assert "Happened more than once: Hallucination (5)" in told[1]
    assert "Incident 1, Tue 17 Nov 2026: Hallucination, severity 2, resolved after 1 h" in told[1]


def test_without_incidents_there_is_nothing_to_count(session: Session, product: Product) -> None:
    assert (
        answer(session, "incident stats 30", now=LATER).text == "*Support Copilot* had no incident in the last 30 days."
    )
    assert "nonsense" in answer(session, "incident stats nonsense", now=LATER).text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(hostile_text)
def test_whatever_was_typed_the_summary_can_be_shown(session: Session, product: Product, text: str) -> None:
    over = run_through(session, a_kept_incident(session, product, seen="x"))
    incidents.add(session, over.id, decision(Decision.ACCEPT, at=LATER, reason=clean(text)), LATER)
    case = Case(incident=over, product=replace(product, name=f"x{text}"))

    assert_accepted(summing_up.summary(session, case))


def test_resolved_in_the_form_with_follow_ups_and_the_review_is_handed_over(office: Office) -> None:
    product = office.database.do(a_team)
    office.database.do(lambda session: a_review(session, product))
    office.say("incident declare copilot severity 2 hallucination it makes up refund dates")
    office.press("Resolve", user=ML)

    office.submit(
        {
            "summary": "A prompt without sources",
            "follow_ups": "Block them\nTell agents by in 2 weeks",
            "follow_up_owner": ML,
            "follow_up_due": "2199-12-04",
        },
        user=ML,
    )
    told = office.press("Written review", user=ML)

    (uploaded,) = office.slack.files()
    made = office.database.do(lambda session: fixes.of_product(session, product.id))
    assert [(fix.title, fix.owner, fix.due is not None) for fix in made] == [
        ("Block them", ML, True),
        ("Tell agents", ML, True),
    ]
    assert "`copilot-incident-1.md` is in your direct messages" in told
    assert "# Incident 1 of Support Copilot" in json.dumps(uploaded, default=str)
