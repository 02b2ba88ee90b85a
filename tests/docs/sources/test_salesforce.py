"""docs/sources/json_ws.md: the example of Salesforce, with a token for a token that the source signs."""

from docs.answers import caller_name, rows
from docs.shown_configuration import configuration_of, replace_shown
from servers.daemon import DaemonProcess
from servers.json_services import JsonServices
from servers.jwt_endpoint import pem_of, rsa_key


def test_the_salesforce_of_the_page_answers(shown_files, tmp_path):
    file, key_file = shown_files("sources/json_ws.md") / "salesforce.yml", tmp_path / "key.pem"
    key_file.write_text(pem_of(rsa_key()))
    with JsonServices() as services:
        services.salesforce.endpoint.issuer = "3MVG9.consumer-key-of-the-app"
        services.salesforce.endpoint.key_id = None
        replaced = {
            "/etc/xivo-dird/salesforce-key.pem": str(key_file),
            "https://example.my.salesforce.com": f"{services.url}/salesforce",
            "https://login.salesforce.com/services": f"{services.url}/salesforce/services",
        }
        replace_shown(file, replaced)
        with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
            assert rows(daemon, "stern") == [["Ada Stern", "+49 30 23125040", "Acme"]]
            assert caller_name(daemon, "2046") == "Éric Müller"
