"""Documents of every vendor for a few people, in `golden/`. `make golden` writes them anew."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from api.conftest import USER, Daemon
from phones.people import Person, phone_configuration
from phones.vendors import VENDORS

FOLDER = Path(__file__).with_name("golden")
ROOT = "http://dird.example.org"
TERM = "r&d + Söhne"

PEOPLE = [
    Person("Ann Lee", "101", "+33 (0) 1 23 45 67 89", company=TERM),
    Person('R&D <lab> "x"', "*98#", company=TERM),
    Person("Émile O'Neil", "+1 555 123 4567", company=TERM),
    Person("Zoé", mobile="0612", company=TERM),
    Person("Without Number", "n/a", company=TERM),
]

SEARCHES: dict[str, dict[str, object]] = {
    "lookup": {"term": TERM},
    "next": {"term": TERM, "limit": 2, "offset": 2},
    "empty": {"term": "nobody"},
}
"""The documents of every vendor."""

NUMBER_PARAMETERS = {"gigaset": "hm", "unify": "dial"}
"""The parameter of the lookup that asks for a number instead of a text."""


class Document(NamedTuple):
    """A request, and the file with its answer."""

    vendor: str
    name: str
    step: str
    query: Mapping[str, object]
    profile: str = "default"

    @property
    def file(self) -> Path:
        """Return the file."""
        return FOLDER / f"{self.vendor}-{self.name}.xml"

    def get(self, daemon):
        """Return the answer of a daemon that has the people."""
        path = f"/0.1/directories/{self.step}/{self.profile}/{USER}/{self.vendor}"
        response = daemon.request("GET", path, query_string=self.query, base_url=ROOT)
        assert response.status_code == 200, response.text
        return response.data


def _documents() -> Iterator[Document]:
    for vendor, declaration in VENDORS.items():
        for step in ("menu", "input"):
            if step in declaration.documents.steps:
                yield Document(vendor, step, step, {})
        for name, query in SEARCHES.items():
            yield Document(vendor, name, "lookup", query)
        if "reverse" in declaration.documents.steps:
            yield Document(vendor, "reverse", "reverse", {"exten": "101"})
        if vendor in NUMBER_PARAMETERS:
            yield Document(vendor, "reverse", "lookup", {NUMBER_PARAMETERS[vendor]: "101"})
        if declaration.documents.has_error:
            yield Document(vendor, "error", "lookup", {"term": "ann"}, profile="unknown")


DOCUMENTS = list(_documents())


def golden_configuration(folder: Path):
    """Return the configuration of a daemon that has the people."""
    return phone_configuration(folder, PEOPLE, phones={"errors_as_documents": True})


def write(folder: Path) -> None:
    """Write all files; those of documents that do not exist any more are removed."""
    for file in FOLDER.glob("*.xml"):
        file.unlink()
    with Daemon(golden_configuration(folder)) as daemon:
        for document in DOCUMENTS:
            document.file.write_bytes(document.get(daemon))


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        write(Path(temporary))
