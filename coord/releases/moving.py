"""Reviewing and publishing a release: two different people, one table of moves."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.sql import select
from coord.releases.codes import ReleaseMove, ReleaseState
from coord.releases.inputs import MoveRelease
from coord.releases.signing import sign
from coord.releases.tables import Release
from coord.work import Unit, action

MOVES: Mapping[tuple[ReleaseState, ReleaseMove], ReleaseState] = {
    (ReleaseState.BUILT, ReleaseMove.REVIEW): ReleaseState.REVIEWED,
    (ReleaseState.REVIEWED, ReleaseMove.PUBLISH): ReleaseState.PUBLISHED,
}
"""Everything else is refused. A published release is never changed: corrections go into the next quarter."""


def wrong_move(state: ReleaseState, move: ReleaseMove, who: UUID | None, reviewed_by: UUID | None) -> Problem | None:
    """Why a release cannot be moved on; None where it can."""
    if (state, move) not in MOVES:
        return Problem("release", "RELEASE_NOT_IN_STATE", {"state": state.value})
    if move is ReleaseMove.PUBLISH and who == reviewed_by:
        return Problem("release", "ANOTHER_PERSON_MUST")
    return None


def moves_from(
    state: ReleaseState, verbs: Collection[str], who: UUID | None, reviewed_by: UUID | None
) -> list[ReleaseMove]:
    """What somebody with these verbs can do with a release now."""
    return [m for m in ReleaseMove if "release.move" in verbs and wrong_move(state, m, who, reviewed_by) is None]


@action("release.move")
async def move_release(unit: Unit, given: MoveRelease) -> UUID:
    """Review a release, or publish and sign a reviewed one; who publishes is not who reviewed.

    Raises ``NotFound`` for a foreign release, ``Conflict`` for another state or the same person.
    """
    statement = select(Release).where(col(Release.id) == given.release)
    # The row is locked: of two people at the same moment one moves it, the other reads why not.
    release: Release | None = await unit.scalar(
        statement.with_for_update().execution_options(populate_existing=True)
    )  # fmt: skip
    if release is None:
        raise NotFound
    wrong = wrong_move(release.state, given.move, unit.actor.user_id, release.reviewed_by_id)
    if wrong is not None:
        raise Conflict(wrong)
    before = audit.facts(release)
    release.state = MOVES[release.state, given.move]
    if given.move is ReleaseMove.REVIEW:
        release.reviewed_at, release.reviewed_by_id = unit.started_at, unit.actor.user_id
    else:
        release.published_at, release.published_by_id = unit.started_at, unit.actor.user_id
        release.signing_key, release.signature = sign(release.id, release.digest)
    audit.record(unit, f"release.{given.move.value.lower()}", release, before=before)
    return release.id
