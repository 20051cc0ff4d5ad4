"""Stories that a release tells: it signs their digests, their words stand beside it and end with the consent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import rfc8785
from sqlmodel import col

from coord import audit
from coord.clients.stories.reads import ToldShown, told_stories
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.releases.codes import NoteKind, ReleaseState
from coord.releases.inputs import ChooseStories
from coord.releases.locking import locked_release
from coord.releases.parts import stored_cells
from coord.releases.reads import ImpactReport
from coord.releases.signing import digest_of, said_of
from coord.releases.tables import Release
from coord.work import Unit, action, read

KIND = "coord-stories-1"


@read("release.list")
async def tellable_stories(unit: Unit, release_id: UUID) -> Sequence[ToldShown]:
    """What may be chosen for a release now. Raises ``NotFound`` for a foreign release."""
    release = await unit.find(Release, release_id)
    zone = await unit.scalar(select(Program.time_zone).where(col(Program.id) == release.program_id))
    return await told_stories(unit, release.program_id, local_date(unit.started_at, str(zone)))


@action("release.move")
async def choose_stories(unit: Unit, given: ChooseStories) -> UUID:
    """Choose the stories that are published with a release; they are reviewed and signed with it.

    Raises ``NotFound`` for a foreign release, ``Conflict`` once it was reviewed, ``Invalid`` for a story that may not be
    told (any more).
    """
    release = await locked_release(unit, given.release)
    if release.state is not ReleaseState.BUILT:
        raise Conflict(Problem("release", "RELEASE_NOT_IN_STATE", {"state": release.state.value}))
    known = {one.id: one for one in await tellable_stories(unit, release.id)}
    if not set(given.stories) <= known.keys():
        raise Invalid(Problem("stories", "NO_SUCH_STORY"))
    before = audit.facts(release)
    kept = [note for note in release.notes if note["kind"] != NoteKind.STORY]
    told = [known[story] for story in sorted(set(given.stories))]
    release.notes = [
        *kept,
        *(
            {"kind": NoteKind.STORY.value, "period": release.period, "id": str(one.id), "digest": one.digest}
            for one in told
        ),
    ]
    release.digest = digest_of(said_of(release, await stored_cells(unit, release.id)))
    audit.record(unit, "release.choose_stories", release, before=before)
    return release.id


def stories_json(report: ImpactReport) -> bytes:
    """The stories of a report as a file: their words and chance, or that they ended. Canonical JSON (RFC 8785). Pure."""
    return rfc8785.dumps({"kind": KIND, "period": report.period, "stories": [_said(one) for one in report.stories]})


def _said(one: Any) -> Mapping[str, Any]:
    words = {} if one.told.is_gone else {"title": one.told.title, "text": one.told.text, "salt": one.told.salt}
    return {"id": str(one.told.id), "of": one.of, "digest": one.told.digest, "ended": one.told.is_gone, **words}
