"""A RabbitMQ node as a child process, on free loopback ports, with its data in a temporary folder."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from servers.freezing import freeze_group
from servers.lifetime import ContextServer
from servers.ports import HOST, ReservedPort
from waiting import TIMEOUT

LIBRARY = Path("/usr/lib/rabbitmq")
NODE = "dird@localhost"


class RabbitMq(ContextServer):
    """One node; `stop` and `start` keep ports and data, `block` makes it block publishers."""

    def __init__(
        self, tls: tuple[Path, Path, Path] | None = None, max_message_size: int | None = None
    ) -> None:
        """Write the configuration of a node.

        Args:
            tls: Files of CA, certificate and key for a second port with AMQPS; None: no such port.
            max_message_size: The size in bytes above which the node refuses a message; None: its default.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="dird-rabbitmq-"))
        self._ports = {name: ReservedPort() for name in ("amqp", "amqps", "distribution", "epmd")}
        self._tls = tls
        self._max_message_size = max_message_size
        self._processes: list[subprocess.Popen[bytes]] = []
        self.port = self._ports["amqp"].number
        self.tls_port = self._ports["amqps"].number
        self._config().write_text(self._settings(), encoding="utf-8")

    def close(self) -> None:
        """Stop the node and remove its data."""
        self.stop()
        for port in self._ports.values():
            port.release()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the node and wait until it accepts connections."""
        self._spawn("epmd", "-address", HOST)
        node = self._spawn(str(LIBRARY / "bin" / "rabbitmq-server"))
        deadline = time.monotonic() + TIMEOUT
        while not self._is_ready():
            if node.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ did not start: {(self._folder / 'output').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill the node; its clients lose their connections, durable queues keep persistent messages."""
        processes, self._processes = self._processes, []
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(TIMEOUT)

    def restart(self) -> None:
        """Stop and start the node."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Suspend the node: it keeps its connections, but answers no requests."""
        freeze_group(self._processes[-1].pid)

    def resume(self) -> None:
        """Resume a paused node."""
        os.killpg(self._processes[-1].pid, signal.SIGCONT)

    def block(self) -> None:
        """Raise the memory alarm, which blocks all publishers."""
        self._control("set_vm_memory_high_watermark", "0.00000001")

    def unblock(self) -> None:
        """Clear the memory alarm."""
        self._control("set_vm_memory_high_watermark", "0.4")

    def _control(self, *command: str) -> None:
        program = str(LIBRARY / "bin" / "rabbitmqctl")
        subprocess.run(
            [program, *command], env=self._environment(), capture_output=True, check=True, timeout=TIMEOUT
        )

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / "output").open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment(),
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=TIMEOUT) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(connection.recv(1))
        except OSError:
            return False

    def _config(self) -> Path:
        return self._folder / "rabbitmq.conf"

    def _settings(self) -> str:
        lines = [
            f"listeners.tcp.1 = {HOST}:{self.port}",
            "loopback_users = none",
            "log.console = true",
            "log.console.level = error",
            "log.file = false",
            "disk_free_limit.absolute = 1MB",
        ]
        if self._max_message_size is not None:
            lines.append(f"max_message_size = {self._max_message_size}")
        if self._tls is not None:
            authority, certificate, key = self._tls
            lines += [
                f"listeners.ssl.1 = {HOST}:{self.tls_port}",
                f"ssl_options.cacertfile = {authority}",
                f"ssl_options.certfile = {certificate}",
                f"ssl_options.keyfile = {key}",
                "ssl_options.verify = verify_none",
            ]
        return "\n".join(lines) + "\n"

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self._ports["epmd"].number),
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": str(self._ports["distribution"].number),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self._config()),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
