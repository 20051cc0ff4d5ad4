"""Child processes that die with their parent, however it dies, and are started again when they die."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

_PR_SET_PDEATHSIG = 1
_GRACE = 10.0
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Runs in the child, between fork and exec."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Member(Protocol):
    """Something that can be kept running."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""

    def start(self) -> None:
        """Start it, or start it again."""

    def stop(self) -> None:
        """End it, if it is ours."""


class Child:
    """One process and how to start it again.

    Start it from the main thread only: Linux sends the death signal when the starting *thread* ends.
    """

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, quiet: bool = False
    ) -> None:
        """``quiet``: its output goes nowhere; an inherited pipe would keep the caller's pipeline open."""
        self.name = name
        self._command, self._environment, self._quiet = list(command), dict(environment), quiet
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, or start it again."""
        output = subprocess.DEVNULL if self._quiet else None
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, and no threads when children start
            start_new_session=True,
        )

    def stop(self) -> None:
        """Ask it to end, wait ten seconds, then insist."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def python(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Child:
    """A child that runs this Python."""
    return Child(name, [sys.executable, *arguments], environment)


class Family:
    """Members that are kept running; a dead one is started again, at first at once, then more slowly."""

    _POLL = 0.2
    _PATIENCE = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
    _HEALTHY_AFTER = 30.0

    def __init__(self, members: Sequence[Member]) -> None:
        """In the order in which they start; they stop in reverse order."""
        self._members = list(members)
        self._deaths: dict[str, tuple[int, float]] = {}

    def start(self) -> None:
        """Start all that do not run yet."""
        for member in self._members:
            if not member.is_alive:
                member.start()

    def watch_once(self) -> None:
        """Start what has died and has waited long enough."""
        for member in self._members:
            if member.is_alive:
                continue
            deaths, since = self._deaths.get(member.name, (0, float("-inf")))
            at = time.monotonic()
            deaths = 0 if at - since > self._HEALTHY_AFTER else deaths
            if at - since >= self._PATIENCE[min(deaths, len(self._PATIENCE) - 1)]:
                self._deaths[member.name] = (deaths + 1, at)
                member.start()

    def watch(self) -> None:
        """Keep all running until an exception, KeyboardInterrupt included, ends the watch."""
        while True:
            self.watch_once()
            time.sleep(self._POLL)

    def stop(self) -> None:
        """Stop all, the last started first."""
        for member in reversed(self._members):
            member.stop()
