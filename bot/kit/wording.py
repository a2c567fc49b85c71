"""An update's prose: our templates, and a team's own, which can neither look behind what they get nor run away."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.composing import View
from bot.domain.text import clip, length, one_line
from bot.domain.told import Told
from bot.domain.updates import Part
from bot.domain.words import nearest
from bot.errors import UserError
from bot.kit.prose import TEMPLATES
from bot.kit.wording_samples import BARE, FULL

OURS: Mapping[Part, str] = {
    Part.HIGHLIGHTS: "stakeholder_update/highlights.txt",
    Part.QUALITY: "stakeholder_update/quality.txt",
    Part.SAFETY: "stakeholder_update/safety.txt",
    Part.WRONG: "stakeholder_update/wrong.txt",
    Part.NEXT: "stakeholder_update/next.txt",
    Part.EXPECT: "stakeholder_update/expect.txt",
    Part.ASK: "stakeholder_update/ask.txt",
}
"""The parts that have a template. The headline has none: how it sounds is a rule; what people add is their own."""

LONGEST_SOURCE = 2_800
"""Characters of a template: a form's field has room for them."""

LONGEST_TEXT = 2_500
"""Characters that a part may come to: a message shows them in one block."""

DEEPEST_LOOP, DEEPEST = 2, 12

_UPDATE = "update"
_HIDDEN = frozenset({"figures", "dates", "layer"})
_LOOP = frozenset({"first", "last", "index", "index0", "length"})
_FILTERS = frozenset({"lower", "upper", "capitalize", "first", "last", "length", "default", "join", "trim"})
_TESTS = frozenset({"defined", "none", "string", "odd", "even"})
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
)
"""What a template is made of. There are no calls, sums or variables: so nothing in it can grow, and no loop is longer
than what the update holds.
"""

_FIELD = (nodes.Name, nodes.Getattr)
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class BrokenTemplateError(UserError):
    """A template that cannot be used. *line* is where, counted from 1."""

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__(f"Line {line}: {wrong}")
        self.line = line


def ours(part: Part) -> str:
    """Our own template of *part*."""
    return (TEMPLATES / OURS[part]).read_text(encoding="utf-8")


def require_sound(source: str) -> None:
    """Raise `BrokenTemplateError` unless *source* can be used, where there is something of everything and where there
    is nothing.
    """
    for sample in (FULL, BARE):
        worded(source, sample)


def fields_in_words() -> str:
    """What a template may use, for whoever writes one."""
    of_update, of_measure = (", ".join(sorted(_names(kind))) for kind in (View, Told))
    return (
        f"Fields of {_UPDATE}: {of_update}. Each measure has: {of_measure}. What is not known is missing:"
        f" put it into {{% if {_UPDATE}.cost %}} … {{% endif %}}. Lists: {{% for one in {_UPDATE}.done %}} …"
        " {% endfor %}."
    )


def worded(source: str, update: View) -> str:
    """What the template *source* says of *update*, one statement a line, without empty lines.

    Raises `BrokenTemplateError` where it says too much, or cannot be used at all.
    """
    _require_harmless(source)
    environment = _Wording()
    said: list[str] = []
    try:
        for piece in environment.from_string(source).generate(update=update):
            said.append(piece)
            _require_short(said)
    except BrokenTemplateError:
        raise
    except _UnknownFieldError as error:
        raise BrokenTemplateError(_line(error.__traceback__), str(error)) from error
    except _FAILURES as error:
        raise BrokenTemplateError(_line(error.__traceback__), _shown(error)) from error
    return "\n".join(line.strip() for line in "".join(said).splitlines() if line.strip())


class _UnknownFieldError(Exception):
    """A field that there is not."""


class _Wording(ImmutableSandboxedEnvironment):
    """Reads the fields of what it is given, and nothing else of it."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)

    def getattr(self, obj: Any, attribute: str) -> Any:  # type: ignore[explicit-override] # typing.override comes with Python 3.12
        """The field of this name."""
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        known = _names(obj) if is_dataclass(obj) else []
        if attribute in known:
            return getattr(obj, attribute)
        raise _UnknownFieldError(_no_field(obj, attribute, known))


def _names(kind: Any) -> list[str]:
    """The fields that a template may use."""
    return [field.name for field in fields(kind) if field.name not in _HIDDEN]


def _no_field(obj: Any, attribute: str, known: list[str]) -> str:
    if obj is None:
        return f"there may be nothing to take “{attribute}” of. Put it into {{% if … %}} … {{% endif %}}."
    meant = nearest(attribute, known)
    return f"there is no field “{clip(attribute, 60)}” here." + (f" Did you mean {meant}?" if meant else "")


def _require_harmless(source: str) -> None:
    """Raise `BrokenTemplateError` unless *source* is made of what is allowed."""
    if length(source) > LONGEST_SOURCE:
        raise BrokenTemplateError(1, f"it is too long; a template has at most {LONGEST_SOURCE:,} characters.")
    tree = _parsed(source)
    _require_shallow(tree)
    for node in _every(tree):
        wrong = _wrong(node)
        if wrong:
            raise BrokenTemplateError(node.lineno, wrong)
    unknown = sorted(meta.find_undeclared_variables(tree) - {_UPDATE})
    if unknown:
        raise BrokenTemplateError(_line_of(tree, unknown[0]), _no_name(unknown[0]))


def _parsed(source: str) -> nodes.Template:
    try:
        return _Wording().parse(source)
    except TemplateSyntaxError as error:
        raise BrokenTemplateError(error.lineno, _shown(error)) from error
    except (RecursionError, ValueError) as error:
        raise BrokenTemplateError(1, "it is nested too deep, or holds a number that is too long.") from error


def _require_shallow(node: nodes.Node, depth: int = 0, loops: int = 0) -> None:
    if depth > 4 * DEEPEST:
        raise BrokenTemplateError(node.lineno, "it is nested too deep.")
    if loops > DEEPEST_LOOP:
        raise BrokenTemplateError(node.lineno, f"at most {DEEPEST_LOOP} loops may be inside each other.")
    for child in node.iter_child_nodes():
        _require_shallow(child, depth + 1, loops + isinstance(child, nodes.For))


def _every(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _every(child)


def _wrong(node: nodes.Node) -> str:
    """What is wrong with *node* itself; nothing where it is allowed."""
    match node:
        case nodes.Filter(name=str(name)) if name not in _FILTERS:
            return f"there is no filter “{clip(name, 60)}”. There are: {', '.join(sorted(_FILTERS))}."
        case nodes.Test(name=str(name)) if name not in _TESTS:
            return f"there is no test “{clip(name, 60)}”. There are: {', '.join(sorted(_TESTS))}."
        case nodes.Filter(name="join", node=of) if not isinstance(of, _FIELD):
            return "“join” takes a field, as it is."
        case nodes.For(iter=of) if not isinstance(of, _FIELD):
            return "a loop goes over a field, as it is."
        case nodes.Name(ctx="store", name="update" | "loop"):
            return "“update” and “loop” have a meaning here: call it something else."
        case _:
            kind = type(node).__name__.lower()
            known = isinstance(node, _ALLOWED)
            return "" if known else f"“{kind}” is not possible here: only fields, conditions and loops are."


def _no_name(name: str) -> str:
    meant = nearest(name, [*_names(View), _UPDATE])
    guess = f" Did you mean {meant if meant == _UPDATE else f'{_UPDATE}.{meant}'}?" if meant else ""
    return f"there is no “{clip(name, 60)}”: everything is a field of “{_UPDATE}”.{guess}"


def _line_of(tree: nodes.Template, name: str) -> int:
    return next((found.lineno for found in tree.find_all(nodes.Name) if found.name == name), 1)


def _require_short(said: list[str]) -> None:
    if sum(map(length, said)) > LONGEST_TEXT:
        raise BrokenTemplateError(1, f"it says too much: a part has at most {LONGEST_TEXT:,} characters.")


def _line(trace: TracebackType | None) -> int:
    """The line of the template at which it failed; Jinja puts it into the trace as if the template were the program."""
    found = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in {"<template>", "<unknown>"}:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _shown(error: Exception) -> str:
    return clip(one_line(str(error) or type(error).__name__), 200)
