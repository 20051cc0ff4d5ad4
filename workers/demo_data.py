"""The demo's data, in the database of the settings: built once, or again when asked for."""

import shutil
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio

from coord.access import TokenScope
from coord.demo import BUILDER, CAST, Built, Contents, build_demo, contents
from coord.identity import CreateToken, issue_token
from coord.migrations import downgrade, upgrade
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database, use
from workers.commands.common import OPERATOR
from workers.commands.work import QUEUE_FOLDER

ResultT = TypeVar("ResultT")
_TOKEN = {"name": "coord demo", "days": 30, "scopes": list(TokenScope)}


@dataclass(frozen=True, slots=True)
class DemoStore:
    """Where a demo keeps everything: the database that every other command uses, too, and the queue's folder."""

    database_url: str
    folder: Path

    @classmethod
    def of_settings(cls) -> "DemoStore":
        """The database and data folder of this process's settings."""
        return cls(settings().effective_database_url, settings().data_dir)

    def contents(self) -> Contents:
        """What the database holds, after bringing it to this version's tables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        upgrade(self.database_url)
        return self._run(_contents)

    def clear(self) -> None:
        """Forget an earlier demo: its rows and its queue."""
        downgrade(self.database_url)
        upgrade(self.database_url)
        shutil.rmtree(self.folder / QUEUE_FOLDER, ignore_errors=True)

    def build(self, months: int, progress: Callable[[int], None]) -> Built:
        """Fill the empty database, all or nothing."""
        return self._run(lambda: build_demo(months=months, progress=progress))

    def tokens(self) -> Mapping[str, str]:
        """A new API token for every member of the cast, by address."""
        return self._run(lambda: _tokens([f"{key}@demo.example" for key, *_ in CAST]))

    def _run(self, work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
        async def on_this_database() -> ResultT:
            store = Database(self.database_url, pooled=False)
            use(store)
            try:
                return await work()
            finally:
                use(None)
                await store.dispose()

        return anyio.run(on_this_database)


async def _contents() -> Contents:
    async with begin(BUILDER, read_only=True) as unit:
        return await contents(unit)


async def _tokens(addresses: Sequence[str]) -> dict[str, str]:
    async with begin(OPERATOR) as unit:
        return {email: await issue_token(unit, email, CreateToken.parse(_TOKEN)) for email in addresses}
