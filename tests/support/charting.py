"""Charts for tests, and what draws them where their looks do not matter."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.charts import Chart, Panel, Point
from bot.domain.metrics import Direction, Target, Unit
from bot.kit.pictures import picture
from tests.support.builders import MONDAY, a_post

ALT = "Accuracy 82 %, below its target of at least 85 %."
SAID = {"type": "context", "elements": [{"type": "plain_text", "text": ALT, "emoji": False}]}
"""What stands in the place of the picture of `a_chart`."""


def a_chart(title: str = "Accuracy", **known: Any) -> Chart:
    """Three weeks of accuracy, below target."""
    points = tuple(Point(at=MONDAY + timedelta(weeks=week), value=0.8 + week / 100) for week in range(3))
    panel = Panel(
        title="Accuracy", unit=Unit.SHARE, points=points, target=Target(direction=Direction.AT_LEAST, value=0.85)
    )
    return Chart(**{"title": title, "panels": (panel,), "zone": "Europe/Berlin", "alt": ALT} | known)


def drawn(chart: Chart) -> bytes:
    """A picture, for who does not look at it."""
    return f"PNG of {chart.title}".encode()


def a_picture_post(session: Session, key: str = "post", *, chart: Chart | None = None, **known: Any) -> None:
    """A post that shows a chart below a headline."""
    blocks = [{"type": "divider"}, picture(session, f"{key}/chart", chart or a_chart(), MONDAY)]
    a_post(session, key, blocks=blocks, **known)
