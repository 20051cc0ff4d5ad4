"""Reviewing and publishing a release: two different people, one table of moves."""

from uuid import UUID

from coord import audit
from coord.clients.stories.publishing import publish_stories
from coord.kernel.errors import Conflict, Problem
from coord.releases.codes import NARRATIVE, NoteKind, ReleaseMove, ReleaseState
from coord.releases.inputs import MoveRelease, WriteNotes
from coord.releases.locking import locked_release
from coord.releases.parts import stored_cells
from coord.releases.rules import MOVES, wrong_move
from coord.releases.signing import digest_of, said_of, sign
from coord.releases.tables import Release
from coord.work import Unit, action


@action("release.move")
async def move_release(unit: Unit, given: MoveRelease) -> UUID:
    """Review a release, or publish and sign a reviewed one; who publishes is not who reviewed.

    A restatement takes the place of the release that it restates. Raises ``NotFound`` for a foreign release,
    ``Conflict`` for another state or the same person.
    """
    release = await locked_release(unit, given.release)
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
        await publish_stories(unit, [UUID(note["id"]) for note in release.notes if note["kind"] == NoteKind.STORY])
        await _supersede(unit, release)
    audit.record(unit, f"release.{given.move.value.lower()}", release, before=before)
    return release.id


async def _supersede(unit: Unit, release: Release) -> None:
    if release.restates_id is None:
        return
    old = await locked_release(unit, release.restates_id)
    before = audit.facts(old)
    old.state = ReleaseState.SUPERSEDED
    audit.record(unit, "release.supersede", old, before=before)


@action("release.move")
async def write_notes(unit: Unit, given: WriteNotes) -> UUID:
    """Write the words that are published beside the figures; they are reviewed and signed with them.

    Raises ``NotFound`` for a foreign release, ``Conflict`` once it was reviewed.
    """
    release = await locked_release(unit, given.release)
    if release.state is not ReleaseState.BUILT:
        raise Conflict(Problem("release", "RELEASE_NOT_IN_STATE", {"state": release.state.value}))
    before = audit.facts(release)
    written = {kind.value: getattr(given, kind.value.lower()).strip() for kind in NARRATIVE}
    kept = [note for note in release.notes if note["kind"] not in written]
    new = [{"kind": kind, "period": release.period, "text": text} for kind, text in written.items() if text]
    release.notes = [*new, *kept]
    release.digest = digest_of(said_of(release, await stored_cells(unit, release.id)))
    audit.record(unit, "release.write_notes", release, before=before)
    return release.id
