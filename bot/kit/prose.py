"""The Jinja environment: prose that people read, from `templates/<feature>/`."""

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain import text

NAME_ROOM = 60
"""How much of a name from outside a sentence has room for."""

TEMPLATES = Path(__file__).parents[2] / "templates"


def render(template: str, **view: object) -> str:
    """The prose of *template* (like `error_review/head.txt`) for a frozen view; single line breaks are kept."""
    return _environment().get_template(template).render(view).strip()


def broken() -> list[str]:
    """Which templates do not compile, each with its line; none is well."""
    environment = _environment()
    found = []
    for name in environment.list_templates():
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            found.append(f"{name}, line {error.lineno}: {error.message}")
    return found


def _short(name: str) -> str:
    return text.clip(text.one_line(name), NAME_ROOM)


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
    environment.filters |= {"percent": text.percent, "number": text.number, "escape": text.escape, "short": _short}
    return environment
