"""What Prometheus scrapes: counts from the database, the health of the parts, the process itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.queries.operations import Counts

_MAILBOX_GAUGES = (
    ("zveno_mailbox_backlog", "Letters of a mailbox on their way", "backlog"),
    ("zveno_mailbox_missing", "Letters of a mailbox that were passed over", "missing"),
    ("zveno_mailbox_quarantined", "Letters of a mailbox in quarantine", "quarantined"),
)


class _Snapshot(Collector):
    """One scrape's figures."""

    def __init__(self, counts: Counts, parts: Sequence[str], ill: Sequence[str]) -> None:
        self._counts = counts
        self._parts = parts
        self._ill = ill

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """All gauges."""
        yield _gauge("zveno_updates", "Updates from the chat by state", "state", self._counts.updates)
        yield _gauge("zveno_outbox", "Effects on the world by state", "state", self._counts.outbox)
        yield _gauge("zveno_letters", "Letters seen in mailboxes by fate", "fate", self._counts.letters)
        yield _gauge("zveno_mailboxes", "Mailboxes by state", "state", self._counts.mailboxes)
        watch = self._counts.watch
        for name, text, field in _MAILBOX_GAUGES:
            values = {one: getattr(counts, field) for one, counts in watch.items()}
            yield _gauge(name, text, "mailbox", values)
        seen = {
            one: int(counts.last_success_at.timestamp())
            for one, counts in watch.items()
            if counts.last_success_at is not None
        }
        yield _gauge(
            "zveno_mailbox_last_success_seconds",
            "When a mailbox was last level with its server",
            "mailbox",
            seen,
        )
        up = {part: int(part not in self._ill) for part in self._parts}
        yield _gauge("zveno_part_up", "Whether a part of the process works", "part", up)


def _gauge(name: str, text: str, label: str, values: Mapping[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def render_metrics(counts: Counts, parts: Sequence[str], ill: Sequence[str]) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(counts, parts, ill))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    return generate_latest(registry)
