"""What an update states: its parts as they will be read, with the suggestions that a person took."""

from collections.abc import Mapping

from bot.domain.updates import Body, Part

SUGGESTED = "Under consideration: "
"""The update promises no work that nobody agreed to. Source: 33.2, section 6."""

LABELS: Mapping[Part, str] = {
    Part.WRONG: "What went wrong, and what was done",
    Part.NEXT: "What comes next",
    Part.EXPECT: "What we expect",
}
"""What stands above a part; the others speak for themselves."""


def stated(body: Body) -> dict[Part, str]:
    """The parts that are read, in their order. An accepted suggestion is a line of what comes next, marked as what
    nobody has taken on yet; one that nobody decided on, or that was deleted, is not stated.
    """
    taken = [f"{SUGGESTED}{one.text.strip().rstrip('.')}." for one in body.suggestions if one.accepted]
    following = "\n".join(filter(None, [body.parts.get(Part.NEXT, "").strip(), *taken]))
    parts = {**body.parts, Part.NEXT: following}
    return {part: parts[part].strip() for part in Part if parts.get(part, "").strip()}


def text_in(body: Body) -> str:
    """Everything that is read of an update, line by line, without labels."""
    return "\n".join([body.headline, *stated(body).values()])
