"""A published release is seen by every organization of its program, one on its way by the foundation that runs it."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, all_of, among, any_of, beside, nobody, one_of
from coord.programs.access import overseen
from coord.programs.tables import Participation
from coord.releases.codes import ReleaseState
from coord.releases.tables import ProtectedCell, Release, ReleaseSnapshot

_PUBLIC = (ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)


def _of_program(program_id: object, actor: Actor) -> ColumnElement[bool]:
    joined = beside(Participation)
    return among(program_id, joined.c.program_id, one_of(joined.c.organization_id, actor.at()))


def visible_releases(actor: Actor) -> ColumnElement[bool]:
    """Published releases of the programs that one takes part in, all of those that one oversees."""
    public = all_of(col(Release.state).in_(_PUBLIC), _of_program(Release.program_id, actor))
    return any_of(public, overseen(col(Release.program_id), actor))


def visible_cells(actor: Actor) -> ColumnElement[bool]:
    """Cells go with their release."""
    release = beside(Release)
    public = all_of(release.c.state.in_(_PUBLIC), _of_program(release.c.program_id, actor))
    return among(ProtectedCell.release_id, release.c.id, any_of(public, overseen(release.c.program_id, actor)))


def visible_snapshots(actor: Actor) -> ColumnElement[bool]:
    """What a release was counted from is the foundation's alone."""
    return overseen(col(ReleaseSnapshot.program_id), actor)


def own_releases(actor: Actor) -> ColumnElement[bool]:
    """Releases are moved on by who oversees the program."""
    return overseen(col(Release.program_id), actor)


# Only the part of the system that builds them adds rows; people move a release on, and change nothing else.
protect(
    Release,
    visible_releases,
    retention=Retention.REFERENCE,
    wall=Wall(writes=own_releases, grants=("UPDATE",)),
)
protect(ProtectedCell, visible_cells, retention=Retention.REFERENCE, wall=Wall(writes=nobody, grants=()))
protect(ReleaseSnapshot, visible_snapshots, retention=Retention.OPERATIONAL, wall=Wall(writes=nobody, grants=()))
