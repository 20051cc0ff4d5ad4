"""Which facts are rolled up, and their measures as they are asked of a row and of a change of it.

Nothing is defined here: conditions and values are those of ``coord.measures.definitions``, asked of other columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, true
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause
from sqlmodel import SQLModel

from coord.cases.tables import CaseFile
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.sql import select
from coord.measures.definitions import MEASURES, measures_from
from coord.measures.dimensions import month_of
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.rollups.rules import SPLITS, Along
from coord.measures.rollups.tables import CaseChange, ContactChange, PresenceChange

_LAYOUT = "1"
"""Raised when sums and pairs mean something else though the measures are the same: everything is counted anew then."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A table of facts with the changes of it, and the distinct things that are counted in it, if any."""

    facts: tuple[Facts, ...]
    source: type[SQLModel]
    change: type[SQLModel]
    things: Measure | None = None


STREAMS: Sequence[Stream] = (
    Stream((Facts.CONTACTS,), ServiceContact, ContactChange, MEASURES["groups"]),
    Stream((Facts.PRESENCE,), Presence, PresenceChange, MEASURES["persons"]),
    Stream((Facts.CASES_RECEIVED, Facts.CASES_OPENED, Facts.CASES_CLOSED), CaseFile, CaseChange),
)
SUMMED: Mapping[Facts, Sequence[Measure]] = {
    facts: [measure for measure in measures_from(facts) if measure.distinct is None]
    for stream in STREAMS
    for facts in stream.facts
}
"""The measures that add up, by their facts."""
_COLUMNS: Mapping[Along, str] = {
    Along.SERVICE_CODE: "service_code",
    Along.STAGE: "stage",
    Along.PHASE: "phase",
    Along.TARGET: "target",
    Along.AGENCY: "agency_id",
}


def asked_of(model: type[SQLModel], expression: Any) -> Any:
    """An expression about facts, asked of the columns of the same names of another table."""

    def replaced(part: Any, **_: Any) -> Any:
        if isinstance(part, ColumnClause) and part.table is not None and part.key in model.model_fields:
            return getattr(model, part.key).__clause_element__()
        return None

    traverse: Any = visitors.replacement_traverse
    return traverse(expression, {}, replaced)


@cache
def value_of(name: str, model: type[SQLModel]) -> ColumnElement[int]:
    """What one row adds to a measure; 0 where it does not count."""
    measure = MEASURES[name]
    value = literal(measure.row_value) if isinstance(measure.row_value, int) else measure.row_value
    held = and_(true(), *SOURCES[measure.facts].counts, *measure.rows)
    found: ColumnElement[int] = asked_of(model, case((held, value), else_=0))
    return found


@cache
def shows(name: str, model: type[SQLModel]) -> ColumnElement[bool]:
    """Whether a row shows a thing of a distinct measure."""
    measure = MEASURES[name]
    held = and_(true(), *SOURCES[measure.facts].counts, *measure.rows, measure.distinct.is_not(None))
    found: ColumnElement[bool] = asked_of(model, held)
    return found


def thing_of(measure: Measure, model: type[SQLModel]) -> Any:
    """The column of a distinct measure's things."""
    return asked_of(model, measure.distinct.__clause_element__())


def day_of(facts: Facts, model: type[SQLModel]) -> Any:
    """The column of the day on which a row counts."""
    return asked_of(model, SOURCES[facts].day.__clause_element__())


def key_along(along: Along, model: type[SQLModel]) -> Any:
    """A row's key along something, as text; '' where it says nothing."""
    column = getattr(model, _COLUMNS.get(along, ""), None)
    # Ids as 32 digits: PostgreSQL writes them with dashes, SQLite without.
    return literal("") if column is None else func.coalesce(func.replace(cast(column, String), "-", ""), "")


@lru_cache(maxsize=64)
def digest_of(zone: str) -> str:
    """What rollups of a program in a zone are made by; another one when a measure, a rule or the zone changes."""
    told = [_LAYOUT, zone]
    for stream in STREAMS:
        measures = [measure for facts in stream.facts for measure in SUMMED[facts]]
        parts: list[Any] = [value_of(measure.name, stream.source).label(measure.name) for measure in measures]
        parts += [month_of(day_of(facts, stream.source)).label(facts) for facts in stream.facts]
        parts += [shows(stream.things.name, stream.source).label("shown")] if stream.things else []
        parts += [key_along(along, stream.source).label(f"along_{along}") for along in SPLITS]
        made = select(*parts).compile(dialect=sqlite.dialect())
        told += [str(made), repr(sorted(made.params.items()))]
    return sha256("\n".join(told).encode()).hexdigest()
