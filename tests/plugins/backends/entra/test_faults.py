"""Whatever Entra and Graph do costs only the people of their source, within the timeout."""

import json
from pathlib import Path

from plugins.backends.network_faults import JsonNetworkFaults, ServerAddress
from servers.entra import ACCOUNT, CLIENT_SECRET, DIRECTORY, user
from servers.faulty_http import HttpAnswer, ReceivedRequest
from xivo_dird_backends.entra.backend import EntraBackend

ACCESS_TOKEN = "an-access-token"


class EntraFaults(JsonNetworkFaults):
    backend = EntraBackend
    scheme = "https"
    term = "Rosalind"
    secrets = (ACCESS_TOKEN, CLIENT_SECRET)

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        self.server_address = server
        return {**ACCOUNT, "graph_url": server.url, "login_url": server.url}

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        endpoint = f"{self.server_address.url}/{DIRECTORY}/oauth2/v2.0/"
        answer: dict[str, object] = {
            "token_endpoint": f"{endpoint}token",
            "authorization_endpoint": f"{endpoint}authorize",
        }
        if request.path.endswith("/token"):
            answer = {"token_type": "Bearer", "expires_in": 3599, "access_token": ACCESS_TOKEN}
        elif request.path.startswith("/v1.0/"):
            answer = {
                "value": [user("u1", "Rosalind")],
                "@odata.deltaLink": f"{self.server_address.url}/v1.0/x",
            }
        return HttpAnswer(body=json.dumps(answer).encode())

    def settings_for(self, folder: Path) -> dict[str, object]:
        server = self.server_address
        verify, timeout = server.verify_certificate, min(10.0, server.timeout)
        return {"certificate_folders": [folder], "verify_certificate": verify, "timeout": timeout}


class TestGraphFaults(EntraFaults):
    faulty_path = "/v1.0/"


class TestLoginFaults(EntraFaults):
    faulty_path = f"/{DIRECTORY}/"
