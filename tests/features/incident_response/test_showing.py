"""The card, the list and the timeline, and which incident is meant by what somebody says."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import Session

from bot.domain.incidents import Did, Event, Incident, Severity, State
from bot.domain.product import Product
from bot.features.incident_response import card, words
from bot.features.incident_response.waiting import waiting
from bot.kit.reply import Next
from bot.store import incidents, posts
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from tests.features.incident_response.team import LEE, THREAD, answer_in, asking, form, now_of, posted
from tests.support.block_rules import assert_accepted
from tests.support.dialogue import a_team, answer, pressed, shown
from tests.support.hostile import hostile_text
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident, decision
from tests.support.office import ELSEWHERE, ML, OTHER, PM, TEAM, read
from tests.support.snapshots import Snapshots

LATER = TUESDAY + 14 * MINUTE


def drawn(session: Session, product: Product) -> dict[str, object]:
    """The card as it stands."""
    text, blocks = card.message(session, product, now_of(session))
    return {"text": text, "blocks": blocks}


@pytest.mark.parametrize("case", ["declared", "held", "offered", "resolved"])
def test_the_card_is_the_one_that_was_found_good(
    session: Session, request: pytest.FixtureRequest, snapshots: Snapshots, case: str
) -> None:
    if case == "declared":
        product = a_team(session, now=TUESDAY)
        a_kept_incident(session, product)
    else:
        product = request.getfixturevalue("product")
        request.getfixturevalue("held")
    if case in {"offered", "resolved"}:
        answer(session, "incident note it began at noon", user=OTHER, now=LATER)
        incidents.add(session, 1, decision(next(iter(words.DECISIONS)), at=LATER), LATER)
        answer(session, f"incident owner <@{LEE}>", user=ML, now=LATER)
    if case == "resolved":
        answer(session, "incident resolve a bad prompt", user=ML, now=LATER)

    found = drawn(session, product)

    assert_accepted(found["blocks"])  # type: ignore[arg-type]  # blocks, as drawn
    snapshots.expect(f"blocks/incident_response/card_{case}", found)


@given(text=hostile_text)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_people_type_pings_nobody_and_is_accepted(
    session: Session, product: Product, held: Incident, text: str
) -> None:
    shown_one = replace(held, seen=text or "x", summary=text, state=State.RESOLVED)
    blocks = card.message(session, product, shown_one)[1]

    assert_accepted(blocks)
    said = [block["text"] for block in blocks if block["type"] == "section" and block["text"]["type"] == "mrkdwn"]
    assert [one["text"] for one in said] == [f"*Owner:* <@{ML}>"]


def test_the_card_in_the_channel_follows_every_change(session: Session, product: Product, held: Incident) -> None:
    first = card.post(session, product, held, TEAM, LATER)
    new = NewPost(workspace=LOCAL_WORKSPACE, key=first.key, recipient=TEAM, text=first.text, blocks=first.blocks)
    posts.add(session, new, LATER)

    answer(session, "incident severity 1", user=ML, now=LATER)

    post = posts.named(session, LOCAL_WORKSPACE, first.key)
    assert post is not None
    assert "severity 1 (critical)" in post.text
    assert list(post.blocks) == drawn(session, product)["blocks"]


def test_what_is_open_is_listed_with_who_has_it_and_since_when(
    session: Session, product: Product, held: Incident
) -> None:
    a_kept_incident(session, product, seen="it is slow", kind="latency_spike", severity=Severity.LOW, now=LATER)

    assert read(shown(answer(session, "incidents", now=LATER))).replace("*", "") == "\n".join(
        (
            "2 open incidents",
            "Incident 1: Hallucination, Support Copilot, severity 2 (high). It makes up refund dates",
            f"Owner: <@{ML}>. Open for 14 min.",
            "[Show]",
            "Incident 2: Latency spike, Support Copilot, severity 4 (low). it is slow",
            f"Owner: waiting for <@{ML}> since {words.when(LATER, _berlin())}. Open for under a minute.",
            "[Acknowledge]",
            "[Show]",
        )
    )


def test_one_product_has_its_own_list(session: Session, product: Product, held: Incident) -> None:
    other = a_team(session, key="search", name="Search", team_channel=ELSEWHERE, now=TUESDAY)

    assert read(shown(answer(session, "incident search", now=LATER))).startswith("No incident is open.")
    a_kept_incident(session, other)
    assert "1 open incident\nIncident 2" in read(shown(answer(session, "incident search", now=LATER)))
    assert answer(session, "incident nonsense", now=LATER).text.startswith("I do not know “nonsense”.")


def test_the_timeline_has_everything_at_the_time_at_which_it_happened(
    session: Session, product: Product, held: Incident
) -> None:
    early = Event(at=TUESDAY - MINUTE, by=PM, what=Did.KEPT, detail={"text": "since noon", "author": ML})
    incidents.add(session, 1, early, LATER)

    lines = read(shown(answer(session, "incident timeline", now=LATER))).splitlines()

    times = [words.when(at, _berlin()) for at in (TUESDAY - MINUTE, TUESDAY, TUESDAY + 4 * MINUTE)]
    assert lines == [
        "Timeline of incident 1",
        f"{times[0]}: Ana Lima kept what Raj Patel wrote.",
        "since noon",
        f"{times[1]}: Ana Lima declared it; Raj Patel owns it.",
        "It makes up refund dates",
        f"{times[2]}: Raj Patel acknowledged it, 4 min after it was declared.",
    ]


def test_a_long_timeline_says_what_it_leaves_out(session: Session, held: Incident) -> None:
    for number in range(30):
        note = Event(at=LATER, by=PM, what=Did.NOTED, detail={"text": f"note {number}"})
        incidents.add(session, 1, note, LATER)

    reply = shown(answer(session, "incident timeline 1", now=LATER))

    assert "12 earlier events not shown" in read(reply)
    assert "note 29" in read(reply)
    assert_accepted(reply["blocks"])


def test_what_is_over_is_shown_with_what_came_of_it(session: Session, held: Incident) -> None:
    answer(session, "incident resolve a bad prompt", user=ML, now=LATER)

    seen = read(shown(pressed(session, "incident_response.show", "1", now=LATER)))

    assert "What it was and what was done: a bad prompt" in seen
    assert "acknowledged after 4 min, resolved after 14 min" in seen
    assert "[Timeline]" in seen


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("note 1 user complained", 2),
        ("note #1 user complained", 1),
        ("note 7 users complained", 2),
    ],
)
def test_in_its_thread_a_number_is_a_word_unless_it_is_marked(
    session: Session, product: Product, held: Incident, said: str, heard: int
) -> None:
    second = a_kept_incident(session, product)
    posted(session, product, second, THREAD)

    answer_in(session, f"incident {said}", THREAD)

    noted = [one.id for one in incidents.open_ones(session) if incidents.events(session, one.id)[-1].what is Did.NOTED]
    assert noted == [heard]


def test_which_one_is_meant_is_asked_where_nothing_says_it(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product)

    assert answer(session, "incident note it is back", now=LATER).text == (
        "Which incident: #1, #2? Say its number first, like “#1”, or say it in its thread."
    )
    assert answer(session, "incident note 2 it is back", now=LATER).text.startswith("You noted it: the record of")
    assert answer(session, "incident note 7 users complained", now=LATER).text.startswith("Which incident")


def test_the_only_one_of_the_channels_product_is_meant(session: Session, product: Product, held: Incident) -> None:
    other = a_team(session, key="search", name="Search", team_channel=ELSEWHERE, now=TUESDAY)
    a_kept_incident(session, other)

    assert "incident 2 of *Search*" in answer(session, "incident note hm", now=LATER, channel=ELSEWHERE).text
    assert answer(session, "incident note hm", now=LATER, channel=None).text.startswith("Which incident")


def test_with_nothing_open_nothing_is_meant(session: Session, product: Product) -> None:
    for line in ("ack", "note it is back", "note"):
        said = answer(session, f"incident {line}", now=LATER).text
        assert said == "No incident is open. Say “incident declare” if something is wrong."
    for line in ("show", "timeline", "review", "follow-up block it"):
        said = answer(session, f"incident {line}", now=LATER).text
        assert said == "There was no incident yet. Say “incident declare” if something is wrong."
    assert answer(session, "incident show 9", now=LATER).text == (
        "There is no incident 9. Say “incident” to see what is open."
    )


def test_after_the_end_the_one_that_was_over_last_is_meant_by_what_looks_back(
    session: Session, product: Product, held: Incident
) -> None:
    a_kept_incident(session, product)
    other = a_team(session, key="search", name="Search", team_channel=ELSEWHERE, now=TUESDAY)
    a_kept_incident(session, other)
    for minute, number in enumerate((2, 1, 3)):
        answer(session, f"incident resolve #{number} the prompt", user=ML, now=LATER + minute * MINUTE)
    later = LATER + 3 * MINUTE

    # The channel's product comes first, elsewhere the last of all.
    for channel, last in ((TEAM, 1), (None, 3)):
        title = read(shown(answer(session, "incident timeline", now=later, channel=channel))).splitlines()[0]
        assert title == f"Timeline of incident {last}"
    assert read(shown(answer(session, "incident show", now=later))).startswith("Incident 1: Hallucination")
    assert "incident 1 of" in answer(session, "incident follow-ups Block them", now=later).text
    assert answer(session, "incident review", now=later).then == Next(
        errand="incident_response.hand_over_review", value="1"
    )


def test_what_is_open_is_meant_before_what_is_over(session: Session, product: Product, held: Incident) -> None:
    answer(session, "incident resolve the prompt", user=ML, now=LATER)
    a_kept_incident(session, product)

    assert read(shown(answer(session, "incident timeline", now=LATER))).startswith("Timeline of incident 2")


def test_in_the_thread_of_what_is_over_it_is_meant_and_by_a_number_another_one(
    session: Session, product: Product, held: Incident
) -> None:
    posted(session, product, held, THREAD)
    answer(session, "incident resolve the prompt", user=ML, now=LATER)
    a_kept_incident(session, product)

    answer_in(session, "incident note it was the cache", THREAD)

    assert [one.what for one in incidents.events(session, 1)][-1] is Did.NOTED
    assert read(shown(answer_in(session, "incident timeline", THREAD))).startswith("Timeline of incident 1")
    assert read(shown(answer_in(session, "incident timeline 2", THREAD))).startswith("Timeline of incident 2")


def test_in_its_thread_a_form_keeps_the_number_that_was_said(
    session: Session, product: Product, held: Incident
) -> None:
    posted(session, product, held, THREAD)

    (field,) = form(answer_in(session, "incident note 404", THREAD)).blocks

    assert field["element"]["initial_value"] == "404"


def test_one_of_no_known_kind_is_called_by_what_is_seen(session: Session, product: Product) -> None:
    a_kept_incident(session, product, kind="other", seen="the logo is gone")

    lines = read(shown(answer(session, "incidents", now=LATER))).splitlines()

    assert lines[:2] == ["1 open incident", "Incident 1: the logo is gone, Support Copilot, severity 2 (high)"]
    assert drawn(session, product)["text"] == (
        "Incident 1: the logo is gone, Support Copilot, severity 2 (high): nobody is at it yet. the logo is gone"
    )


def test_a_time_is_that_of_the_product_with_its_zone() -> None:
    assert words.when(datetime(2026, 11, 6, 10, tzinfo=UTC), _berlin()) == "Fri 6 Nov 11:00 CET"


@given(text=hostile_text)
def test_whatever_is_said_stays_on_one_line_without_formats(text: str) -> None:
    said = words.said(text)

    assert len(said.splitlines()) <= 1
    assert not set("*_~`<>") & set(said)
    assert words.said("*no*\n<!here> `x` & ~y~") == "no &lt;!here&gt; x &amp; y"


def test_what_waits_for_whom(session: Session, product: Product, held: Incident) -> None:
    a_kept_incident(session, product)
    answer(session, f"incident owner #1 <@{LEE}>", user=ML, now=LATER)

    about = "*Support Copilot*: incident"
    assert [one.text for one in waiting(asking(session, now=LATER, user=ML))] == [
        f"{about} 2, severity 2, is yours and waits for you."
    ]
    assert [one.text for one in waiting(asking(session, now=LATER, user=LEE))] == [
        f"{about} 1, severity 2, is offered to you by <@{ML}>."
    ]
    assert waiting(asking(session, now=LATER, user=PM)) == []


def test_everything_that_can_happen_has_words(session: Session, held: Incident) -> None:
    details: dict[Did, dict[str, object]] = {
        Did.DECIDED: {"decision": "accept", "reason": "rare"},
        Did.REGRADED: {"severity": [2, 1]},
    }

    lines = [words.did(session, held, Event(at=LATER, by=PM, what=what, detail=details.get(what, {}))) for what in Did]

    assert all(line.endswith(".") for line in lines)
    assert len(set(lines)) == len(Did)


def _berlin() -> ZoneInfo:
    return ZoneInfo("Europe/Berlin")
