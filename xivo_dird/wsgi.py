"""PUBLIC: the daemon as a WSGI application, so that any WSGI server can run it.

    gunicorn --threads 16 'xivo_dird.wsgi:create_app("/etc/xivo-dird/config.yml")'

The server binds the port, speaks TLS and starts the processes, so the keys for that below `rest_api` have no effect.
"""

import atexit
from os import PathLike
from pathlib import Path
from wsgiref.types import WSGIApplication

from xivo_dird.config.files import Arguments, load
from xivo_dird.config.legacy_keys import log_keys_without_effect
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.process.first_start import make_state_directory
from xivo_dird.process.log_files import set_up_logging


def create_app(config_file: str | PathLike[str] | None = None) -> WSGIApplication:
    """Return the application, started: sources are opened, events are sent. It stops with the interpreter.

    Call it in the process that answers, not before a fork.

    Args:
        config_file: The main configuration file; None: `/etc/xivo-dird/config.yml`.

    Raises:
        InvalidConfiguration: The message names the file and the key.
        StoreUnavailable: The database does not answer.
    """
    loaded = load(Arguments(None if config_file is None else Path(config_file)))
    try:
        controller = _started(loaded.config)
    except InvalidConfiguration as error:
        raise InvalidConfiguration(loaded.with_origin(error)) from error
    atexit.register(controller.stop)
    return controller.application


def _started(config: Config) -> Controller:
    set_up_logging(config)
    log_keys_without_effect(config)
    make_state_directory(config)
    controller = Controller(config)
    with controller.first_start():
        controller.start()
    return controller
