"""The rules of the house that no linter knows. Each takes a module and says where it is broken."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

TABLES = "bot/store/tables/"

ALL_LINES, FUNCTION_LINES = 300, 50

# What builds a value and does nothing else. Classes (capitalised) and the program's own functions do so too.
BUILDERS = set(dir(builtins)) - {"open", "print", "input", "exec", "eval", "breakpoint", "exit", "quit", "__import__"}
BUILDERS |= {"datetime", "fields", "fromkeys", "join", "maketrans", "parse", "time", "timedelta"}

EXCEPTIONS = {
    "bot/store/tables/columns.py": "SQLModel.metadata.naming_convention",  # must be set before the first table is defined
    "bot/sources/duck.py": "gettempdir",  # asks the machine where temporary files go
}


@dataclass(frozen=True)
class Module:
    """A source file: its path from the root, its text, and its syntax tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)


@cache
def modules(folder: str) -> tuple[Module, ...]:
    """Every module under *folder*."""
    return tuple(
        Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def commits(module: Module) -> Iterator[str]:
    """Nobody commits but the unit of work."""
    if module.path != "bot/store/session.py":
        yield from _places(module, (node for node in ast.walk(module.tree) if _is_call_of(node, "commit")))


def posts_to_slack(module: Module) -> Iterator[str]:
    """Only the client posts."""
    if module.path != "bot/slack/client.py":
        yield from _places(module, (node for node in ast.walk(module.tree) if _names(node, "chat_postMessage")))


def imports_slack(module: Module) -> Iterator[str]:
    """Only `bot/slack` imports Slack's libraries, directly; the import contract sees the way round."""
    if not module.path.startswith("bot/slack/"):
        yield from _places(module, _imports(module, {"slack_sdk", "slack_bolt"}))


def imports_mocks(module: Module) -> Iterator[str]:
    """Fakes, not mocks."""
    yield from _places(module, _imports(module, {"unittest", "mock", "pytest_mock"}))


def acts_on_import(module: Module) -> Iterator[str]:
    """A module only imports, defines, and names constants."""
    own = {name for statement in module.tree.body for name in _defines(statement)}
    yield from _places(module, (one for one in module.tree.body if not _is_definition(module, one, own)))


def is_too_long(module: Module) -> Iterator[str]:
    """Files and functions fit in a look."""
    if len(module.text.splitlines()) > ALL_LINES:
        yield f"{module.path}: more than {ALL_LINES} lines"
    yield from _places(module, (one for one in functions(module) if lines(one) > FUNCTION_LINES))


def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has, its docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def tables_without_a_store(store: tuple[Module, ...]) -> set[str]:
    """The table classes of `tables` that no module beside it imports."""
    tables = [module for module in store if module.path.startswith(TABLES)]
    imported = {
        alias.name
        for module in store
        if not module.path.startswith(TABLES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "bot.store.tables"
        for alias in node.names
    }
    defined = [node for module in tables for node in module.tree.body if isinstance(node, ast.ClassDef)]
    return {node.name for node in defined if _is_table(node)} - imported


def _is_table(node: ast.ClassDef) -> bool:
    return any(keyword.arg == "table" for keyword in node.keywords)


def _is_call_of(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name


def _names(node: ast.AST, name: str) -> bool:
    return name in {getattr(node, "attr", None), getattr(node, "id", None), getattr(node, "value", None)}


def _imports(module: Module, packages: set[str]) -> Iterator[ast.AST]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                found = {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(name), level=0):
                found = {name.partition(".")[0]}
            case _:
                continue
        if found & packages:
            yield node


def _is_definition(module: Module, statement: ast.stmt, own: set[str]) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            allowed = True
        case ast.Expr(value=ast.Call() as call):
            allowed = _root(call) in own  # a module may furnish what it made itself
        case ast.Expr(value=value):
            allowed = isinstance(value, ast.Constant)
        case ast.If(test=test):
            main = module.path.endswith("/__main__.py") and ast.unparse(test) == "__name__ == '__main__'"
            allowed = main or ast.unparse(test) == "TYPE_CHECKING"
        case ast.For(body=body):
            allowed = all(_is_definition(module, one, own) for one in body)
        case ast.Assign() | ast.AnnAssign():
            allowed = _is_constant(module, statement, own)
        case _:
            allowed = False
    return allowed or _is_excepted(module, statement)


def _is_excepted(module: Module, statement: ast.stmt) -> bool:
    part = EXCEPTIONS.get(module.path)
    return part is not None and part in ast.unparse(statement)


def _is_constant(module: Module, statement: ast.Assign | ast.AnnAssign, own: set[str]) -> bool:
    makers = BUILDERS | own | _imported_from_bot(module)
    return bool(_defines(statement)) and all(name[:1].isupper() or name in makers for name in _called_now(statement))


def _imported_from_bot(module: Module) -> set[str]:
    found = [node for node in module.tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in found if (node.module or "").startswith("bot.") for alias in node.names}


def _called_now(node: ast.AST) -> Iterator[str]:
    """The names of what is called when *node* is evaluated; a lambda's body is not."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    for child in ast.iter_child_nodes(node):
        yield from _called_now(child)


def _defines(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=targets):
            names = [
                part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])
            ]
            return {name.id for name in names if isinstance(name, ast.Name)}
        case _:
            return set()


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return ast.unparse(node)


def _places(module: Module, nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        yield f"{module.path}:{getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0][:100]}"
