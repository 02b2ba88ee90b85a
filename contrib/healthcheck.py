"""Request a page that needs no token from the daemon of a configuration file; exit with 0 if it answers.

python healthcheck.py /etc/xivo-dird/config.yml
"""

import ssl
import sys
import urllib.request
from pathlib import Path

from xivo_dird.config.files import Arguments, load
from xivo_dird.process.first_start import LOOPBACK_ADDRESSES

TIMEOUT_SECONDS = 4

settings = load(Arguments(Path(sys.argv[1]))).config.rest_api
scheme = "https" if settings.certificate else "http"
host = LOOPBACK_ADDRESSES.get(settings.listen, settings.listen)
context = ssl.create_default_context()
context.check_hostname = False  # the daemon is on this machine, whatever host the certificate names
context.verify_mode = ssl.CERT_NONE
url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/0.1/api/api.yml"
urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=context).close()  # noqa: S310 - http or https
