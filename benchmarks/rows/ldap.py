"""Lookups in a real LDAP server, compared with a bare resource that searches it over persistent connections."""

from collections.abc import Iterator
from contextlib import ExitStack

from bare import Bare, serving
from daemons import Bench, daemon, lookup_paths, running
from table import Row, at_least, at_most

from rows.lookup import answers
from servers.ldap_people import BASE_DN
from servers.slapd import Slapd

CLIENTS = 4
"""Clients that must not wait for each other: as many as a source has workers."""

TERMS = [f"{number:02}" for number in range(40, 60)]
ATTRIBUTES = ("cn", "mail", "telephoneNumber", "uid")
SOURCE = {
    "name": "staff",
    "backend": "ldap",
    "ldap_base_dn": BASE_DN,
    "unique_column": "uid",
    "searched_columns": ["cn", "mail"],
    "format_columns": {"name": "{cn}", "number": "{telephoneNumber}", "email": "{mail}"},
}


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the latency of one client, and the throughput of several."""
    with ExitStack() as opened:
        slapd = opened.enter_context(Slapd(bench.folder_of("slapd"), tls=False))
        source = {**SOURCE, "ldap_uri": slapd.uri}
        process = opened.enter_context(running(daemon(bench.folder_of("ldap"), [source]), TERMS[0]))
        paths = lookup_paths(TERMS)
        filters = {term: f"(|(cn=*{term}*)(mail=*{term}*))" for term in TERMS}
        answered = Bare(answers(process.port, paths), slapd.uri, BASE_DN, filters, ATTRIBUTES)
        reference = opened.enter_context(serving(answered))
        loads = [
            bench.load(port, paths, clients) for clients in (1, CLIENTS) for port in (process.port, reference)
        ]
        ours, bare, ours_concurrent, bare_concurrent = bench.measure_in_turn(*loads)
    yield at_most(
        1.15,
        "LDAP lookup (ms)",
        min(measured.mean for measured in ours),
        min(measured.mean for measured in bare),
    )
    yield at_least(
        0.85,
        f"LDAP lookups per second, {CLIENTS} clients",
        max(measured.rate for measured in ours_concurrent),
        max(measured.rate for measured in bare_concurrent),
    )
