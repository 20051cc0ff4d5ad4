"""Changes that are not folded yet, and what they would add: the same for whoever folds and for whoever reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, cast, literal, null, or_, union_all

from coord.kernel.sql import counting, select
from coord.measures.moments import in_zone
from coord.measures.rollups.rules import SPLITS, Difference, Seen, add_pairs, add_sums
from coord.measures.rollups.streams import STREAMS, SUMMED, Stream, day_of, key_along, shows, thing_of, value_of
from coord.programs import ProgramFacts
from coord.work import Unit
from coord.work.listing import another


@dataclass(slots=True)
class Waiting:
    """What is not folded: the changes by their ids, and what folding them adds."""

    changes: dict[type, list[UUID]] = field(default_factory=dict)
    difference: Difference = field(default_factory=Difference)

    @property
    def number(self) -> int:
        """How many changes wait."""
        return sum(map(len, self.changes.values()))


async def waiting(
    unit: Unit, program: ProgramFacts, most: int, *, hospitals: Sequence[UUID] | None = None,
    streams: Sequence[Stream] = STREAMS, whole: bool = False,
) -> Waiting | None:  # fmt: skip
    """What changes of a program add; of the first ``most`` of each stream, with all others of the things that they show.

    With ``whole`` the answer is None where more than so many wait. ``hospitals`` are those of which all rows are seen:
    what is found of the whole program means nothing then.
    """
    found = Waiting()
    for stream in streams:
        last = await _last(unit, stream, program.id, most, whole=whole)
        if last is None:
            continue
        if last is Ellipsis:
            return None
        rows = await _rows(unit, stream, program, last, hospitals)
        found.changes[stream.change] = [row.change_id for row in rows if row.change_id is not None]
        add_sums(rows, found.difference)
        if stream.things is not None:
            is_person = stream.things.name == "persons"
            add_pairs(rows, program.id, stream.things.name, found.difference, with_first=is_person)
    return found


async def _last(unit: Unit, stream: Stream, program_id: UUID, most: int, *, whole: bool) -> Any:
    """The id up to which changes are taken; None without any, ``Ellipsis`` where there are too many."""
    change: Any = stream.change
    statement = select(change.id).where(change.program_id == program_id).order_by(change.id).limit(most + whole)
    ids: Sequence[UUID] = await unit.scalars(counting(statement))
    if whole and len(ids) > most:
        return ...
    return ids[-1] if ids else None


def _columns(stream: Stream, model: Any, change: tuple[Any, Any, Any]) -> list[Any]:
    """The same columns of a row of facts and of a change of one."""
    things = stream.things
    columns: list[Any] = [part.label(name) for part, name in zip(change, ("change_id", "sign", "row_id"), strict=True)]
    columns += [model.hospital_id.label("hospital")]
    columns += [literal(None).label("thing") if things is None else thing_of(things, model).label("thing")]
    shown = literal(0) if things is None else cast(shows(things.name, model), Integer)
    columns += [shown.label("shown")]
    columns += [key_along(along, model).label(f"key_{along}") for along in SPLITS]
    columns += [day_of(facts, model).label(f"day_{facts}") for facts in stream.facts]
    is_change = model is stream.change
    for measure in (measure for facts in stream.facts for measure in SUMMED[facts]):
        value = value_of(measure.name, model) if is_change else literal(0)
        columns.append(cast(value, Integer).label(f"sum_{measure.name}"))
    return columns


@cache
def statement_of(stream: Stream, *, narrowed: bool) -> Any:
    """One statement, so that rows and changes are seen at one moment: what came meanwhile is in both or in neither.

    Made once and run with ``program``, ``last``, the zone, and where it is ``narrowed`` with ``hospitals``.
    """
    program_id, last = bindparam("program", type_=Uuid()), bindparam("last", type_=Uuid())
    hospitals = bindparam("hospitals", expanding=True, type_=Uuid())
    model, change = stream.source, stream.change
    touched, wanted = another(change, "touched"), [change.program_id == program_id]  # type: ignore[attr-defined]
    if narrowed:
        wanted.append(change.hospital_id.in_(hospitals))  # type: ignore[attr-defined]
    changes = _columns(stream, change, (change.id, change.sign, change.row_id))  # type: ignore[attr-defined]
    if stream.things is None:
        return counting(select(*changes).where(*wanted, change.id <= last))  # type: ignore[attr-defined]
    name = stream.things.distinct.key
    things = select(getattr(touched, name)).where(touched.program_id == program_id, touched.id <= last)
    things = things.where(getattr(touched, name).is_not(None))
    of_change, of_row = thing_of(stream.things, change), thing_of(stream.things, model)
    those = select(*changes).where(*wanted, or_(change.id <= last, of_change.in_(things)))  # type: ignore[attr-defined]
    now = _columns(stream, model, (null(), literal(1), model.id))  # type: ignore[attr-defined]
    rows = select(*now).where(model.program_id == program_id, of_row.in_(things))  # type: ignore[attr-defined]
    if narrowed:
        rows = rows.where(model.hospital_id.in_(hospitals))  # type: ignore[attr-defined]
    return counting(select(union_all(those, rows).subquery()))


async def _rows(
    unit: Unit, stream: Stream, program: ProgramFacts, last: UUID, hospitals: Sequence[UUID] | None
) -> list[Seen]:
    named: dict[str, Any] = {"program": program.id, "last": last, **in_zone(program.time_zone, unit.started_at.date())}
    named |= {} if hospitals is None else {"hospitals": list(hospitals)}
    rows = await unit.session.run(statement_of(stream, narrowed=hospitals is not None), named)
    return [_seen(stream, row) for row in rows]


def _seen(stream: Stream, row: Any) -> Seen:
    change_id, sign, row_id, hospital, thing, shown, *rest = row
    keys, rest = rest[: len(SPLITS)], rest[len(SPLITS) :]
    days, numbers = rest[: len(stream.facts)], rest[len(stream.facts) :]
    values: list[Mapping[str, int]] = []
    for facts in stream.facts if change_id is not None else ():
        names = SUMMED[facts]
        mine, numbers = numbers[: len(names)], numbers[len(names) :]
        values.append({measure.name: value for measure, value in zip(names, mine, strict=True) if value})
    return Seen(change_id, sign, row_id, hospital, tuple(keys), thing if shown else None, days, values)
