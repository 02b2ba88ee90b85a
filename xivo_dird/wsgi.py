"""PUBLIC: the daemon as a WSGI application, so that any WSGI server can run it.

    gunicorn --threads 16 'xivo_dird.wsgi:create_app("/etc/xivo-dird/config.yml")'

The WSGI server binds the port, handles TLS and starts the processes, so the keys of `rest_api` for that have
no effect.
"""

import atexit
from os import PathLike
from pathlib import Path
from wsgiref.types import WSGIApplication

from xivo_dird.config.files import Arguments, LoadedConfiguration, load
from xivo_dird.controller import Controller
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.process.first_start import create_state_directory
from xivo_dird.process.log_files import set_up_logging


def create_app(config_file: str | PathLike[str] | None = None) -> WSGIApplication:
    """Return the application, with sources and bus started. They stop when the interpreter exits.

    Call it in the process that answers requests, not before a fork.

    Args:
        config_file: The main configuration file; None: `/etc/xivo-dird/config.yml`.

    Raises:
        InvalidConfiguration: The configuration is wrong; the message names the file and the key.
        StoreUnavailable: The database does not answer.
    """
    loaded = load(Arguments(None if config_file is None else Path(config_file)))
    try:
        controller = _start_controller(loaded)
    except InvalidConfiguration as error:
        raise InvalidConfiguration(loaded.with_origin(error)) from error
    atexit.register(controller.stop)
    return controller.application


def _start_controller(loaded: LoadedConfiguration) -> Controller:
    config = loaded.config
    set_up_logging(config)
    loaded.log_problems()
    create_state_directory(config)
    controller = Controller(config)
    with controller.first_start():
        controller.start()
    return controller
