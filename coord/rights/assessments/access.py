"""Assessments are the privacy office's, as breaches are: the administrators of the directory."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import one_of
from coord.rights.assessments.tables import ImpactAssessment


def own_assessments(actor: Actor) -> ColumnElement[bool]:
    """Assessments in the directories that the actor administers."""
    return one_of(col(ImpactAssessment.foundation_id), actor.administers())


protect(ImpactAssessment, own_assessments, retention=Retention.SECURITY)
