"""Consents are the care team's: they say who is in care, and evidence shows a signature."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall
from coord.clients.access import of_care_team
from coord.clients.consents.tables import Consent, ConsentEvidence, ConsentRecipient, ConsentWithdrawal
from coord.clients.restricted import kept_for_law

_ADDED_ONLY = Wall(grants=("INSERT",))


def _of_own_hospitals(model: Any) -> Callable[[Actor], ColumnElement[bool]]:
    def rows(actor: Actor) -> ColumnElement[bool]:
        return of_care_team(col(model.hospital_id), actor)

    return rows


protect(
    Consent,
    kept_for_law(_of_own_hospitals(Consent), col(Consent.hospital_id), col(Consent.client_id)),
    retention=Retention.CLINICAL,
    personal=("document", "guardian"),
    wall=_ADDED_ONLY,
)
protect(ConsentRecipient, _of_own_hospitals(ConsentRecipient), retention=Retention.CLINICAL, wall=_ADDED_ONLY)
protect(
    ConsentEvidence,
    kept_for_law(_of_own_hospitals(ConsentEvidence), col(ConsentEvidence.hospital_id), col(ConsentEvidence.client_id)),
    retention=Retention.CLINICAL,
    personal=("content",),
    wall=_ADDED_ONLY,
)
protect(
    ConsentWithdrawal,
    kept_for_law(
        _of_own_hospitals(ConsentWithdrawal), col(ConsentWithdrawal.hospital_id), col(ConsentWithdrawal.client_id)
    ),
    retention=Retention.CLINICAL,
    personal=("remark",),
    wall=_ADDED_ONLY,
)
