"""`/metrics`: the vitals in Prometheus' words. They come from the database, so every replica says the same."""

from collections.abc import Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from bot.store.vitals import Vitals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _VitalsCollector(Collector):
    """Tells one reading of the vitals; what has no age is left out."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        told = self._vitals
        posts = GaugeMetricFamily("muster_posts", "Posts in the outbox, by state.", labels=["state"])
        for state, count in told.posts.items():
            posts.add_metric([state], count)
        yield posts
        yield GaugeMetricFamily("muster_schedules_overdue", "Schedules due and not settled yet.", told.overdue)
        yield GaugeMetricFamily("muster_schedules_failing", "Schedules overdue because they broke.", told.failing)
        yield from _age("muster_tick_age_seconds", "Since the schedule was last looked at.", told.tick_age)
        yield from _age("muster_oldest_unsent_post_seconds", "Age of the oldest unsent post.", told.post_age)
        yield from _age("muster_oldest_request_seconds", "Age of the oldest unanswered request.", told.request_age)


def exposition(vitals: Vitals) -> bytes:
    """*vitals* in Prometheus' text format."""
    # A registry of its own: the library's global one would add what this process did, which no other replica did.
    registry = CollectorRegistry()
    registry.register(_VitalsCollector(vitals))
    return generate_latest(registry)


def _age(name: str, words: str, age: timedelta | None) -> Iterator[GaugeMetricFamily]:
    if age is not None:
        yield GaugeMetricFamily(name, words, age.total_seconds())
