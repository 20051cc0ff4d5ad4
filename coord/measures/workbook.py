"""The figures of a workbook, from the facts of its accepted rows: the same rules as for stored contacts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.importing.outcome import CountedRow
from coord.measures.counting import person_times_of


@dataclass(frozen=True, slots=True)
class WorkbookFigures:
    """What a workbook adds up to; minutes are those of each worker (CR-9), attempts count as such (CR-7)."""

    person_times: int
    person_times_by_service: Mapping[ServiceCode, int]
    contacts_not_delivered: int
    identified_clients: int
    group_sessions: int
    events: int
    minutes: int


def _person_times(row: CountedRow) -> int:
    facts = ("occurred_on", "service_code", "target", "heads_present")
    return person_times_of({name: getattr(row, name) for name in facts})


def workbook_figures(rows: Iterable[CountedRow]) -> WorkbookFigures:
    """The figures of accepted rows; a service that counts for nobody stands there with 0."""
    rows = list(rows)
    delivered = [row for row in rows if row.attendance is AttendanceStatus.ATTENDED]
    by_service: dict[ServiceCode, int] = {}
    for row in rows:
        by_service[row.service_code] = by_service.get(row.service_code, 0) + _person_times(row)
    services = [row.service_code for row in delivered]
    return WorkbookFigures(
        person_times=sum(by_service.values()),
        person_times_by_service=by_service,
        contacts_not_delivered=len(rows) - len(delivered),
        identified_clients=len({row.who for row in delivered if row.who is not None and _person_times(row)}),
        group_sessions=services.count(ServiceCode.GROUP_SESSION),
        events=services.count(ServiceCode.COMMUNITY_EVENT),
        minutes=sum(row.minutes * row.workers for row in delivered),
    )
