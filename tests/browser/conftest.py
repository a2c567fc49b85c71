from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.page import CannotBrowseError, Page, Tools, browsing, tools
from tests.support.local_slack import local_slack_binary

__all__ = ["local_slack_binary"]  # pytest finds the fixture here


@pytest.fixture(scope="session")
def browser() -> Tools:
    """What drives a browser; where something of it is missing, the test is skipped and says what."""
    try:
        return tools()
    except CannotBrowseError as why:
        pytest.skip(str(why))


@pytest.fixture
async def page(browser: Tools, tmp_path: Path) -> AsyncIterator[Page]:
    """An empty page of a browser of its own."""
    async with browsing(tmp_path) as opened:
        yield opened
