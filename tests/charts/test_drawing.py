"""Any chart becomes a picture, without a word of warning (which here are errors), and always the same one."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts import NoChartsError, are_installed, draw
from bot.charts import drawing as drawing_module
from bot.domain.charts import Ahead, Chart, Mark, Panel, Point
from bot.domain.metrics import Direction, Target, Unit
from bot.store.json import dumped
from tests.support.builders import MONDAY
from tests.support.charting import a_chart
from tests.support.hostile import hostile_text

WEEK = timedelta(weeks=1)


def opened(chart: Chart) -> Image.Image:
    """The picture of *chart*, decoded."""
    picture = Image.open(BytesIO(draw(chart)), formats=["PNG"])
    picture.load()
    return picture.convert("RGB")


def a_panel(*values: float, **known: Any) -> Panel:
    points = tuple(Point(at=MONDAY + WEEK * week, value=value) for week, value in enumerate(values))
    return Panel(**{"title": "Accuracy", "unit": Unit.SHARE, "points": points} | known)


def of(*panels: Panel, title: str = "Accuracy", zone: str = "Europe/Berlin") -> Chart:
    return a_chart(title, panels=panels, zone=zone)


def colours(picture: Image.Image) -> set[Any]:
    """Those that cover more than a few pixels."""
    found = picture.getcolors(maxcolors=1 << 20)
    assert found is not None
    return {colour for count, colour in found if count > 20}


def test_one_panel_is_as_wide_as_slack_shows_at_twice_its_size() -> None:
    assert opened(of(a_panel(0.8, 0.82, 0.79))).size == (1200, 675)


@pytest.mark.parametrize(("panels", "size"), [(2, (1200, 844)), (3, (1200, 1200)), (4, (1200, 844)), (6, (1200, 1200))])
def test_several_panels_share_one_picture(panels: int, size: tuple[int, int]) -> None:
    assert opened(of(*[a_panel(0.8, 0.82)] * panels)).size == size


def test_line_band_target_and_forecast_have_colours_of_their_own() -> None:
    bounded = tuple(Point(at=MONDAY + WEEK * week, value=0.8, low=0.77, high=0.83) for week in range(4))
    plain, whole = (
        colours(opened(of(a_panel(points=bounded, **known))))
        for known in (
            {},
            {
                "target": Target(direction=Direction.AT_LEAST, value=0.85),
                "ahead": Ahead(begins=MONDAY + 3 * WEEK, ends=MONDAY + 6 * WEEK, low=0.82, high=0.88, plateau=0.86),
            },
        )
    )

    line, band, target, ahead = (0x00, 0x67, 0xA5), (214, 230, 240), (0xB0, 0x4A, 0x00), (0x7A, 0x51, 0x95)
    assert {line, band} <= plain
    assert not {target, ahead} & plain
    assert {line, band, target, ahead} <= whole


CHILD = """
import json, sys
import bot.charts, bot.cli.main, bot.slack.app, bot.wiring.doctor, bot.wiring.outside, bot.wiring.running, bot.web.app
from bot.config import Settings
from bot.domain.charts import Chart
from bot.store.json import loaded
from bot.store.session import Database, now_in
from bot.wiring.parts import assembled, registry

registry()
chart = loaded(Chart, json.loads(sys.stdin.read()))
with assembled(Database("sqlite://"), None, moment=now_in, settings=Settings(_env_file=None)) as parts:
    assert not {"matplotlib", "numpy", "PIL"} & set(sys.modules), "a worker that draws nothing needs none of them"
    sys.stdout.buffer.write(parts.draw(chart))
"""


def test_a_worker_imports_what_draws_with_its_first_chart_and_draws_the_same_bytes_as_any_other() -> None:
    chart = of(a_panel(0.8, 0.82, marks=(Mark(at=MONDAY + WEEK, text="model v3"),)))

    asked = json.dumps(dumped(chart)).encode()
    elsewhere = subprocess.run([sys.executable, "-c", CHILD], input=asked, stdout=subprocess.PIPE, check=True)

    assert elsewhere.stdout == draw(chart)


def test_where_charts_are_not_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert are_installed()
    monkeypatch.setattr(drawing_module, "find_spec", lambda _name: None)

    assert not are_installed()
    with pytest.raises(NoChartsError, match="install Muster with its extra “charts”"):
        draw(a_chart())


@pytest.mark.parametrize(
    "panel",
    [
        a_panel(),
        a_panel(0.5),
        a_panel(0.0, 0.0, 0.0),
        a_panel(1.0, 1.0, unit=Unit.SHARE, target=Target(direction=Direction.AT_LEAST, value=1.0)),
        a_panel(float("nan"), float("inf"), 2.0, unit=Unit.COUNT),
        a_panel(1e308, -1e308, unit=Unit.MONEY),
        a_panel(5e-324, unit=Unit.SECONDS),
        a_panel(
            points=(
                Point(at=datetime.min.replace(tzinfo=UTC), value=1),
                Point(at=datetime.max.replace(tzinfo=UTC), value=2),
            )
        ),
        a_panel(points=(Point(at=MONDAY, value=0.5), Point(at=MONDAY, value=0.6, low=0.9, high=0.1))),
        a_panel(marks=(Mark(at=MONDAY, text=""),)),
        a_panel(ahead=Ahead(begins=MONDAY, ends=MONDAY, low=1, high=0, plateau=float("nan"))),
        a_panel(0.1, ahead=Ahead(begins=MONDAY + WEEK, ends=MONDAY, low=float("-inf"), high=0.2, plateau=7)),
    ],
    ids=str,
)
def test_nothing_that_a_chart_can_hold_keeps_it_from_being_drawn(panel: Panel) -> None:
    assert opened(of(panel)).size == (1200, 675)


@pytest.mark.parametrize(
    "text", ["$x^2$ $\\frac{$", "two\nlines\r\ttabs", "😀 👩‍👩‍👧 世界", "x" * 300, "שלום \u202e عالم", "", "\ud800\x00"]
)
def test_hostile_words_are_only_words(text: str) -> None:
    marks = tuple(Mark(at=MONDAY + timedelta(hours=hour), text=text) for hour in range(9))

    assert opened(of(a_panel(0.5, 0.6, title=text, marks=marks), title=text)).width == 1200


times = st.datetimes(timezones=st.just(UTC))
numbers = st.floats() | st.floats(0, 1) | st.floats(-10, 10)
points = st.builds(Point, at=times, value=numbers, low=st.none() | numbers, high=st.none() | numbers)
panels = st.builds(
    Panel,
    title=hostile_text,
    unit=st.sampled_from(Unit),
    points=st.lists(points, max_size=8).map(tuple),
    target=st.none() | st.builds(Target, direction=st.sampled_from(Direction), value=numbers),
    marks=st.lists(st.builds(Mark, at=times, text=hostile_text), max_size=6).map(tuple),
    ahead=st.none()
    | st.builds(Ahead, begins=times, ends=times, low=numbers, high=numbers, plateau=st.none() | numbers),
)


@settings(max_examples=12)
@given(st.lists(panels, max_size=2), hostile_text, st.sampled_from(["UTC", "Pacific/Kiritimati", "America/New_York"]))
def test_any_chart_is_drawn(some: list[Panel], title: str, zone: str) -> None:
    assert opened(of(*some, title=title, zone=zone)).width == 1200
