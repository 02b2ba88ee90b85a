"""The access token of the application (OAuth 2 client credentials), which msal requests."""

import logging
import re
from collections.abc import Mapping

from typing_extensions import override

from xivo_dird.backend import Deadline, HttpClient, InvalidSource, SourceUnavailable
from xivo_dird_backends._json_fields import json_text
from xivo_dird_backends._private_key import read_private_key
from xivo_dird_backends._renewed_token import RenewedToken
from xivo_dird_backends._renewed_value import IssuedValue, believable_life
from xivo_dird_backends.entra.msal_client import MsalHttpClient
from xivo_dird_backends.entra.options import EntraOptions

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----")

# msal logs answers that it can't read, which may have a token.
logging.getLogger("msal").setLevel(logging.CRITICAL)


class EntraToken(RenewedToken):
    """The access token for Microsoft Graph."""

    def __init__(self, client: HttpClient, options: EntraOptions) -> None:
        """Check the credential; nothing is requested yet.

        Raises:
            InvalidSource: The certificate can't be used.
        """
        super().__init__(options.login_url)
        self._client = client
        self._options = options
        self._credential = _credential(options)

    @override
    def request_token(self, deadline: Deadline) -> IssuedValue[str]:
        """Return a new token. msal keeps one until its end, so a new application asks for it.

        Raises:
            SourceUnavailable: Entra refuses the application, or does not answer.
        """
        from msal import ConfidentialClientApplication  # noqa: PLC0415 - only for sources of this kind

        options = self._options
        try:
            application = ConfidentialClientApplication(
                options.client_id,
                self._credential,
                f"{options.login_url}/{options.directory_id}",
                validate_authority=False,
                http_client=MsalHttpClient(self._client, deadline),
                instance_discovery=False,
            )
            answer = application.acquire_token_for_client([f"{options.graph_url}/.default"])
            return IssuedValue(json_text(answer.get("access_token")), _seconds(answer))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            reason = f"answered nothing that msal can use ({type(error).__name__})"
            raise SourceUnavailable(f"{options.login_url} {reason}") from None  # the cause quotes the answer


def _seconds(answer: Mapping[str, object]) -> float:
    seconds = answer.get("expires_in")
    return believable_life(float(seconds) if isinstance(seconds, int | float) else None)


def _credential(options: EntraOptions) -> str | Mapping[str, str]:
    """Return the secret, or the key and the certificate, as msal reads them.

    Raises:
        InvalidSource: The certificate can't be used; the message does not quote it.
    """
    if options.client_certificate is None:
        return "" if options.client_secret is None else options.client_secret.get_secret_value()
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415 - as msal

    found = _PEM.finditer(options.client_certificate.get_secret_value())
    blocks = {match.group(1).split()[-1]: match.group() for match in found}
    try:
        read_private_key(blocks["KEY"])
        load_pem_x509_certificate(blocks["CERTIFICATE"].encode())
    except (KeyError, TypeError, ValueError):
        raise InvalidSource(
            "client_certificate: needs the PEM texts of a private key without a password and of its certificate"
        ) from None  # the cause may quote the key
    return {"private_key": blocks["KEY"], "public_certificate": blocks["CERTIFICATE"]}
