"""The numbers of one month with the eleven before it, for all hospitals of a program or for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from coord.measures import (
    Dimension,
    HospitalProgress,
    MeasureQuery,
    MeasureTable,
    ProgressQuery,
    Standing,
    measure_table,
)
from coord.work import Unit
from web.charts import Place, Svg, province_tiles
from web.figures import Chart, Figures, Tile, bars_of, by_month, share_tile, stacked_by, tile
from web.foundation import Scope, address, cap, last_day
from web.words import month as month_name
from web.words import number, short_month, t

_TREND = ("person_times", "persons", "identified_heads", "sessions", "groups", "events")
_COMPARED = ("person_times", "persons")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthNumbers:
    """Tables of figures and the ways to show them."""

    scope: Scope
    month: str
    months: Sequence[str]
    trend: Sequence[Figures]
    before: Figures
    services: MeasureTable
    hospital: HospitalProgress | None

    @property
    def as_of(self) -> datetime:
        """When the numbers were counted."""
        return self.services.as_of

    def rows_href(self, measure: str, cell: Mapping[Dimension, str], *, year: bool = False) -> str:
        """The rows behind a figure of this month, or of the twelve months."""
        first = self.months[0] if year else self.month
        pairs = [(str(dimension), key) for dimension, key in cell.items()]
        days = {"from_day": f"{first}-01", "to_day": last_day(self.month)}
        scope = {"program": self.scope.code, "hospital": self.hospital.code if self.hospital else None}
        return address("/numbers/rows", *pairs, measure=measure, **days, **scope)

    def tiles(self) -> Sequence[Tile]:
        """The month's figures, each with its way over twelve months."""
        now = self.trend[-1]
        groups = f"{t('foundation.groups', n=now['groups'])} · {t('foundation.events', n=now['events'])}"
        compared = [
            tile(cap(t("foundation.month_of", what=t(f"measure.{m}"))), self.trend, m, before=self.before[m],
                 href=self.rows_href(m, {}))
            for m in _COMPARED
        ]  # fmt: skip
        sessions = tile(cap(t("measure.sessions")), self.trend, "sessions", href=self.rows_href("sessions", {}))
        held = Tile(sessions.name, sessions.value, groups, "", sessions.spark, sessions.href)
        return [*compared, held, share_tile(self.trend)]

    def behind(self, counts: Mapping[Standing, int], hospitals: int) -> Tile:
        """How many hospitals are behind, of all."""
        value = t("hospitals.behind_of", behind=number(counts[Standing.BEHIND]), all=number(hospitals))
        watch = t("hospitals.watch", n=counts[Standing.WATCH])
        href = address("/hospitals", program=self.scope.code, month=self.month, standing=Standing.BEHIND)
        return Tile(t("hospitals.behind"), value, watch, href=href)

    def by_service(self) -> Chart:
        """The month's person-times by service."""
        return bars_of(
            t("hospitals.by_service"), self.services, "person_times", lambda cell: self.rows_href("person_times", cell)
        )


async def province_picture(
    unit: Unit, numbers: MonthNumbers, progress: Sequence[HospitalProgress]
) -> tuple[Svg, Sequence[Place]]:
    """The month's person-times as tiles, and as a list; a province with hospitals and no number has 0."""
    table = await _table(unit, numbers.scope, _days(numbers.month, numbers.month), Dimension.PROVINCE)
    found = {row.key[0].key: row.figures["person_times"] for row in table.rows}
    names = sorted({p.province for p in progress if p.province}, key=lambda name: (-found.get(name, 0), name))
    places = [
        Place(name, found.get(name, 0), numbers.rows_href("person_times", {Dimension.PROVINCE: name})) for name in names
    ]
    return province_tiles(t("hospitals.by_province"), places, nothing=t("charts.no_data")), places


async def year_by_service(unit: Unit, numbers: MonthNumbers) -> Chart:
    """Person-times of twelve months by service."""
    days, by = _days(numbers.months[0], numbers.month), (Dimension.MONTH, Dimension.SERVICE_CODE)
    table = await _table(unit, numbers.scope, days, *by, hospital=numbers.hospital)
    slots = [(m, short_month(m), month_name(m)) for m in numbers.months]
    link = partial(numbers.rows_href, "person_times", year=True)
    return stacked_by(t("hospitals.over_months"), table, "person_times", slots, link)


async def month_numbers(
    unit: Unit, scope: Scope, query: ProgressQuery, *, hospital: HospitalProgress | None = None
) -> MonthNumbers:
    """The month's figures, all months of its year, and the same days of the month before."""
    month = query.month or f"{scope.today:%Y-%m}"
    months = _months_up_to(month)
    year = await _table(unit, scope, _days(months[0], month), Dimension.MONTH, wanted=_TREND, hospital=hospital)
    before = await _table(unit, scope, _same_days_before(month, scope.today), wanted=_COMPARED, hospital=hospital)
    services = await _table(unit, scope, _days(month, month), Dimension.SERVICE_CODE, hospital=hospital)
    return MonthNumbers(scope, month, months, by_month(year, months), before.total, services, hospital)


async def _table(
    unit: Unit,
    scope: Scope,
    days: tuple[date, date],
    *by: Dimension,
    wanted: Sequence[str] = ("person_times",),
    hospital: HospitalProgress | None = None,
) -> MeasureTable:
    ids = (hospital.hospital_id,) if hospital else None
    asked = MeasureQuery(program=scope.code, from_day=days[0], to_day=days[1], group_by=by, hospitals=ids)
    return await measure_table(unit, asked, wanted)


def _days(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(f"{first}-01"), last_day(last)


def _months_up_to(month: str) -> Sequence[str]:
    index = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(index - _MONTHS + 1, index + 1)]


def _same_days_before(month: str, today: date) -> tuple[date, date]:
    """The month before, up to the same day while the month is still running."""
    first, last = date.fromisoformat(f"{month}-01"), last_day(month)
    ends = first - timedelta(days=1)
    starts = ends.replace(day=1)
    return starts, min(ends, starts + (today - first)) if first <= today < last else ends
