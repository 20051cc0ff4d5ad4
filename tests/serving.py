"""The whole web process on a port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

_START = 90.0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once a server that was started answers."""
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            if httpx2.get(f"{address}/readyz").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer")


@contextmanager
def serving(database_url: str, log: Path | None = None, app: str = "web.asgi:app") -> Iterator[str]:
    """The address of a server on a database; what it logs goes to a file, if one is named."""
    port = free_port()
    with (log or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning"],
            # Passkeys belong to a named host; other tests come by the number.
            env={**os.environ, "COORD_DATABASE_URL": database_url, "COORD_BASE_URL": f"http://localhost:{port}"},
            stdout=out,
            stderr=None if log is None else subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(10)
