"""Searches of LDAP clients, compared with an OpenLDAP server (mdb, indexed) that has the same people."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from clients import Measured
from daemons import TENANT, Bench, csv_source, daemon, running
from load_ldap import LdapLoad, measure_ldap
from people import People
from slapd_people import serving_slapd
from table import Row, at_least, at_most

from rows.lookup import CLIENTS, SMALL_LINES, latency
from servers.ldap_people import BASE_DN
from servers.ports import HOST, ReservedPort


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the throughput with some people, and how the latency grows with their number, in turn."""
    small = min(SMALL_LINES, bench.lines)
    with ExitStack() as opened:
        ports = {lines: _servers(bench, lines, opened) for lines in {small, bench.lines}}
        rates = bench.in_turn(*[_searches(bench, small, port, CLIENTS) for port in ports[small]])
        loads = [
            _searches(bench, lines, ports[lines][who], 1) for who in (0, 1) for lines in (bench.lines, small)
        ]
        ours_large, ours_small, their_large, their_small = map(latency, bench.in_turn(*loads))
    our_rate, their_rate = (max(measured.rate for measured in load) for load in rates)
    yield at_least(
        0.5,
        f"LDAP searches per second over slapd, {small:,} contacts, {CLIENTS} clients",
        our_rate,
        their_rate,
    )
    growth = their_large / their_small
    name = f"LDAP search, {bench.lines:,} contacts over {small:,} (ms; slapd: {growth:.2f})"
    yield at_most(1.5, name, ours_large, ours_small)


def _servers(bench: Bench, lines: int, opened: ExitStack) -> tuple[int, int]:
    """Start a daemon and an OpenLDAP server with so many people, and return their ports."""
    people = bench.people(lines)
    reserved = ReservedPort()
    opened.callback(reserved.release)
    settings = {
        "listen": f"{HOST}:{reserved.number}",
        "base_dn": BASE_DN,
        "anonymous": [{"subnet": f"{HOST}/32", "tenant_uuid": TENANT}],
    }
    folder = bench.folder_with_index(f"ldap-{lines}", lines)
    opened.enter_context(running(daemon(folder, [csv_source(people)], ldap_server=settings), people.terms[0]))
    return reserved.number, opened.enter_context(serving_slapd(people, bench.out))


def _searches(bench: Bench, lines: int, port: int, clients: int) -> partial[Measured]:
    filters = phone_filters(bench.people(lines))
    return partial(measure_ldap, LdapLoad(port, BASE_DN, filters, clients, bench.seconds))


def phone_filters(people: People) -> list[str]:
    """Return the filters of a phone on which somebody types the terms of a file."""
    names = ("cn", "sn", "telephoneNumber", "mobile")
    return [f"(|{''.join(f'({name}=*{term}*)' for name in names)})" for term in people.terms]
