"""Imports as their pages and jobs see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.contacts.codes import ImportKind, ImportState, ServiceCode
from coord.contacts.importing.names import DEFAULT_NAMES
from coord.contacts.importing.outcome import RowFate
from coord.contacts.tables import ContactImport, ImportFile, ServiceName
from coord.kernel.errors import NotFound, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Program
from coord.work import Unit, read

MAX_HISTORY = 50


@dataclass(frozen=True, slots=True)
class ImportCard:
    """An import without its rows: cheap enough to be asked for every second."""

    id: UUID
    kind: ImportKind
    program: str
    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    file_name: str
    month: str | None
    dry_run: bool
    state: ImportState
    rows_total: int
    rows_done: int
    created_at: datetime
    finished_at: datetime | None
    requested_by_id: UUID | None
    undone_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {ImportState.DONE, ImportState.REFUSED}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A finished import: the fate of its rows, or the one problem of the whole file."""

    card: ImportCard
    rows: Sequence[RowFate]
    problem: Problem | None
    undone: tuple[int, int] | None = None
    """After an undoing: how many people were taken out again, and how many stayed because more is known of them."""


def _cards() -> Any:
    return (
        select(
            ContactImport.id, ContactImport.kind, Program.code, ContactImport.hospital_id, Organization.code, Organization.name,
            ContactImport.file_name, ContactImport.month, ContactImport.dry_run, ContactImport.state,
            ContactImport.rows_total, ContactImport.rows_done, ContactImport.created_at, ContactImport.finished_at,
            ContactImport.requested_by_id, ContactImport.undone_at,
        )
        .select_from(ContactImport)
        .join(Program, col(Program.id) == col(ContactImport.program_id))
        .join(Organization, col(Organization.id) == col(ContactImport.hospital_id))
    )  # fmt: skip


@read("contact.import")
async def imports(unit: Unit, *, limit: int = MAX_HISTORY) -> Sequence[ImportCard]:
    """The newest imports that the actor sees."""
    statement = _cards().order_by(col(ContactImport.id).desc()).limit(limit)
    return [ImportCard(*row) for row in await unit.rows(statement)]


@read("contact.import")
async def import_card(unit: Unit, import_id: UUID) -> ImportCard:
    """One import. Raises ``NotFound`` unless the actor sees it."""
    row = await unit.row(_cards().where(col(ContactImport.id) == import_id))
    if row is None:
        raise NotFound
    return ImportCard(*row)


@read("contact.import")
async def import_report(unit: Unit, import_id: UUID) -> ImportReport:
    """One import with the fate of its rows. Raises ``NotFound`` unless the actor sees it."""
    card = await import_card(unit, import_id)
    statement = select(ContactImport.outcome).where(col(ContactImport.id) == import_id)
    outcome = await unit.scalar(statement) or {}
    rows = [RowFate.from_json(kept) for kept in outcome.get("rows", ())]
    problem = Problem(*outcome["problem"]) if "problem" in outcome else None
    undone = tuple(outcome["undone"]) if "undone" in outcome else None
    return ImportReport(card, rows, problem, undone)


@read("contact.import")
async def import_content(unit: Unit, import_id: UUID) -> bytes:
    """The bytes of an uploaded workbook. Raises ``NotFound`` for others' files and after seven days."""
    found: bytes | None = await unit.scalar(select(ImportFile.content).where(col(ImportFile.id) == import_id))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class KnownName:
    """A word for a service; ``id`` is None for coord's own words."""

    id: UUID | None
    name: str
    service_code: ServiceCode


@read("service_name.list")
async def service_names(unit: Unit) -> Sequence[KnownName]:
    """People's own words first, then coord's, by service."""
    own = await unit.rows(select(ServiceName.id, ServiceName.name, ServiceName.service_code))
    added = sorted((KnownName(*row) for row in own), key=lambda known: (known.service_code, known.name))
    taken = {known.name for known in added}
    usual = [KnownName(None, name, code) for name, code in DEFAULT_NAMES.items() if name not in taken]
    return [*added, *usual]
