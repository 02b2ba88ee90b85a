"""Whatever the clouds and the authentication server do costs only the contacts of their source, within the timeout."""

import json
from pathlib import Path
from typing import ClassVar

from plugins.backends.network_faults import JsonNetworkFaults, ServerAddress
from servers.faulty_http import HttpAnswer, ReceivedRequest
from servers.google_people import person
from servers.graph import contact
from xivo_dird_backends.google import GoogleBackend
from xivo_dird_backends.office365 import Office365Backend

ACCESS_TOKEN = "an-access-token"
CLOUD_SECONDS = 10.0
"""The default timeout of requests to a cloud."""


class CloudFaults(JsonNetworkFaults):
    term = "Rosalind"
    secrets = (ACCESS_TOKEN, "a-token")
    people: ClassVar[dict[str, object]]
    """The answer of the cloud."""

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        auth = {
            "host": server.host,
            "port": server.port,
            "https": server.is_https,
            "prefix": None,
            "timeout": server.timeout,
            "verify_certificate": server.verify_certificate,
        }
        self.server_address = server
        return {"auth": auth}

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        answer = self.people if "/external/" not in request.path else {"access_token": ACCESS_TOKEN}
        return HttpAnswer(body=json.dumps(answer).encode())

    def settings_for(self, folder: Path) -> dict[str, object]:
        """Return the settings; those about the cloud are of the server of the last options."""
        verify = self.server_address.verify_certificate
        timeout = min(CLOUD_SECONDS, self.server_address.timeout)
        return {"certificate_folders": [folder], "verify_certificate": verify, "timeout": timeout}


class GoogleFaults(CloudFaults):
    backend = GoogleBackend
    people: ClassVar[dict[str, object]] = {"connections": [person("c1", "Rosalind", [("work", "2045")])]}

    def settings_for(self, folder: Path) -> dict[str, object]:
        return {**super().settings_for(folder), "endpoint": self.server_address.url}


class Office365Faults(CloudFaults):
    backend = Office365Backend
    people: ClassVar[dict[str, object]] = {"@odata.count": 1, "value": [contact("c1", "Rosalind")]}

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        return {**super().options_for(server), "endpoint": f"{server.url}/v1.0/me/contacts"}


class TestGoogleFaults(GoogleFaults):
    faulty_path = "/v1/"


class TestGoogleAuthFaults(GoogleFaults):
    faulty_path = "/0.1/"


class TestOffice365Faults(Office365Faults):
    faulty_path = "/v1.0/"


class TestOffice365AuthFaults(Office365Faults):
    faulty_path = "/0.1/"
