"""Samples with their results, and the checklist of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.clients.tables import Client
from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.reviews.rules import sample
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.oversight.evidence.codes import EvidenceFound, FrameState
from coord.oversight.evidence.frames import frame_of
from coord.oversight.evidence.rules import ONE_IN, SampleResult, print_of
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.programs import program_by_code
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.workforce.tables import Worker

_MOST = 200


@dataclass(frozen=True, slots=True)
class SampleCard:
    """A sample in the list, with its result so far."""

    id: UUID
    program_code: str
    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    month: str
    seed: str
    frame_size: int
    frame_print: str
    drawn_at: datetime
    drawn_by_name: str
    result: SampleResult


@dataclass(frozen=True, slots=True)
class DrawnRecord:
    """A drawn record without names: when, what, how long, by whom; empty where it was taken back since."""

    id: UUID
    contact_id: UUID
    found: EvidenceFound | None
    note: str | None
    checked_at: datetime | None
    checked_by_name: str | None
    occurred_on: date | None
    service_code: ServiceCode | None
    duration_minutes: int | None
    attendance: AttendanceStatus | None
    worker_name: str | None
    client_code: str | None


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """The checklist of a sample. ``frame``: whether the seed still draws from the same records."""

    card: SampleCard
    records: Sequence[DrawnRecord]
    frame: FrameState
    is_drawn_again: bool
    """Whether the stored seed gives the same records again; False as soon as the month's records are others."""


_CARD = (
    EvidenceSample.id, Program.code, EvidenceSample.hospital_id, Organization.code, Organization.name, EvidenceSample.month,
    EvidenceSample.seed, EvidenceSample.frame_size, EvidenceSample.frame_print, EvidenceSample.drawn_at,
    EvidenceSample.drawn_by_name,
)  # fmt: skip


def _asked(*where: Any) -> Any:
    counted = [
        func.count().filter(col(EvidenceCheck.found) == found).label(f"n_{found.value}") for found in EvidenceFound
    ]
    return (
        select(*_CARD, func.count(), *counted)
        .join(EvidenceCheck, col(EvidenceCheck.sample_id) == col(EvidenceSample.id))
        .join(Program, col(Program.id) == col(EvidenceSample.program_id))
        .join(Organization, col(Organization.id) == col(EvidenceSample.hospital_id))
        .where(*where)
        .group_by(*_CARD)
        .order_by(col(EvidenceSample.month).desc(), col(Organization.code))
    )


def _card(row: Sequence[Any]) -> SampleCard:
    facts, cut = SampleCard.__slots__, len(_CARD)
    return SampleCard(**dict(zip(facts, row[:cut], strict=False)), result=SampleResult(*row[cut:]))


@read("evidence.check")
async def samples(unit: Unit, program: str) -> Sequence[SampleCard]:
    """The samples of a program, the newest month first. Raises ``NotFound`` for a foreign program."""
    facts = await program_by_code(unit, program)
    statement = _asked(col(EvidenceSample.program_id) == facts.id).limit(_MOST)
    return [_card(row) for row in await unit.rows(statement)]


@read("evidence.check")
async def sample_sheet(unit: Unit, sample_id: UUID) -> SampleSheet:
    """One sample with its records by day. Raises ``NotFound``."""
    row = await unit.find(EvidenceSample, sample_id)
    (found,) = await unit.rows(_asked(col(EvidenceSample.id) == sample_id))
    statement = (
        select(
            EvidenceCheck.id, EvidenceCheck.contact_id, EvidenceCheck.found, EvidenceCheck.note,
            EvidenceCheck.checked_at, EvidenceCheck.checked_by_name, ServiceContact.occurred_on,
            ServiceContact.service_code, ServiceContact.duration_minutes, ServiceContact.attendance,
            Worker.display_name, Client.code,
        )
        .outerjoin(ServiceContact, col(ServiceContact.id) == col(EvidenceCheck.contact_id))
        .outerjoin(Worker, col(Worker.id) == col(ServiceContact.worker_id))
        .outerjoin(Client, col(Client.id) == col(ServiceContact.client_id))
        .where(col(EvidenceCheck.sample_id) == sample_id)
        .order_by(col(ServiceContact.occurred_on), col(EvidenceCheck.contact_id))
    )  # fmt: skip
    records = [DrawnRecord(*one) for one in map(tuple, await unit.rows(statement))]
    frame = await frame_of(unit, row.program_id, row.hospital_id, row.month)
    state = FrameState.SAME if print_of(frame) == row.frame_print else FrameState.CHANGED
    again = sample(row.seed, frame, ONE_IN) == {record.contact_id for record in records}
    return SampleSheet(_card(found), records, state, again)
