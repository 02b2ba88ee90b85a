"""Sources that are read at intervals look often enough whether the next interval has begun."""

import pytest

from servers.entra import ACCOUNT
from servers.google_directory import AUDIENCE, SUBJECT, key_file
from servers.ldap_people import BASE_DN
from xivo_dird.backend import Environment
from xivo_dird.testing import CALLER
from xivo_dird_backends.carddav.backend import CarddavBackend
from xivo_dird_backends.entra.backend import EntraBackend
from xivo_dird_backends.google import GoogleBackend
from xivo_dird_backends.google_directory.backend import GoogleDirectoryBackend
from xivo_dird_backends.ldap.listed import LdapSnapshotBackend
from xivo_dird_backends.office365 import Office365Backend

OPTIONS = {
    CarddavBackend: {"url": "https://cloud.example.org/"},
    EntraBackend: ACCOUNT,
    GoogleBackend: {},
    GoogleDirectoryBackend: {"service_account_key": key_file(AUDIENCE), "subject": SUBJECT},
    LdapSnapshotBackend: {"ldap_uri": "ldap://localhost", "ldap_base_dn": BASE_DN, "mode": "snapshot"},
    Office365Backend: {},
}


@pytest.mark.parametrize("backend", OPTIONS, ids=lambda backend: backend.__name__)
def test_a_short_interval_is_kept(backend, tmp_path):
    for refresh_seconds, expected in ((5.0, 5.0), (900.0, 30.0)):
        given = {
            "name": "company",
            "searched_columns": ["cn"],
            "refresh_seconds": refresh_seconds,
            **OPTIONS[backend],
        }
        environment = Environment("source", CALLER.tenant_uuid, backend.Settings(), tmp_path)
        created = backend(backend.Options.model_validate(given), environment)
        assert created.check_interval == expected
        created.close()
