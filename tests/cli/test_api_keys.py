"""`muster api-key`: a key is shown once, opens one product, and is shut for good."""

import json
import re

import pytest

from bot.store import api_keys
from bot.store.session import Database
from tests.cli.conftest import Muster


@pytest.fixture
def radar(known: Muster) -> Muster:
    known("product add radar --name Radar")
    return known


def test_a_key_is_shown_once_and_alone_on_stdout(radar: Muster, database: Database) -> None:
    said = radar("api-key create --product radar --name 'nightly evals'")
    listed = radar("api-key list")

    text = said.out.strip()
    assert re.fullmatch(r"muster_[A-Za-z0-9_-]{43}", text)
    assert said.err == "Key 1 (“nightly evals”) may send data of Radar. Keep it now, it is not shown again:\n"
    assert (text in listed.out, text[:11] in listed.out, "nightly evals" in listed.out) == (False, True, True)
    with database.reading() as session:
        assert api_keys.named_by(session, text) is not None


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(radar: Muster, database: Database) -> None:
    text = json.loads(radar("api-key create --product radar --name evals --json").out)["key"]

    said, again = radar("api-key revoke 1"), radar("api-key revoke 1")

    assert said.out == again.out == "Key 1 (“evals”) opens nothing any more.\n"
    with database.reading() as session:
        assert api_keys.named_by(session, text) is None
    (row,) = json.loads(radar("api-key list --product radar --json").out)
    assert (row["product"], row["begins"], row["last_used_at"], row["revoked_at"] is None) == (
        "radar",
        text[:11],
        None,
        False,
    )


def test_what_is_not_there_is_said_in_words(radar: Muster) -> None:
    assert radar("api-key revoke 7").err == "muster: There is no key 7. muster api-key list shows them all.\n"
    assert radar("api-key create --product rader --name x").err.startswith("muster: There is no product “rader”.")
    assert json.loads(radar("api-key list --json").out) == []
