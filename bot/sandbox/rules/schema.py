"""Small checks to put together: each yields what is wrong with a value, in words like Slack's."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""What is wrong with a value that stands at this JSON pointer."""

Rule = Callable[[Mapping[str, Any]], Iterator[str]]
"""What is wrong with an object as a whole."""


def units(text: str) -> int:
    """The length of a text in UTF-16 units; Slack does not say what its characters are, and this counts the most."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def at(problem: str, pointer: str) -> str:
    """*problem* with the place where it was found."""
    return f"{problem} [json-pointer:{pointer}]"


def string(most: int | None = None, *, least: int = 1) -> Check:
    """A text of *least* to *most* characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield at("must provide a string", pointer)
        elif units(value) < least:
            yield at(f"must be more than {least - 1} characters", pointer)
        elif most is not None and units(value) > most:
            yield at(f"must be less than {most + 1} characters", pointer)

    return check


def url(most: int = 3000) -> Check:
    """A web address."""
    text = string(most)

    def check(value: Any, pointer: str) -> Iterator[str]:
        yield from text(value, pointer)
        if isinstance(value, str) and not value.startswith(("https://", "http://")):
            yield at("must be a valid URL", pointer)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield at(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield at("must provide a boolean", pointer)


def number(least: float = -math.inf, most: float = math.inf, *, whole: bool = True, above: float = -math.inf) -> Check:
    """A finite number from *least* to *most*, more than *above*."""
    kinds = (int,) if whole else (int, float)

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, kinds) or isinstance(value, bool) or not math.isfinite(value):
            yield at(f"must provide {'an integer' if whole else 'a number'}", pointer)
        elif not least <= value <= most or value <= above:
            yield at(f"must be a number between {max(least, above):g} and {most:g}", pointer)

    return check


def items(of: Check, most: int | None = None, *, least: int = 1) -> Check:
    """An array of *least* to *most* things."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield at("must provide an array", pointer)
            return
        if most is not None and len(value) > most:
            yield at(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield at(f"no fewer than {least} items allowed", pointer)
        for place, one in enumerate(value):
            yield from of(one, f"{pointer}/{place}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Rule) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                yield at(f"missing required field: {name}", pointer)
        for name, found in value.items():
            if name in known:
                yield from known[name](found, f"{pointer}/{name}")
            else:
                yield at(f"invalid additional property: {name}", pointer)
        for rule in rules:
            yield from (at(problem, pointer) for problem in rule(value))

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """An object that says in `type` which of these it is."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield at("must provide an object", pointer)
        elif not isinstance(value.get("type"), str) or value["type"] not in kinds:
            yield at(f"unsupported type: {value.get('type')}", f"{pointer}/type")
        else:
            yield from kinds[value["type"]](value, pointer)

    return check


def either(*names: str) -> Rule:
    """At least one of these fields."""

    def rule(value: Mapping[str, Any]) -> Iterator[str]:
        if not any(name in value for name in names):
            yield f"must define either {' or '.join(f'`{name}`' for name in names)}"

    return rule


def not_both(*names: str) -> Rule:
    """At most one of these fields."""

    def rule(value: Mapping[str, Any]) -> Iterator[str]:
        if sum(name in value for name in names) > 1:
            yield f"must define only one of {' or '.join(f'`{name}`' for name in names)}"

    return rule


def needs(name: str, other: str) -> Rule:
    """A field that makes no sense without (a true) another."""

    def rule(value: Mapping[str, Any]) -> Iterator[str]:
        if value.get(name) and not value.get(other):
            yield f"`{name}` needs `{other}`"

    return rule


def distinct(name: str, key: str) -> Rule:
    """An array whose objects never say the same twice in *key*."""

    def rule(value: Mapping[str, Any]) -> Iterator[str]:
        seen: set[str] = set()
        for one in value[name] if isinstance(value.get(name), list) else []:
            said = one.get(key) if isinstance(one, dict) else None
            if isinstance(said, str) and said in seen:
                yield f'`{key}` "{said}" already exists'
            elif isinstance(said, str):
                seen.add(said)

    return rule
