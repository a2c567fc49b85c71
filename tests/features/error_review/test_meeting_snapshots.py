"""The card in every state and every form beside it, whole, as they were read and found good."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlmodel import Session

from bot.domain.product import Never, ProductRecord
from bot.domain.reviewing import Part, Words
from bot.features.error_review import card, experts, reminding
from bot.kit import reviewing
from bot.sandbox.blocks import problems
from bot.store import meetings, posts, questions, reviews
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.error_review.test_beside import look_after_in
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import a_team, answer, dead_ends, pressed, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.office import ML, OTHER, PM
from tests.support.reviews import load, reviewed
from tests.support.snapshots import Snapshots

RECORD = ProductRecord(nevers=(Never(name="promise a price", phrases=("it will cost",)),))
RICH = a_prediction(
    id="rich",
    input="How much is it?",
    output="It will cost 5 dollars.",
    expected="an offer to hand over",
    context="price list, page 2",
    citations=("faq/prices",),
    segment="prices",
    model_version="2.0.0",
    confidence=0.39,
    score=0.0,
    correct=False,
    trace_url="https://traces.example/42",
)
ALIKE = a_prediction(id="alike", input="How much is it today?", score=0.1)
PLAIN = a_prediction(id="plain", input="Where is my parcel?", score=0.2)


@pytest.fixture
async def review_id(database: Database) -> int:
    """A review of two items that Ana has started."""
    team = database.do(lambda session: a_team(session, record=RECORD, now=MONDAY - timedelta(days=1)))
    load(database, team, [RICH, ALIKE, PLAIN])
    await reviewed(database, team)
    database.do(start)
    return 1


def start(session: Session) -> None:
    """Press “Start review”, and put the card where the outbox would."""
    for post in pressed(session, reviewing.START, "1").posts:
        posts.add(
            session,
            posts.NewPost(
                workspace=LOCAL_WORKSPACE,
                key=post.key,
                recipient=post.to,
                text=post.text,
                blocks=post.blocks,
                parent_key=post.thread_of,
            ),
            MONDAY,
        )


def the_card(database: Database) -> dict[str, Any]:
    with database.reading() as session:
        review = reviews.with_id(session, 1)
        assert review is not None
        found = posts.named(session, LOCAL_WORKSPACE, f"{review.head_key}/card")
    assert found is not None
    return {"text": found.text, "blocks": list(found.blocks)}


def accepted(message: Mapping[str, Any]) -> None:
    assert problems(message["blocks"]) == []
    assert_accepted(message["blocks"])
    assert dead_ends(message) == []


def test_the_card_in_every_state(database: Database, review_id: int, snapshots: Snapshots) -> None:
    states = {"untouched": the_card(database)}
    database.do(lambda session: pressed(session, card.SPEAK, f"{review_id} 1 product harmful"))
    database.do(asked)
    database.do(lambda session: pressed(session, card.SPEAK, f"{review_id} 1 product annoying", user=OTHER))
    states["differing"] = the_card(database)
    database.do(lambda session: pressed(session, card.SETTLE, f"{review_id} 1 product harmful"))
    database.do(lambda session: pressed(session, card.SPEAK, f"{review_id} 1 ml retrieval", user=ML))
    states["next"] = the_card(database)
    database.do(lambda session: pressed(session, card.GO, f"{review_id} 2 previous"))
    states["settled"] = the_card(database)
    database.do(lambda session: pressed(session, card.GO, f"{review_id} 1 next"))
    database.do(lambda session: pressed(session, card.QUICK, f"{review_id} 2 not_worth_it", user=ML))
    states["through"] = the_card(database)

    for name, message in states.items():
        accepted(message)
        snapshots.expect(f"blocks/meeting/{name}", message)


def asked(session: Session) -> None:
    """Ask an expert, who answers."""
    (item, *_) = meetings.items(session, 1)
    number = questions.ask(session, item.id, by=PM, expert=OTHER, question="Legally, too?", now=MONDAY)
    questions.answer(session, number, acceptable="no", words="Prices bind us.", now=MONDAY)
    note = Words(part=Part.ML, user=ML, verdict=None, note="No price list was found.", said_at=MONDAY, version=0)
    meetings.speak(session, item.id, note)


def test_every_form_of_the_meeting(database: Database, review_id: int, snapshots: Snapshots) -> None:
    place = f"{review_id} 1"
    number = database.do(
        lambda session: questions.ask(
            session, meetings.items(session, 1)[0].id, by=ML, expert=PM, question="Legally, too?", now=MONDAY
        )
    )
    forms = {
        "item": database.do(lambda session: pressed(session, reviewing.REVIEW, place)),
        "item_by_ml": database.do(lambda session: pressed(session, card.SAY_MORE, place, user=ML)),
        "walk": database.do(lambda session: pressed(session, card.WALK, str(review_id), user=OTHER)),
        "ask_an_expert": database.do(lambda session: pressed(session, card.EXPERT, place)),
        "answer": database.do(lambda session: pressed(session, experts.ANSWER, str(number))),
        "put_right": database.do(lambda session: pressed(session, card.RIGHT, place)),
    }
    for name, reply in forms.items():
        form = shown(reply)
        assert_form_accepted(form)
        snapshots.expect(f"views/meeting/{name}", form)


def test_every_answer_beside_the_card(database: Database, review_id: int, snapshots: Snapshots) -> None:
    (reminder,) = look_after_in(database, ML, MONDAY + timedelta(days=1), review_id)
    answers = {
        "start": database.do(lambda session: answer(session, "review start")),
        "decider": database.do(lambda session: answer(session, "review decider <@U0ELSE>")),
        "settled": database.do(lambda session: pressed(session, card.SETTLE, f"{review_id} 1 ml prompt", user=OTHER)),
        "not_the_decider": database.do(lambda session: pressed(session, card.SETTLE, f"{review_id} 1 ml prompt")),
        "snooze": database.do(lambda session: pressed(session, reminding.SNOOZE, str(review_id), user=ML)),
        "never": database.do(lambda session: pressed(session, reminding.NEVER, str(review_id), user=ML)),
        "me": database.do(lambda session: answer(session, "me", user=ML)),
    }
    answers_shown = {name: shown(reply) for name, reply in answers.items()}
    answers_shown["reminder"] = {"text": reminder.text, "blocks": list(reminder.blocks)}

    for name, message in answers_shown.items():
        accepted(message)
        snapshots.expect(f"blocks/meeting/answers/{name}", message)
    # “Not this one” is remembered.
    assert look_after_in(database, ML, MONDAY + timedelta(days=1), review_id) == []


ANYTHING = ("", "1", "1 1", "1 1 product", "1 1 product dire", "1 1 law harmful", "9 1 ml prompt")
ACTIONS = (card.SPEAK, card.QUICK, card.SETTLE, card.GO, card.UNQUICK, reviewing.REVIEW)


def test_a_button_that_carries_anything_is_answered(database: Database, review_id: int) -> None:
    for action, value in product(ACTIONS, ANYTHING):
        reply = database.do(partial(pressed, action=action, value=value))

        assert "Something went wrong" not in reply.text, (action, value)
    assert review_id == 1
