"""What one worker does in a stay: the recipe of the demo program, month by month.

Per month: about one new case a week with five or six contacts each, three group sessions of 8 to 12
people, an event, 20 to 40 bedside visits, 10 to 30 consultations, and the work around them.
"""

import bisect
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

from coord.clients.codes import CareStage
from coord.contacts.codes import AttendanceStatus, Issue, ServiceCode, ServiceTarget, Setting, VisitPhase
from coord.demo.caseload import Caseload
from coord.demo.chance import often
from coord.demo.days import Days, days_later
from coord.demo.groundwork import Stay
from coord.demo.names import note

_WEEK = 7
_MEMBERS, _FEWEST = 12, 8
_ALONE = (ServiceCode.RESOURCE_LINK, ServiceCode.MDT, ServiceCode.ADMIN)

_ANY_STAGE = (
    *(CareStage.SEEKING_CARE,) * 2,
    *(CareStage.TREATMENT,) * 5,
    *(CareStage.REHABILITATION,) * 4,
    CareStage.SOCIAL_REINTEGRATION,
    None,
)
_STAGES: Mapping[ServiceCode, Sequence[CareStage | None]] = {
    ServiceCode.BEDSIDE_VISIT: (CareStage.TREATMENT,),
    ServiceCode.CONSULTATION: (CareStage.SEEKING_CARE, CareStage.SEEKING_CARE, CareStage.TREATMENT),
    ServiceCode.DISCHARGE_PLAN: (CareStage.REHABILITATION,),
    ServiceCode.HOME_VISIT: (CareStage.REHABILITATION, CareStage.SOCIAL_REINTEGRATION),
    ServiceCode.COMMUNITY_EVENT: (None,),
    ServiceCode.SUPPORTER_TRAINING: (None,),
    **dict.fromkeys(_ALONE, (None,)),
}
_ISSUES = ((), *((issue,) for issue in Issue), *combinations(Issue, 2))


@dataclass(frozen=True, slots=True)
class Planned:
    """One service on a day; ``fields`` are those of ``LogContact``."""

    day: date
    fields: Mapping[str, Any]


def _usual(rng: random.Random, code: ServiceCode, low: int, high: int, **fields: Any) -> dict[str, Any]:
    """A service of usual length (minutes in steps of five) with its secondary codes."""
    return {
        "service_code": code,
        "duration_minutes": 5 * rng.randint(low // 5, high // 5),
        "issues": rng.choice(_ISSUES),
        "stage": rng.choice(_STAGES.get(code, _ANY_STAGE)),
        **fields,
    }


class Worker:
    """Plans the services of one stay."""

    def __init__(self, stay: Stay, days: Days, caseload: Caseload, rng: random.Random) -> None:
        """Nothing planned yet; ``caseload`` is the hospital's."""
        self._stay, self._days, self._caseload, self._rng = stay, days, caseload, rng
        self._known: list[tuple[date, UUID]] = []

    def plan(self) -> list[Planned]:
        """All services of the stay, by day."""
        planned = [*self._cases(), *self._groups()]
        for month in self._days.months():
            planned += self._month(month)
        return sorted(planned, key=lambda service: service.day)

    def _newcomer(self, day: date) -> UUID:
        client = self._caseload.register(self._stay.post, day)
        bisect.insort(self._known, (day, client))
        return client

    def _known_on(self, day: date) -> list[UUID]:
        """Everybody registered before a day, the latest last."""
        return [client for _, client in self._known[: bisect.bisect_left(self._known, (day,))]]

    def _cases(self) -> Iterator[Planned]:
        """One new case a week; it closes a few days after its last contact."""
        last_day = self._days.active[-1] if self._days.active else self._stay.starts_on
        week = self._stay.starts_on
        while (opened := self._days.next(days_later(week, self._rng.randrange(5)))) is not None:
            client = self._newcomer(opened)
            contacts = min(20, max(1, round(self._rng.lognormvariate(1.6, 0.5))))
            day: date | None = opened
            for _ in range(contacts):
                if day is None:
                    break
                yield Planned(day, self._case_contact(client))
                day = self._days.next(days_later(day, 3 + self._rng.expovariate(1 / 7)))
            over = None if day is None else days_later(day, 2)
            self._caseload.open_case(self._stay.post, client, opened, over if over and over <= last_day else None)
            week = days_later(week, _WEEK)

    def _case_contact(self, client: UUID) -> dict[str, Any]:
        rng = self._rng
        fields = _usual(rng, ServiceCode.CASE_CONTACT, 25, 60, client=client)
        fields["setting"] = rng.choice((Setting.WARD, Setting.OUTPATIENT, Setting.ONLINE))
        fields["phase"] = rng.choice(list(VisitPhase))
        fields["note"] = note(rng) if often(rng, 40) else None
        if often(rng, 4):
            return fields | {"attendance": AttendanceStatus.NO_SHOW, "duration_minutes": 0, "note": None}
        if often(rng, 4):
            return fields | {"collateral": True, "duration_minutes": 15, "setting": Setting.COMMUNITY}
        return fields | {"family_present": 1 if often(rng, 18) else 0}

    def _groups(self) -> Iterator[Planned]:
        """One series after the other, a session about every ten days."""
        rng = self._rng
        day = self._days.next(days_later(self._stay.starts_on, rng.randrange(10)))
        while day is not None:
            known = self._known_on(day)
            old = rng.sample(known, min(_MEMBERS // 2, len(known)))
            members = [*old, *(self._newcomer(day) for _ in range(_MEMBERS - len(old)))]
            sessions = rng.randint(6, 8)
            group = self._caseload.start_group(self._stay.post, day, sessions, members)
            for _ in range(sessions):
                if day is None:
                    return
                present = rng.sample(members, min(len(members), rng.randint(_FEWEST, _MEMBERS)))
                absent = tuple(member for member in members if member not in present)
                fields = {"group": group, "attendees": tuple(present), "absentees": absent, "setting": Setting.WARD}
                yield Planned(day, _usual(rng, ServiceCode.GROUP_SESSION, 60, 90, **fields))
                day = self._days.next(days_later(day, rng.randint(9, 11)))

    def _month(self, days: Sequence[date]) -> Iterator[Planned]:
        """Visits, consultations and the rest, in proportion to the days of the month."""
        rng, share = self._rng, min(1.0, len(days) / 20)
        ward = self._known_on(days[0])[-10:] + [self._newcomer(days[0]) for _ in range(max(1, round(6 * share)))]
        for _ in range(round(rng.randint(20, 40) * share)):
            visit = _usual(rng, ServiceCode.BEDSIDE_VISIT, 10, 25, client=rng.choice(ward), setting=Setting.WARD)
            yield Planned(rng.choice(days), visit)
        for _ in range(round(rng.randint(10, 30) * share)):
            yield Planned(rng.choice(days), self._consultation(ward))
        if often(rng, 100 * share):
            yield Planned(rng.choice(days), self._event())
        for _ in range(round(rng.randint(4, 8) * share)):
            yield Planned(rng.choice(days), self._around(ward))

    def _consultation(self, ward: Sequence[UUID]) -> dict[str, Any]:
        rng = self._rng
        asked = {"client": rng.choice(ward)} if often(rng, 30) else {"anonymous_count": 1}
        code = ServiceCode.HOTLINE if often(rng, 15) else ServiceCode.CONSULTATION
        setting = Setting.ONLINE if code is ServiceCode.HOTLINE else Setting.OUTPATIENT
        return _usual(rng, code, 10, 25, setting=setting, **asked)

    def _event(self) -> dict[str, Any]:
        heads = round(self._rng.triangular(30, 260, 95))
        return _usual(self._rng, ServiceCode.COMMUNITY_EVENT, 60, 120, anonymous_count=heads, setting=Setting.COMMUNITY,
                      target=ServiceTarget.PUBLIC)  # fmt: skip

    def _around(self, ward: Sequence[UUID]) -> dict[str, Any]:
        """Work that is not a series: for one client, for supporters, or with colleagues only."""
        rng = self._rng
        if often(rng, 50):
            return _usual(rng, rng.choice(_ALONE), 30, 90)
        if often(rng, 20):
            came = rng.randint(12, 30)
            return _usual(
                rng, ServiceCode.SUPPORTER_TRAINING, 60, 120, anonymous_count=came, certificates=came * 4 // 5
            )
        code = rng.choice(
            (ServiceCode.DISCHARGE_PLAN, ServiceCode.HOME_VISIT, ServiceCode.PATIENT_AID, ServiceCode.CRISIS)
        )
        return _usual(rng, code, 30, 60, client=rng.choice(ward))
