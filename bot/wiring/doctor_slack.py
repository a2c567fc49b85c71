"""The doctor at Slack: tokens, scopes, clocks, and whether every channel and person is as it should be."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

from bot.domain.people import Standing
from bot.errors import PermanentError, TransientError
from bot.outbox.sender import NotConnectedError
from bot.wiring.findings import Finding, note, ok, wrong

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.config import Settings
    from bot.domain.product import Product
    from bot.slack.visit import Introduction, SeenChannel, Visit
    from bot.wiring.doctor_database import Watched

Question = Callable[[], Awaitable[Finding]]

CLOCKS_APART = timedelta(seconds=120)
"""Look-ups of lost answers allow for this much. Source: the settle rule of delivery."""

_INSTALL = "Install the app, and copy its Bot User OAuth Token (xoxb-...) to SLACK_BOT_TOKEN."
_SOCKET = "Make an app-level token with connections:write under Basic Information, and copy it to SLACK_APP_TOKEN."
_SECRET = "Copy the Signing Secret from Basic Information to SLACK_SIGNING_SECRET."  # noqa: S105 where it is found
_ADMIN = "Put your Slack user id into MUSTER_ADMINS."
_SHAPE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}", re.IGNORECASE)
_APP, _BOT = "xapp-", "xoxb-"


async def look(settings: Settings, watched: Sequence[Watched]) -> AsyncIterator[Finding]:
    """Everything about Slack; it ends where Slack stops answering."""
    from bot.slack.visit import visiting

    async with visiting(token=_plain(settings.slack_bot_token), base_url=settings.slack_api_url) as visit:
        try:
            who = await _introduced(settings, visit)
            for finding in _told(who):
                yield finding
            yield await _way_in(settings, visit)
            if not settings.muster_admins:
                yield note("admins", "there is none: nobody is told what nobody else can be told.", _ADMIN)
            if not isinstance(who, Finding):
                for question in _places(settings, visit, watched):
                    yield await question()
        except TransientError as error:
            yield wrong("Slack", f"{error} I stopped asking.", "See whether SLACK_API_URL can be reached from here.")


def scopes(granted: frozenset[str] | None) -> list[Finding]:
    """What is missing of the scopes, with what stops working without it, and what is granted for nothing."""
    from bot.slack.scopes import OPTIONAL, SCOPES

    if granted is None:
        return [note("scopes", "Slack does not say which are granted.", "Compare them with: muster manifest")]
    missing, spare = sorted(set(SCOPES) - granted), sorted(granted - set(SCOPES) - set(OPTIONAL))
    found = [_missing(one, SCOPES[one]) for one in missing] or [ok("scopes", f"all {len(SCOPES)} are granted")]
    found += [_not_granted(one, OPTIONAL[one]) for one in sorted(set(OPTIONAL) - granted)]
    if spare:
        found.append(note("scopes", f"granted and not needed: {', '.join(spare)}.", "You may take them away."))
    return found


def clock(apart: timedelta | None) -> Finding:
    """What it means that Slack's clock is *apart* ahead of ours; None where it did not say."""
    if apart is None:
        return note("Slack clock", "Slack does not say what time it is.", "See that this machine is set by NTP.")
    if abs(apart) > CLOCKS_APART:
        seconds = f"{abs(apart).total_seconds():.0f} s"
        return wrong("Slack clock", f"this machine and Slack are {seconds} apart.", "Set this machine by NTP.")
    return ok("Slack clock", "the same as this machine's")


def standing_of(seen: SeenChannel, check: str, *, another: str) -> Finding:
    """Whether Muster can post to a channel as it was *seen*; *another* is the step where it never will."""
    if seen.is_archived:
        return wrong(check, "it is archived.", another)
    if seen.is_member:
        return ok(check, "Muster is in it")
    if not seen.is_private:
        return ok(check, "public: Muster joins when it first posts")
    return wrong(check, "it is private, and Muster is not in it.", "Say there: /invite @Muster")


async def _introduced(settings: Settings, visit: Visit) -> Introduction | Finding:
    """Who Slack takes us for, or why it does not."""
    token = _plain(settings.slack_bot_token)
    if not token:
        return wrong("bot token", "SLACK_BOT_TOKEN is not set.", _INSTALL)
    if token.startswith(_APP):
        return wrong("bot token", "SLACK_BOT_TOKEN holds an app-level token.", _INSTALL)
    try:
        return await visit.introduce()
    except NotConnectedError as error:
        return wrong("bot token", str(error), _INSTALL)
    except PermanentError as error:
        return wrong("bot token", str(error), _INSTALL)


def _told(who: Introduction | Finding) -> list[Finding]:
    if isinstance(who, Finding):
        return [who]
    return [ok("bot token", f"Slack knows it as {who.bot} in {who.team}"), *scopes(who.scopes), clock(who.clock)]


def _missing(scope: str, use: str) -> Finding:
    step = f"Add {scope} under OAuth & Permissions, and install the app again."
    return wrong(f"scope {scope}", f"it is missing: without it Muster cannot {use}.", step)


def _not_granted(scope: str, use: str) -> Finding:
    step = f"If you want that, add {scope} under OAuth & Permissions, and install the app again."
    return note(f"scope {scope}", f"not granted: Muster cannot {use}. All else works.", step)


async def _way_in(settings: Settings, visit: Visit) -> Finding:
    if settings.slack_app_token is not None:
        return await _socket(_plain(settings.slack_app_token), visit)
    secret = _plain(settings.slack_signing_secret)
    if not secret:
        return wrong("way in", "Slack cannot reach me.", f"{_SOCKET} Or, over HTTP: {_SECRET}")
    if not _SHAPE.fullmatch(secret):
        return wrong("way in", "SLACK_SIGNING_SECRET is not 32 or 64 hexadecimal digits.", _SECRET)
    return ok("way in", "over HTTP at /slack/events")


async def _socket(token: str, visit: Visit) -> Finding:
    if token.startswith(_BOT):
        return wrong("way in", "SLACK_APP_TOKEN holds a bot token.", _SOCKET)
    try:
        await visit.open_connection(token)
    except NotConnectedError:
        return wrong("way in", "Slack does not accept SLACK_APP_TOKEN.", _SOCKET)
    except PermanentError as error:
        return wrong("way in", f"SLACK_APP_TOKEN opens no socket: {error}", _SOCKET)
    return ok("way in", "over a socket")


def _places(settings: Settings, visit: Visit, watched: Sequence[Watched]) -> list[Question]:
    """Every question about a person or a channel."""
    step = "Correct MUSTER_ADMINS in the environment or in .env."
    admins = [partial(_person, visit, user, f"admin {user}", step) for user in settings.muster_admins]
    return [*admins, *(question for one in watched for question in _of_product(visit, one))]


def _of_product(visit: Visit, watched: Watched) -> Iterator[Question]:
    product, edit = watched.product, f"muster product edit {watched.product.key}"
    yield partial(_team_channel, visit, product, f"Run: {edit} --team-channel C...")
    if product.stakeholder_channel is not None:
        step = f"Run: {edit} --stakeholder-channel C..."
        yield partial(_channel, visit, product.stakeholder_channel, product, step)
    for one in watched.people:
        step = f"Run: {edit} --{one.role.replace('_', '-')} U..."
        yield partial(_person, visit, one.user, f"{one.role} of {product.key}", step)


async def _team_channel(visit: Visit, product: Product, edit: str) -> Finding:
    if product.team_channel is None:
        return note(f"channel of {product.key}", "it has none, so it posts nothing.", edit)
    return await _channel(visit, product.team_channel, product, edit)


async def _channel(visit: Visit, channel: str, product: Product, edit: str) -> Finding:
    from bot.slack.client import SharedChannelError

    check, another = f"channel {channel} of {product.key}", f"Choose another. {edit}"
    try:
        seen = await visit.channel(channel)
    except SharedChannelError as error:
        return wrong(check, str(error), another)
    except PermanentError as error:
        return wrong(check, str(error), f"Say there: /invite @Muster. Or choose another. {edit}")
    return standing_of(seen, check, another=another)


async def _person(visit: Visit, user: str, check: str, step: str) -> Finding:
    try:
        standing = (await visit.person(user)).standing
    except PermanentError as error:
        return wrong(check, f"{user}: {error}", step)
    match standing:
        case Standing.MEMBER:
            return ok(check, f"{user} is a member of the workspace")
        case Standing.GONE:
            return wrong(check, f"{user} has left the workspace.", step)
        case Standing.GUEST:
            return wrong(check, f"{user} is a guest, and guests change nothing.", step)
        case Standing.STRANGER:
            return wrong(check, f"{user} belongs to another workspace.", step)
        case Standing.BOT:
            return wrong(check, f"{user} is a bot.", step)
        case _:
            assert_never(standing)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
