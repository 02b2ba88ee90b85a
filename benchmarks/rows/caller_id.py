"""The names of callers for PBXs: FastAGI calls compared with plain text over a persistent HTTP connection."""

from collections.abc import Iterator
from functools import partial

from clients import Measured
from daemons import TENANT, Bench, csv_source, daemon, measure_good, running, text_paths
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
        texts = bench.load(created.port, text_paths(people.numbers), CLIENTS)
        measured = bench.in_turn(partial(_measure_found, calls), partial(measure_good, texts))
    reserved.release()
    name = f"FastAGI calls per second over plain text, {CLIENTS} at once"
    call_rate, text_rate = (max(measurement.rate for measurement in load) for load in measured)
    yield at_least(1.0, name, call_rate, text_rate)


def _measure_found(calls: AgiLoad) -> Measured:
    measured = measure_agi(calls)
    if set(measured.statuses) != {"FOUND"}:
        raise RuntimeError(f"not every call got a name: {measured}")
    return measured
