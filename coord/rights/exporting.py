"""Everything about a person, for that person: each column that is theirs, of each table about them.

PIPL 45, Korea's PIPA 35 and the Mental Health Law of China (47) give the right to a copy. The tables are found by their
foreign keys (``coord/rights/subject.py``), so that a new one is part of the copy by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import system
from coord.clients.access_log import Looks, looks_of
from coord.clients.disclosure import Notice, notice
from coord.clients.merging import former_files
from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.rights.correcting import own_client
from coord.rights.holding import refuse_while_held
from coord.rights.opening import Cell, Keys, keys_of
from coord.rights.subject import About, about_clients, rows_about
from coord.rights.wording import Names, names_of, words_of
from coord.work import Unit, action, begin, read
from coord.work.pace import Pace, keep_pace

_GATHERER = system(
    "subject export",
    "gathers everything about one client for that person",
    "client.export",
    "client.list",
    "audit.read",
)
_MOST_ROWS = 20_000
"""Of one table: more than a person's care leaves in decades."""
Line = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class PartOfCopy:
    """What one table says about a person: a mapping of column to value for each row.

    ``words``: for columns of codes, what the catalog's keys may begin with.
    """

    table: str
    words: Mapping[str, Sequence[str]]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Copy:
    """A person's copy: their code at the hospital, and what every table says, under which notice it is handed out."""

    code: str
    made_at: datetime
    notice: Notice
    parts: Sequence[PartOfCopy]
    looks: Sequence[Looks]


@action("client.export")
async def export_subject(unit: Unit, client_id: UUID) -> Copy:
    """Everything that is held about a client, by whichever organization; on the trail in the same transaction.

    Raises ``NotFound`` for clients of others, ``Conflict`` while the copy is held back, ``TooOften``.
    """
    client = await own_client(unit, client_id)
    await keep_pace(unit, Pace.EXPORTS)
    await refuse_while_held(unit, client.id)
    audit.record_reading(unit, "client.export", "client", [client.id])
    async with begin(_GATHERER, read_only=True) as other:
        return await _gathered(other, client, unit.started_at, unit.actor.language)


@read("client.export")
async def _gathered(unit: Unit, client: Client, at: datetime, language: str) -> Copy:
    files = [client.id, *await former_files(unit, client.id)]
    keys = await keys_of(unit, files)
    found = [(about, await _rows(unit, about, files)) for about in about_clients()]
    names = await names_of(unit, found)
    parts = [_part(about, rows, keys, names) for about, rows in found if rows]
    zone: str = await unit.scalar(select(Program.time_zone).where(col(Program.id) == client.program_id))
    looks = [look for file in files for look in await looks_of(unit, file, zone)]
    return Copy(client.code, at, notice(language), [part for part in parts if part.lines[0]], looks)


def document(copy: Copy) -> Mapping[str, Any]:
    """A copy as one plain document, for machines: the columns by the names that they have in coord."""
    return {
        "format": "coord.subject-copy.1",
        "file": copy.code,
        "made_at": copy.made_at,
        "notice": {"text": copy.notice.text, "version": copy.notice.version},
        "held": {part.table: part.lines for part in copy.parts},
        "access_log": [
            {
                "day": look.day,
                "by_name": look.who,
                "organization": look.organization,
                "did": look.verb,
                "purpose": look.purpose.value,
                "categories": list(look.categories),
                "times": look.times,
            }
            for look in copy.looks
        ],
    }


async def _rows(unit: Unit, about: About, files: Sequence[UUID]) -> Sequence[Any]:
    model: Any = about.model
    statement = select(model).where(rows_about(about, files)).order_by(col(model.id)).limit(_MOST_ROWS)
    found: Sequence[Any] = await unit.scalars(statement)
    return found


def _part(about: About, rows: Sequence[Any], keys: Keys, names: Names) -> PartOfCopy:
    leaving = [held for held in about.columns if held.leaves]
    lines = [{held.name: names.told(about, held, keys.value(about, held, row)) for held in leaving} for row in rows]
    return PartOfCopy(about.name, words_of(about), lines)
