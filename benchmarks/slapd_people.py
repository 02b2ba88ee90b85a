"""OpenLDAP servers with the people of a file, whose database is written once and reused, as the file is."""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemons import wait_until
from people import People

from servers.ldap_people import BASE_DN, ldif, roots
from servers.lifetime import end_process
from servers.ports import HOST, ReservedPort
from servers.slapd import SLAPADD, SLAPD

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
maxsize 8589934592
suffix "{base_dn}"
directory {folder}/data
index objectClass eq
index uid,cn,sn,givenName,mail,telephoneNumber,mobile eq,sub
"""

ATTRIBUTES = {
    "givenName": "firstname",
    "sn": "lastname",
    "telephoneNumber": "number",
    "mobile": "mobile",
    "mail": "email",
    "o": "organisation",
}


@contextmanager
def serving_slapd(people: People, out: Path) -> Iterator[int]:
    """Run a server with the people of a file below `BASE_DN`, and yield its port.

    Args:
        people: The people; their attributes are indexed for equality and for substrings.
        out: The folder in which the database is kept.
    """
    folder = out / f"slapd-{Path(people.file).stem}"
    if not (folder / "complete").exists():
        _load(people, folder)
    reserved = ReservedPort()
    url = f"ldap://{HOST}:{reserved.number}"
    process = subprocess.Popen([SLAPD, "-f", str(folder / "slapd.conf"), "-h", url, "-d", "0"])
    try:
        wait_until(lambda: _answers(url))
        yield reserved.number
    finally:
        end_process(process)
        reserved.release()


def _answers(url: str) -> bool:
    command = ["ldapsearch", "-x", "-H", url, "-b", BASE_DN, "-s", "base"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _load(people: People, folder: Path) -> None:
    """Write the database of a server."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    configuration = folder / "slapd.conf"
    configuration.write_text(CONFIGURATION.format(base_dn=BASE_DN, folder=folder), encoding="utf-8")
    command = [SLAPADD, "-q", "-f", str(configuration)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, encoding="utf-8") as process:
        if process.stdin is not None:
            process.stdin.writelines(_entries(people))
    if process.returncode:
        raise RuntimeError(f"slapadd ended with {process.returncode}")
    (folder / "complete").touch()


def _entries(people: People) -> Iterator[str]:
    """Yield the people as LDIF; their texts are ASCII."""
    yield ldif(roots()[:1]) + "\n"
    with Path(people.file).open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            texts = [f"{name}: {row[column]}\n" for name, column in ATTRIBUTES.items()]
            names = f"uid: {number}\ncn: {row['firstname']} {row['lastname']}\n"
            yield f"dn: uid={number},{BASE_DN}\nobjectClass: inetOrgPerson\n{names}{''.join(texts)}\n"
