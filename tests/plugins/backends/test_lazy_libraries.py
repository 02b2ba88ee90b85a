"""Libraries that only one kind of source or request needs, or a migration, are not loaded by a daemon without them."""

import subprocess
import sys

IMPORT = """
import sys
import xivo_dird_backends.entra.backend, xivo_dird_backends.google_directory.backend
import xivo_dird_backends.json_ws.backend, xivo_dird_views.graphql.view
import xivo_dird.database.engine
lazy = {"alembic", "msal", "graphql", "google.auth", "google.oauth2", "jwt", "cryptography", "requests"}
print(*lazy & {*sys.modules})
"""


def test_plugins_load_no_library_that_only_some_daemons_need():
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
