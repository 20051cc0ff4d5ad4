"""Handing a case over to another worker or hospital: all of it at once, and both sides are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.cases.codes import CaseEvent, CaseOrigin, CaseStatus, ClosureType
from coord.cases.inputs import TransferCase
from coord.cases.moving import Move, begin_move, local_today
from coord.cases.tables import (
    CaseAssessment,
    CaseAttachment,
    CaseClosing,
    CaseFile,
    CaseFollowUp,
    CaseGoal,
    CaseIntake,
    CasePlan,
)
from coord.clients.moving import move_client
from coord.clients.tables import Client
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.placements import HeldPost, posts_at
from coord.work import Unit, action, read
from coord.workforce.tables import Worker

_SHEETS = (CaseIntake, CaseAssessment, CasePlan, CaseClosing)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a transfer would do: what goes along, what stays where it was done, whether a new file begins."""

    moved: Mapping[str, int]
    contacts_kept: int
    begins_new_file: bool


async def _post_of(unit: Unit, case: CaseFile, given: TransferCase) -> HeldPost:
    """The post that takes over. Raises ``Invalid`` where the worker has none, the same for foreign hospitals."""
    today = await local_today(unit, case.program_id)
    hospital = given.hospital or case.hospital_id
    for post in await posts_at(unit, case.program_id, hospital):
        if (
            post.worker_id == given.worker
            and post.starts_on <= today
            and (post.ends_on is None or post.ends_on >= today)
        ):
            return post
    raise Invalid(Problem("worker", "NO_SUCH_WORKER"))


def _agency(post: HeldPost, hospital_id: UUID) -> UUID | None:
    return None if post.employer_id == hospital_id else post.employer_id


@read("case.review")
async def transfer_impact(unit: Unit, given: TransferCase) -> Impact:
    """What the transfer would move, before anything is done."""
    case = await unit.find(CaseFile, given.case)
    post = await _post_of(unit, case, given)
    hospital = given.hospital or case.hospital_id
    sheets = {model.__tablename__: int(await unit.session.get(model, case.id) is not None) for model in _SHEETS}
    rows = {
        model.__tablename__: await unit.count(select(model.id).where(col(model.case_id) == case.id))
        for model in (CaseGoal, CaseFollowUp, CaseAttachment)
    }
    contacts = select(func.count()).where(col(ServiceContact.client_id) == case.client_id)
    elsewhere = (hospital, _agency(post, hospital)) != (case.hospital_id, case.agency_id)
    return Impact(
        moved={str(name): number for name, number in {**sheets, **rows}.items() if number},
        contacts_kept=int(await unit.scalar(contacts) or 0) if hospital != case.hospital_id else 0,
        begins_new_file=elsewhere and case.opened_on is not None,
    )


@action("case.review")
async def transfer_case(unit: Unit, given: TransferCase) -> UUID:
    """Hand a case over. Raises ``Conflict`` when it is over or under review, ``Invalid`` for a worker without a post."""
    move = await begin_move(unit, given.case, CaseEvent.TRANSFER)
    case, before = move.case, move.case.worker_id
    post = await _post_of(unit, case, given)
    hospital = given.hospital or case.hospital_id
    if post.worker_id == before and hospital == case.hospital_id:
        raise Invalid(Problem("worker", "ALREADY_RESPONSIBLE"))
    agency = _agency(post, hospital)
    left = case.id
    if (hospital, agency) != (case.hospital_id, case.agency_id) and case.opened_on is not None:
        left = await _leave_behind(move)
    if hospital != case.hospital_id:
        await _check_hospital(unit, case, hospital)
        await move_client(unit, await unit.find(Client, case.client_id), hospital)
    case.hospital_id, case.agency_id, case.worker_id = hospital, agency, post.worker_id
    await move.done(given.reason)
    await _tell(move, before, left)
    return case.id


async def _check_hospital(unit: Unit, case: CaseFile, hospital_id: UUID) -> None:
    """One person has one hospital: what else is going on for them there would be left alone."""
    others = select(CaseFile.id).where(
        col(CaseFile.client_id) == case.client_id,
        col(CaseFile.id) != case.id,
        col(CaseFile.hospital_id) != hospital_id,
        col(CaseFile.status).not_in((CaseStatus.CLOSED, CaseStatus.FOLLOW_UP, CaseStatus.NOT_OPENED)),
    )
    if await unit.scalar(others.limit(1)) is not None:
        raise Invalid(Problem("hospital", "OTHER_CASE_GOES_ON"))


async def _leave_behind(move: Move) -> UUID:
    """A closed file stays where the work was done, for its figures; the live one continues it from today."""
    unit, case = move.unit, move.case
    today = await local_today(unit, case.program_id)
    kept = CaseFile(
        **case.model_dump(include={"program_id", "hospital_id", "agency_id", "client_id", "worker_id", "origin",
                                   "previous_id", "received_on", "opened_on", "assessed_on", "plan_approved_on"}),
        status=CaseStatus.CLOSED, closed_on=today, closure=ClosureType.TRANSFERRED,
    )  # fmt: skip
    unit.add(kept)
    await unit.session.flush()
    audit.record(unit, "case.leave", kept)
    case.origin, case.previous_id, case.opened_on = CaseOrigin.TAKEN_OVER, kept.id, today
    return kept.id


async def _tell(move: Move, before: UUID, left: UUID) -> None:
    """The worker who had the case and the one who has it now."""
    statement = select(Worker.id, Worker.user_id).where(col(Worker.id).in_({before, move.case.worker_id}))
    users = {row.id: row.user_id for row in await move.unit.rows(statement)}
    # Whose client went to another hospital has the closed file in a list, and no page about the person any more.
    place = "case" if left == move.case.id else "cases"
    for worker, subject, about in ((before, place, left), (move.case.worker_id, "case", move.case.id)):
        if users.get(worker) is not None:
            tell(move.unit, [users[worker]], NoticeKind.CASE_TRANSFERRED, subject, about,
                 organization=move.case.hospital_id)  # fmt: skip
