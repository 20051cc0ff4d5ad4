"""The watch over the watch: alerts that nobody took on, and alerts that coord itself failed to send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.access import system
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.notices import NoticeKind
from coord.notices.tables import OutgoingMail
from coord.outcomes.chain import alert_of
from coord.outcomes.codes import ScaleCode
from coord.outcomes.tables import AlertStep, DispatcherBeat, SafetyAlert, ScaleAnswers, ScaleScore
from coord.settings import Mail, settings
from coord.work import Unit, begin, read

STALE = timedelta(seconds=60)
MAIL_LATE = timedelta(minutes=2)
MOST_SHOWN = 200
_MOST_CHECKED, _CHECKED_DAYS = 5000, 31
_WATCH = system("watch", "looks whether the dispatcher and the mails of alerts go on", "job.run")
_POSITIVE = (ScaleCode.PHQ9, ScaleCode.CSSRS)


@dataclass(frozen=True, slots=True)
class Health:
    """How the sending of alerts goes: the last turn of a dispatcher, alerts past their time, mails that wait."""

    beat_at: datetime | None
    late: int
    mails_late: int

    @property
    def is_stale(self) -> bool:
        """Whether no dispatcher took a turn in the last minute."""
        return _stale(self.beat_at)


async def health() -> Health:
    """The state of the sending, as a part of the system sees it."""
    async with begin(_WATCH, read_only=True) as unit:
        return await _health(unit)


async def is_stale() -> bool:
    """Whether no dispatcher took a turn in the last minute: one statement, for the shell of a page."""
    async with begin(_WATCH, read_only=True, one_moment=False) as unit:
        return _stale(await _last_beat(unit))


def _stale(beat_at: datetime | None) -> bool:
    return beat_at is None or now() - beat_at > STALE


@read("job.run")
async def _last_beat(unit: Unit) -> datetime | None:
    found: datetime | None = await unit.scalar(select(func.max(DispatcherBeat.beat_at)))
    return found


@read("job.run")
async def _health(unit: Unit) -> Health:
    overdue = col(SafetyAlert.next_at) <= unit.started_at - STALE
    unsent = (
        col(OutgoingMail.kind) == NoticeKind.SAFETY_ALERT,
        col(OutgoingMail.sent_at).is_(None),
        col(OutgoingMail.created_at) <= unit.started_at - MAIL_LATE,
    )
    mails = select(func.count()).select_from(OutgoingMail).where(*unsent)
    return Health(
        await _last_beat(unit),
        int(await unit.scalar(select(func.count()).select_from(SafetyAlert).where(overdue)) or 0),
        int(await unit.scalar(mails) or 0) if settings().mail is Mail.SMTP else 0,
    )


@dataclass(frozen=True, slots=True)
class ShellState:
    """What every page says about alerts: one of the actor's own that waits for a plan, and how many ran out."""

    own: UUID | None
    own_client: UUID | None
    exhausted: int


@read("alert.list")
async def shell_state(unit: Unit) -> ShellState:
    """The actor's own unfinished safety step, and the alerts in sight that reached the last level untaken."""
    untaken = col(SafetyAlert.taken_at).is_(None)
    mine = (
        select(SafetyAlert.id, SafetyAlert.client_id)
        .where(untaken, col(SafetyAlert.opened_by_id) == unit.actor.user_id)
        .order_by(col(SafetyAlert.id))
        .limit(1)
    )
    out = select(func.count()).select_from(SafetyAlert).where(untaken, col(SafetyAlert.exhausted_at).is_not(None))
    own = await unit.row(mine) if unit.actor.may("alert.raise") else None
    exhausted = int(await unit.scalar(out) or 0)
    return ShellState(None, None, exhausted) if own is None else ShellState(own.id, own.client_id, exhausted)


@read("alert.watch")
async def levels_without_anybody(unit: Unit) -> Sequence[AlertStep]:
    """Levels that had nobody to tell, the newest first."""
    statement = select(AlertStep).where(col(AlertStep.told) == 0).order_by(col(AlertStep.id).desc()).limit(MOST_SHOWN)
    found: Sequence[AlertStep] = await unit.scalars(statement)
    return found


@read("job.run")
async def answers_without_alert(unit: Unit) -> Sequence[UUID]:
    """Scores of the last month whose answers speak of danger and have no alert: there must be none."""
    recent = unit.started_at - timedelta(days=_CHECKED_DAYS)
    statement = (
        select(ScaleScore.id, ScaleScore.scale, ScaleAnswers.items, ScaleScore.raised_to)
        .join(ScaleAnswers, col(ScaleAnswers.id) == col(ScaleScore.id))
        .outerjoin(SafetyAlert, col(SafetyAlert.score_id) == col(ScaleScore.id))
        .where(
            col(ScaleScore.scale).in_(_POSITIVE),
            col(ScaleScore.recorded_at) >= recent,
            col(SafetyAlert.id).is_(None),
        )
        .order_by(col(ScaleScore.id).desc())
        .limit(_MOST_CHECKED)
    )
    return [row.id for row in await unit.rows(statement) if alert_of(row.scale, row.items, row.raised_to)]
