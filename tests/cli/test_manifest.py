"""`muster manifest` as it is typed."""

import json
from typing import Any

import pytest

from bot.slack.manifest import manifest
from bot.wiring import registry
from tests.cli.conftest import Muster


@pytest.mark.parametrize("url", [None, "https://muster.example.com", "https://example.com/muster/"])
def test_it_is_the_manifest_as_json_and_nothing_else(muster: Muster, url: str | None) -> None:
    said = muster("manifest" if url is None else f"manifest --url {url}")

    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == manifest(registry(), slash="/muster", url=url)


def test_the_command_is_called_as_the_workspace_calls_it(muster: Muster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_COMMAND", "Errors")

    found: dict[str, Any] = json.loads(muster("manifest").out)

    assert found["features"]["slash_commands"][0]["command"] == "/errors"


@pytest.mark.parametrize(
    "url", ["http://muster.example.com", "muster.example.com", "https://", "https://[", "https://example.com?a=b", "''"]
)
def test_an_address_that_slack_does_not_take_is_refused(muster: Muster, url: str) -> None:
    said = muster(f"manifest --url {url}")

    assert (said.code, said.out) == (2, "")
    assert "https://muster.example.com" in said.err
