"""The names of callers for PBXs: FastAGI calls compared with plain text over HTTP, also with persistent connections."""

from collections.abc import Iterator
from dataclasses import replace

from clients import Measured
from daemons import TENANT, Bench, csv_source, daemon, running, text_paths
from load import measure
from load_agi import AgiLoad, measure_agi
from table import Row, at_least

from servers.ports import HOST, ReservedPort

CLIENTS = 8


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the calls that are answered in a second, in turn with plain text."""
    people = bench.people(bench.lines)
    reserved = ReservedPort()
    agi = {
        "listen": f"{HOST}:{reserved.number}",
        "authorized_subnets": [{"subnet": f"{HOST}/32", "tenant_uuid": TENANT}],
        "timeout": 60.0,
    }
    created = daemon(bench.folder_with_index("caller-id", bench.lines), [csv_source(people)], agi=agi)
    with running(created, people.terms[0]):
        calls = AgiLoad(reserved.number, "default", people.numbers, CLIENTS, bench.seconds)
        kept = bench.load(created.port, text_paths(people.numbers), CLIENTS)
        opened = replace(kept, is_persistent=False)
        rounds = [(_measure_found(calls), measure(opened), measure(kept)) for _ in range(bench.rounds)]
    reserved.release()
    agi_rate, opened_rate, kept_rate = (max(measured.rate for measured in load) for load in zip(*rounds))
    yield at_least(1.0, f"FastAGI calls per second, {CLIENTS} at once, over plain text", agi_rate, opened_rate)
    print(agi_rate, opened_rate, kept_rate)


def _measure_found(calls: AgiLoad) -> Measured:
    measured = measure_agi(calls)
    if set(measured.statuses) != {"FOUND"}:
        raise RuntimeError(f"not every call got a name: {measured}")
    return measured
