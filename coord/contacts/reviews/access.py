"""Who sees seeds and samples: those who review, not those who are reviewed; decisions go with their record."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Scope, protect
from coord.access.rows import Wall, any_of, nobody, one_of
from coord.contacts.access import of_contact
from coord.contacts.reviews.tables import RecordReview, ReviewPick, ReviewSeed
from coord.kernel.sql import select
from coord.programs.access import overseen


def _reviewed_by(actor: Actor, seed: Any) -> ColumnElement[bool]:
    supervised = actor.scope(Scope.HOSPITALS_SUPERVISED)
    return any_of(one_of(seed.hospital_id, supervised) if supervised else None, overseen(seed.program_id, actor))


def visible_seeds(actor: Actor) -> ColumnElement[bool]:
    """Seeds of the hospitals that one supervises and of the programs that one oversees."""
    return _reviewed_by(actor, ReviewSeed)


def visible_picks(actor: Actor) -> ColumnElement[bool]:
    """Drawn records go with their seed: nobody knows beforehand which of their own will be looked at."""
    seed = ReviewSeed.__table__.alias("own_seed")  # type: ignore[attr-defined]
    return col(ReviewPick.seed_id).in_(select(seed.c.id).where(_reviewed_by(actor, seed.c)))


# Drawn by a part of the system alone.
protect(ReviewSeed, visible_seeds, retention=Retention.OPERATIONAL, wall=Wall(writes=nobody, grants=()))
protect(ReviewPick, visible_picks, retention=Retention.OPERATIONAL, wall=Wall(writes=nobody, grants=()))
protect(RecordReview, of_contact(RecordReview), retention=Retention.OPERATIONAL, personal=("words",))
