"""Samples are the foundation's; reminders and corrective actions are seen by their hospital as well."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Wall, among, any_of, beside, one_of
from coord.oversight.calendar.tables import MonthReminder
from coord.oversight.drafts.tables import DraftCheck
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.oversight.remedies.tables import CorrectiveAction
from coord.programs.access import hospitals_followed, overseen


def visible_reminders(actor: Actor) -> ColumnElement[bool]:
    """Reminders of one's hospitals and of the programs that one oversees."""
    return any_of(
        hospitals_followed(col(MonthReminder.hospital_id), actor), overseen(col(MonthReminder.program_id), actor)
    )


def own_reminders(actor: Actor) -> ColumnElement[bool]:
    """Reminders are sent by who oversees the program."""
    return overseen(col(MonthReminder.program_id), actor)


def visible_samples(actor: Actor) -> ColumnElement[bool]:
    """Samples of the programs that one oversees: a hospital does not know what will be looked up."""
    return overseen(col(EvidenceSample.program_id), actor)


def visible_checks(actor: Actor) -> ColumnElement[bool]:
    """Drawn records go with their sample."""
    drawn = beside(EvidenceSample)
    return among(EvidenceCheck.sample_id, drawn.c.id, overseen(drawn.c.program_id, actor))


def visible_actions(actor: Actor) -> ColumnElement[bool]:
    """Corrective actions of the hospitals where one works or coordinates, and of the programs that one oversees."""
    here = one_of(CorrectiveAction.hospital_id, actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR))
    return any_of(here, overseen(col(CorrectiveAction.program_id), actor))


def visible_draft_checks(actor: Actor) -> ColumnElement[bool]:
    """Checks of drafts are the foundation's."""
    return overseen(col(DraftCheck.program_id), actor)


protect(DraftCheck, visible_draft_checks, retention=Retention.OPERATIONAL, wall=Wall(grants=("INSERT",)))
protect(
    MonthReminder,
    visible_reminders,
    retention=Retention.OPERATIONAL,
    wall=Wall(writes=own_reminders),
)
protect(EvidenceSample, visible_samples, retention=Retention.OPERATIONAL, wall=Wall(grants=("INSERT",)))
protect(EvidenceCheck, visible_checks, retention=Retention.OPERATIONAL)
protect(CorrectiveAction, visible_actions, retention=Retention.OPERATIONAL)
