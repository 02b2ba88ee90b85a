"""The metrics of several processes."""

import re

from xivo_dird.metric_memory import MetricMemory
from xivo_dird.prometheus import Prometheus, SourceState


def values(prometheus, name):
    """Return the value of each sample of a metric, by the rest of its line."""
    lines = re.findall(rf"^{name}(\{{.*\}})? (\S+)$", prometheus.text().decode(), re.MULTILINE)
    return {labels: float(value) for labels, value in lines}


def state(name, breaker_is_open=False):
    return SourceState("main", name, "csv", breaker_is_open, 7, 1.5)


def test_requests_are_counted_in_cumulative_buckets():
    prometheus = Prometheus()
    for seconds in (0.0005, 0.02, 0.02, 60):
        prometheus.count_request("lookup", 200, seconds)
    buckets = values(prometheus, "dird_request_seconds_bucket")
    counts = {re.findall('le="(.+?)"', labels)[0]: value for labels, value in buckets.items()}
    assert (counts["0.001"], counts["0.01"], counts["0.025"], counts["10.0"], counts["+Inf"]) == (
        1,
        1,
        3,
        3,
        4,
    )
    assert list(values(prometheus, "dird_request_seconds_sum").values()) == [60.0405]


def test_the_names_of_removed_sources_leave_the_metrics():
    prometheus = Prometheus()
    for number in range(2000):
        counter = prometheus.outcome_counter("main", f"name-{number}", "csv")
        counter("ok", 0.1)
        prometheus.set_sources([state(f"name-{number}")])
        if number < 1999:
            counter.close()
            counter("late", 0.1)
    text = prometheus.text().decode()
    assert set(re.findall(r'source="(.+?)"', text)) == {"name-1999"}
    assert len(text) < 10_000


def test_an_edited_source_goes_on_counting():
    prometheus = Prometheus()
    former = prometheus.outcome_counter("main", "crew", "csv")
    former("ok", 0.1)
    edited = prometheus.outcome_counter("main", "crew", "csv")
    former.close()
    former.close()
    edited("ok", 0.1)
    assert (
        values(prometheus, "dird_source_outcomes_total")[
            '{backend="csv",source="crew",status="ok",tenant="main"}'
        ]
        == 2
    )
    edited.close()
    assert values(prometheus, "dird_source_outcomes_total") == {}


def test_the_states_of_all_living_processes_are_combined():
    memory = MetricMemory(slots=2)
    processes = []
    for slot in range(2):
        memory.use_slot(slot)
        processes.append(Prometheus(memory))
        processes[slot].set_sources([state("crew", breaker_is_open=slot == 0)])
        processes[slot].set_store_up(is_up=slot == 1)
        processes[slot].set_outbox_size(slot + 5)
    assert list(values(processes[1], "dird_source_breaker_open").values()) == [1.0]
    assert values(processes[1], "dird_store_up") == {"": 0.0}
    assert values(processes[1], "dird_outbox_events") == {"": 6.0}
