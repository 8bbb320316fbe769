"""What is going on, in figures, as Prometheus reads them: counts and moments, no names and no addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from feedsvc.model import AnswerKind, DeliveryState, SuppressionReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prometheus_client import Metric

CONTENT_TYPE = CONTENT_TYPE_LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted. `moments` say when each job last came to its end; one that never did has none.

    `relay_trouble` is the kind of trouble that there is with the relay, if there is any.
    """

    version: str
    entries: int
    problems: int
    mistakes: int
    publications: int
    editions: int
    held: int
    deliveries: Mapping[DeliveryState, int]
    suppressions: Mapping[SuppressionReason, int]
    answers: Mapping[AnswerKind, int]
    relay_trouble: str
    announcements: int
    mirror_is_behind: bool
    moments: Mapping[str, datetime]


def exposition(figures: Figures) -> bytes:
    """Write figures down for Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give every metric."""
        figures = self._figures
        version = GaugeMetricFamily("feedsvc_info", "The version that answers.", labels=["version"])
        version.add_metric([figures.version], 1)
        yield version
        yield GaugeMetricFamily("feedsvc_entries", "Entries that the site shows.", figures.entries)
        yield GaugeMetricFamily(
            "feedsvc_problems", "Pieces of bulletins that could not be read.", figures.problems
        )
        yield GaugeMetricFamily("feedsvc_config_mistakes", "Mistakes in the site's files.", figures.mistakes)
        yield CounterMetricFamily(
            "feedsvc_publications", "Changes of what the site shows.", figures.publications
        )
        yield CounterMetricFamily("feedsvc_editions", "Editions that fell due.", figures.editions)
        yield GaugeMetricFamily(
            "feedsvc_subscriptions_held", "Subscriptions that wait for a person.", figures.held
        )
        yield self._deliveries()
        yield self._suppressions()
        yield self._answers()
        yield self._relay()
        yield GaugeMetricFamily(
            "feedsvc_announcements_pending",
            "Documents that the hub is yet to be told of.",
            figures.announcements,
        )
        yield GaugeMetricFamily(
            "feedsvc_mirror_behind", "Whether the last export failed.", float(figures.mirror_is_behind)
        )
        yield self._moments()

    def _deliveries(self) -> Metric:
        """Count deliveries; one in doubt is counted before there is any, so that an alarm can be set on it."""
        family = GaugeMetricFamily("feedsvc_deliveries", "Deliveries by state.", labels=["state"])
        for state in DeliveryState:
            family.add_metric([state.value], self._figures.deliveries.get(state, 0))
        return family

    def _suppressions(self) -> Metric:
        family = GaugeMetricFamily(
            "feedsvc_suppressions", "Addresses that get no mail, by reason.", labels=["reason"]
        )
        for reason in SuppressionReason:
            family.add_metric([reason.value], self._figures.suppressions.get(reason, 0))
        return family

    def _answers(self) -> Metric:
        family = GaugeMetricFamily(
            "feedsvc_answers", "What came back and is not forgotten, by kind.", labels=["kind"]
        )
        for kind in AnswerKind:
            family.add_metric([kind.value], self._figures.answers.get(kind, 0))
        return family

    def _relay(self) -> Metric:
        family = GaugeMetricFamily(
            "feedsvc_relay_trouble", "Whether the relay took nothing the last time, by why.", labels=["kind"]
        )
        for kind in ("unreached", "refuses_all"):
            family.add_metric([kind], float(self._figures.relay_trouble == kind))
        return family

    def _moments(self) -> Metric:
        family = GaugeMetricFamily(
            "feedsvc_last_run_timestamp_seconds", "When a job last came to its end.", labels=["job"]
        )
        for job, moment in self._figures.moments.items():
            family.add_metric([job], moment.timestamp())
        return family
