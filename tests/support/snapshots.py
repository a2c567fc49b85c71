"""Expected JSON under `tests/data`, compared whole; `pytest --update-test-data` writes down what is said today."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[1] / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-test-data`: look at the difference before you commit it."""
    parser.addoption("--update-test-data", action="store_true", help="Write the expected files of tests/data anew.")


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Compares values with files; with *update* it writes the files instead."""

    update: bool
    folder: Path = DATA

    def expect(self, name: str, value: Any) -> None:
        """Assert that *value* is what the file *name* (like `blocks/error_review/empty`) holds."""
        path = self.folder / f"{name}.json"
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        assert path.exists(), (
            f"There is no {name}.json yet: run pytest with --update-test-data, and read what it wrote."
        )
        assert value == json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """The expected files of `tests/data`."""
    return Snapshots(update=bool(request.config.getoption("--update-test-data")))
