"""A server on a world of its own, and what stands in its log afterwards."""

import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from coord.migrations import upgrade
from coord.work import engine
from tests.schema.api import token_of
from tests.serving import serving
from tests.world import build_world, cast

ASKING = ("sam", "ola", "sun", "adam", "fatima", "nia", "petra", "cai")
_BAD = frozenset({"error", "critical"})


@dataclass(frozen=True)
class Served:
    """Where the server is, who may ask it, and its log."""

    address: str
    tokens: Mapping[str, str]
    log: Path

    def faults(self) -> Iterator[str]:
        """Lines of the log that are no JSON, or tell of an error."""
        for line in self.log.read_text("utf-8").splitlines():
            try:
                level = json.loads(line)["level"]
            except (ValueError, KeyError, TypeError):
                yield line
                continue
            if level in _BAD:
                yield line


@asynccontextmanager
async def served_world() -> AsyncIterator[Served]:
    """The cast's world on SQLite, served without a limit on how much may be asked."""
    with tempfile.TemporaryDirectory() as folder:
        url, log = f"sqlite:///{folder}/world.sqlite", Path(folder) / "server.log"
        upgrade(url)
        store = engine.Database(url, pooled=False)
        engine.use(store)
        try:
            await build_world()
            tokens = {name: await token_of(getattr(cast, name)) for name in ASKING}
            with serving(url, log, "tests.fuzz.serve:app") as address:
                yield Served(address, tokens, log)
        finally:
            engine.use(None)
            await store.dispose()
