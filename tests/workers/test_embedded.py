"""The embedded queue: in its folder, whatever became of the folder meanwhile."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from workers.embedded import EmbeddedQueue, answers, find_binary


@pytest.fixture
def queue(tmp_path: Path) -> EmbeddedQueue:
    """A queue that nobody started."""
    binary = find_binary()
    assert binary is not None
    return EmbeddedQueue(tmp_path / "queue", binary)


@pytest.mark.parametrize("again", [False, True], ids=["before its first start", "between two starts"])
def test_it_starts_where_its_folder_was_put_away(queue: EmbeddedQueue, tmp_path: Path, *, again: bool) -> None:
    """As a demo does that is built again: the queue of the one before goes, the new one is known already."""
    try:
        if again:
            queue.start()
            queue.stop()
        shutil.rmtree(tmp_path / "queue", ignore_errors=True)
        queue.start()
        with closing(Redis.from_url(queue.url)) as client:
            assert client.set("said", "yes")
        assert (tmp_path / "queue" / "appendonlydir").is_dir()
    finally:
        queue.stop()
    assert not answers(queue.url)


def test_its_folder_is_its_owners_alone(queue: EmbeddedQueue, tmp_path: Path) -> None:
    try:
        queue.start()
        assert (tmp_path / "queue").stat().st_mode & 0o077 == 0
    finally:
        queue.stop()
