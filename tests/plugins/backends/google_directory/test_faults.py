"""Whatever Google does costs only the people of its source, within the timeout."""

import json
from pathlib import Path

from plugins.backends.network_faults import JsonNetworkFaults, ServerAddress
from servers.faulty_http import HttpAnswer, ReceivedRequest
from servers.google_directory import SUBJECT, key_file
from servers.google_people import person
from xivo_dird_backends.google_directory.backend import GoogleDirectoryBackend

ACCESS_TOKEN = "an-access-token"


class GoogleDirectoryFaults(JsonNetworkFaults):
    backend = GoogleDirectoryBackend
    term = "Rosalind"
    secrets = (ACCESS_TOKEN, "BEGIN PRIVATE KEY")

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        self.server_address = server
        return {"service_account_key": key_file(f"{server.url}/token"), "subject": SUBJECT}

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        answer: dict[str, object] = {"people": [person("p1", "Rosalind")], "nextSyncToken": "1"}
        if request.path.endswith("/token"):
            answer = {"token_type": "Bearer", "expires_in": 3599, "access_token": ACCESS_TOKEN}
        return HttpAnswer(body=json.dumps(answer).encode())

    def settings_for(self, folder: Path) -> dict[str, object]:
        server = self.server_address
        return {
            "certificate_folders": [folder],
            "verify_certificate": server.verify_certificate,
            "timeout": min(10.0, server.timeout),
            "endpoint": server.url,
            "token_uri": f"{server.url}/token",
        }


class TestDirectoryFaults(GoogleDirectoryFaults):
    faulty_path = "/v1/"


class TestTokenFaults(GoogleDirectoryFaults):
    faulty_path = "/token"
