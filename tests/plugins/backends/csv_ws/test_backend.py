"""What the backend asks the service, and what it returns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plugins.backends.csv_ws.conftest import PEOPLE, MakeBackend
from plugins.backends.many_numbers import match_all
from servers import http_faults
from servers.csv_service import CsvService
from xivo_dird.backend import BackendSettings, Environment, InvalidSource, QuestionRefused, SourceUnavailable
from xivo_dird.testing import CALLER, BackendContract, TestedSource, open_source
from xivo_dird_backends._remote_options import DEFAULT_TIMEOUT_SECONDS
from xivo_dird_backends.csv_ws.backend import CsvWsBackend
from xivo_dird_backends.csv_ws.options import CsvWsOptions

ADA, ERIC, BO = PEOPLE


class TestCsvWs(BackendContract):
    backend = CsvWsBackend
    term, exten = "ada", "2045"

    @pytest.fixture
    def source(self, tmp_path: Path, service: CsvService) -> Iterator[TestedSource]:
        options = {
            "lookup_url": service.lookup_url,
            "list_url": service.list_url,
            "unique_column": "id",
            "searched_columns": ["name", "number"],
            "first_matched_columns": ["number", "mobile"],
        }
        with open_source(CsvWsBackend, options, tmp_path) as source:
            yield source


def test_a_search_asks_once_for_each_searched_column(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, searched_columns=["name", "number", "name"])
    assert list(backend.search("müller", CALLER)) == [ERIC]
    assert service.asked == [(("name", "müller"), ("number", "müller"))]


def test_what_the_service_finds_is_not_filtered_again(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, searched_columns=["mobile", "no-such-column"])
    assert list(backend.search("171", CALLER)) == [ADA]
    assert list(make_backend(service.list_url).search("nothing like it", CALLER)) == [ADA, ERIC, BO]


def test_special_signs_of_a_term_reach_the_service(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, searched_columns=["name"])
    for term in ('the "Big"', "a&b=c#d", "+%20", "é", "a\r\nb", "\0"):
        list(backend.search(term, CALLER))
        assert service.asked[-1] == (("name", term),)


def test_without_columns_the_service_is_not_asked(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, searched_columns=[], first_matched_columns=[])
    assert list(backend.search("ada", CALLER)) == []
    assert backend.first_match("2045", CALLER) is None
    assert match_all(backend, ["2045"], CALLER) == {}
    assert service.http.requests == []


def test_the_first_row_with_the_number_wins(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, first_matched_columns=["mobile", "number", "mobile"])
    assert backend.first_match("2045", CALLER) == ADA
    assert service.asked == [(("mobile", "2045"), ("number", "2045"))]
    assert match_all(backend, ["2046", "2047", "2045"], CALLER) == {"2046": ERIC, "2045": ADA}


def test_a_caller_without_a_number_is_not_asked_for(make_backend: MakeBackend, service: CsvService) -> None:
    assert make_backend(service.lookup_url).first_match("", CALLER) is None
    assert service.http.requests == []


@pytest.mark.parametrize("exten", ["04", "20455", "ada", " "])
def test_a_row_without_the_number_itself_is_no_match(
    make_backend: MakeBackend, service: CsvService, exten: str
) -> None:
    assert make_backend(service.list_url).first_match(exten, CALLER) is None


def test_favorites_are_rows_of_the_list(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, list_url=service.list_url)
    assert list(backend.fetch(["19", "17", "19", "no-such-id"], CALLER)) == [ADA, BO]
    assert [request.path for request in service.http.requests] == ["/list"]


@pytest.mark.parametrize("missing", ["list_url", "unique_column"])
def test_without_list_or_unique_column_there_are_no_favorites(
    make_backend: MakeBackend, service: CsvService, missing: str
) -> None:
    backend = make_backend(service.lookup_url, **{"list_url": service.list_url, missing: None})
    assert list(backend.fetch(["17"], CALLER)) == []
    assert service.http.requests == []
    assert backend.unique_column == (None if missing == "unique_column" else "id")


def test_a_url_may_have_a_query_and_an_account(make_backend: MakeBackend) -> None:
    with CsvService(PEOPLE, account="dird:p@ss", own_query={"key": "a b", "name": "fixed"}) as service:
        url = service.lookup_url.replace("://", "://dird:p%40ss@")
        assert list(make_backend(f"{url}?key=a%20b&name=fixed").search("ada", CALLER)) == [ADA]
        assert service.asked == [(("name", "ada"), ("number", "ada"))]
        with pytest.raises(SourceUnavailable, match=f"{service.http.url}: answered 401"):
            list(make_backend(service.lookup_url).search("ada", CALLER))


def test_another_delimiter_is_read(make_backend: MakeBackend) -> None:
    for delimiter in ("|", ";", "\t", "^"):
        with CsvService(PEOPLE, delimiter=delimiter) as service:
            backend = make_backend(service.lookup_url, delimiter=delimiter)
            assert list(backend.search("", CALLER)) == [ADA, ERIC, BO]


def test_questions_share_a_connection(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, list_url=service.list_url)
    for _ in range(10):
        assert list(backend.search("ada", CALLER)) == [ADA]
        assert backend.first_match("2046", CALLER) == ERIC
        assert list(backend.fetch(["19"], CALLER)) == [BO]
    assert (len(service.http.requests), service.http.connections) == (30, 1)


def test_close_ends_the_idle_connections(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url)
    assert list(backend.search("ada", CALLER)) == [ADA]
    backend.close()
    assert list(backend.search("ada", CALLER)) == [ADA]
    assert service.http.connections == 2


def test_threads_share_as_many_connections_as_there_are_workers(
    make_backend: MakeBackend, service: CsvService
) -> None:
    backend = make_backend(service.lookup_url)
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _: list(backend.search("ada", CALLER)), range(200)))
    assert found == [[ADA]] * 200
    assert service.http.connections <= 4


@pytest.mark.parametrize("status", [400, 404, 414])
def test_a_question_that_the_service_rejects_is_no_failure_of_the_source(
    make_backend: MakeBackend, service: CsvService, status: int
) -> None:
    service.http.fault = http_faults.status(status)
    with pytest.raises(QuestionRefused, match=f"{service.http.url}: answered {status}"):
        list(make_backend(service.lookup_url).search("ada", CALLER))


def test_a_timeout_of_0_is_the_default_timeout(make_backend: MakeBackend, service: CsvService) -> None:
    backend = make_backend(service.lookup_url, timeout=0)
    assert list(backend.search("ada", CALLER)) == [ADA]
    options = CsvWsOptions(name="x", lookup_url="http://h/", timeout=0)
    assert (options.timeout, options.timeout_seconds) == (0, DEFAULT_TIMEOUT_SECONDS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lookup_url": "http://10.1.2.3/"}, "lookup_url: 10.1.2.3 has no public address"),
        ({"list_url": "https://[fd00::1]/"}, "list_url: fd00::1 has no public address"),
        ({"delimiter": '"'}, "delimiter: '\"' can't separate the cells of a row"),
    ],
)
def test_options_that_can_t_work_are_refused(
    make_backend: MakeBackend, options: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidSource) as raised:
        make_backend(**{"lookup_url": "http://localhost/", **options})
    assert raised.value.message.startswith(message)


def test_settings_of_another_backend_are_refused(tmp_path: Path) -> None:
    options = CsvWsOptions(name="x", lookup_url="http://localhost/")
    with pytest.raises(InvalidSource, match="BackendSettings"):
        CsvWsBackend(options, Environment("source", "tenant", BackendSettings(), tmp_path))


def test_a_bundle_outside_the_allowed_folders_is_an_error_of_https_only(
    make_backend: MakeBackend, service: CsvService
) -> None:
    bundle = "/etc/ssl/private/ca.pem"
    assert list(make_backend(service.lookup_url, verify_certificate=bundle).search("ada", CALLER)) == [ADA]
    backend = make_backend(service.lookup_url.replace("http:", "https:"), verify_certificate=bundle)
    with pytest.raises(
        SourceUnavailable, match=r"verify_certificate: .*backends\.csv_ws\.certificate_folders"
    ):
        list(backend.search("ada", CALLER))
