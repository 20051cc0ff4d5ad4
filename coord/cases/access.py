"""Who sees a case: its dates by the same people as the client's contacts, its words by the care team alone."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Wall, among, any_of, beside, one_of
from coord.cases.tables import (
    CaseAssessment,
    CaseAttachment,
    CaseClosing,
    CaseFile,
    CaseFollowUp,
    CaseGoal,
    CaseIntake,
    CasePlan,
    CaseStep,
)
from coord.clients.access import of_care_team
from coord.clients.restricted import hiding
from coord.programs.access import overseen


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Cases: like the client, and the agency that employs the worker, and the hospital's coordinator."""
    return any_of(
        of_care_team(col(CaseFile.hospital_id), actor),
        one_of(CaseFile.agency_id, actor.at(Role.AGENCY_MANAGER)),
        one_of(CaseFile.hospital_id, actor.at(Role.HOSPITAL_COORDINATOR)),
        overseen(col(CaseFile.program_id), actor),
    )


def _cared_for(case_id: Any) -> Any:
    """Rows of cases at hospitals of the care team, hidden as their case is: words about a restricted client too."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        case = beside(CaseFile)
        shown = hiding(lambda whose: of_care_team(case.c.hospital_id, whose), case.c.client_id)
        return among(case_id, case.c.id, shown(actor))

    return rows


_KEPT = Wall(grants=("INSERT", "UPDATE", "DELETE"))
protect(
    CaseFile,
    hiding(visible_cases, col(CaseFile.client_id)),
    retention=Retention.CLINICAL,
    wall=Wall(sees=visible_cases),
)
protect(CaseIntake, _cared_for(CaseIntake.id), retention=Retention.CLINICAL, personal=("risk", "words"))
protect(CaseAssessment, _cared_for(CaseAssessment.id), retention=Retention.CLINICAL, personal=("words",))
protect(CasePlan, _cared_for(CasePlan.id), retention=Retention.CLINICAL, personal=("words",))
protect(CaseGoal, _cared_for(CaseGoal.case_id), retention=Retention.CLINICAL, personal=("words",), wall=_KEPT)
protect(CaseClosing, _cared_for(CaseClosing.id), retention=Retention.CLINICAL, personal=("words",), wall=_KEPT)
protect(
    CaseFollowUp, _cared_for(CaseFollowUp.case_id), retention=Retention.CLINICAL, personal=("words", "has_relapsed")
)
protect(
    CaseAttachment,
    _cared_for(CaseAttachment.case_id),
    retention=Retention.CLINICAL,
    personal=("name", "content"),
    wall=Wall(grants=("INSERT", "DELETE")),
)
protect(CaseStep, _cared_for(CaseStep.case_id), retention=Retention.CLINICAL, personal=("words",))
