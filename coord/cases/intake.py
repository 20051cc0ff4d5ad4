"""Taking somebody in: the file, the first talk, the assessment."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.inputs import AssessCase, IntakeFields, StartCase, WriteIntake
from coord.cases.moving import begin_move, check_day
from coord.cases.tables import CaseAssessment, CaseFile, CaseIntake
from coord.cases.words import Pen, pen_of
from coord.clients.tables import Client
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.placements import WorkPost, posts_of_worker
from coord.work import Unit, action, read

_WORDS = {"presenting_issue", "self_stated_needs", "referrer", "eligibility"}
_CODES = {"source", "urgency", "risk", "decision"}


@read("case.read")
async def post_for(unit: Unit, hospital_id: UUID) -> WorkPost:
    """The actor's post at a hospital, today. Raises ``Invalid`` without one."""
    for post in await posts_of_worker(unit):
        today = local_date(unit.started_at, post.time_zone)
        if post.hospital_id == hospital_id and holds_on(post.starts_on, post.ends_on, today):
            return post
    raise Invalid(Problem("client", "NO_POST_AT_HOSPITAL"))


def agency_of(post: WorkPost) -> UUID | None:
    """The agency that a case of this post belongs to; None for a hospital's own department."""
    return None if post.employer_id == post.hospital_id else post.employer_id


@action("case.work")
async def start_case(unit: Unit, given: StartCase) -> UUID:
    """Start a file. Raises ``Conflict`` when one is going on for the client in the program."""
    client = await unit.find(Client, given.client)
    post = await post_for(unit, client.hospital_id)
    await check_day(unit, client, "received_on", given.received_on)
    case = CaseFile(
        program_id=client.program_id,
        hospital_id=client.hospital_id,
        agency_id=agency_of(post),
        client_id=client.id,
        worker_id=post.worker_id,
        status=CaseStatus.DRAFT,
        received_on=given.received_on,
    )
    await put_file(unit, case)
    pen = await pen_of(unit, case)
    unit.add(CaseIntake(id=case.id, received_by_id=post.worker_id, **_intake_facts(pen, case.id, given)))
    audit.record(unit, "case.start", case)
    return case.id


@action("case.work")
async def put_file(unit: Unit, case: CaseFile) -> None:
    """Insert a file; the index lets one be alive per client and program. Raises ``Conflict``."""
    try:
        await unit.session.savepoint(case)
    except IntegrityError:
        raise Conflict(Problem("client", "CASE_OPEN_ALREADY")) from None


def _intake_facts(pen: Pen, case_id: UUID, given: IntakeFields) -> dict[str, Any]:
    return {
        **given.model_dump(include=_CODES),
        "words": pen.seal(CaseIntake, case_id, given.model_dump(include=_WORDS)),
    }


@action("case.work")
async def write_intake(unit: Unit, given: WriteIntake) -> UUID:
    """Write the intake again."""
    move = await begin_move(unit, given.case, CaseEvent.WRITE_INTAKE)
    intake = await unit.find(CaseIntake, given.case)
    before = audit.facts(intake)
    for name, value in _intake_facts(await move.pen(), given.case, given).items():
        setattr(intake, name, value)
    audit.record(unit, "case.write_intake", intake, before=before)
    return given.case


@action("case.work")
async def assess_case(unit: Unit, given: AssessCase) -> UUID:
    """Write the assessment, or write it again."""
    move = await begin_move(unit, given.case, CaseEvent.ASSESS)
    await check_day(unit, move.case, "assessed_on", given.assessed_on, since=move.case.received_on)
    words = given.model_dump(exclude={"case", "assessed_on"})
    facts: dict[str, Any] = {
        "assessed_on": given.assessed_on,
        "assessor_id": move.case.worker_id,
        "words": (await move.pen()).seal(CaseAssessment, given.case, words),
    }
    known = await unit.session.get(CaseAssessment, given.case)
    before = None if known is None else audit.facts(known)
    row = known or CaseAssessment(id=given.case, **facts)
    for name, value in facts.items():
        setattr(row, name, value)
    unit.add(row)
    move.case.assessed_on = given.assessed_on
    audit.record(unit, "case.assess", row, before=before)
    return given.case
