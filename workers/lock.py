"""One process at a time on a data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no flock; there nothing else guards the folder.
    fcntl = None  # type: ignore[assignment]


class FolderInUse(RuntimeError):
    """Another process works on the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder until the block ends or the process dies. Raises ``FolderInUse``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise FolderInUse from None
        yield
