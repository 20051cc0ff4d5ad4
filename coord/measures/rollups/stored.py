"""What sums and pairs say, as they are stored."""

from typing import Any

from sqlalchemy import func, or_
from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.dimensions import Dimension, place, quarter_of
from coord.measures.rollups.asking import Added, Asked, Rollups
from coord.measures.rollups.rules import Along
from coord.measures.rollups.tables import MeasurePair, MeasureSum
from coord.work import Unit


async def stored(unit: Unit, held: Rollups, asked: Asked) -> list[Added]:
    """What is stored of the measures that are asked for; what waits to be folded is not in it."""
    found: list[Added] = []
    if asked.sums:
        found += await _sums(unit, held, asked)
    if asked.distinct:
        found += await _pairs(unit, held, asked)
    if asked.people:
        found += await _people(unit, held, asked)
    return found


def _columns(model: Any, asked: Asked) -> list[Any]:
    columns = {
        Dimension.HOSPITAL: model.place_id,
        Dimension.MONTH: model.month,
        Dimension.QUARTER: quarter_of(model.month),
        Dimension.PROVINCE: place.province,
    }
    return [columns.get(d, model.key).label(f"by_{d.lower()}") for d in asked.dimensions]


def _within(held: Rollups, model: Any, along: Along, statement: Any, asked: Asked) -> Any:
    statement = statement.select_from(model).where(
        model.program_id == held.program.id, model.along == along.value, model.month.between(held.first, held.last)
    )
    if Dimension.PROVINCE in asked.dimensions:
        statement = statement.outerjoin(place, place.id == model.place_id)
    return statement.group_by(*(f"by_{d.lower()}" for d in asked.dimensions))


def _at(held: Rollups, model: Any) -> list[Any]:
    hospitals = held.sight.hospitals
    return [] if hospitals is None else [model.place_id.in_(hospitals)]


async def _sums(unit: Unit, held: Rollups, asked: Asked) -> list[Added]:
    keys = _columns(MeasureSum, asked)
    totals = [func.coalesce(func.sum(getattr(MeasureSum, name)), 0).label(f"sum_{name}") for name in asked.sums]
    statement = _within(held, MeasureSum, asked.along, select(*keys, *totals), asked).where(*_at(held, MeasureSum))
    cells = [(asked.plain(row[: len(keys)]), row[len(keys) :]) for row in await unit.rows(counting(statement))]
    return [
        Added(key, name, int(value))
        for key, values in cells
        for name, value in zip(asked.sums, values, strict=True)
        if value
    ]


def _counts_once(held: Rollups, asked: Asked) -> list[Any]:
    """Which pairs count a thing once for each cell."""
    if Dimension.MONTH in asked.dimensions:
        return []
    earlier = col(MeasurePair.previous) < held.first
    if Dimension.QUARTER not in asked.dimensions:
        return [earlier]
    before = quarter_of(col(MeasurePair.previous)) < quarter_of(col(MeasurePair.month))
    return [or_(earlier, before, col(MeasurePair.previous) == "")]


async def _pairs(unit: Unit, held: Rollups, asked: Asked) -> list[Added]:
    """Distinct things: of each hospital, of the one that is asked for, or of the whole program."""
    model, keys, single = MeasurePair, _columns(MeasurePair, asked), held.single(asked.dimensions)
    number = func.sum(model.number).label("number")
    statement = _within(held, model, asked.along, select(*keys, col(model.measure), number), asked)
    statement = statement.where(col(model.measure).in_(asked.distinct), *_counts_once(held, asked))
    if single is not None:
        statement = statement.where(col(model.place_id) == single)
    else:
        statement = statement.where(*_at(held, model), col(model.place_id) != held.program.id)
    rows = await unit.rows(counting(statement.group_by(col(model.measure))))
    return [Added(asked.plain(row[:-2]), row[-2], int(row[-1])) for row in rows]


async def _people(unit: Unit, held: Rollups, asked: Asked) -> list[Added]:
    """People of the period by where they were met first in it; new are those never met before (CR-2)."""
    model, keys = MeasurePair, _columns(MeasurePair, asked)
    # Who sees one hospital alone met everybody there.
    along = Along.MET if held.sight.is_whole else Along.NOTHING
    is_new = (col(model.previous) == "").label("is_new")
    number = func.sum(model.number).label("number")
    statement = _within(held, model, along, select(*keys, is_new, number), asked).group_by("is_new")
    statement = statement.where(
        col(model.measure) == "persons", col(model.previous) < held.first, *_at(held, model),
        col(model.place_id) != held.program.id,
    )  # fmt: skip
    rows = await unit.rows(counting(statement))
    return [added for row in rows for added in asked.met(row[:-2], int(row[-1]), is_new=bool(row[-2]))]
