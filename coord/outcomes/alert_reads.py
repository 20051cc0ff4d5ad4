"""Alerts as people see them: where, since when, how far; who and what only for the care team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.paging import MAX_SIZE, Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.outcomes.codes import AlertTaskKind, AlertText
from coord.outcomes.opening import place
from coord.outcomes.sealing import unseal
from coord.outcomes.tables import AlertStep, AlertTask, AlertWords, SafetyAlert, ScaleScore
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

_hospital, _score = another(Organization, "alert_hospital"), another(ScaleScore, "alert_score")
_OWN = (
    "id", "hospital_id", "program_id", "client_id", "score_id", "cause", "urgency", "opened_at", "opened_by_id",
    "opened_by_name", "level", "next_at", "exhausted_at", "taken_at", "taken_by_name", "plan", "closed_at",
    "closed_by_name", "outcome", "rules_version",
)  # fmt: skip
ALERTS = Listing(
    "alert.list",
    SafetyAlert,
    {
        **{name: getattr(SafetyAlert, name) for name in _OWN},
        **{f"hospital.{n}": getattr(_hospital, n) for n in ORGANIZATION_COLUMNS},
        "score.withdrawn_at": _score.withdrawn_at,
    },
    [Sort(col(SafetyAlert.opened_at), datetime.fromisoformat), Sort(col(SafetyAlert.id), UUID)],
    {
        "hospital": Join(_hospital, _hospital.id == SafetyAlert.hospital_id),
        "score": Join(_score, _score.id == SafetyAlert.score_id),
    },
    descending=True,
)
SHOWN = tuple(ALERTS.paths)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the care team wrote about an alert."""

    kind: AlertText
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """Something that has to follow a closed alert."""

    id: UUID
    alert_id: UUID
    kind: AlertTaskKind
    due_at: datetime
    done_at: datetime | None
    is_overdue: bool


@read("alert.list")
async def alerts_on_page(unit: Unit, *, closed: bool = False, page: int = 1) -> Sequence[RowMapping]:
    """Alerts that are open (nobody has taken them on, or they are not closed), or closed ones; newest first."""
    over = col(SafetyAlert.closed_at)
    where = [over.is_not(None) if closed else over.is_(None)]
    return await ALERTS.numbered(unit, SHOWN, where, page=page, size=MAX_SIZE)


@read("alert.list")
async def alerts(
    unit: Unit, wanted: Iterable[str], request: PageRequest, *, closed: bool | None = None
) -> Page[RowMapping]:
    """Alerts, newest first; open or closed ones if asked."""
    over = col(SafetyAlert.closed_at)
    where = [] if closed is None else [over.is_not(None) if closed else over.is_(None)]
    return await ALERTS.page(unit, wanted, where, request)


@read("alert.list")
async def alert(unit: Unit, alert_id: UUID) -> RowMapping:
    """One alert. Raises ``NotFound`` for those out of sight."""
    return await ALERTS.one(unit, SHOWN, alert_id)


@read("alert.list")
async def alerts_of_client(unit: Unit, client_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """The alerts about some clients that are not closed."""
    where = [col(SafetyAlert.client_id).in_(client_ids), col(SafetyAlert.closed_at).is_(None)]
    return await ALERTS.numbered(unit, SHOWN, where, page=1, size=MAX_SIZE)


@read("alert.list")
async def steps_of(unit: Unit, alert_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[AlertStep]]:
    """The levels that alerts reached, in their order."""
    statement = select(AlertStep).where(col(AlertStep.alert_id).in_(alert_ids)).order_by(col(AlertStep.level))
    found: dict[UUID, list[AlertStep]] = {key: [] for key in alert_ids}
    for step in await unit.scalars(statement):
        found[step.alert_id].append(step)
    return found


@read("client.read_identity")
async def words_of(unit: Unit, client: UUID, alert_ids: Sequence[UUID]) -> Sequence[Said]:
    """What the care team wrote about alerts of one client, in the order in which it was written."""
    statement = select(AlertWords).where(col(AlertWords.alert_id).in_(alert_ids)).order_by(col(AlertWords.id))
    return [
        Said(row.kind, await unseal(unit, client, place(row.id), row.sealed), row.written_at)
        for row in await unit.scalars(statement)
    ]


@read("alert.list")
async def tasks_of(unit: Unit, alert_ids: Sequence[UUID]) -> Sequence[Following]:
    """What has to follow, by the time it is due."""
    statement = select(AlertTask).where(col(AlertTask.alert_id).in_(alert_ids)).order_by(col(AlertTask.due_at))
    return [_following(row, unit.started_at) for row in await unit.scalars(statement)]


@read("alert.list")
async def tasks_due(unit: Unit) -> Sequence[Following]:
    """Everything in sight that has to follow an alert and is not done, the earliest first."""
    statement = select(AlertTask).where(col(AlertTask.done_at).is_(None)).order_by(col(AlertTask.due_at))
    return [_following(row, unit.started_at) for row in await unit.scalars(statement.limit(MAX_SIZE))]


def _following(row: AlertTask, at: datetime) -> Following:
    is_overdue = row.done_at is None and row.due_at <= at
    return Following(row.id, row.alert_id, row.kind, row.due_at, row.done_at, is_overdue)


@read("alert.watch")
async def by_ids(unit: Unit, alert_ids: Sequence[UUID]) -> Mapping[UUID, RowMapping]:
    """The alerts in sight among these ids; none for those who only look after the sending."""
    if not alert_ids or not unit.actor.may("alert.list"):
        return {}
    return await ALERTS.by_ids(unit, SHOWN, alert_ids)
