"""The real `muster run worker` calls the pager, is killed while it waits, and another makes the call again."""

import asyncio
import os
from datetime import timedelta

import aiohttp

from bot.clock import SystemClock
from bot.domain.paging import Action
from bot.kit.paging import page
from bot.outbox.webhooks import Pager, Webhooks
from bot.store import incident_settings
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from bot.store.webhooks import LEASE
from tests.domain.test_paging import an_incident
from tests.support.builders import a_product
from tests.support.pager import SECRET, Answer, LocalPager, answering
from tests.support.processes import KILLED, Child, muster


def let_it_begin(database: Database) -> None:
    product, now = database.do(a_product), SystemClock().now()
    database.do(lambda session: incident_settings.save(session, product.id, IncidentSettings(paging=True)))
    database.do(lambda session: page(session, action=Action.TRIGGER, incident=an_incident(), product=product, now=now))


def a_worker(database_url: str, pager: LocalPager) -> Child:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "SLACK_BOT_TOKEN": "xoxb-nobody",
        "MUSTER_PAGERDUTY_ROUTING_KEY": SECRET,
        "MUSTER_PAGERDUTY_URL": pager.url,
        "PORT": "0",
    }
    return Child(muster, "run", "worker", environment=environment)


async def test_a_worker_that_is_killed_while_it_waits_for_the_pager_delays_the_call_and_no_more(
    database: Database, database_url: str
) -> None:
    let_it_begin(database)
    async with answering() as pager, aiohttp.ClientSession() as session:
        pager.answers = [Answer(hangs=True)]
        worker = a_worker(database_url, pager)
        await asyncio.wait_for(pager.was_called.wait(), 40)
        worker.kill()
        code, said = await asyncio.to_thread(worker.ends)

        later = SystemClock().now() + LEASE + timedelta(seconds=1)
        other = Webhooks(
            database=database,
            pager=Pager(url=pager.url, routing_key=SECRET),
            session=session,
            moment=lambda _session: later,
            workspace="local",
        )
        assert [await other.turn(), await other.turn()] == [1, 0]

    assert (code, SECRET in said) == (KILLED, False)
    assert pager.told == [("trigger", "muster-copilot-incident-7")] * 2
