"""A chart becomes a picture: the only door to matplotlib, which is opened when the first chart is drawn."""

from importlib.util import find_spec
from threading import Lock

from bot.domain.charts import Chart
from bot.errors import UserError

# matplotlib keeps fonts and caches that are not made for several threads.
_ONE_AT_A_TIME = Lock()


class NoChartsError(UserError):
    """What draws charts is not installed."""

    def __init__(self) -> None:
        super().__init__("Charts cannot be drawn here: install Muster with its extra “charts”.")


def are_installed() -> bool:
    """Whether charts can be drawn; nothing is imported to find out."""
    return find_spec("matplotlib") is not None


def draw(chart: Chart) -> bytes:
    """*chart* as a PNG, the same bytes for the same chart. Takes some 50 ms, the first time about a second.

    Safe to call from any thread. Raises `NoChartsError`.
    """
    if not are_installed():
        raise NoChartsError
    with _ONE_AT_A_TIME:
        from bot.charts.figure import png

        return png(chart)
