"""Importing a workbook, batch by batch; run again after a crash it goes on where it was."""

from collections.abc import Callable
from uuid import UUID

import anyio.to_thread

from coord.contacts.importing import (
    BATCH,
    IMPORTER,
    Plan,
    import_card,
    import_content,
    import_rows,
    open_workbook,
    plan_import,
    refuse_import,
)
from coord.kernel.errors import Invalid
from coord.work import begin

Told = Callable[[int], None]


async def import_file(import_id: str) -> None:
    """The job "contacts.import": import the file that somebody brought, or refuse it with one reason."""
    key = UUID(import_id)
    async with begin(IMPORTER, read_only=True) as unit:
        card = await import_card(unit, key)
        content = None if card.is_over else await import_content(unit, key)
    if content is None:
        return
    try:
        book = await anyio.to_thread.run_sync(open_workbook, content)
        async with begin(IMPORTER, read_only=True) as unit:
            plan = await plan_import(unit, book, card.program, card.hospital_id, card.month)
    except Invalid as refused:
        async with begin(IMPORTER) as unit:
            await refuse_import(unit, key, refused.problems[0])
        return
    await write_all(key, plan)


async def write_all(import_id: UUID, plan: Plan, told: Told = lambda _: None) -> None:
    """Write a plan's rows, a transaction per batch; ``told`` hears how many rows are done."""
    is_over, done = False, 0
    while not is_over:
        async with begin(IMPORTER) as unit:
            is_over = await import_rows(unit, import_id, plan)
        done = min(done + BATCH, len(plan.rows))
        told(done)
