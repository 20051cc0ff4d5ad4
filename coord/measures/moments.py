"""Days and moments inside a statement: how many local days lie between a day and a moment, on both databases."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_late(FunctionElement[int]):  # noqa: N801  reads as a function of SQL
    """Local days from a date column to a moment column, in the zone that the statement is run with (CR-10)."""

    type = Integer()
    inherit_cache = True

    def __init__(self, day: Any, moment: Any) -> None:
        """A day, and the moment that is looked at from it."""
        super().__init__(day, moment, bindparam("zone"), bindparam("offset"))


@compiles(days_late, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **given: Any) -> str:
    day, moment, _, offset = (compiler.process(part, **given) for part in element.clauses)
    return f"CAST(julianday(date({moment}, {offset})) - julianday({day}) AS INTEGER)"


@compiles(days_late)
def _on_postgresql(element: Any, compiler: Any, **given: Any) -> str:
    day, moment, zone, _ = (compiler.process(part, **given) for part in element.clauses)
    return f"(CAST(timezone(CAST({zone} AS text), {moment}) AS date) - {day})"


def in_zone(zone: str, day: date) -> dict[str, str]:
    """What a statement with ``days_late`` is run with. SQLite knows no zones: it gets the offset on a day.

    Exact for the zones of programs, which have had one offset since 1991.
    """
    offset = ZoneInfo(zone).utcoffset(datetime.combine(day, time(12)))
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    return {"zone": zone, "offset": f"{minutes:+d} minutes"}
