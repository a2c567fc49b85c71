"""A file on its way to people: announced to Slack, posted to an address of its own, and shared."""

from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Handed
from bot.domain.text import clip
from bot.errors import OutcomeUnknownError, PermanentError, TransientError
from bot.log import logger
from bot.slack.errors import delivering, reading

TIMEOUT_S = 60
LONGEST_ALT = 1_000
"""What Slack takes as a file's own words; those in a block may be longer."""

_AS_BYTES = {"Content-Type": "application/octet-stream"}


class EmptyFileError(PermanentError):
    """Slack takes no file without a byte."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is empty, and Slack takes no empty files.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file for Slack. Until it is shared nobody sees it, so that all before may be done again."""

    client: AsyncWebClient
    name: str
    content: bytes
    alt: str = ""

    async def share(self, channel: str, comment: str) -> None:
        """Bring it into *channel* with *comment*, once.

        Raises `TransientError` and `PermanentError`; after the first, it may be there all the same where twice in a row
        no answer came.
        """
        file_id = await self._sent()
        try:
            await delivering(self._completed(file_id, channel, comment))
        except OutcomeUnknownError:
            await self._completed_after_all(file_id, channel, comment)

    async def hand_in(self) -> Handed:
        """Give it to Slack for nobody to see yet: messages may show it. Raises `TransientError`, `PermanentError`."""
        file_id = await self._sent()
        answer = await reading(self.client.files_completeUploadExternal(files=[{"id": file_id, "title": self.name}]))
        return Handed(file_id=file_id, url=str(answer["files"][0].get("permalink") or ""))

    async def _sent(self) -> str:
        """The id of the file, of which Slack has all bytes now."""
        if not self.content:
            raise EmptyFileError(self.name)
        announced = await reading(
            self.client.files_getUploadURLExternal(
                filename=self.name, length=len(self.content), alt_txt=clip(self.alt, LONGEST_ALT) or None
            )
        )
        await reading(self._posted(announced["upload_url"]))
        return str(announced["file_id"])

    async def _completed_after_all(self, file_id: str, channel: str, comment: str) -> None:
        """Ask again: Slack shares a file once, so that it now does it, or refuses because it did."""
        try:
            await reading(self._completed(file_id, channel, comment))
        except PermanentError as refusal:
            logger().info("file.shared_before", file=file_id, reason=str(refusal))

    async def _completed(self, file_id: str, channel: str, comment: str) -> None:
        await self.client.files_completeUploadExternal(
            files=[{"id": file_id, "title": self.name}], channel_id=channel, initial_comment=comment
        )

    async def _posted(self, address: str) -> None:
        # A session of its own: the address is on another host, and what a client sends to Slack's API is not for it.
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session,
            session.post(address, data=self.content, headers=_AS_BYTES, allow_redirects=False) as answer,
        ):
            status = answer.status
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TransientError(f"Slack did not take the file just now ({status}).")
        if status != HTTPStatus.OK:
            raise PermanentError(f"Slack did not take the file ({status}).")
