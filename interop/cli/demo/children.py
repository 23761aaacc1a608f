"""The processes of the demonstration: started, watched, and started again once."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interop.cli.reasons import PROCESS_FAILED
from interop.errors import RegionError, RegionUnavailable
from interop.transport.adapter import Limits
from interop.transport.http import HttpClient

START_S_MAX: Final = 60.0
POLL_S: Final = 0.02
STOP_S_MAX: Final = 5.0
LOG_BYTES_MAX: Final = 4096
# Below those that systems give to outgoing calls: from 32768 on Linux, from 49152 elsewhere.
PORTS: Final = range(20_000, 32_000)
TRIES: Final = 100
COMMAND: Final = (sys.executable, "-m", "interop")


def free_port() -> int:
    """Return a port of loopback that is free now, and that no outgoing call is given meanwhile.

    Until the child listens on it, the system may give a port of its own choice away.
    """
    for wanted in (*(secrets.choice(PORTS) for _ in range(TRIES)), 0):
        with suppress(OSError), socket.create_server(("127.0.0.1", wanted)) as listener:
            port: int = listener.getsockname()[1]
            return port
    msg = "no port is free"
    raise OSError(msg)


@dataclass
class Child:
    """One process.

    Attributes:
        name: Region code, or ``simulator``.
        arguments: Arguments of ``interop``.
        port: Port it listens on.
        health: Path that answers once it is ready.
        environment: Its environment.
        log: File that takes its output.
        starts: How often it was started.
    """

    name: str
    arguments: tuple[str, ...]
    port: int
    health: str
    environment: Mapping[str, str]
    log: Path
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; :meth:`wait` says when it is ready."""
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                [*COMMAND, *self.arguments, "--port", str(self.port), "--until-eof"],
                env={**os.environ, **self.environment},
                # Its end of the pipe closes when this process dies, however it dies.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        """Return once it answers.

        Raises:
            RegionUnavailable: It ended or did not answer in time; its log says why.
        """
        until = time.monotonic() + START_S_MAX
        client = HttpClient(self.url, limits=Limits(deadline_ms=2000), peer=self.name)
        try:
            while time.monotonic() < until and not self.ended():
                if _answers(client, self.health):
                    return
                time.sleep(POLL_S)
        finally:
            client.close()
        raise RegionUnavailable(
            PROCESS_FAILED.of(field=self.name, got=self.last_line(), expected=self.log)
        )

    def last_line(self) -> str:
        """Return the last line of its log; ``-`` if it is empty."""
        with self.log.open("rb") as log:
            log.seek(max(self.log.stat().st_size - LOG_BYTES_MAX, 0))
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "-")

    def ended(self) -> bool:
        """Return whether it has ended."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """Kill it where it stands, as a power cut would."""
        if self._process is not None and not self.ended():
            self._process.kill()
            self._process.communicate()

    def stop(self) -> None:
        """Ask it to end, and make it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.communicate(timeout=STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()


def _answers(client: HttpClient, path: str) -> bool:
    try:
        return client.send("GET", path).status == 200  # noqa: PLR2004 -- HTTP's word for ok
    except RegionError:
        return False
