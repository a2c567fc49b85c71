"""Text that is not ours in Markdown: in code, where nothing links, formats, mentions or runs."""

import re

from bot.domain.text import clean, one_line

_TICKS = re.compile("`+")
_WORDS = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")


def code(text: str | None) -> str:
    """*text* on one line of code, whatever signs it holds."""
    plain = one_line(clean(text or "")) or "-"
    ticks = "`" * (_longest_run(plain) + 1)
    return f"{ticks} {plain} {ticks}"


def name(text: str | None) -> str:
    """A name as it is where it is nothing but words, which Markdown cannot read as anything else; else in code."""
    plain = one_line(clean(text or ""))
    return plain if _WORDS.fullmatch(plain) else code(plain)


def fenced(text: str) -> list[str]:
    """*text* in a block of code that it cannot end."""
    plain = clean(text)
    fence = "`" * max(_longest_run(plain) + 1, 3)
    return [f"{fence}text", *plain.split("\n"), fence]


def _longest_run(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
