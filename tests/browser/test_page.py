"""The page itself: what it says when it cannot be driven, and that nothing of it stays."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.page import CannotBrowseError, Page, PageError, browsing, tools

TWO_LISTS = """data:text/html,
<ul id=a><li>one<li>two</ul><ul id=b><li>three<li><button>one</button></ul><label>Name <input value=Ana></label>"""


def test_the_first_tool_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(CannotBrowseError, match="no node here"):
        tools()

    (tmp_path / "node").touch(mode=0o755)
    with pytest.raises(CannotBrowseError, match="no chromium here"):
        tools()

    monkeypatch.setenv("CHROMIUM", str(tmp_path / "elsewhere"))
    with pytest.raises(CannotBrowseError, match="no chromium here"):
        tools()


async def test_a_place_is_found_within_another_and_by_what_it_holds(page: Page, tmp_path: Path) -> None:
    await page.goto(TWO_LISTS)

    assert await page.texts(css="li", has="one") == ["one", "one"]
    assert await page.text(css="li", within={"css": "#b"}, nth=0) == "three"
    assert await page.text(role="button", name="one") == "one"
    await page.fill("Ben", label="Name")
    assert await page.value(css="input") == "Ben"
    await page.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("browser")
async def test_what_is_not_there_is_an_error_and_the_page_goes_on(tmp_path: Path) -> None:
    async with browsing(tmp_path, patience=0.3) as page:
        await page.goto(TWO_LISTS)

        with pytest.raises(PageError, match=r"(?s)Timeout 300ms exceeded.*getByRole\('button', { name: 'two' }\)"):
            await page.click(role="button", name="two")

        assert await page.text(css="li", nth=1) == "two"


async def test_uncaught_errors_of_the_page_are_told(page: Page) -> None:
    await page.goto("data:text/html,<script>throw new Error('oh')</script>")

    assert await page.errors() == ["Error: oh"]


@pytest.mark.usefixtures("browser")
async def test_no_browser_stays_behind(tmp_path: Path) -> None:
    async with browsing(tmp_path) as page:
        await page.goto(TWO_LISTS)
        assert any(b"--type=renderer" in line for line in running_in(tmp_path))

    async with asyncio.timeout(5):
        while running_in(tmp_path):  # noqa: ASYNC110 processes of others raise no event
            await asyncio.sleep(0.05)


def running_in(folder: Path) -> list[bytes]:
    """The command lines of all processes that name *folder*."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / "cmdline").read_bytes())
        except OSError:
            continue  # it ended meanwhile
    return [line for line in found if bytes(folder) in line]
