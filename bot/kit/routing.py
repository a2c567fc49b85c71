"""From what a person typed to the command that was meant, and to help where none was."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.text import clip, escape, one_line
from bot.domain.words import folded, nearest, words_of
from bot.kit.asking import Guide
from bot.kit.command import Command
from bot.kit.help import MENU, overview, usage
from bot.kit.reply import MarkedUpError


class UnknownWordError(MarkedUpError):
    """Words that name no command. The message says what was probably meant, and the help of that level."""

    def __init__(self, word: str, *, meant: str | None, help_text: str) -> None:
        guess = f" Did you mean “{escape(meant)}”?" if meant else ""
        super().__init__(f"I do not know “{escape(one_line(clip(word, 60)))}”.{guess}\n{help_text}")


@dataclass(frozen=True, slots=True)
class Routed:
    """The command that was meant, and the words left for it."""

    command: Command
    words: tuple[str, ...]


def route(commands: Sequence[Command], guide: Guide, text: str, *, slash: str) -> Routed:
    """The command that *text* names. Case, quotes, dashes and synonyms do not matter; no words mean “menu”.

    Raises `UnknownWordError`.
    """
    words = words_of(text) or (MENU,)
    mine = [one for one in commands if one.noun == _noun(words[0], guide)]
    if not mine:
        raise _unknown_noun(words[0], guide, slash)
    # “review copilot now” says the same as “review now copilot”.
    for place in (1, 2):
        verb = next((one for one in mine if one.verb and _is_called(one, words[place : place + 1])), None)
        if verb is not None:
            return Routed(verb, (*words[1:place], *words[place + 1 :]))
    bare = next((one for one in mine if one.verb is None), None)
    if bare is None or (words[1:] and not bare.takes):
        raise _unknown_verb(words, mine, guide, slash)
    return Routed(bare, words[1:])


def refuse_word(word: str, noun: str, known: Sequence[str], guide: Guide, slash: str) -> UnknownWordError:
    """The error for a word after *noun* that is neither a verb nor one of *known*."""
    verbs = [one.verb for one in guide.helps if one.noun == noun and one.verb]
    return UnknownWordError(word, meant=nearest(word, [*verbs, *known]), help_text=usage(guide, noun, slash))


def _unknown_verb(words: Sequence[str], mine: Sequence[Command], guide: Guide, slash: str) -> UnknownWordError:
    verbs = [one.verb for one in mine if one.verb]
    word = " ".join(words[:2])
    meant = nearest(words[1], verbs) if words[1:] else None
    return UnknownWordError(
        word, meant=f"{mine[0].noun} {meant}" if meant else None, help_text=usage(guide, mine[0].noun, slash)
    )


def _unknown_noun(word: str, guide: Guide, slash: str) -> UnknownWordError:
    near = nearest(word, {*guide.synonyms, *(one.noun for one in guide.helps)})
    return UnknownWordError(word, meant=_noun(near, guide) if near else None, help_text=overview(guide, slash))


def _noun(word: str, guide: Guide) -> str:
    plain = folded(word)
    return guide.synonyms.get(plain, plain)


def _is_called(command: Command, word: Sequence[str]) -> bool:
    return any(folded(one) in {command.verb, *command.synonyms} for one in word)
