"""Help, made of what the registry knows: everything by noun, or one noun with its verbs."""

from collections.abc import Sequence
from itertools import groupby

from bot.kit.asking import Guide, Help

MENU = "menu"
"""What no words mean; it is the answer to the bare command and needs no entry of its own."""


def overview(guide: Guide, slash: str) -> str:
    """Every noun with its verbs, a line each, in mrkdwn."""
    lines = [_line(noun, list(helps), slash) for noun, helps in groupby(guide.helps, lambda one: one.noun)]
    return "\n".join([*(line for line in lines if line), f"Say `{slash} help review` to see one with examples."])


def usage(guide: Guide, noun: str, slash: str) -> str:
    """One noun's commands, each with what it does and an example, in mrkdwn."""
    return "\n".join(_entry(one, slash) for one in guide.helps if one.noun == noun)


def _line(noun: str, helps: Sequence[Help], slash: str) -> str:
    if noun == MENU:
        return ""
    verbs = [one.verb for one in helps if one.verb]
    after = f" `{'` `'.join(verbs)}`" if verbs else ""
    return f"`{slash} {noun}`{after}  {helps[0].summary}"


def _entry(one: Help, slash: str) -> str:
    other = f" (also: {', '.join(one.synonyms)})" if one.synonyms else ""
    return f"`{slash} {one.usage}`  {one.summary}{other}. Example: `{slash} {one.example}`"
