from collections.abc import Callable, Iterator
from statistics import median, quantiles

import pytest

from tests.architecture import rules
from tests.architecture.rules import ALL_LINES, FUNCTION_LINES, Module, functions, lines, modules

Rule = Callable[[Module], Iterator[str]]

LONG_FUNCTION = "def long():\n" + "    pass\n" * FUNCTION_LINES

BROKEN: list[tuple[Rule, str]] = [
    (rules.commits, "def save(session):\n    session.commit()"),
    (rules.posts_to_slack, "def post(client):\n    return client.chat_postMessage(text='')"),
    (rules.posts_to_slack, "METHOD = 'chat_postMessage'"),
    (rules.imports_slack, "def late():\n    from slack_sdk.web import WebClient"),
    (rules.imports_slack, "import slack_bolt.async_app"),
    (rules.imports_mocks, "from unittest.mock import Mock"),
    (rules.imports_mocks, "import mock"),
    (rules.acts_on_import, "print('hello')"),
    (rules.acts_on_import, "import os\nos.environ['A'] = 'b'"),
    (rules.acts_on_import, "from x import connect\nDATABASE = connect('here')"),
    (rules.acts_on_import, "TEXT = open('here').read()"),
    (rules.acts_on_import, "import x\nx.register(1)"),
    (rules.acts_on_import, "import x\nfor each in (1, 2):\n    x.register(each)"),
    (rules.acts_on_import, "try:\n    import x\nexcept ImportError:\n    x = None"),
    (rules.acts_on_import, "if __name__ == '__main__':\n    main()"),
    (rules.is_too_long, LONG_FUNCTION),
    (rules.is_too_long, "A = 1\n" * (ALL_LINES + 1)),
]


@pytest.mark.parametrize(("rule", "text"), BROKEN)
def test_a_rule_sees_where_it_is_broken(rule: Rule, text: str) -> None:
    assert len(list(rule(Module("bot/domain/planted.py", text)))) == 1


@pytest.mark.parametrize(
    "rule", [rules.commits, rules.posts_to_slack, rules.imports_slack, rules.acts_on_import, rules.is_too_long]
)
def test_no_module_breaks_a_rule_of_the_house(rule: Rule) -> None:
    assert [place for module in modules("bot") for place in rule(module)] == []


def test_no_test_uses_a_mock() -> None:
    assert [place for module in modules("tests") for place in rules.imports_mocks(module)] == []


@pytest.mark.parametrize(
    "text",
    [
        '"""A docstring."""\nimport re\nA, B = 1, 2\n"""About B."""\n_WORD: re.Pattern[str] = re.compile("a")',
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import duckdb",
        "class App: ...\napp = App()\napp.command('run')(print)\nfor each in (1, 2):\n    app.add(each)",
        "def _under(n):\n    return n\nROOM = _under(5)",
        "from bot.domain.pii import only_if\nRULE = only_if(lambda text: print(text))",
    ],
)
def test_definitions_and_constants_are_no_side_effects(text: str) -> None:
    assert list(rules.acts_on_import(Module("bot/domain/planted.py", text))) == []


def test_every_table_has_a_store() -> None:
    assert rules.tables_without_a_store(modules("bot/store")) == set()


def test_a_table_that_no_store_imports_is_seen_and_no_table_is_no_offence() -> None:
    tables = (
        "class SlotRow(SQLModel, table=True): ...\nclass PostRow(SQLModel, table=True): ...\nclass Plain(SQLModel): ..."
    )
    slots = Module("bot/store/slots.py", "from bot.store.tables import SlotRow")

    assert rules.tables_without_a_store((Module("bot/store/tables/all.py", tables), slots)) == {"PostRow"}
    assert rules.tables_without_a_store((Module("bot/store/tables/all.py", ""),)) == set()


def test_functions_are_short_and_files_are_small() -> None:
    sizes = [lines(function) for module in modules("bot") for function in functions(module)]

    assert median(sizes) <= 6
    assert quantiles(sizes, n=10)[-1] <= 22
