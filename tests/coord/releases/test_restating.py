"""One restatement of a quarter: for real changes only, by two people, the first release readable and verifiable."""

import pytest
from sqlmodel import delete

from coord.audit.signing import public_keys
from coord.kernel.errors import Conflict
from coord.measures import Dimension
from coord.notices.tables import Notice
from coord.programs.tables import MonthLock
from coord.releases import ImpactQuery, ReleaseMove, ReleaseState, impact_report
from coord.releases.exporting import report_json
from coord.releases.inputs import RestateRelease, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.restating import changed, order_restatement, restate_release
from coord.releases.tables import Release
from coord.releases.verifying import faults_of
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import contact, log, stored
from tests.coord.releases.making import COUNTER, OSCAR, QUARTER, build, lock, move, published, seen
from tests.world import BUILDER, NORTH_MEMBERS, PROGRAM, cast, fixed

pytestmark = pytest.mark.anyio
REASON = "Visits of the ward were missing."
OLA = fixed("user/ola")


async def ten_more() -> None:
    """Somebody opened the quarter again, entered what was missing, and locked it."""
    async with begin(BUILDER) as unit:
        await unit.session.run(delete(MonthLock))
    for member in NORTH_MEMBERS:
        await log(contact(client=str(member), occurred_on="2026-07-08"))
    await lock()


async def restate(release: object) -> object:
    """What the job does."""
    async with begin(COUNTER) as unit:
        return await restate_release(unit, release, OLA, REASON)  # type: ignore[arg-type]


async def test_a_quarter_is_restated_once_and_the_first_release_stays_readable(database: Database) -> None:
    await seen()
    first = await build()
    assert first is not None
    await ten_more()
    await move(cast.ola, first, ReleaseMove.REVIEW)
    await move(OSCAR, first, ReleaseMove.PUBLISH)
    again = await restate(first)
    assert again is not None
    assert await restate(first) is None
    await move(OSCAR, again, ReleaseMove.REVIEW)  # type: ignore[arg-type]
    await move(cast.ola, again, ReleaseMove.PUBLISH)  # type: ignore[arg-type]
    states = {one.id: one.state for one in await stored(Release)}
    assert states == {first: ReleaseState.SUPERSEDED, again: ReleaseState.PUBLISHED}
    by = (Dimension.HOSPITAL,)
    async with begin(cast.fatima, read_only=True) as unit:
        now = await impact_report(unit, ImpactQuery(program=PROGRAM, period=QUARTER, group_by=by))
        then = await impact_report(unit, ImpactQuery(program=PROGRAM, period=QUARTER, group_by=by, release=first))
    assert now is not None
    assert then is not None
    assert (now.release_id, then.release_id, then.state) == (again, first, ReleaseState.SUPERSEDED)
    assert [(note["kind"], note["text"]) for note in now.notes] == [("RESTATEMENT", REASON)]
    assert [faults_of(report_json(one), public_keys()) for one in (now, then)] == [[], []]
    assert now.answer != then.answer
    assert await restate(again) is None


async def test_too_few_changed_records_restate_nothing_and_who_ordered_is_told(database: Database) -> None:
    await seen()
    first = await published()
    assert await restate(first) is None
    assert len(await stored(Release)) == 1
    (told,) = await stored(Notice)
    assert (told.user_id, told.kind, told.subject_id) == (OLA, "RESTATEMENT_REFUSED", first)


async def test_an_order_of_a_restatement_becomes_one_job_with_its_reason(database: Database) -> None:
    await seen()
    first = await published()
    async with begin(cast.ola) as unit:
        await order_restatement(unit, RestateRelease(release=first, reason=REASON))
    (job,) = await stored(OutboxJob, OutboxJob.job == "releases.restate")
    assert job.arguments == {"release": str(first), "ordered_by": str(OLA), "reason": REASON}


def test_changed_records_are_counted_from_what_each_says() -> None:
    assert changed(["a", "b"], ["a", "b"]) == 0
    assert changed(["a", "b"], ["a", "c"]) == 1
    assert changed(["a"], ["a", "b", "c"]) == 2
    assert changed([], ["a", "a"]) == 2


async def test_words_are_signed_with_the_figures_and_closed_by_the_review(database: Database) -> None:
    await seen()
    made = await build()
    assert made is not None
    before = (await stored(Release))[0].digest
    async with begin(cast.ola) as unit:
        await write_notes(unit, WriteNotes(release=made, summary="A good quarter.", challenges=" "))
    (release,) = await stored(Release)
    assert release.notes == [{"kind": "SUMMARY", "period": QUARTER, "text": "A good quarter."}]
    assert release.digest != before
    await move(cast.ola, made, ReleaseMove.REVIEW)
    with pytest.raises(Conflict):
        async with begin(cast.ola) as unit:
            await write_notes(unit, WriteNotes(release=made, summary="Another."))
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    async with begin(cast.fatima, read_only=True) as unit:
        report = await impact_report(unit, ImpactQuery(program=PROGRAM, period=QUARTER, group_by=(Dimension.HOSPITAL,)))
    assert report is not None
    content = report_json(report)
    assert faults_of(content, public_keys()) == []
    assert faults_of(content.replace(b"A good quarter.", b"A best quarter."), public_keys()) == [f"CHANGED {QUARTER}"]


async def test_a_changed_table_of_a_file_is_found_though_its_cells_are_signed(database: Database) -> None:
    await seen()
    await published()
    async with begin(cast.fatima, read_only=True) as unit:
        report = await impact_report(unit, ImpactQuery(program=PROGRAM, period=QUARTER, group_by=(Dimension.HOSPITAL,)))
    assert report is not None
    total = report.answer.total["person_times"]
    said = f'"person_times":{{"status":"SHOWN","value":{total.value}}}'.encode()  # type: ignore[union-attr]
    content = report_json(report)
    assert said in content
    assert faults_of(content.replace(said, said.replace(b'"value":', b'"value":9')), public_keys()) == [
        f"CHANGED {QUARTER}"
    ]
