"""Real processes for tests that kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from coord.settings import environment
from workers.children import die_with_parent


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(happened: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for something; fail with its name when it does not happen in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody accepts connections on a local port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, of a process."""
    with suppress(OSError):
        children = [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return [*children, *(deeper for child in children for deeper in descendants(child))]
    return []


class Running:
    """A process of this Python in a process group of its own."""

    def __init__(self, arguments: list[str], settings: Mapping[str, str]) -> None:
        """Start it; its output goes to the test's."""
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, *arguments],
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - a killed test run leaves nobody behind
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def family(self) -> list[int]:
        """The ids of what it started."""
        return descendants(self.pid)

    def kill_all(self) -> None:
        """Kill -9 to what it started, then to itself."""
        for pid in [*self.family(), self.pid]:
            kill(pid)
        self._process.wait()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit status."""
        if self._process.poll() is None:
            self._process.send_signal(with_signal)
        return self._process.wait(20)


def kill(pid: int) -> None:
    """Kill -9; a process that is gone already is fine."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
