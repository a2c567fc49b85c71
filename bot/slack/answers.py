"""Telling a person the answer: where they asked, and to them alone."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.incoming import Incoming
from bot.errors import PermanentError, TransientError
from bot.kit.pictures import all_in_words, shows_files
from bot.kit.reply import View
from bot.log import logger
from bot.outbox.sender import PictureNotReadyError
from bot.slack import saying
from bot.slack.errors import reading

_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})

_REFUSED = "invalid_blocks"

PICTURE_PAUSES_S = (1.0, 2.0, 4.0)
"""How long Slack is given to get a picture ready, again and again, before it is said in words."""

_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})


class TooLateError(PermanentError):
    """Slack opens no form for a gesture this old, or used already."""

    def __init__(self) -> None:
        super().__init__("Slack does not open a form this late.")


class Answers:
    """Answers through Slack's Web API and the addresses that Slack gives for answering."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def tell(self, incoming: Incoming, message: Mapping[str, Any]) -> None:
        """Show *message* to the person alone: in the place of what they clicked, or as a private message beside it.

        Raises `TransientError` where trying again may help, `PermanentError` where it cannot.
        """
        told = {**message, "response_type": "ephemeral", "replace_original": bool(message.get("replace"))}
        told.pop("replace", None)
        for pause in PICTURE_PAUSES_S:
            try:
                return await self._told(incoming, told)
            except PictureNotReadyError:
                await asyncio.sleep(pause)
        logger().warning("picture.in_words", reason="Slack never showed it")
        return await self._told(incoming, {**told, "blocks": all_in_words(message["blocks"])})

    async def _told(self, incoming: Incoming, told: Mapping[str, Any]) -> None:
        address = incoming.answer_to
        if address is not None and self._is_slacks(address) and await self._told_at(address, told):
            return
        words = {"text": told["text"], "blocks": told["blocks"]}
        await reading(
            self._client.chat_postEphemeral(
                channel=incoming.channel or "", user=incoming.user, thread_ts=incoming.thread, **words
            )
        )

    async def open(self, incoming: Incoming, view: View) -> None:
        """Open *view* for the gesture. Raises `TooLateError` where Slack will not any more."""
        try:
            await self._client.views_open(trigger_id=incoming.trigger or "", view=saying.form(view, incoming))
        except SlackApiError as error:
            if error.response.get("error") in _LATE:
                raise TooLateError from error
            raise

    async def publish_home(self, user: str, blocks: list[dict[str, Any]]) -> None:
        """Show *blocks* in a person's App Home."""
        await reading(self._client.views_publish(user_id=user, view=saying.home(blocks)))

    def _is_slacks(self, address: str) -> bool:
        """Whether *address* is where Slack takes answers: a form's memory, which may hold it, went to a client."""
        asked, own = urlsplit(address), urlsplit(self._client.base_url)
        return asked.netloc == own.netloc or (asked.scheme == "https" and asked.netloc.endswith(".slack.com"))

    async def _told_at(self, address: str, message: Mapping[str, Any]) -> bool:
        """Whether Slack took *message* at the address it gave for answering."""
        try:
            async with self._session.post(address, json=message) as response:
                if response.ok:
                    return True
                if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _LATER:
                    raise TransientError(f"Slack did not take an answer: {response.status}.")
                if shows_files(message["blocks"]) and _REFUSED in await response.text():
                    raise PictureNotReadyError
                # Used up, over, or refused: there is another way to the person.
                return False
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TransientError("Slack could not be reached with an answer.") from error
