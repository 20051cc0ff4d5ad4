"""By what numbers may be grouped, for each table of facts."""

from enum import StrEnum
from typing import Any

from sqlalchemy import String, Uuid, case, cast, func, null

from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.referrals.codes import ReferralState
from coord.referrals.tables import Referral, ReferralEvent
from coord.work.listing import another


class Dimension(StrEnum):
    """A way to group numbers."""

    HOSPITAL = "HOSPITAL"
    PROVINCE = "PROVINCE"
    AGENCY = "AGENCY"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    SERVICE_CODE = "SERVICE_CODE"
    STAGE = "STAGE"
    PHASE = "PHASE"
    TARGET = "TARGET"
    REASON_CODE = "REASON_CODE"
    RECEIVER = "RECEIVER"


ORGANIZATIONS = frozenset({Dimension.HOSPITAL, Dimension.AGENCY, Dimension.RECEIVER})
"""Dimensions whose keys are organizations: ids inside, codes outside."""


NOT_GIVEN = "NOT_GIVEN"
"""The key of rows that do not say: no stage recorded, no agency involved."""

place = another(Organization, "place_of_service")
_OWN_COLUMN = {
    Dimension.AGENCY: "agency_id",
    Dimension.SERVICE_CODE: "service_code",
    Dimension.STAGE: "stage",
    Dimension.PHASE: "phase",
    Dimension.TARGET: "target",
    Dimension.RECEIVER: "target_id",
}
_declining = another(ReferralEvent, "declining")
_why_declined = (
    select(func.max(_declining.reason_code))
    .where(_declining.referral_id == Referral.id, _declining.to_state == ReferralState.DECLINED)
    .correlate(Referral)
    .scalar_subquery()
)
"""Why a referral was declined; a referral is declined once at most."""


def month_of(day: Any) -> Any:
    """``2026-09`` for a date column; dates are ISO text on SQLite and cast to it on PostgreSQL."""
    return func.substr(cast(day, String), 1, 7)


def quarter_of(day: Any) -> Any:
    """``2026Q3`` for a date column."""
    text = cast(day, String)
    month = func.substr(text, 6, 2)
    number = case((month <= "03", "Q1"), (month <= "06", "Q2"), (month <= "09", "Q3"), else_="Q4")
    return func.substr(text, 1, 4) + number


def dimension_column(dimension: Dimension, source: Any, day: Any) -> Any:
    """The column to group a table's rows by; always NULL, of the dimension's type, where the table has none.

    Only referrals have a receiver, and a reason once they were declined. Cases and referrals have no service, stage, phase or target:
    grouped by these they all fall under NOT_GIVEN.
    """
    if dimension is Dimension.HOSPITAL:
        return source.place
    if dimension is Dimension.MONTH:
        return month_of(day)
    if dimension is Dimension.QUARTER:
        return quarter_of(day)
    if dimension is Dimension.PROVINCE:
        return place.province
    if dimension is Dimension.REASON_CODE and source.model is Referral:
        return _why_declined
    nothing = cast(null(), Uuid() if dimension in ORGANIZATIONS else String())
    return getattr(source.model, _OWN_COLUMN.get(dimension, ""), nothing)
