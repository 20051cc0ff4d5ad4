"""Who sees scores and alerts: the care team all of it; those who oversee it no answers and no words."""

from typing import Any

from sqlalchemy import ColumnElement, not_
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, protect
from coord.access.rows import Wall, all_of, among, any_of, beside, nobody, one_of
from coord.clients.access import of_care_team
from coord.clients.restricted import hiding
from coord.outcomes.codes import ScaleCode
from coord.outcomes.tables import (
    AlertDelivery,
    AlertStep,
    AlertTask,
    AlertWords,
    DispatcherBeat,
    SafetyAlert,
    ScaleAnswers,
    ScaleScore,
)
from coord.programs.access import overseen

# Figures are made of these; a triage of danger is not one of them.
MEASURED = (ScaleCode.PHQ9, ScaleCode.GAD7, ScaleCode.WHO5)


def visible_scores(actor: Actor) -> ColumnElement[bool]:
    """Scores: the care team's, and those of which overseers make figures."""
    figures = all_of(overseen(col(ScaleScore.program_id), actor), col(ScaleScore.scale).in_(MEASURED))
    return any_of(of_care_team(col(ScaleScore.hospital_id), actor), figures)


def _alerts(alert: Any, actor: Actor) -> ColumnElement[bool]:
    return any_of(
        of_care_team(alert.hospital_id, actor),
        one_of(alert.hospital_id, actor.at(Role.HOSPITAL_COORDINATOR)),
        one_of(alert.foundation_id, actor.at(Role.PROGRAM_OFFICER)),
    )


def visible_alerts(actor: Actor) -> ColumnElement[bool]:
    """Alerts: the care team, the hospital's coordinator, the foundation's program officers."""
    return _alerts(SafetyAlert, actor)


def _by_care_team(model: Any) -> Any:
    def rows(actor: Actor) -> ColumnElement[bool]:
        return of_care_team(model.hospital_id, actor)

    return rows


def _with_alert(model: Any) -> Any:
    def rows(actor: Actor) -> ColumnElement[bool]:
        alert = beside(SafetyAlert)
        return among(model.alert_id, alert.c.id, _alerts(alert.c, actor))

    return rows


def answers_of_open_files(actor: Actor) -> ColumnElement[bool]:
    """Answers: the care team's, but those of restricted clients."""
    own, restricted = of_care_team(col(ScaleAnswers.hospital_id), actor), actor.scope(Scope.RESTRICTED)
    if not restricted:
        return own
    scores = beside(ScaleScore)
    return all_of(own, not_(among(ScaleAnswers.id, scores.c.id, one_of(scores.c.client_id, restricted))))


protect(
    ScaleScore,
    hiding(visible_scores, col(ScaleScore.client_id)),
    retention=Retention.CLINICAL,
    personal=("client_id", "score", "band"),
    wall=Wall(sees=visible_scores),
)
protect(
    ScaleAnswers,
    answers_of_open_files,
    retention=Retention.CLINICAL,
    personal=("items", "note", "raise_reason", "withdrawal_reason"),
)
protect(SafetyAlert, visible_alerts, retention=Retention.CLINICAL, personal=("client_id",))
protect(
    AlertWords,
    _by_care_team(AlertWords),
    retention=Retention.CLINICAL,
    personal=("sealed",),
    wall=Wall(grants=("INSERT",)),
)
protect(AlertStep, _with_alert(AlertStep), retention=Retention.CLINICAL, wall=Wall(grants=()))
protect(AlertDelivery, _with_alert(AlertDelivery), retention=Retention.CLINICAL, wall=Wall(grants=()))
protect(AlertTask, _with_alert(AlertTask), retention=Retention.CLINICAL)
protect(DispatcherBeat, nobody, retention=Retention.TRANSIENT)
