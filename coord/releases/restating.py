"""Restating a published quarter: once, for at least ten changed records, with a published reason.

Two roundings of the same counts tell more than one; that is why it happens rarely, and only together with real changes.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col

from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.programs import program_by_id
from coord.releases.building import count_quarter, keep_release
from coord.releases.codes import NoteKind, ReleaseState
from coord.releases.inputs import RestateRelease
from coord.releases.ordering import need_locked_months
from coord.releases.parameters import Parameters
from coord.releases.signing import digest_of, said_of
from coord.releases.tables import Release, ReleaseSnapshot
from coord.work import Unit, action


@action("release.build")
async def order_restatement(unit: Unit, given: RestateRelease) -> None:
    """Ask for a published quarter to be counted anew, by a job; who orders it does not decide it alone.

    Raises ``NotFound`` for a foreign release, ``Conflict`` for one that is not published, is a restatement or has one,
    or while months are open.
    """
    release: Release | None = await unit.scalar(select(Release).where(col(Release.id) == given.release))
    if release is None:
        raise NotFound
    wrong = await _wrong(unit, release)
    if wrong is not None:
        raise Conflict(wrong)
    await need_locked_months(unit, await program_by_id(unit, release.program_id), release.period)
    unit.later("releases.restate", release=release.id, ordered_by=unit.actor.user_id, reason=given.reason)


async def _wrong(unit: Unit, release: Release) -> Problem | None:
    if release.state is not ReleaseState.PUBLISHED:
        return Problem("release", "RELEASE_NOT_IN_STATE", {"state": release.state.value})
    again = select(Release.id).where(col(Release.restates_id) == release.id)
    if release.restates_id is not None or await unit.scalar(again) is not None:
        return Problem("release", "RESTATED_ALREADY")
    return None


@action("release.count")
async def restate_release(unit: Unit, release_id: UUID, ordered_by: UUID, reason: str) -> UUID | None:
    """Count the quarter anew and store it to be reviewed; None where that is not possible any more.

    With too few changed records nothing is stored, and whoever ordered it is told.
    """
    old = await unit.find(Release, release_id)
    if await _wrong(unit, old) is not None:
        return None
    snapshot = await unit.find(ReleaseSnapshot, release_id)
    made = await count_quarter(unit, old.program_id, old.period, ordered_by, restates=old.id)
    if changed(snapshot.prints or (), made.snapshot.prints or ()) < Parameters().least_changed:
        tell(unit, [ordered_by], NoticeKind.RESTATEMENT_REFUSED, "release", old.id)
        return None
    note = {"kind": NoteKind.RESTATEMENT.value, "period": old.period, "text": reason}
    made.release.notes = [note, *made.release.notes]
    made.release.digest = digest_of(said_of(made.release, made.cells))
    return await keep_release(unit, made)


def changed(before: Iterable[str], after: Iterable[str]) -> int:
    """How many records are new, gone or say something else, at least."""
    first, second = Counter(before), Counter(after)
    return max((first - second).total(), (second - first).total())
