"""Who somebody is to the workspace: as remembered, or as Slack says when asked."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.domain.people import Person, Standing
from bot.slack.errors import reading
from bot.store import directory
from bot.store.session import Database, Moment


class People:
    """The people of one workspace."""

    def __init__(self, *, database: Database, client: AsyncWebClient, moment: Moment, workspace: str) -> None:
        self._database = database
        self._client = client
        self._moment = moment
        self._workspace = workspace
        self._own_team: str | None = None

    async def who(self, user: str) -> Person:
        """Who *user* is. Raises `TransientError` or `PermanentError` when Slack must be asked and cannot say."""
        known = await self._database.look(
            lambda session: directory.fresh(session, self._workspace, user, self._moment(session))
        )
        if known is not None:
            return known
        answer = await reading(self._client.users_info(user=user))
        person = person_told(user, answer["user"], await self._team())
        await self._database.run(lambda session: self._keep(session, person))
        return person

    async def is_from_elsewhere(self, user: str, team: str | None) -> bool:
        """Whether *user*, who acts from the workspace *team*, belongs to another company."""
        if team is None or team == await self._team():
            return False
        return (await self.who(user)).standing is Standing.STRANGER

    async def described(self, user: str, told: Mapping[str, Any]) -> Person:
        """The person whom Slack describes as *told*, without being asked. Raises `TransientError`."""
        return person_told(user, told, await self._team())

    async def _team(self) -> str:
        if self._own_team is None:
            self._own_team = str((await reading(self._client.auth_test()))["team_id"])
        return self._own_team

    def _keep(self, session: Session, person: Person) -> None:
        directory.keep(session, self._workspace, person, self._moment(session))


def person_told(user: str, told: Mapping[str, Any], own_team: str) -> Person:
    """The person whom Slack describes as *told*, seen from the workspace *own_team*."""
    profile = told.get("profile") or {}
    return Person(
        user=user,
        name=str(profile.get("display_name") or told.get("real_name") or told.get("name") or user),
        standing=_standing(told, own_team),
        timezone=told.get("tz") or None,
    )


def _standing(told: Mapping[str, Any], own_team: str) -> Standing:
    # In an organisation of several workspaces somebody may belong to ours without it being their first.
    teams = {told.get("team_id") or own_team, *((told.get("enterprise_user") or {}).get("teams") or ())}
    if told.get("is_stranger") or own_team not in teams:
        return Standing.STRANGER
    if told.get("deleted"):
        return Standing.GONE
    if told.get("is_bot"):
        return Standing.BOT
    if told.get("is_restricted") or told.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER
