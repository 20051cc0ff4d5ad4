"""Which moves a release allows, and to whom. Pure."""

from collections.abc import Collection, Mapping
from uuid import UUID

from coord.kernel.errors import Problem
from coord.releases.codes import ReleaseMove, ReleaseState

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
