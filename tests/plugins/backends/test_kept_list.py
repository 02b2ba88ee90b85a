"""Lists of servers that have no version of them: telephone systems, and web services that answer CSV."""

import pytest

from servers import http_faults
from servers.csv_service import CsvService
from servers.pbx import pbx_user
from xivo_dird.exceptions import QuestionRefused, SourceUnavailable
from xivo_dird.testing import open_source
from xivo_dird_backends._kept_list import KEEP_SECONDS, KeptList
from xivo_dird_backends.conference import ConferenceBackend
from xivo_dird_backends.csv_ws.backend import CsvWsBackend
from xivo_dird_backends.wazo import WazoBackend

PEOPLE = [{"id": "18", "name": "Bea"}, {"id": "17", "name": "Ada"}]


@pytest.fixture
def service():
    with CsvService(PEOPLE) as service:
        yield service


class Server:
    """A server that counts how often its list is read."""

    def __init__(self):
        self.entries = [{"id": 1, "name": "Ada"}, {"name": "no id"}, {"id": "2", "name": "Bea"}]
        self.read = 0
        self.now = 100.0
        self.error = None

    def list_all(self):
        self.read += 1
        if self.error is not None:
            raise self.error
        return iter(self.entries)


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def kept(server):
    return KeptList("id", server.list_all, lambda: server.now)


def test_a_list_is_read_once_in_a_while(kept, server):
    first = kept.version()
    ada, bea = kept.entries()
    server.now += KEEP_SECONDS - 0.1
    server.entries = []
    assert kept.find(["2", "17", "1"]) == [bea, ada]
    assert (kept.version(), server.read) == (first, 1)
    server.now += 0.1
    assert kept.version() != first
    assert list(kept.entries()) == kept.find(["1"]) == []
    assert server.read == 2


def test_a_list_that_can_not_be_read_is_read_again(kept, server):
    server.error = SourceUnavailable("no answer")
    version = kept.version()
    with pytest.raises(SourceUnavailable):
        kept.entries()
    server.error = None
    assert (len(kept.entries()), kept.version()) == (2, version)


def test_a_list_that_is_read_during_a_new_version_is_not_kept(server):
    def read():
        if not server.read:
            server.now += KEEP_SECONDS
            slow.version()
        return server.list_all()

    slow = KeptList("id", read, lambda: server.now)
    slow.version()
    assert len(slow.entries()) == len(slow.entries()) == 2
    assert server.read == 2


@pytest.mark.parametrize(
    ("backend", "field", "path", "listed"),
    [
        (WazoBackend, "lastname", "users", ["Müller", "Stern", "Zürn"]),
        (ConferenceBackend, "name", "conferences", ["Board", "Élan"]),
    ],
)
def test_all_pages_of_a_telephone_system_are_one_request(pbx, tmp_path, backend, field, path, listed):
    with open_source(backend, pbx.options(), tmp_path) as source:
        assert [contact.fields[field] for contact in source.browse(field, page_size=1)] == listed
        assert source.count_groups(field).initials.total() == len(listed)
        assert len(source.browse("id")) == len(listed)
    assert len(pbx.queries(path)) == 1


def test_listed_users_have_their_relations(pbx, tmp_path):
    with open_source(WazoBackend, pbx.options(), tmp_path) as source:
        (stern,) = [one for one in source.browse("lastname") if one.fields["lastname"] == "Stern"]
    assert stern.source_entry_id == "7"
    assert stern.related is not None
    assert stern.related.user_id == 7


def test_favorites_of_a_telephone_system_are_read_anew(pbx, tmp_path):
    with open_source(WazoBackend, pbx.options(), tmp_path) as source:
        assert len(source.browse("lastname")) == 3
        pbx.users[0] = pbx_user(7, lastname="Renamed")
        assert source.fetch(["7"])[0].fields["lastname"] == "Renamed"


def test_a_telephone_system_that_fails_is_unavailable(pbx, tmp_path):
    pbx.fault = http_faults.status(500)
    with open_source(WazoBackend, pbx.options(), tmp_path) as source:
        with pytest.raises(SourceUnavailable, match="500"):
            source.browse("lastname")
        pbx.fault = None
        assert len(source.browse("lastname")) == 3


def test_a_web_service_with_a_list_is_listed(tmp_path, service):
    options = {"lookup_url": service.lookup_url, "list_url": service.list_url, "unique_column": "id"}
    with open_source(CsvWsBackend, options, tmp_path) as source:
        listed = source.browse("name", page_size=1)
    assert [contact.fields["name"] for contact in listed] == ["Ada", "Bea"]


@pytest.mark.parametrize("missing", ["list_url", "unique_column"])
def test_a_web_service_without_a_list_or_ids_refuses(tmp_path, service, missing):
    options = {"lookup_url": service.lookup_url, "list_url": service.list_url, "unique_column": "id"}
    del options[missing]
    with (
        open_source(CsvWsBackend, options, tmp_path) as source,
        pytest.raises(QuestionRefused, match="can be searched, but not listed"),
    ):
        source.browse("name")
    assert service.asked == []
