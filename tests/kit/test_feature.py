"""How features are found, and what discovery promises of their rituals."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module, invalidate_caches
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import features
from bot.domain.planning import At, slots_after
from bot.errors import UserError
from bot.kit.feature import Feature, Registry, discover
from bot.kit.ritual import Ritual

EVERY = discover(features)
BERLIN = ZoneInfo("Europe/Berlin")

RITUAL = pytest.mark.parametrize("ritual", EVERY.rituals, ids=lambda one: one.name)
FEATURE = pytest.mark.parametrize("feature", EVERY.features, ids=lambda one: one.name)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty package of the name `extensions` that can be imported, and is forgotten afterwards."""
    folder = tmp_path / "extensions"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "extensions"]:
        del sys.modules[name]


def put(package: Path, name: str, code: str) -> None:
    (package / name).mkdir()
    (package / name / "__init__.py").write_text(code)


def names(package: Path) -> list[str]:
    return [feature.name for feature in discover(import_module(package.name)).features]


def test_a_package_that_offers_a_feature_is_found_by_lying_there_and_the_order_is_by_name(package: Path) -> None:
    offer = "from bot.kit.feature import Feature\nFEATURE = Feature(name={!r}, summary='x')\n"
    put(package, "first", offer.format("zebra"))
    put(package, "second", offer.format("ant"))
    (package / "single.py").write_text(offer.format("bee"))

    assert names(package) == ["ant", "bee", "zebra"]


def test_what_offers_no_feature_is_passed_over(package: Path) -> None:
    put(package, "empty", "")
    put(package, "other", "FEATURE = 'a text'\n")
    (package / "data").mkdir()

    assert names(package) == []


def test_a_feature_that_cannot_be_imported_is_not_passed_over(package: Path) -> None:
    put(package, "broken", "raise RuntimeError('broken')\n")

    with pytest.raises(RuntimeError, match="broken"):
        names(package)


def a_registry(*rituals: str) -> Registry:
    made = tuple(Ritual(name=name, summary="x", default_at="mon 09:00", run=lambda _turn: []) for name in rituals)
    return Registry((Feature(name="test", summary="test", rituals=made),))


@pytest.mark.parametrize("name", ["error_review", "error-review"])
def test_a_ritual_is_found_with_dashes_or_underscores(name: str) -> None:
    assert a_registry("other", "error_review").ritual(name).name == "error_review"


def test_an_unknown_ritual_is_answered_with_those_there_are() -> None:
    with pytest.raises(UserError) as refused:
        a_registry("error_review", "weekly_update").ritual("retro")

    assert str(refused.value) == "There is no ritual “retro”. There are: error_review, weekly_update."


def test_no_two_rituals_share_a_name() -> None:
    told = [ritual.name for ritual in EVERY.rituals]

    assert told
    assert len(told) == len(set(told))


def test_no_two_features_share_a_name() -> None:
    told = [feature.name for feature in EVERY.features]

    assert len(told) == len(set(told))


@FEATURE
def test_a_feature_is_called_as_its_package_is(feature: Feature) -> None:
    assert import_module(f"bot.features.{feature.name}").FEATURE is feature


@RITUAL
def test_a_ritual_is_named_in_plain_letters_and_says_what_it_does_in_a_phrase(ritual: Ritual) -> None:
    assert ritual.name.replace("_", "").isalpha()
    assert ritual.name.islower()
    assert ritual.summary[0].isupper()
    assert not ritual.summary.endswith(".")


@RITUAL
def test_the_usual_time_of_a_ritual_comes_round_on_the_same_hour_of_the_wall(ritual: Ritual) -> None:
    at = At.parse(ritual.default_at)
    slots = list(islice(slots_after(at, BERLIN, datetime(2026, 9, 1, tzinfo=UTC)), 20))

    assert str(at) == ritual.default_at
    assert len({slot.nominal.time() for slot in slots}) == 1
    assert all(before.due < after.due for before, after in pairwise(slots))


@RITUAL
def test_the_chores_of_a_ritual_have_names_of_their_own_and_end(ritual: Ritual) -> None:
    told = [chore.name for chore in ritual.chores]

    assert len(told) == len(set(told))
    assert all(chore.limit.total_seconds() > 0 for chore in ritual.chores)
