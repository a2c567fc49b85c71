"""The local Slack's page as a person uses it: who they are, where they look, what they say, what they fill in."""

import json

from bot.demo.peer.server import Running
from tests.browser.page import Page

CHANNEL_BOX = ".main .composer-input"
THREAD_BOX = ".thread-pane .composer-input"


class SlackPage:
    """The page of a local Slack. It shows one person at a time, and one stack of modals for all of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, slack: Running) -> None:
        """Open it, and wait until it is live."""
        await self.page.goto(slack.url)
        await self.page.wait_for(text="ui live")

    async def act_as(self, real_name: str) -> None:
        """Be this person from now on."""
        await self.page.select(real_name, label="Act as")

    async def look_into(self, channel: str) -> None:
        """Open a channel, a direct message, or the app's Home, by its name in the sidebar."""
        await self.page.click(role="button", name=channel, within={"css": ".sidebar"})

    async def say(self, text: str, *, box: str = CHANNEL_BOX) -> None:
        """Say something in the open channel, or with *box* in the open thread; a leading slash makes it a command."""
        await self.page.fill(text, css=box)
        await self.page.press("Enter", css=box)

    async def see(self, text: str) -> str:
        """The latest message in the channel that holds *text*, all of it, as soon as it shows."""
        return await self.page.text(css=".main .msg", has=text, nth=-1)

    async def press(self, button: str, *, message: str | None = None) -> None:
        """Press a button: of the latest message that holds *message*, or else the only one of that name on the page."""
        if message is None:
            await self.page.click(role="button", name=button)
        else:
            place = {"css": ".main .msg", "has": message, "nth": -1}
            await self.page.click(role="button", name=button, within=place)

    async def open_thread(self, message: str) -> None:
        """Open the thread below the latest message that holds *message* and has replies."""
        place = {"css": ".main .msg", "has": message, "nth": -1}
        await self.page.click(css=".thread-summary", within=place)
        await self.page.wait_for(css=".thread-pane")

    async def form(self, title: str) -> str:
        """The text of the modal with this title, as soon as it is on top."""
        await self.page.wait_for(css=f".modal-title:text-is({json.dumps(title)})")
        return await self.page.text(css=".modal-body")

    async def fill(self, label: str, text: str) -> None:
        """Type into a field of the modal. What is not touched is sent empty, whatever it shows."""
        await self.page.fill(text, css="input", within=_field(label))

    async def choose(self, label: str, option: str) -> None:
        """Choose from a list of the modal."""
        await self.page.select(option, css="select", within=_field(label))

    async def send(self) -> None:
        """Send the modal. What comes of it is to be waited for: `form_is_gone`, `refusals`, or another `form`."""
        await self.page.click(css=".modal-foot .modal-btn.primary")

    async def form_is_gone(self) -> None:
        """Wait until no modal is open."""
        await self.page.wait_for(css=".modal", state="detached")

    async def refusals(self) -> list[str]:
        """What is wrong with the modal, `block id: sentence` each, as soon as something is."""
        await self.page.wait_for(css=".modal-error", nth=0)
        return await self.page.texts(css=".modal-error")


def _field(label: str) -> dict[str, str]:
    return {"css": f".modal .bk-input:has(> label:text-is({json.dumps(label)}))"}
