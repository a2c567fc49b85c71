"""Slack's errors in our words: what is certain, what is not, and what a person can do."""

import re
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import MusterError, OutcomeUnknownError, PermanentError, TransientError
from bot.outbox.sender import NotConnectedError, PictureNotReadyError, RateLimitedError, RefusedBlocksError

DEFAULT_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)

_NOT_CONNECTED = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "team_access_not_granted"}
)
_AMBIGUOUS = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
_BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments", "no_text"}
)
_RATE = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

_FILE = re.compile(r"slack[_ ]file", re.IGNORECASE)

_WORDS = {
    "channel_not_found": "I cannot see this channel: it is gone, or it is private and I must be invited to it.",
    "not_in_channel": "I am not in this channel: invite me to it.",
    "is_archived": "The channel is archived.",
    "user_not_found": "There is no such person in the workspace.",
    "user_disabled": "This person is no longer in the workspace.",
    "cannot_dm_bot": "A bot cannot be written to.",
    "restricted_action": "The workspace does not let me post there.",
    "no_such_subteam": "There is no such user group in the workspace.",
    "is_inactive": "The channel is archived.",
    "message_not_found": "The message is gone.",
    "cant_update_message": "The message is not mine to change.",
    "edit_window_closed": "The workspace lets nobody change a message this old.",
    "file_uploads_disabled": "The workspace lets nobody upload files.",
    "file_uploads_except_images_disabled": "The workspace lets nobody upload files other than pictures.",
    "file_type_not_allowed": "The workspace does not let me upload files of this type.",
    "file_upload_size_restricted": "The file is larger than the workspace allows.",
    "thread_not_found": "The message whose thread this joins is gone.",
    "cannot_reply_to_message": "The message whose thread this joins is gone.",
}

_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.InvalidURL)
"""Failures before a request: refused, not resolved, no TLS."""

# Anything else leaves open what Slack did with the request; the SDK raises more kinds than it documents.


async def reading(call: Awaitable[Any]) -> Any:
    """The answer to a *call* that delivers nothing, so that whatever goes wrong may be tried again."""
    try:
        return await call
    except MusterError:
        raise
    except Exception as error:
        found = translated(error)
        if isinstance(found, OutcomeUnknownError):
            raise TransientError(str(found)) from error
        raise found from error


async def delivering(call: Awaitable[Any]) -> Any:
    """The answer to the *call* that delivers a message."""
    try:
        return await call
    except Exception as error:
        raise translated(error) from error


def translated(error: Exception) -> MusterError:
    """What *error*, raised by a call, says about the message: not sent, refused for good, or unknown."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, _NEVER_LEFT):
        return TransientError(f"Slack could not be reached ({type(error).__name__}).")
    return OutcomeUnknownError(f"The connection to Slack was lost ({type(error).__name__}).")


def name_of(error: SlackApiError) -> str | None:
    """Slack's own word for *error*, None where its answer could not be read."""
    data = getattr(error.response, "data", None)
    return data.get("error") if isinstance(data, dict) else None


def _answered(error: SlackApiError) -> MusterError:
    response: Any = error.response
    # The SDK wraps the answer, but hands over the raw one when it could not read the body.
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    name = name_of(error)
    if status == 429 or name in _RATE:  # noqa: PLR2004 the status for too many requests
        return RateLimitedError(_pause(response))
    # An answer that is no JSON, or one of Slack's own failures, may come after the message was stored.
    if name is None or status >= 500 or name in _AMBIGUOUS:  # noqa: PLR2004 server errors
        return OutcomeUnknownError(f"Slack answered with a failure of its own ({name or status}).")
    return _refused(str(name), response)


def _refused(name: str, response: Any) -> MusterError:
    if name in _NOT_CONNECTED:
        return NotConnectedError(name)
    if name == "invalid_blocks" and _is_about_a_file(response):
        return PictureNotReadyError()
    if name in _BLOCKS:
        return RefusedBlocksError(f"Slack refused the layout of the message ({name}).")
    if name == "missing_scope":
        return PermanentError(
            f"The app lacks the scope {response.data.get('needed', '?')}: add it and reinstall the app."
        )
    return PermanentError(_WORDS.get(name, f"Slack refused it ({name})."))


def _is_about_a_file(response: Any) -> bool:
    """Whether a file that blocks show is all that Slack refused: it says where, in words or as a JSON pointer."""
    problems = response.data.get("errors") or (response.data.get("response_metadata") or {}).get("messages") or []
    return bool(problems) and all(_FILE.search(str(one)) for one in problems)


def _pause(response: Any) -> timedelta:
    """What Retry-After says, in seconds; 30 s where it says nothing sensible, never above 15 minutes."""
    asked = str((getattr(response, "headers", None) or {}).get("Retry-After", "")).strip()
    seconds = int(asked) if asked.isdigit() else 0
    return min(timedelta(seconds=seconds) or DEFAULT_PAUSE, LONGEST_PAUSE)
