"""The demo's database: built once in its own folder, or again when asked for."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio

from coord.demo import CAST, Built, build_demo
from coord.identity import CreateToken, issue_token
from coord.kernel.errors import Unavailable
from coord.migrations import current, head, upgrade
from coord.work import begin
from coord.work.engine import Database, use
from workers.commands.common import OPERATOR

_DATABASE, _BEING_BUILT = "coord.sqlite", "being-built.sqlite"
_TOKEN = {"name": "coord demo", "days": 30}


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where a demo keeps everything."""

    path: Path

    @property
    def database_url(self) -> str:
        """The finished database."""
        return f"sqlite:///{self.path / _DATABASE}"

    @property
    def is_ready(self) -> bool:
        """Whether it holds a database of this version."""
        if not (self.path / _DATABASE).exists():
            return False
        try:
            return current(self.database_url) == head()
        except Unavailable:
            return False

    def clear(self) -> None:
        """Forget an earlier demo: its database, its queue, what was left half built."""
        for file in self.path.glob("*.sqlite*"):
            file.unlink()
        shutil.rmtree(self.path / "queue", ignore_errors=True)

    def build(self, months: int, progress: Callable[[int], None]) -> Built:
        """Build the database under another name and put it in place when it is whole."""
        self.clear()
        building = self.path / _BEING_BUILT
        url = f"sqlite:///{building}"
        upgrade(url)

        async def work() -> Built:
            store = Database(url, pooled=False)
            use(store)
            try:
                return await build_demo(months=months, progress=progress)
            finally:
                use(None)
                await store.dispose()

        built = anyio.run(work)
        building.rename(self.path / _DATABASE)
        return built

    def tokens(self) -> Mapping[str, str]:
        """A new API token for every member of the cast, by address."""

        async def work() -> dict[str, str]:
            store = Database(self.database_url, pooled=False)
            use(store)
            try:
                return await _tokens([f"{key}@demo.example" for key, *_ in CAST])
            finally:
                use(None)
                await store.dispose()

        return anyio.run(work)


async def _tokens(addresses: Sequence[str]) -> dict[str, str]:
    async with begin(OPERATOR) as unit:
        return {email: await issue_token(unit, email, CreateToken.parse(_TOKEN)) for email in addresses}
