"""Importing a workbook, batch by batch; run again after a crash it goes on where it was."""

from collections.abc import Callable
from uuid import UUID

import anyio.to_thread

from coord.contacts.codes import ImportKind
from coord.contacts.importing import (
    BATCH,
    IMPORTER,
    RequestImport,
    import_card,
    import_content,
    import_rows,
    open_workbook,
    plan_import,
    plan_people,
    refuse_import,
)
from coord.contacts.importing.batches import AnyPlan
from coord.contacts.importing.reads import ImportCard
from coord.contacts.importing.sheet import Workbook
from coord.kernel.errors import Invalid
from coord.work import Unit, begin

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
        book = await anyio.to_thread.run_sync(open_workbook, content, card.kind)
        async with begin(IMPORTER, read_only=True) as unit:
            plan = await planned(unit, book, _asked(card))
    except Invalid as refused:
        async with begin(IMPORTER) as unit:
            await refuse_import(unit, key, refused.problems[0])
        return
    await write_all(key, plan)


def _asked(card: ImportCard) -> RequestImport:
    """What was asked for when the file was brought."""
    return RequestImport(
        program=card.program, hospital=card.hospital_id, month=card.month, kind=card.kind, file_name=card.file_name
    )


async def planned(unit: Unit, book: Workbook, asked: RequestImport) -> AnyPlan:
    """The plan of a workbook of either kind. Raises ``Invalid`` for one that cannot be taken there."""
    if asked.kind is ImportKind.CLIENTS:
        return await plan_people(unit, book, asked.program, asked.hospital)
    return await plan_import(unit, book, asked.program, asked.hospital, asked.month)


async def write_all(import_id: UUID, plan: AnyPlan, told: Told = lambda _: None) -> None:
    """Write a plan's rows, a transaction per batch; ``told`` hears how many rows are done."""
    is_over, done = False, 0
    while not is_over:
        async with begin(IMPORTER) as unit:
            is_over = await import_rows(unit, import_id, plan)
        done = min(done + BATCH, len(plan.rows))
        told(done)
