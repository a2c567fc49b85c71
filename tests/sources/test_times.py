"""How every kind of source reads times."""

from datetime import UTC, datetime

import pytest

from bot.domain.window import Window
from tests.sources.asking import Put, ids, opened, refusal, row


@pytest.mark.parametrize("how", ["2026-11-10T08:00:00", "2026-11-10 08:00", "2026-11-10"])
def test_times_without_a_zone_are_refused_until_it_is_named(put: Put, how: str) -> None:
    spec = put([row("a", at=how)])

    assert refusal(spec, mapping={"occurred_at": "at"}) == (
        f"The times in “at” carry no time zone (for example “{how}”); name the zone they were written in with"
        " --source-tz, for example --source-tz UTC."
    )
    assert ids(spec, mapping={"occurred_at": "at"}, zone="Europe/Berlin") == ["a"]


@pytest.mark.parametrize("how", ["yesterday", "1762761600", "10/11/2026 08:00", "2026-02-30T00:00:00Z", "now"])
def test_a_time_that_cannot_be_read_is_refused(put: Put, how: str) -> None:
    assert refusal(put([row("a", at=how)]), mapping={"occurred_at": "at"}) == (
        f"The column “at” holds “{how}”, which is no time: ISO 8601 was expected, like 2026-11-16T09:00:00Z."
    )


@pytest.mark.parametrize(
    ("how", "inside"),
    [
        ("2026-11-09T08:00:00Z", True),
        ("2026-11-09 09:00:00+01:00", True),
        ("2026-11-09T07:59:59.9999999Z", False),
        ("2026-11-09T03:00:00-0500", True),
        ("2026-11-16T10:59:59+0300", True),
        ("2026-11-16T08:00:00.000000+00", False),
        ("2026-11-16 07:59:59.999999Z", True),
    ],
)
def test_text_times_are_compared_as_instants(put: Put, how: str, inside: bool) -> None:
    assert ids(put([row("a", at=how)]), mapping={"occurred_at": "at"}) == (["a"] if inside else [])


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00"),  # twice: the first pass
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00+00:00"),
        ("2026-03-29 02:30:00", "2026-03-29T01:00:00+00:00"),  # never: the first valid minute
        ("2026-07-01 12:00:00.25", "2026-07-01T10:00:00.250000+00:00"),
    ],
)
def test_wall_times_are_read_in_the_zone_that_was_named(put: Put, wall: str, instant: str) -> None:
    year = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    source = opened(put([row("a", at=wall)]), mapping={"occurred_at": "at"}, zone="Europe/Berlin")
    (found,) = source.worst(year, 1)
    source.close()

    assert found.occurred_at == datetime.fromisoformat(instant)
