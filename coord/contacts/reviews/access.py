"""Who sees seeds and samples: those who review, not those who are reviewed; decisions go with their record."""

from typing import Any

from sqlalchemy import ColumnElement

from coord.access import Actor, Retention, Scope, protect
from coord.access.rows import Wall, among, any_of, beside, nobody, one_of
from coord.contacts.access import of_contact
from coord.contacts.reviews.tables import RecordReview, ReviewPick, ReviewSeed
from coord.programs.access import overseen


def _reviewed_by(actor: Actor, seed: Any) -> ColumnElement[bool]:
    supervised = one_of(seed.hospital_id, actor.scope(Scope.HOSPITALS_SUPERVISED))
    return any_of(supervised, overseen(seed.program_id, actor))


def visible_seeds(actor: Actor) -> ColumnElement[bool]:
    """Seeds of the hospitals that one supervises and of the programs that one oversees."""
    return _reviewed_by(actor, ReviewSeed)


def visible_picks(actor: Actor) -> ColumnElement[bool]:
    """Drawn records go with their seed: nobody knows beforehand which of their own will be looked at."""
    seed = beside(ReviewSeed)
    return among(ReviewPick.seed_id, seed.c.id, _reviewed_by(actor, seed.c))


# Drawn by a part of the system alone.
protect(ReviewSeed, visible_seeds, retention=Retention.OPERATIONAL, wall=Wall(writes=nobody, grants=()))
protect(ReviewPick, visible_picks, retention=Retention.OPERATIONAL, wall=Wall(writes=nobody, grants=()))
protect(RecordReview, of_contact(RecordReview), retention=Retention.OPERATIONAL, personal=("words",))
