"""A month's report is seen by its hospital, by who supervises there, and by who oversees the program."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, among, any_of, beside
from coord.periods.tables import MonthReport, MonthSnapshot, MonthStep
from coord.programs.access import hospitals_followed, overseen


def visible_reports(actor: Actor) -> ColumnElement[bool]:
    """Reports of one's hospitals and of the programs that one oversees."""
    return any_of(hospitals_followed(col(MonthReport.hospital_id), actor), overseen(col(MonthReport.program_id), actor))


def _of_report(column: object, actor: Actor) -> ColumnElement[bool]:
    report = beside(MonthReport)
    seen = any_of(hospitals_followed(report.c.hospital_id, actor), overseen(report.c.program_id, actor))
    return among(column, report.c.id, seen)


def visible_steps(actor: Actor) -> ColumnElement[bool]:
    """The steps of a report go with it."""
    return _of_report(MonthStep.report_id, actor)


def visible_snapshots(actor: Actor) -> ColumnElement[bool]:
    """The locked figures of a report go with it."""
    return _of_report(MonthSnapshot.id, actor)


def own_snapshots(actor: Actor) -> ColumnElement[bool]:
    """Figures are locked by who oversees the program."""
    report = beside(MonthReport)
    return among(MonthSnapshot.id, report.c.id, overseen(report.c.program_id, actor))


protect(MonthReport, visible_reports, retention=Retention.OPERATIONAL, personal=("words", "story", "plan"))
protect(MonthStep, visible_steps, retention=Retention.OPERATIONAL, personal=("note",), wall=Wall(grants=("INSERT",)))
protect(
    MonthSnapshot,
    visible_snapshots,
    retention=Retention.OPERATIONAL,
    wall=Wall(writes=own_snapshots, grants=("INSERT",)),
)
