"""The names of callers for Asterisk: FastAGI calls compared with reverse lookups over a persistent HTTP connection."""

from collections.abc import Iterator

from daemons import TENANT, Bench, csv_source, daemon, reverse_paths, running
from load import Measured
from load_agi import AgiLoad, measure_agi
from table import Row, at_least

from servers.ports import HOST, ReservedPort

CLIENTS = 8


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the calls that are answered in a second, in turn with reverse lookups over HTTP."""
    people = bench.people(bench.lines)
    reserved = ReservedPort()
    agi = {
        "listen": f"{HOST}:{reserved.number}",
        "authorized_subnets": [{"subnet": f"{HOST}/32", "tenant_uuid": TENANT}],
        "timeout": 60.0,
    }
    created = daemon(bench.folder_with_index("caller-id", bench.lines), [csv_source(people)], agi=agi)
    paths = reverse_paths(people.numbers)
    with running(created, people.terms[0]):
        calls = AgiLoad(reserved.number, "default", people.numbers, CLIENTS, bench.seconds)
        rounds = [
            (_measure_found(calls).rate, bench.measure_in_turn(bench.load(created.port, paths, CLIENTS))[0])
            for _ in range(bench.rounds)
        ]
    reserved.release()
    http = max(measured.rate for _, load in rounds for measured in load)
    yield at_least(1.0, f"FastAGI calls per second, {CLIENTS} at once", max(rate for rate, _ in rounds), http)


def _measure_found(calls: AgiLoad) -> Measured:
    measured = measure_agi(calls)
    if set(measured.statuses) != {"FOUND"}:
        raise RuntimeError(f"not every call got a name: {measured}")
    return measured
