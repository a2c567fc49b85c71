"""Every command is found however it is written, and what is none gets help that calls nobody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Incoming, Kind
from bot.kit.command import Command
from bot.kit.routing import Routed, UnknownWordError, route
from bot.sandbox.showing import links_in, mentions_in
from bot.slack import saying
from bot.wiring import registry
from tests.support.hostile import hostile_text

COMMANDS = registry().commands
WITH_VERB = [one for one in COMMANDS if one.verb]


def routed(text: str) -> Routed:
    return route(COMMANDS, registry(), text, slash="/muster")


@given(
    command=st.sampled_from(WITH_VERB),
    style=st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    quote=st.sampled_from(["{}", '"{}"', "“{}”", "„{}“", "«{}»"]),
    gap=st.sampled_from([" ", "  ", "\t", "\u00a0", "\n"]),
)
def test_case_quotes_and_gaps_do_not_matter(command: Command, style: object, quote: str, gap: str) -> None:
    words = [quote.format(style(word)) for word in (command.noun, command.verb)]  # type: ignore[operator]

    assert routed(gap.join([*words, "Copilot"])) == Routed(command, ("Copilot",))


@pytest.mark.parametrize("command", WITH_VERB, ids=lambda one: f"{one.noun} {one.verb}")
def test_synonyms_of_nouns_and_verbs_mean_the_same(command: Command) -> None:
    nouns = [command.noun, *(word for word, noun in registry().synonyms.items() if noun == command.noun)]

    for noun in nouns:
        for verb in [command.verb, *command.synonyms]:
            assert routed(f"{noun} {verb}").command == command


@pytest.mark.parametrize("dash", ["-", "–", "—", "−", "_"])
def test_dashes_do_not_matter(dash: str) -> None:
    dashed = [word for word in registry().synonyms if "-" in word]

    for word in dashed:
        assert routed(word.replace("-", dash)).command.noun == registry().synonyms[word]


def test_no_words_mean_the_menu() -> None:
    assert routed("").command == routed("  \u00a0 ").command == routed("menu").command


@given(text=hostile_text)
def test_whatever_is_typed_is_a_command_or_is_answered_with_help_that_calls_nobody(text: str) -> None:
    said = answered(text)
    shown = {"blocks": said["blocks"]}

    assert (mentions_in(said), links_in(shown)) == ([], [])


def answered(text: str) -> dict[str, Any]:
    """What is shown where *text* names no command; nothing to see where it does."""
    try:
        routed(text)
    except UnknownWordError as error:
        return saying.message(saying.spoken(error, Incoming(kind=Kind.COMMAND, key="k", user="U1")))
    return {"blocks": []}
