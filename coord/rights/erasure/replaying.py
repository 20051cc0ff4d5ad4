"""The list of erased ids, kept outside of the database, and doing it again after an older copy was restored."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import orjson
from sqlmodel import col

from coord.clients.codes import ErasureBasis
from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.rights.erasure.erasing import erase
from coord.settings import settings
from coord.work import Unit, action, read

_AT_ONCE = 1000


class NotAList(Exception):
    """A line of the file is none of ours; its number is the argument."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erased file: an id that says nothing, a day and a ground."""

    client_id: UUID
    erased_on: date
    basis: ErasureBasis

    @property
    def line(self) -> str:
        """As it stands in the list, one JSON object a line."""
        told = {"client": self.client_id, "erased_on": self.erased_on, "basis": self.basis.value}
        return orjson.dumps(told).decode()


def list_path() -> Path:
    """Where the list is kept."""
    return settings().erased_ids or settings().data_dir / "erased-ids.jsonl"


def parsed(lines: Iterable[str]) -> Iterator[Tombstone]:
    """The tombstones of a list. Raises ``NotAList``."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = orjson.loads(line)
            day = date.fromisoformat(told["erased_on"])
            yield Tombstone(UUID(told["client"]), day, ErasureBasis(told["basis"]))
        except (ValueError, KeyError, TypeError):
            raise NotAList(number) from None


@read("job.run")
async def tombstones(unit: Unit) -> Sequence[Tombstone]:
    """Every erased file of the database, by id; read some at a time."""
    columns = select(Client.id, Client.erased_on, Client.erasure_basis).where(col(Client.erased_on).is_not(None))
    found: list[Tombstone] = []
    more = True
    while more:
        after = found[-1].client_id if found else UUID(int=0)
        statement = columns.where(col(Client.id) > after).order_by(col(Client.id)).limit(_AT_ONCE)
        rows = [Tombstone(*row) for row in await unit.rows(statement)]
        found += rows
        more = len(rows) == _AT_ONCE
    return found


@action("job.run")
async def note_erased(unit: Unit) -> int:
    """Add what the list does not hold yet, whole lines that are on the disk when the job ends; how many they are."""
    path = list_path()
    known = {each.client_id for each in parsed(path.read_text("utf-8").splitlines())} if path.exists() else set()
    new = [each for each in await tombstones(unit) if each.client_id not in known]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as kept:
            kept.writelines(f"{each.line}\n" for each in new)
            kept.flush()
            os.fsync(kept.fileno())
    return len(new)


@action("job.run")
async def replay(unit: Unit, listed: Sequence[Tombstone]) -> int:
    """Erase again who is listed and not erased in this database; how many files that were.

    Ids that the database does not know are passed over: an older copy may not hold them yet.
    """
    again = 0
    for each in listed:
        again += len(await erase(unit, each.client_id, each.erased_on, each.basis))
    return again
