import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

PLANTS = {
    "Arrows point down": {"bot/web/planted.py": "import bot.slack"},
    "Features do not know each other": {
        "bot/features/planted_one/__init__.py": "import bot.features.planted_other",
        "bot/features/planted_other/__init__.py": "",
    },
    "The domain is pure": {"bot/domain/planted.py": "import jinja2"},
    "Only chores pull from the outside": {"bot/kit/planted.py": "import bot.sources"},
    "Only wiring has charts drawn": {"bot/outbox/planted.py": "import bot.charts"},
    "Only charts/ touches matplotlib": {"bot/outbox/planted.py": "def late():\n    import matplotlib"},
    "Only wiring reads settings": {"bot/web/planted.py": "from bot import config"},
    "Only slack/ touches the Slack SDK": {"bot/outbox/planted.py": "def late():\n    import slack_sdk"},
    "No cycles between siblings, at any depth": {
        "bot/domain/planted_one.py": "import bot.domain.planted_other",
        "bot/domain/planted_other.py": "import bot.domain.planted_one",
    },
}

LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache', '--no-logo'])"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program and of its contracts, to be spoilt."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=lambda _, names: [name for name in names if _is_other(name)])
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(tree: Path) -> set[str]:
    """Which contracts import-linter reports broken; the others it must report kept."""
    run = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=tree,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", run.stdout, flags=re.MULTILINE))
    assert set(verdicts) == contracts(), run.stdout + run.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def contracts() -> set[str]:
    """The names of the contracts that the project has."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def plant(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""Planted."""\n{text}\n', encoding="utf-8")


def test_every_contract_has_a_plant_that_breaks_it() -> None:
    assert set(PLANTS) == contracts()


def test_the_program_keeps_every_contract(tree: Path) -> None:
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize("contract", PLANTS)
def test_a_contract_breaks_when_it_is_violated_and_it_alone(tree: Path, contract: str) -> None:
    plant(tree, PLANTS[contract])

    assert broken_contracts(tree) == {contract}


def test_a_new_top_level_module_must_be_given_a_layer(tree: Path) -> None:
    plant(tree, {"bot/planted.py": ""})

    assert broken_contracts(tree) == {"Arrows point down"}


def _is_other(name: str) -> bool:
    return name == "__pycache__" or ("." in name and not name.endswith(".py"))
