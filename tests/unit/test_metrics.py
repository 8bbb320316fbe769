"""Figures as Prometheus reads them: all states are there before they occur, and nobody's name is."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from feedsvc.metrics import Figures, exposition
from feedsvc.model import AnswerKind, DeliveryState, SuppressionReason


def figures(**fields):
    return Figures(
        **{
            "version": "1.2",
            "entries": 3,
            "problems": 1,
            "mistakes": 0,
            "publications": 7,
            "editions": 5,
            "held": 1,
            "deliveries": {DeliveryState.ACCEPTED: 9, DeliveryState.IN_DOUBT: 2},
            "suppressions": {SuppressionReason.BOUNCED: 4},
            "answers": {AnswerKind.OURS: 3},
            "relay_trouble": "unreached",
            "announcements": 0,
            "mirror_is_behind": True,
            "moments": {"plan": datetime(2026, 11, 23, tzinfo=UTC)},
            **fields,
        }
    )


def samples(text):
    families = text_string_to_metric_families(text.decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_every_figure_can_be_read_back():
    read = samples(exposition(figures()))
    assert read["feedsvc_info", "1.2"] == 1
    assert read["feedsvc_entries",] == 3
    assert read["feedsvc_publications_total",] == 7
    assert read["feedsvc_editions_total",] == 5
    assert read["feedsvc_subscriptions_held",] == 1
    assert read["feedsvc_mirror_behind",] == 1
    assert read["feedsvc_answers", "ours"] == 3
    assert (read["feedsvc_relay_trouble", "unreached"], read["feedsvc_relay_trouble", "refuses_all"]) == (
        1,
        0,
    )
    assert read["feedsvc_last_run_timestamp_seconds", "plan"] == 1795392000
    assert ("feedsvc_last_run_timestamp_seconds", "ingest") not in read


def test_every_state_has_a_figure_also_when_nothing_is_in_it():
    read = samples(exposition(figures()))
    counted = {state: read["feedsvc_deliveries", state.value] for state in DeliveryState}
    assert counted[DeliveryState.IN_DOUBT] == 2
    assert counted[DeliveryState.FAILED] == 0
    assert read["feedsvc_suppressions", "bounced"] == 4
    assert read["feedsvc_suppressions", "unsubscribed"] == 0
