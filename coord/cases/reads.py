"""Cases in lists: who, where they stand, since when. Nothing here was written in free words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.cases.codes import OVER
from coord.cases.inputs import CaseFilter
from coord.cases.tables import CaseFile
from coord.clients.tables import Client
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another
from coord.workforce.tables import Worker

_client, _worker = another(Client, "case_client"), another(Worker, "case_worker")
_hospital, _program = another(Organization, "case_hospital"), another(Program, "case_program")
_OWN = (
    "id", "status", "origin", "previous_id", "received_on", "opened_on", "closed_on", "closure", "submitted_at",
    "client_id", "worker_id", "hospital_id", "program_id",
)  # fmt: skip
_CLIENT = ("id", "code", "gender", "birth_year", "district", "stage", "hospital_id", "program_id")
_PROGRAM = ("id", "code", "name", "starts_on", "ends_on", "foundation_id")

CASES = Listing(
    "case.list",
    CaseFile,
    {
        **{name: getattr(CaseFile, name) for name in _OWN},
        **{f"client.{name}": getattr(_client, name) for name in _CLIENT},
        **{f"worker.{name}": getattr(_worker, name) for name in ("id", "code", "display_name")},
        **{f"hospital.{name}": getattr(_hospital, name) for name in ORGANIZATION_COLUMNS},
        **{f"program.{name}": getattr(_program, name) for name in _PROGRAM},
    },
    [Sort(col(CaseFile.received_on), date.fromisoformat), Sort(col(CaseFile.id), UUID)],
    {
        "client": Join(_client, _client.id == CaseFile.client_id),
        "worker": Join(_worker, _worker.id == CaseFile.worker_id),
        "hospital": Join(_hospital, _hospital.id == CaseFile.hospital_id),
        "program": Join(_program, _program.id == CaseFile.program_id),
    },
    descending=True,
)


def _conditions(given: CaseFilter) -> list[Any]:
    wanted = {
        CaseFile.hospital_id: given.hospital,
        CaseFile.worker_id: given.worker,
        CaseFile.client_id: given.client,
    }
    where: list[Any] = [col(column) == value for column, value in wanted.items() if value is not None]
    if given.program is not None:
        where.append(col(CaseFile.program_id).in_(select(Program.id).where(col(Program.code) == given.program)))
    if given.status:
        where.append(col(CaseFile.status).in_(given.status))
    return where


@read("case.list")
async def cases(unit: Unit, wanted: Iterable[str], request: PageRequest, given: CaseFilter) -> Page[RowMapping]:
    """Cases, the newest first."""
    return await CASES.page(unit, wanted, _conditions(given), request)


@read("case.list")
async def cases_on_page(
    unit: Unit, wanted: Iterable[str], given: CaseFilter, *, page: int, size: int
) -> Sequence[RowMapping]:
    """The same by page number (1 is the first)."""
    return await CASES.numbered(unit, wanted, _conditions(given), page=page, size=size)


@read("case.list")
async def count_cases(unit: Unit, given: CaseFilter) -> Mapping[str, int]:
    """How many cases the filter gives, by where they stand."""
    counted = select(CaseFile.status, func.count()).where(*_conditions(given)).group_by(col(CaseFile.status))
    return {str(status): int(number) for status, number in await unit.rows(counted)}


@read("case.list")
async def cases_of_client(unit: Unit, client_id: UUID) -> Sequence[CaseFile]:
    """The cases of a client that the actor may see, newest first."""
    statement = select(CaseFile).where(col(CaseFile.client_id) == client_id)
    newest = statement.order_by(col(CaseFile.received_on).desc(), col(CaseFile.id).desc())
    found: Sequence[CaseFile] = await unit.scalars(newest)
    return found


@read("case.list")
async def live_case_of(unit: Unit, client_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The case that is going on, by client, for those who have one."""
    statement = select(CaseFile.client_id, CaseFile.id).where(
        col(CaseFile.client_id).in_(client_ids), col(CaseFile.status).not_in(OVER)
    )
    return dict(map(tuple, await unit.rows(statement))) if client_ids else {}
