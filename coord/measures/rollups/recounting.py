"""The same sums and pairs counted anew by the database: rows of facts without the changes that are not folded yet.

What is stored is at any moment what the rows say without these changes, whatever is written meanwhile: one statement sees
both at one moment, and several statements of different moments agree as long as nobody folds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, literal, union_all
from sqlalchemy import insert as insert_into
from sqlmodel import delete

from coord.kernel.sql import select
from coord.measures.definitions import MEASURES
from coord.measures.dimensions import month_of
from coord.measures.facts import Facts, Measure
from coord.measures.moments import in_zone
from coord.measures.rollups.folding import SUMS
from coord.measures.rollups.rules import SPLITS, Along
from coord.measures.rollups.streams import STREAMS, SUMMED, Stream, day_of, key_along, shows, thing_of, value_of
from coord.measures.rollups.tables import MeasurePair, MeasureSum
from coord.programs import ProgramFacts
from coord.work import Unit


def _sides(stream: Stream) -> tuple[tuple[Any, Any], ...]:
    """Facts as they are, and what came or went since the last fold, to be taken away again."""
    return (stream.source, literal(1)), (stream.change, -stream.change.sign)  # type: ignore[attr-defined]


Places = tuple[UUID, ...] | None
"""Hospitals, each by itself; None for the whole program as one place."""


def _within(model: Any, program: ProgramFacts, places: Places) -> list[Any]:
    held = [model.program_id == program.id]
    return held if places is None else [*held, model.hospital_id.in_(places)]


def _side_of_sums(facts: Facts, side: tuple[Any, Any], along: Along) -> Any:
    model, sign = side
    mine = {measure.name: measure for measure in SUMMED[facts]}
    values = [
        cast(func.sum(sign * value_of(name, model)) if name in mine else literal(0), BigInteger).label(name)
        for name in SUMS
    ]
    day = day_of(facts, model)
    key, month = key_along(along, model).label("key"), month_of(day).label("month")
    return select(model.hospital_id.label("place_id"), month, key, *values).where(day.is_not(None)).group_by(
        "place_id", "month", "key"
    )  # fmt: skip


def sums_of(program: ProgramFacts, along: Along, places: Places) -> Any:
    """The sums of hospitals along something: the columns of ``MeasureSum`` in their order."""
    parts = [
        _side_of_sums(facts, side, along).where(*_within(side[0], program, places))
        for stream in STREAMS
        for facts in stream.facts
        for side in _sides(stream)
    ]
    each = union_all(*parts).subquery()
    totals = [cast(func.sum(each.c[name]), BigInteger).label(name) for name in SUMS]
    counted = select(each.c.place_id, each.c.month, each.c.key, *totals).group_by(
        each.c.place_id, each.c.month, each.c.key
    )
    rows = counted.subquery()
    fixed = [literal(program.id).label("program_id"), literal(along.value).label("along")]
    anything = rows.c[SUMS[0]] != 0
    for name in SUMS[1:]:
        anything |= rows.c[name] != 0
    return select(*fixed, *(rows.c[name] for name in ("place_id", "month", "key", *SUMS))).where(anything)


def _seen(stream: Stream, things: Measure, program: ProgramFacts, places: Places, columns: Any) -> Any:
    """Rows that show a thing, with what is asked of them; those that are there more often than they went."""
    parts = []
    for model, sign in _sides(stream):
        asked = [thing_of(things, model).label("thing"), *columns(model), sign.label("number")]
        parts.append(select(*asked).where(shows(things.name, model), *_within(model, program, places)))
    each = union_all(*parts).subquery()
    named = [column for column in each.c if column.name != "number"]
    return select(*named).group_by(*named).having(func.sum(each.c.number) > 0).subquery()


def _pairs(program: ProgramFacts, along: Along, measure: str, rows: Any, scope: Sequence[Any]) -> Any:
    """Things of months by the month before in the same scope; ``rows`` have thing, month, key and place."""
    previous = func.lag(rows.c.month).over(partition_by=(rows.c.thing, *scope), order_by=rows.c.month)
    with_previous = select(rows.c.place_id, rows.c.month, rows.c.key, func.coalesce(previous, "").label("previous"))
    each = with_previous.subquery()
    keys = (each.c.place_id, each.c.month, each.c.key)
    fixed = [literal(program.id).label("program_id"), literal(along.value).label("along")]
    return select(
        *fixed, *keys, literal(measure).label("measure"), each.c.previous, func.count().label("number")
    ).group_by(*keys, each.c.previous)  # fmt: skip


def pairs_of(program: ProgramFacts, stream: Stream, things: Measure, along: Along, places: Places) -> Any:
    """The pairs of places along something: the columns of ``MeasurePair`` in their order."""
    facts = stream.facts[0]

    def columns(model: Any) -> list[Any]:
        shown_at = literal(program.id) if places is None else model.hospital_id
        month = month_of(day_of(facts, model))
        return [shown_at.label("place_id"), month.label("month"), key_along(along, model).label("key")]

    rows = _seen(stream, things, program, places, columns)
    scope = (rows.c.place_id, rows.c.key) if places else (rows.c.key,)
    return _pairs(program, along, things.name, rows, scope)


def met_of(program: ProgramFacts, stream: Stream, things: Measure) -> Any:
    """Persons of the whole program, under the hospital and agency of their first contact in a month."""

    def columns(model: Any) -> list[Any]:
        row_id = model.row_id if hasattr(model, "row_id") else model.id
        day = day_of(stream.facts[0], model)
        agency = key_along(Along.AGENCY, model)
        return [model.hospital_id.label("place_id"), day.label("day"), agency.label("key"), row_id.label("row_id")]

    seen = _seen(stream, things, program, None, columns)
    month = month_of(seen.c.day)
    turn = func.row_number().over(partition_by=(seen.c.thing, month), order_by=(seen.c.day, seen.c.row_id))
    numbered = select(seen.c.thing, seen.c.place_id, seen.c.key, month.label("month"), turn.label("turn")).subquery()
    first = select(numbered).where(numbered.c.turn == 1).subquery()
    return _pairs(program, Along.MET, things.name, first, ())


@dataclass(frozen=True, slots=True)
class Part:
    """What is stored in one table along something, of some things ('' for sums), at some places; and what counts it anew."""

    program: ProgramFacts
    model: Any
    along: Along
    measure: str
    places: Places
    counted: Any

    def zoned(self, unit: Unit) -> Any:
        """The statement with the zone in which days end."""
        return self.counted.params(**in_zone(self.program.time_zone, unit.started_at.date()))

    @property
    def names(self) -> list[str]:
        """The columns of the statement."""
        return [column.name for column in self.counted.selected_columns]

    @property
    def stored(self) -> list[Any]:
        """The condition of the rows that are counted anew."""
        model: Any = self.model
        held = [model.program_id == self.program.id, model.along == self.along.value]
        held += [model.measure == self.measure] if self.measure else []
        if self.along is Along.MET:
            return held
        return [*held, model.place_id == self.program.id if self.places is None else model.place_id.in_(self.places)]


def parts_of(program: ProgramFacts, places: Places) -> Iterator[Part]:
    """Everything that is stored of hospitals or of the whole program; of that there are pairs alone, as sums add up."""
    for along in SPLITS:
        if places is not None:
            yield Part(program, MeasureSum, along, "", places, sums_of(program, along, places))
        for stream in STREAMS:
            if stream.things is not None:
                counted = pairs_of(program, stream, stream.things, along, places)
                yield Part(program, MeasurePair, along, stream.things.name, places, counted)
    if places is None:
        people = next(stream for stream in STREAMS if stream.things is MEASURES["persons"])
        yield Part(program, MeasurePair, Along.MET, "persons", None, met_of(program, people, MEASURES["persons"]))


async def put_anew(unit: Unit, part: Part) -> None:
    """Put what is counted anew where something else stood."""
    old = delete(part.model).where(*part.stored)
    await unit.session.run(old.execution_options(synchronize_session=False))
    await unit.session.run(insert_into(part.model).from_select(part.names, part.zoned(unit)))
