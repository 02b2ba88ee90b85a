"""Lookups in a real LDAP server, over a bare resource that searches it with ldap3 and a kept-open connection."""

from collections.abc import Iterator
from contextlib import ExitStack

from bare import Bare, serving
from daemons import Bench, answering, daemon, lookup_paths
from table import Row, at_least, at_most

from rows.lookup import answers
from servers.ldap_people import BASE_DN
from servers.slapd import Slapd

FEW = 4
"""Clients at once that must not wait for each other: as many as a source has workers."""

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
    """Measure one client's latency, and what several at once get more than one."""
    with ExitStack() as opened:
        slapd = opened.enter_context(Slapd(bench.folder_of("slapd"), tls=False))
        source = {**SOURCE, "ldap_uri": slapd.uri}
        running = opened.enter_context(answering(daemon(bench.folder_of("ldap"), [source]), TERMS[0]))
        paths = lookup_paths(TERMS)
        filters = {term: f"(|(cn=*{term}*)(mail=*{term}*))" for term in TERMS}
        bare = Bare(answers(running.port, paths), slapd.uri, BASE_DN, filters, ATTRIBUTES)
        reference = opened.enter_context(serving(bare))
        loads = [
            bench.load(port, paths, clients) for clients in (1, FEW) for port in (running.port, reference)
        ]
        ours, theirs, ours_at_once, theirs_at_once = bench.in_turn(*loads)
    yield at_most(1.15, "LDAP lookup (ms)", min(m.mean for m in ours), min(m.mean for m in theirs))
    yield at_least(
        0.85,
        f"LDAP lookups per second, {FEW} clients",
        max(m.rate for m in ours_at_once),
        max(m.rate for m in theirs_at_once),
    )
