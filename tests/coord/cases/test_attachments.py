"""Files at a case: by its own worker while it goes on, for the care team, along with the case wherever it goes."""

import uuid
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.cases import case_view
from coord.cases.attaching import MOST_AT_A_CASE, attach_to_case, case_attachment, detach_from_case
from coord.cases.codes import OVER, CaseStatus
from coord.cases.exporting import export_case
from coord.cases.inputs import AttachToCase
from coord.cases.rules import Asker, filing_problem
from coord.cases.tables import CaseAttachment
from coord.cases.transferring import transfer_case, transfer_impact
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.files import FileKind
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import case_in, given
from tests.coord.cases.test_transfer import hand_over, to
from tests.coord.kernel.test_files import PDF, png
from tests.coord.making import stored
from tests.world import CHEN, EVE_WORKER, NIA_WORKER, SAM_WORKER, SOUTH, cast

pytestmark = pytest.mark.anyio
NAME = "canary 陈的生态图.png"


async def attach(case: UUID, actor: Actor = cast.sam, content: bytes | None = None, **changed: Any) -> UUID:
    """A file of somebody at a case, in a unit of its own."""
    said = {"idempotency_key": uuid.uuid4(), "kind": "ECOMAP", "file_name": NAME, **changed}
    async with begin(actor) as unit:
        return await attach_to_case(unit, given(AttachToCase, case=case, **said), content or png())


async def names(case: UUID, actor: Actor = cast.sam) -> list[str]:
    async with begin(actor) as unit:
        return [file.name for file in (await case_view(unit, case)).attachments]


async def test_it_is_sealed_listed_and_saved_and_the_saving_is_on_the_trail(database: Database) -> None:
    case = await case_in(CaseStatus.ASSESSING)
    file = await attach(case)
    (row,) = await stored(CaseAttachment)
    assert (row.file_kind, png() in row.content, b"canary" in row.name) == (FileKind.PNG, False, False)
    assert await names(case, cast.sun) == [NAME]
    async with begin(cast.sun) as unit:
        saved = await case_attachment(unit, file)
        assert (saved.name, saved.content) == (NAME, png())
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "case.read_attachment")
    assert (entry.subject_id, entry.actor_name) == (CHEN, "Sun")


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("worker", [SAM_WORKER, EVE_WORKER])
def test_only_the_cases_own_worker_files_while_it_goes_on(status: CaseStatus, worker: UUID) -> None:
    asker = Asker(None, worker, is_posted_there=True, permissions=frozenset())
    allowed = status not in OVER and worker == SAM_WORKER
    assert (filing_problem(status, SAM_WORKER, asker) is None) == allowed


async def test_others_neither_attach_nor_see_and_nothing_is_written(database: Database) -> None:
    case = await case_in(CaseStatus.OPEN)
    file = await attach(case)
    for actor, refusal in ((cast.nia, NotFound), (cast.sun, NotAllowed), (cast.ola, NotAllowed)):
        with pytest.raises(refusal):
            await attach(case, actor)
    for actor, refusal in ((cast.nia, NotFound), (cast.ola, NotAllowed), (cast.fatima, NotAllowed)):
        with pytest.raises(refusal):
            async with begin(actor) as unit:
                await case_attachment(unit, file)
    assert len(await stored(CaseAttachment)) == 1


async def test_a_case_that_is_over_takes_no_file_and_gives_none_up(database: Database) -> None:
    case = await case_in(CaseStatus.INTERVENING)
    file = await attach(case)
    await hand_over(case, EVE_WORKER)
    for refused in (attach(case), _detach(file)):
        with pytest.raises(Conflict) as why:
            await refused
        assert why.value.problems[0].code == "NOT_YOUR_CASE"
    assert len(await stored(CaseAttachment)) == 1


async def _detach(file: UUID) -> None:
    async with begin(cast.sam) as unit:
        await detach_from_case(unit, file)


async def test_a_wrong_file_and_one_too_many_are_refused_and_one_is_taken_off(database: Database) -> None:
    case = await case_in(CaseStatus.ASSESSING)
    with pytest.raises(Invalid):
        await attach(case, content=PDF)
    first = await attach(case)
    for _ in range(MOST_AT_A_CASE - 1):
        await attach(case)
    with pytest.raises(Invalid) as refused:
        await attach(case)
    assert refused.value.problems[0].code == "TOO_MANY"
    await _detach(first)
    assert len(await stored(CaseAttachment)) == MOST_AT_A_CASE - 1


async def test_it_goes_with_the_case_to_another_hospital_and_into_the_workbook(database: Database) -> None:
    case = await case_in(CaseStatus.INTERVENING)
    file = await attach(case)
    async with begin(cast.sun) as unit:
        assert (await transfer_impact(unit, to(case, NIA_WORKER, SOUTH))).moved["case_attachment"] == 1
        await transfer_case(unit, to(case, NIA_WORKER, SOUTH))
    async with begin(cast.nia) as unit:
        assert (await case_attachment(unit, file)).name == NAME
        _, lines = await export_case(unit, case)
    assert [line[2] for line in lines if line[0] == "attachments"] == [("ECOMAP", NAME, "Sam")]
    with pytest.raises(NotFound):
        await names(case)
