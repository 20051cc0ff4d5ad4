"""Files at a case: the ecomap, a signed form, notes of a conference. Attached and taken off by the case's own worker."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.cases.inputs import AttachToCase
from coord.cases.moving import asker_at
from coord.cases.rules import filing_problem
from coord.cases.tables import CaseAttachment, CaseFile
from coord.cases.words import Pen, pen_of, reading_pen
from coord.contacts.attachments.sealing import (
    AttachedFile,
    AttachmentCard,
    attached,
    card_of,
    opened_file,
    refuse_more,
    shown,
)
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.files import checked
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.work import Unit, action, read
from coord.work.idempotency import remember, replayed

MOST_AT_A_CASE = 30


async def _own(unit: Unit, case_id: UUID) -> CaseFile:
    case = await unit.find(CaseFile, case_id)
    if reason := filing_problem(case.status, case.worker_id, await asker_at(unit, case.hospital_id)):
        raise Conflict(Problem("case", reason))
    return case


@action("case.work")
async def attach_to_case(unit: Unit, given: AttachToCase, content: bytes) -> UUID:
    """Keep a file at a case of the actor; its id.

    Raises ``NotFound`` for cases of others, ``Conflict`` for a colleague's or one that is over, ``Invalid`` for a file
    that is not what it says it is, or one too many.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    case = await _own(unit, given.case)
    taken = checked(given.file_name, content)
    await refuse_more(unit, CaseAttachment, col(CaseAttachment.case_id) == given.case, MOST_AT_A_CASE)
    row_id = uuid7()
    if (first := await remember(unit, given.idempotency_key, given, row_id)) is not None:
        return first
    row = attached(unit, CaseAttachment, row_id, given, taken, (await pen_of(unit, case)).key, case_id=case.id)
    unit.add(row)
    audit.record(unit, "case.attach", row)
    return row_id


@action("case.work")
async def detach_from_case(unit: Unit, attachment_id: UUID) -> None:
    """Take a file off a case of the actor; nothing of it is kept. Raises as ``attach_to_case`` does."""
    row = await unit.find(CaseAttachment, attachment_id)
    await _own(unit, row.case_id)
    audit.record(unit, "case.detach", row)
    await unit.session.run(delete(CaseAttachment).where(col(CaseAttachment.id) == attachment_id))


@read("case.read")
async def case_attachments(unit: Unit, case_id: UUID, pen: Pen | None) -> Sequence[AttachmentCard]:
    """The files of a case, the oldest first, read with the case's own pen."""
    statement = select(*shown(CaseAttachment)).where(col(CaseAttachment.case_id) == case_id)
    rows = await unit.rows(statement.order_by(col(CaseAttachment.id)))
    return [] if pen is None else [card_of(CaseAttachment, row, pen.key) for row in rows]


@read("case.read")
async def case_attachment(unit: Unit, attachment_id: UUID) -> AttachedFile:
    """One file; reading it is on the trail. Raises ``NotFound``."""
    row = await unit.find(CaseAttachment, attachment_id)
    case = await unit.find(CaseFile, row.case_id)
    pen = await reading_pen(unit, case)
    if pen is None:
        raise NotFound
    audit.record_reading(unit, "case.read_attachment", "client", [case.client_id])
    return opened_file(row, pen.key)
