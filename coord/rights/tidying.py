"""Ending rows whose time of retention is over: what was queued, sent, asked and opened, each after its own time.

What is held about clients ends by an erasure, the trail stays whole, and what signing in leaves behind is forgotten by
the accounts' own job. Every other transient or security table stands here, or the wall of its test fails.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from coord.access import system
from coord.clients.tables import ClientMatchAsk, EmergencyAccess
from coord.contacts.tables import ImportFile
from coord.identity.tables import ApiToken
from coord.notices.tables import Notice, OutgoingMail
from coord.outcomes.tables import DispatcherBeat
from coord.people.tables import Invitation
from coord.settings import settings
from coord.webhooks.tables import WebhookDelivery, WebhookEvent
from coord.work import Unit, action
from coord.work.tables import OutboxJob, PaceCount, Submission
from coord.worklists.tables import WorkMark

KEEPER = system("retention", "ends rows whose time of retention is over", "job.run")
_A_YEAR = timedelta(days=365)

ENDS: Sequence[tuple[Any, Any, timedelta | None]] = (
    (OutboxJob, OutboxJob.done_at, timedelta(days=30)),
    (Submission, Submission.created_at, timedelta(days=90)),
    (PaceCount, PaceCount.began_at, timedelta(days=1)),
    (ClientMatchAsk, ClientMatchAsk.at, timedelta(days=1)),
    (ImportFile, ImportFile.created_at, timedelta(days=7)),
    (OutgoingMail, OutgoingMail.created_at, timedelta(days=90)),
    # A delivery goes before the event that it tells of.
    (WebhookDelivery, WebhookDelivery.created_at, timedelta(days=30)),
    (WebhookEvent, WebhookEvent.at, timedelta(days=31)),
    (Notice, Notice.created_at, _A_YEAR),
    (WorkMark, WorkMark.made_at, _A_YEAR),
    (DispatcherBeat, DispatcherBeat.beat_at, timedelta(days=30)),
    (Invitation, Invitation.expires_at, _A_YEAR),
    (EmergencyAccess, EmergencyAccess.until_at, None),
    (ApiToken, ApiToken.expires_at, None),
)
"""Tables, from when their time is counted, and how long it is; None: as long as what proves who did what
(``COORD_KEEP_AUDIT_YEARS``)."""


def ended_before(period: timedelta | None, at: datetime) -> datetime:
    """The moment before which rows are over."""
    return at - (_A_YEAR * settings().keep_audit_years if period is None else period)


@action("job.run")
async def end_what_is_over(unit: Unit) -> int:
    """Delete what is over; how many rows that were."""
    ended = 0
    for model, counted_from, period in ENDS:
        over = delete(model).where(col(counted_from) < ended_before(period, unit.started_at)).returning(model.id)
        ended += len(await unit.scalars(over.execution_options(synchronize_session=False)))
    return ended
