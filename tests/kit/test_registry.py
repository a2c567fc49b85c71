"""The contract that every feature keeps, over the whole registry: whoever adds one hears here what is missing."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.kit.command import Command, Effect
from bot.kit.feature import Feature
from bot.kit.help import MENU, overview, usage
from bot.kit.routing import route
from bot.store.session import now_in
from bot.wiring import registry
from tests.support.builders import a_prediction
from tests.support.dialogue import a_team, hear
from tests.support.office import Office
from tests.support.reviews import load

REGISTRY = registry()
COMMANDS = REGISTRY.commands
FEATURE_TESTS = Path(__file__).parents[1] / "features"

COMMAND = pytest.mark.parametrize("command", COMMANDS, ids=lambda one: f"{one.noun} {one.verb or ''}".strip())
FEATURE = pytest.mark.parametrize("feature", REGISTRY.features, ids=lambda one: one.name)


def names(feature: Feature) -> list[str]:
    """Everything that Slack sends back by name, or that Muster keeps by it."""
    return [
        *(one.name for one in feature.actions),
        *(one.name for one in feature.modals),
        *(one.name for one in feature.errands),
        *(one.name for one in feature.shortcuts),
        *(one.name for one in feature.laters),
        *(one.name for one in feature.happenings),
    ]


@COMMAND
def test_a_command_says_what_it_does_in_a_phrase(command: Command) -> None:
    assert command.summary
    assert command.summary[0].isupper()
    assert not command.summary.endswith(".")


def test_a_noun_and_a_verb_name_one_command() -> None:
    assert Counter((one.noun, one.verb) for one in COMMANDS).most_common(1)[0][1] == 1


def test_within_a_noun_every_word_for_a_verb_is_its_own() -> None:
    words = Counter(
        (one.noun, word) for one in COMMANDS for word in ([one.verb] if one.verb else []) + list(one.synonyms)
    )

    assert [word for word, count in words.items() if count > 1] == []


def test_other_words_for_nouns_are_no_nouns_and_lead_to_one() -> None:
    nouns = {one.noun for one in COMMANDS}
    told = [word for feature in REGISTRY.features for word in feature.synonyms]

    assert set(REGISTRY.synonyms) & nouns == set()
    assert set(REGISTRY.synonyms.values()) <= nouns
    assert len(told) == len(set(told))


@FEATURE
def test_a_feature_has_a_summary_and_a_folder_of_tests(feature: Feature) -> None:
    assert feature.summary
    assert not feature.summary.endswith(".")
    assert list((FEATURE_TESTS / feature.name).glob("test_*.py")) != []


@FEATURE
def test_what_slack_sends_back_begins_with_its_features_name(feature: Feature) -> None:
    assert [name for name in names(feature) if not name.startswith(f"{feature.name}.")] == []


def test_names_of_one_kind_are_there_once() -> None:
    for kind in ("actions", "modals", "errands", "shortcuts", "laters", "happenings"):
        told = [part.name for feature in REGISTRY.features for part in getattr(feature, kind)]
        assert len(told) == len(set(told)), kind


@COMMAND
def test_help_leads_to_every_command(command: Command) -> None:
    listed = overview(REGISTRY, "/muster")
    detailed = usage(REGISTRY, command.noun, "/muster")

    assert command.noun == MENU or f"`/muster {command.noun}`" in listed
    assert command.noun == MENU or command.verb is None or f"`{command.verb}`" in listed
    assert command.summary in detailed


@COMMAND
def test_the_words_of_help_route_to_their_command(command: Command) -> None:
    for text in (f"{command.noun} {command.verb or ''}", command.example):
        routed = route(COMMANDS, REGISTRY, text, slash="/muster").command
        assert routed == command


@COMMAND
def test_every_other_word_for_a_verb_routes_to_it(command: Command) -> None:
    said = [f"{command.noun} {synonym}" for synonym in command.synonyms]

    assert [route(COMMANDS, REGISTRY, text.upper(), slash="/muster").command for text in said] == [command] * len(said)


def test_every_example_works(office: Office) -> None:
    product, now = office.database.do(a_team), office.database.do(now_in)
    load(office.database, product, [a_prediction(occurred_at=now - timedelta(days=1))])
    # What asks for a form about an incident needs one.
    hear(office, "incident declare copilot it promises refunds")

    for command in COMMANDS:
        heard = hear(office, command.example)
        assert heard, command.example
        assert not any(sign in heard for sign in ("I do not know", "went wrong", "Which product")), heard
        assert (command.effect is Effect.OPEN) == heard.startswith("(form)"), heard
