"""Taking an import of people back: those of whom nothing else is known go out again."""

from datetime import timedelta
from uuid import UUID

from coord import audit
from coord.contacts.codes import ImportKind, ImportState
from coord.contacts.tables import ContactImport
from coord.kernel.errors import Conflict, Problem
from coord.work import Unit, action

UNDONE_WITHIN = timedelta(days=7)
"""As long as the file itself is kept."""


@action("client.import")
async def undo_import(unit: Unit, import_id: UUID) -> None:
    """Ask that everybody whom an import registered be taken out again; a job does it after the commit.

    People of whom anything was recorded since stay. Raises ``NotFound`` for imports of others' hospitals, ``Conflict``
    for one that registered nobody, is not over, or is too old.
    """
    row = await unit.find(ContactImport, import_id)
    is_over = row.kind is ImportKind.CLIENTS and row.state is ImportState.DONE and not row.dry_run
    is_recent = row.finished_at is not None and unit.started_at - row.finished_at <= UNDONE_WITHIN
    if not (is_over and is_recent) or row.undone_at is not None:
        raise Conflict(Problem("import", "IMPORT_STANDS", {"limit": UNDONE_WITHIN.days}))
    row.undone_at = unit.started_at
    audit.record(unit, "client.undo_import", row)
    unit.later("rights.undo_import", import_id=row.id)
