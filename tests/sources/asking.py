"""Short ways to ask a source of whatever kind, about one week."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.sourcing import Counts, Source, SourceSpec
from bot.domain.window import Window
from bot.errors import UserError
from bot.sources import open_source
from tests.sources.places import Rows

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))
INSIDE = START + timedelta(days=1)

Put = Callable[[Rows], SourceSpec]


def row(name: str, **known: Any) -> dict[str, Any]:
    return {"id": name, "occurred_at": INSIDE, "score": 0.5} | known


def opened(spec: SourceSpec, **changes: Any) -> Source:
    return open_source(replace(spec, **changes))


def ids(spec: SourceSpec, **changes: Any) -> list[str]:
    source = opened(spec, **changes)
    try:
        return [prediction.id for prediction in source.worst(WEEK, 20)]
    finally:
        source.close()


def counts(spec: SourceSpec, **changes: Any) -> Counts:
    source = opened(spec, **changes)
    try:
        return source.count(WEEK)
    finally:
        source.close()


def refusal(spec: SourceSpec, **changes: Any) -> str:
    with pytest.raises(UserError) as refused:
        ids(spec, **changes)
    return str(refused.value)
