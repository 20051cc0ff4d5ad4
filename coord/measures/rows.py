"""The rows of a table of figures: cells under the names of what they are of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col

from coord.kernel.remembered import Lasting, LastingRows
from coord.kernel.sql import select
from coord.measures.definitions import MEASURES
from coord.measures.dimensions import NOT_GIVEN, ORGANIZATIONS, Dimension
from coord.measures.names import Names, names_in
from coord.measures.ratios import QUANTILES
from coord.measures.rollups.asking import Cells, Key
from coord.organizations.tables import Organization
from coord.work import Unit

Figures = Mapping[str, int]
Quantiles = Mapping[str, int | None]
NOTHING: Figures = dict.fromkeys(MEASURES, 0)
UNKNOWN: Quantiles = {name: one.of(()) for name, one in QUANTILES.items()}


class DimensionValue(NamedTuple):
    """A key of a cell. ``name`` is an organization's name, None where the door knows the word."""

    dimension: Dimension
    key: str
    name: str | None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One cell: its keys in the order of the query, and its figures."""

    key: tuple[DimensionValue, ...]
    figures: Figures
    quantiles: Quantiles = field(default_factory=dict)


_NAMED = select(Organization.id, Organization.code, Organization.name).where(
    col(Organization.id).in_(bindparam("ids", expanding=True))
)


async def organizations_named(unit: Unit, ids: set[UUID]) -> Names:
    """Code and name of organizations."""
    rows = await unit.rows(_NAMED, ids=sorted(ids)) if ids else ()
    return {row[0]: (row[1], row[2]) for row in rows}


def _organizations_in(keys: Iterable[Key]) -> set[UUID]:
    return {part for key in keys for part in key if isinstance(part, UUID)}


async def named_rows(
    unit: Unit, dimensions: Sequence[Dimension], cells: Mapping[Key, tuple[Figures, Quantiles]]
) -> Sequence[MeasureRow]:
    """The rows of cells, in the order of their keys' names."""
    return _in_order(dimensions, cells, await organizations_named(unit, _organizations_in(cells)))


def _in_order(
    dimensions: Sequence[Dimension], cells: Mapping[Key, tuple[Figures, Quantiles]], names: Names
) -> Sequence[MeasureRow]:
    def value(dimension: Dimension, key: Any) -> DimensionValue:
        if key is None:
            return DimensionValue(dimension, NOT_GIVEN, None)
        if dimension in ORGANIZATIONS:
            return DimensionValue(dimension, *(names.get(key) or (str(key), str(key))))
        plain = str(key.value if hasattr(key, "value") else key)
        is_plain_text = dimension in {Dimension.PROVINCE, Dimension.MONTH, Dimension.QUARTER}
        return DimensionValue(dimension, plain, plain if is_plain_text else None)

    rows = [MeasureRow(tuple(map(value, dimensions, key)), *values) for key, values in cells.items()]
    return sorted(rows, key=lambda row: [v.key for v in row.key])


async def kept_rows(
    unit: Unit, dimensions: Sequence[Dimension], kept: Cells, taking_part: str | None
) -> Sequence[MeasureRow]:
    """The rows of cells that are kept ready: laid out once, for as long as the cells last and names are the same."""
    found = kept.made.get(taking_part) if isinstance(kept, Lasting) else None
    if found is not None:
        return cast(Sequence[MeasureRow], found)
    cells = {key: ({**NOTHING, **values}, UNKNOWN) for key, values in kept.items() if any(values.values())}
    names = names_in(taking_part)
    others = _organizations_in(cells) - names.keys()
    rows = LastingRows(_in_order(dimensions, cells, {**names, **await organizations_named(unit, others)}))
    if isinstance(kept, Lasting) and not others:  # of those who do not take part any more the names can change unseen
        kept.keep(taking_part, rows)
    return rows
