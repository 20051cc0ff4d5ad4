"""Holds and corrections are the care team's: they say what somebody thought of the person, or what was said before."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall
from coord.clients.access import of_care_team
from coord.clients.restricted import hiding
from coord.rights.tables import ClientCorrection, ExportHold


def _by_care_team(model: Any) -> Callable[[Actor], ColumnElement[bool]]:
    def rows(actor: Actor) -> ColumnElement[bool]:
        return of_care_team(model.hospital_id, actor)

    return rows


protect(
    ExportHold,
    hiding(_by_care_team(ExportHold), col(ExportHold.client_id)),
    retention=Retention.CLINICAL,
    personal=("reason",),
)
protect(
    ClientCorrection,
    hiding(_by_care_team(ClientCorrection), col(ClientCorrection.client_id)),
    retention=Retention.CLINICAL,
    personal=("before", "reason"),
    wall=Wall(grants=("INSERT",)),
)
