"""Asks the daemon of a configuration file for a page that needs no token; the exit status is 0 if it answers.

python healthcheck.py /etc/xivo-dird/config.yml
"""

import ssl
import sys
import urllib.request
from pathlib import Path

from xivo_dird.config.files import Arguments, load
from xivo_dird.process.first_start import EVERY_ADDRESS

SECONDS = 4

settings = load(Arguments(Path(sys.argv[1]))).config.rest_api
scheme = "https" if settings.certificate else "http"
host = EVERY_ADDRESS.get(settings.listen, settings.listen)
context = ssl.create_default_context()
context.check_hostname = False  # it is this machine, whatever the certificate says
context.verify_mode = ssl.CERT_NONE
url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/0.1/api/api.yml"
urllib.request.urlopen(url, timeout=SECONDS, context=context).close()  # noqa: S310 - only http and https are made
