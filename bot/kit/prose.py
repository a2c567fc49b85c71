"""The Jinja environment: prose that people read, from `templates/<feature>/`."""

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain import text

TEMPLATES = Path(__file__).parents[2] / "templates"


def render(template: str, **view: object) -> str:
    """The prose of *template* (like `error_review/head.txt`) for a frozen view; single line breaks are kept."""
    return _environment().get_template(template).render(view).strip()


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # Prose for Slack, not HTML: what is untrusted goes into plain_text blocks and never through a template.
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters |= {"percent": text.percent, "number": text.number, "escape": text.escape}
    return environment
