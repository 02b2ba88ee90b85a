"""Whatever the web service does costs only its own entries, within the timeout."""

from plugins.backends.network_faults import NetworkFaults, ServerAddress
from servers.faulty_http import HttpAnswer, ReceivedRequest
from xivo_dird_backends.csv_ws.backend import CsvWsBackend


class TestCsvWsFaults(NetworkFaults):
    backend = CsvWsBackend
    term = "Rosalind"
    secrets = ("k3y-in-the-query", "pa55word")

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        with_password = server.url.replace("://", "://user:pa55word@")
        return {
            "lookup_url": f"{with_password}/people?key=k3y-in-the-query",
            "timeout": server.timeout,
            "verify_certificate": server.verify_certificate,
            "searched_columns": ["name"],
        }

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        return HttpAnswer(body=b"name,number\nRosalind,2045\n")
