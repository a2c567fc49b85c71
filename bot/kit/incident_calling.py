"""Who can be called for an incident, and when: the people of a product as the rules of calling take them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain import cadence
from bot.domain.calling import RHYTHMS, Case, Chain, Rung
from bot.domain.holders import mention
from bot.domain.incidents import Did, Incident, Severity
from bot.domain.nights import UP_FOR, Reach, day_begins, may_be_called
from bot.domain.people import Role
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.domain.text import clip, escape, one_line
from bot.domain.window import zone_named
from bot.kit import zones
from bot.kit.incidents import candidates
from bot.kit.owning import expanded, leads_of, people_or_usual, present
from bot.kit.prose import NAME_ROOM
from bot.store import directory, incident_settings, incidents, night_calls, ownerships, products
from bot.store.products import LOCAL_WORKSPACE

_PARTS: Mapping[Role, str] = {Role.PM: "the PM", Role.ML_LEAD: "the ML lead", Role.RESEARCH: "research"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Callees:
    """Whose turn it is when: the people of a product, and who did something just now and is up."""

    session: Session
    product: Product
    admins: Sequence[str] = ()

    def case(self, incident: Incident, *, owner_up_for: timedelta = UP_FOR) -> Case:
        """*incident* as the rules of calling take it; *owner_up_for*: how long its owner is up after a deed in it."""
        up = self.up(incident)
        if incident.owner in up:
            up[incident.owner] += owner_up_for - UP_FOR
        return self._case(incident.severity, incident.called_at, self.chain(incident.owner), up)

    def up(self, incident: Incident) -> dict[str, datetime]:
        """Until when those are up who did something in *incident*."""
        up: dict[str, datetime] = {}
        for event in incidents.events(self.session, incident.id):
            # A message that was kept stands in the record at the time at which it was written, by whoever kept it.
            if event.by and event.what is not Did.KEPT:
                up[event.by] = max(event.at + UP_FOR, up.get(event.by, event.at + UP_FOR))
        return up

    def may(self, user: str, incident: Incident, now: datetime) -> bool:
        """Whether *user*, who need not be one of those called, may be called for *incident* *now*; nobody who left."""
        reach = self.reaches([user], self.up(incident))[user]
        able = may_be_called(reach, now, urgent=RHYTHMS[incident.severity].urgent)
        return able and bool(present(self.session, [user]))

    def supposed(self, severity: Severity, at: datetime) -> Case:
        """An incident that would be declared *at* that instant, by somebody who is not among those called."""
        owner = self.first(self.candidates, severity, at)
        return self._case(severity, at, self.chain(owner) if owner else {}, {})

    @property
    def candidates(self) -> tuple[str, ...]:
        """Who may own a new incident, the first choice first; the backup comes after those they stand in for."""
        usual = candidates(self.session, self.product, admins=self.admins)
        return tuple(dict.fromkeys((*self._backups(), *usual)))

    def first(self, users: Sequence[str], severity: Severity, now: datetime, up: Iterable[str] = ()) -> str | None:
        """The first of *users* who may be called *now*; the first of all where nobody may; *up*: who is awake."""
        reaches = self.reaches(users, dict.fromkeys(up, now + UP_FOR))
        urgent = RHYTHMS[severity].urgent
        able = (user for user in users if may_be_called(reaches[user], now, urgent=urgent))
        return next(able, users[0] if users else None)

    def chain(self, owner: str) -> Chain:
        """Who is called for an incident of *owner*, each on the first rung they stand on; nobody who left."""
        session, product = self.session, self.product
        owns = present(session, [owner])
        rungs = {
            Rung.BACKUP: self._backups(),
            Rung.LEADS: leads_of(session, product),
            Rung.ADMINS: present(session, self.admins),
        }
        chain: dict[Rung, tuple[str, ...]] = {Rung.OWNER: owns, Rung.THREAD: owns}
        for rung, people in rungs.items():
            above = {user for others in chain.values() for user in others}
            chain[rung] = tuple(user for user in people if user not in above)
        return chain

    def reaches(self, users: Iterable[str], up: Mapping[str, datetime]) -> dict[str, Reach]:
        """When each of *users* can be called; *up*: until when somebody is awake."""
        willing = night_calls.accepted(self.session, LOCAL_WORKSPACE)
        return {user: Reach(zone=self.zone_of(user), accepted=user in willing, up_until=up.get(user)) for user in users}

    def zone_of(self, user: str) -> ZoneInfo:
        """The zone of a person, where Slack knows it and we know that zone; else that of the product."""
        return zones.zone_of(self.session, user, usual=self.product.timezone)

    def name_of(self, user: str) -> str:
        """A person's name for mrkdwn, which rings nobody; their part in the product where Slack did not say it yet."""
        person = directory.known(self.session, LOCAL_WORKSPACE, user)
        name = one_line(person.name) if person else ""
        return escape(clip(name, NAME_ROOM)) or self._part_of(user)

    def _part_of(self, user: str) -> str:
        team = {one.role: one.user for one in products.people(self.session, self.product.id)}
        return next((name for role, name in _PARTS.items() if team.get(role) == user), "somebody")

    def _backups(self) -> tuple[str, ...]:
        """The owners of incidents in general, and their backup."""
        named = ownerships.one(self.session, self.product.id, INCIDENT_RESPONSE)
        backup = (named.backup,) if named and named.backup else ()
        others = people_or_usual(self.session, self.product, INCIDENT_RESPONSE)
        return present(self.session, [*others, *expanded(self.session, backup)])

    def _case(self, severity: Severity, at: datetime, chain: Chain, up: Mapping[str, datetime]) -> Case:
        users = {user for people in chain.values() for user in people}
        return Case(
            severity=severity,
            called_at=at,
            zone=zone_named(self.product.timezone),
            chain=chain,
            reaches=self.reaches(users, up),
        )


def owner_for(
    session: Session,
    product: Product,
    *,
    declared_by: str,
    admins: Sequence[str],
    severity: Severity,
    now: datetime,
) -> str:
    """Who owns an incident that is declared *now*: the first candidate who may be called, who declares it being awake;
    where nobody may, the first candidate; where there is none, who declares it.
    """
    callees = Callees(session=session, product=product, admins=admins)
    return callees.first(callees.candidates, severity, now, up=[declared_by]) or declared_by


def next_update(session: Session, product: Product, severity: Severity, now: datetime) -> datetime | None:
    """When the channel expects to hear more of an incident that it hears of *now*; None where no updates are asked
    for.
    """
    asked_for = incident_settings.of_product(session, product.id).updates
    return cadence.next_update(severity, now) if asked_for else None


def when_awake(session: Session, product: Product, user: str, now: datetime) -> datetime:
    """When something that can wait for the morning is told to *user*: *now* where they may be called for something
    urgent, else when their day begins.
    """
    reach = Callees(session=session, product=product).reaches([user], {})[user]
    return now if may_be_called(reach, now, urgent=True) else day_begins(reach, now, urgent=True)


def named_quietly(session: Session, product: Product, user: str, now: datetime) -> str:
    """*user* for mrkdwn: mentioned where they may be called for something urgent *now*, else by name, which rings
    nobody.
    """
    callees = Callees(session=session, product=product)
    reach = callees.reaches([user], {})[user]
    return mention(user) if may_be_called(reach, now, urgent=True) else callees.name_of(user)
