"""Searches of python-ldap: Debian's package, with Debian's Python, so that no compiler is needed."""

import json
import subprocess

import pytest
import trustme

from ldap_daemon import BASE, ldap_configuration, ldap_daemon
from servers.ports import HOST
from waiting import TIMEOUT

DEBIAN_PYTHON = "/usr/bin/python3"

CLIENT = """
import json, sys
import ldap
from ldap.controls import SimplePagedResultsControl
from ldap.controls.sss import SSSRequestControl
from ldap.controls.vlv import VLVRequestControl

uri, base, authority = sys.argv[1:]
ldap.set_option(ldap.OPT_X_TLS_CACERTFILE, authority)
client = ldap.initialize(uri)
client.protocol_version = 3
client.start_tls_s()
found = {}

def names(entries):
    return [attributes["cn"][0].decode() for _, attributes in entries]

def searched(controls, condition="(cn=*)"):
    request = client.search_ext(base, ldap.SCOPE_SUBTREE, condition, ["cn"], serverctrls=controls)
    _, entries, _, answered = client.result3(request)
    return names(entries), answered

try:
    client.simple_bind_s("ann", "wrong")
except ldap.INVALID_CREDENTIALS as error:
    found["wrong"] = error.args[0]["result"]
client.simple_bind_s("token", "admin")
found["who"] = client.whoami_s()
found["names"] = names(client.search_s(base, ldap.SCOPE_SUBTREE, "(|(cn=*lee*)(telephoneNumber=*lee*))"))
entry_dn = client.search_s(base, ldap.SCOPE_SUBTREE, "(sn=stern)")[0][0]
found["entry"] = names(client.search_s(entry_dn, ldap.SCOPE_BASE))
page = SimplePagedResultsControl(True, 2, "")
found["pages"] = []
while True:
    page_names, answered = searched([page])
    found["pages"].append(page_names)
    page.cookie = answered[0].cookie
    if not page.cookie:
        break
by_name = SSSRequestControl(criticality=True, ordering_rules=["sn"])
found["sorted"] = searched([by_name])[0]
view = VLVRequestControl(criticality=True, before_count=0, after_count=1, offset=2, content_count=0)
found["view"], answered = searched([by_name, view])
found["position"] = [[c.targetPosition, c.contentCount] for c in answered if c.controlType.endswith(".3.4.10")]
try:
    client.delete_s(entry_dn)
except ldap.UNWILLING_TO_PERFORM as error:
    found["refused"] = error.args[0]["result"]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return what the client has found over StartTLS."""
    folder = tmp_path_factory.mktemp("ldap")
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    files = {"certificate": folder / "server.pem", "private_key": folder / "server.key"}
    issued.cert_chain_pems[0].write_to_path(files["certificate"])
    issued.private_key_pem.write_to_path(files["private_key"])
    authority.cert_pem.write_to_path(folder / "authority.pem")
    config = ldap_configuration(folder, require_tls=True, **files)
    with ldap_daemon(config) as daemon:
        arguments = [f"ldap://{HOST}:{daemon.ldap.port}", BASE, str(folder / "authority.pem")]
        ended = subprocess.run(
            [DEBIAN_PYTHON, "-c", CLIENT, *arguments], capture_output=True, timeout=TIMEOUT, check=True
        )
    return json.loads(ended.stdout)


def test_python_ldap_binds_over_starttls(found):
    assert (found["wrong"], found["who"]) == (49, "u:token")


def test_python_ldap_finds_people_and_an_entry_by_its_name(found):
    assert (found["names"], found["entry"]) == (["Ann Lee"], ["Bob Stern"])


def test_python_ldap_reads_pages(found):
    pages = [["Ann Lee", "Éric Müller"], ["Zoë Annesley", "Bob Stern"], ["Marie Ann Dupont"]]
    assert found["pages"] == pages


def test_python_ldap_has_entries_sorted_and_a_view_of_them(found):
    names = ["Zoë Annesley", "Marie Ann Dupont", "Ann Lee", "Éric Müller", "Bob Stern"]
    assert (found["sorted"], found["view"], found["position"]) == (names, names[1:3], [[2, 5]])


def test_python_ldap_is_refused_a_change(found):
    assert found["refused"] == 53
