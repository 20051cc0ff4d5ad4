"""What the foundation's pages share: the program and month of a page, addresses, words of a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from coord.access import Actor
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.kernel.paging import MAX_SIZE, PageRequest
from coord.measures import NOT_GIVEN, Dimension
from coord.programs import programs
from coord.work import Unit
from web.forms import Form
from web.words import month, t

Row = Mapping[Any, Any]
_MONTHS_OFFERED = 36
_WORDED = {
    Dimension.SERVICE_CODE: "service_code",
    Dimension.STAGE: "stage",
    Dimension.PHASE: "phase",
    Dimension.TARGET: "target",
    Dimension.REASON_CODE: "reason_code",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The program of a page, those it can be changed to, and today there."""

    program: Row
    programs: Sequence[Row]
    today: date

    @property
    def code(self) -> str:
        """The program's code."""
        return str(self.program["code"])

    @property
    def zone(self) -> str:
        """The program's time zone."""
        return str(self.program["time_zone"])

    @property
    def months(self) -> Sequence[str]:
        """The months of the program that have begun, newest first."""
        first: date = self.program["starts_on"]
        last = min(self.today, self.program["ends_on"] or self.today)
        months: list[str] = []
        day = last.replace(day=1)
        while day >= first.replace(day=1) and len(months) < _MONTHS_OFFERED:
            months.append(f"{day:%Y-%m}")
            day = (day - timedelta(days=1)).replace(day=1)
        return months


async def scope_of(unit: Unit, form: Form) -> Scope:
    """The program that a page asks for, else the first. Raises ``NotFound`` for a foreign program."""
    wanted = ("code", "name", "time_zone", "starts_on", "ends_on")
    known = (await programs(unit, wanted, PageRequest(MAX_SIZE))).rows
    code = form.value("program")
    program = next((row for row in known if row["code"] == code or not code), None)
    if program is None:
        raise NotFound
    return Scope(program, known, local_date(unit.started_at, program["time_zone"]))


def address(path: str, *pairs: tuple[str, object], **given: object) -> str:
    """A path with a query; what is empty is left out, lists repeat their name."""
    named = [*given.items(), *pairs]
    flat = [(n, v) for n, value in named for v in (value if isinstance(value, (list, tuple)) else [value])]
    query = urlencode([(n, str(v)) for n, v in flat if v is not None and v != ""])
    return f"{path}?{query}" if query else path


def export_links(actor: Actor, name: str, kept: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    """The words and addresses of a list's files, for those who may take it with them."""
    if not actor.may("contact.export"):
        return []
    return [(t("export.as", kind=kind.upper()), address(f"/export/{name}.{kind}", **kept)) for kind in ("xlsx", "csv")]


def cap(text: str) -> str:
    """A word at the start of a line: catalogs hold nouns in lower case."""
    return text[:1].upper() + text[1:]


def word_of(dimension: Dimension, key: str, name: str | None) -> str:
    """A cell's key in the reader's words."""
    if key == NOT_GIVEN:
        return cap(t(f"dimension.{dimension}.not_given"))
    if dimension is Dimension.MONTH:
        return month(key)
    if dimension in _WORDED:
        return cap(t(f"{_WORDED[dimension]}.{key}"))
    return name or key


def last_day(month_name: str) -> date:
    """The last day of a month like ``2026-09``."""
    first = date.fromisoformat(f"{month_name}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
