"""The CardDAV backend: the address books of a server, copied and kept in step (RFC 6352, RFC 6578)."""

import json
import math

from typing_extensions import override

from xivo_dird.backend import (
    CARD_FIELDS,
    AllowedFolders,
    Caller,
    Environment,
    HttpLimits,
    SyncedEntries,
    SyncState,
    parse_url,
)
from xivo_dird_backends._certificates import CertificateSettings, TrustedCertificates
from xivo_dird_backends._refresh_interval import RefreshedBackend
from xivo_dird_backends.carddav.credentials import WebDavAccount
from xivo_dird_backends.carddav.options import CarddavOptions
from xivo_dird_backends.carddav.reader import BooksReader
from xivo_dird_backends.carddav.web_dav import DavClient


class CarddavBackend(RefreshedBackend[CarddavOptions]):
    """Keeps a copy of address books in step with their server."""

    Options = CarddavOptions
    Settings = CertificateSettings
    unique_column = "id"
    entry_fields = CARD_FIELDS

    def __init__(self, options: CarddavOptions, environment: Environment) -> None:
        """Check the options; nothing is asked yet.

        Raises:
            InvalidSource: A server may not be asked, or a file of certificates is outside the allowed folders.
        """
        super().__init__(options, environment, options.refresh_seconds)
        settings = environment.settings_of(CertificateSettings)
        folders = AllowedFolders(settings.certificate_folders, "backends.carddav.certificate_folders")
        scheme = parse_url(options.url).origin.scheme
        hosts = [f"{scheme}://{host}" for host in options.allowed_hosts]
        urls = {"url": options.url, **{f"allowed_hosts.{index}": url for index, url in enumerate(hosts)}}
        self._http = environment.outgoing.http_client(
            urls,
            new_tls_context=TrustedCertificates(
                "verify_certificate", options.verify_certificate, folders
            ).tls_context,
            limits=HttpLimits(timeout=options.timeout, max_redirects=0),
        )
        password, token = (
            "" if secret is None else secret.get_secret_value()
            for secret in (options.password, options.token)
        )
        credentials = WebDavAccount(options.username, password, token or None)
        self._client = DavClient(self._http, [*urls.values()], credentials, options.timeout)

    @override
    def entries(self, caller: Caller | None) -> SyncedEntries:
        """Return the people, after fetching what has changed, with a report of the cards that were left out."""
        fingerprint = json.dumps([self.options.url, self.options.username, self.options.books])
        # Each book counts on its own when all cards were compared, which fetches only those that have changed.
        state = SyncState(self.environment.state_directory, fingerprint, max_full_age_seconds=math.inf)
        return BooksReader(self._client, self.options).entries(state)

    @override
    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()
