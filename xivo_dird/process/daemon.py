"""The daemon: one process that answers requests, or a parent that supervises worker processes."""

import gc
import logging
import os
import sys

from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.metric_memory import MetricMemory
from xivo_dird.process.allocator import limit_arenas
from xivo_dird.process.first_start import (
    create_state_directory,
    daemon_paths,
    first_steps,
)
from xivo_dird.process.log_files import log_uncaught_errors, set_up_logging
from xivo_dird.process.privileges import drop_privileges
from xivo_dird.process.servers import Listeners, Servers
from xivo_dird.process.signals import MAX_SHUTDOWN_SECONDS, block_signals, handle_signals
from xivo_dird.process.workers import Workers, run_in_child
from xivo_dird.prometheus import Prometheus
from xivo_dird.shared_counters import SharedCounters

PRIVATE_UMASK = 0o027
"""Hides new files from other users, because store and log contain personal data."""

SWITCH_SECONDS = 0.0005
"""How long a thread computes while another one waits for the interpreter lock (GIL)."""

logger = logging.getLogger(__name__)


def run(loaded: LoadedConfiguration) -> None:
    """Run the daemon until a stop signal."""
    config = loaded.config
    block_signals()  # before any thread starts
    limit_arenas()
    os.umask(PRIVATE_UMASK)
    set_up_logging(config)
    log_uncaught_errors()
    loaded.log_problems()
    if config.rest_api.workers > 1:
        run_workers(config)
    else:
        run_alone(config)
    logger.info("Stopped")


def run_alone(config: Config) -> None:
    """Serve requests in this process until a stop signal."""
    stop = handle_signals()
    listeners = open_listeners_as_root(config)
    controller = Controller(config)
    with controller.first_start() as token:
        servers = Servers(config, controller, listeners)
        controller.start()
        tune_interpreter()
        steps = first_steps_of(controller, config, listeners, token)
        servers.start()
    print_text(steps)
    stop.wait()
    controller.stop()  # first, because it ends all waiting lookups
    servers.stop()


def run_workers(config: Config) -> None:
    """Supervise worker processes until a stop signal."""
    listeners = open_listeners_as_root(config)
    print_text(run_in_child(lambda: prepare_for_workers(config, listeners)))
    processes = 1 + config.rest_api.workers  # workers are numbered from 1
    counters, metrics = SharedCounters(processes), MetricMemory(processes)
    Workers(
        config.rest_api.workers,
        lambda number: run_worker(config, listeners, counters, metrics, number),
        MAX_SHUTDOWN_SECONDS,
    ).run()


def prepare_for_workers(config: Config, listeners: Listeners) -> str:
    """Prepare the store, and start to listen for HTTP.

    FastAGI is left to the workers: Asterisk, which has no timeout, would wait for the first of them.

    Returns:
        What to do after the first start; "" at every other start.
    """
    controller = Controller(config)
    with controller.first_start() as token:
        controller.prepare()
        listeners.http.start()
        return first_steps_of(controller, config, listeners, token)


def run_worker(
    config: Config, listeners: Listeners, counters: SharedCounters, metrics: MetricMemory, number: int
) -> None:
    """Serve requests in a worker process until a stop signal; the store is prepared already."""
    stop = handle_signals()
    counters.use_slot(number)
    metrics.use_slot(number)
    controller = Controller(config, Prometheus(metrics), counters)
    servers = Servers(config, controller, listeners)
    controller.open()
    tune_interpreter()
    servers.start()
    stop.wait()
    controller.stop()
    servers.stop()


def tune_interpreter() -> None:
    """Prepare the interpreter for requests, once all objects that stay are created.

    These are excluded from garbage collection, which stops all threads for 0.1 s to scan them. While a long request
    computes, the others get the interpreter lock after a shorter time than the usual 5 ms.
    """
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)


def first_steps_of(controller: Controller, config: Config, listeners: Listeners, token: str | None) -> str:
    """Return what to do after the first start, "" if there is no token, that is at every other start."""
    if not token:
        return ""
    code = controller.new_sign_in_code(token)
    return first_steps(config.rest_api, listeners.http.port, token, code)


def print_text(text: str) -> None:
    """Print a text at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def open_listeners_as_root(config: Config) -> Listeners:
    """Bind the ports, read the certificate and create the state directory, then drop root privileges."""
    listeners = Listeners.bind(config)
    create_state_directory(config)
    drop_privileges(config.user, daemon_paths(config))
    return listeners
