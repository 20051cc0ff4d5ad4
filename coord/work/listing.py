"""The read path of lists: plain rows, only the columns that are wanted, to-one objects joined."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast, overload
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, func, tuple_
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col
from typing_extensions import override

from coord.access import Actor
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.paging import Page, PageRequest, encode_cursor
from coord.kernel.sql import select
from coord.work.unit import Unit


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort value: its column and how its text in a cursor is read back."""

    column: Any
    parse: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Join:
    """A to-one object: its (aliased) table, the condition that links it, an earlier join that this needs.

    ``shown`` says of which rows of the list an actor may learn which object it is, where seeing both is not enough.
    """

    target: Any
    on: Any
    needs: str = ""
    shown: Callable[[Actor], ColumnElement[bool]] | None = None


class Cursors(Sequence[str]):
    """The cursors of a page's rows, each encoded when it is looked at: most pages need only the last."""

    def __init__(self, rows: Sequence[RowMapping], width: int) -> None:
        """From the sort values that the rows carry."""
        self._rows = rows
        self._names = [f"_sort_{n}" for n in range(width)]

    @override
    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        row = self._rows[index]
        return encode_cursor([row[name] for name in self._names])


_MOST_STATEMENTS = 256


def _in_words(number: int) -> BindParameter[int]:
    """A number that stands in the statement itself.

    Of a page whose size comes later PostgreSQL expects a tenth of all rows: no plan made beforehand looks good to it,
    and it plans each page anew.
    """
    return bindparam(None, number, Integer, unique=True, literal_execute=True)


class Listing:
    """A list of rows of one model.

    ``columns`` maps a path such as ``client.code`` to its column; the part before the dot names the
    join that it needs. ``order`` ends with the unique id and has one direction. Rows are mappings
    from path to value; a path that is not wanted is not selected. Whoever reads it needs ``verb``.
    """

    def __init__(
        self,
        verb: str,
        model: type[SQLModel],
        columns: Mapping[str, Any],
        order: Sequence[Sort],
        joins: Mapping[str, Join] | None = None,
        *,
        descending: bool = False,
    ) -> None:
        """Declare the list; nothing is read yet."""
        self.verb = verb
        self.model = model
        self.columns = dict(columns)
        self.joins = dict(joins or {})
        self.order = tuple(order)
        self.descending = descending
        self._statements: dict[Hashable, Select[Any]] = {}

    @property
    def paths(self) -> frozenset[str]:
        """Everything that may be wanted."""
        return frozenset(self.columns)

    def request(self, first: int | None, after: str | None) -> PageRequest:
        """A checked page request for this list."""
        return PageRequest.parse(first, after, width=len(self.order))

    def select(self, wanted: Iterable[str], *extra: Any) -> Select[Any]:
        """The statement for the wanted paths, not yet filtered or sorted."""
        paths = sorted({"id", *wanted} & self.paths)
        statement: Select[Any] = select(*(self.columns[path].label(path) for path in paths), *extra).select_from(
            self.model
        )
        needed = {path.split(".")[0] for path in paths if "." in path}
        needed |= {self.joins[name].needs for name in needed}
        for name, join in self.joins.items():
            if name in needed:
                statement = statement.outerjoin(join.target, join.on)
        return statement

    def _marks(self, actor: Actor, wanted: frozenset[str]) -> Mapping[str, ColumnElement[bool]]:
        """Of the wanted objects that not everybody may recognize: a column that says whether this actor may."""
        named = {path.split(".")[0] for path in wanted & self.paths if "." in path}
        rules = {} if actor.unscoped else {name: self.joins[name].shown for name in sorted(named)}
        return {name: rule(actor).label(f"_shown_{name}") for name, rule in rules.items() if rule}

    async def _rows(self, unit: Unit, statement: Select[Any], wanted: frozenset[str]) -> Sequence[RowMapping]:
        """The rows of a statement, without the objects that this actor may not recognize in them."""
        marks = self._marks(unit.actor, wanted)
        if not marks:  # the very statement that is kept: a copy of it would be narrowed anew each time
            return (await unit.session.run(statement)).mappings().all()
        rows = (await unit.session.run(statement.add_columns(*marks.values()))).mappings().all()
        return [_without_hidden(row, marks) for row in rows]

    def _sorted(self, statement: Select[Any]) -> Select[Any]:
        keys = [sort.column.desc() if self.descending else sort.column.asc() for sort in self.order]
        return statement.order_by(*keys)

    def _ordered(self, wanted: Iterable[str], first: int) -> Select[Any]:
        """The sorted first page with its sort values and one row more; built once and kept for the next time."""
        paths = frozenset(wanted) & self.paths
        key = (paths, first)
        if key not in self._statements:
            if len(self._statements) >= _MOST_STATEMENTS:
                self._statements.clear()
            self._statements[key] = self._sorted(self.select(paths, *self._sort_values())).limit(_in_words(first + 1))
        return self._statements[key]

    def _after(self, values: Sequence[str]) -> ColumnElement[bool]:
        try:
            parsed = [sort.parse(value) for sort, value in zip(self.order, values, strict=True)]
        except ValueError:
            raise Invalid(Problem("after", "BAD_CURSOR")) from None
        keys = tuple_(*(sort.column for sort in self.order))
        bound = tuple_(*parsed, types=[sort.column.type for sort in self.order])
        return keys < bound if self.descending else keys > bound

    def _sort_values(self) -> list[Any]:
        return [sort.column.label(f"_sort_{n}") for n, sort in enumerate(self.order)]

    def _page(self, rows: Sequence[RowMapping], request: PageRequest) -> Page[RowMapping]:
        shown = rows[: request.first]
        return Page(shown, Cursors(shown, len(self.order)), len(rows) > request.first, request.after is not None)

    async def page(
        self, unit: Unit, wanted: Iterable[str], where: Sequence[Any], request: PageRequest
    ) -> Page[RowMapping]:
        """One page of the rows that the actor may see, one statement."""
        unit.actor.require(self.verb)
        wanted = frozenset(wanted)
        statement = self._ordered(wanted, request.first)
        conditions = [*where, *([] if request.after is None else [self._after(request.after)])]
        if conditions:
            statement = statement.where(*conditions)
        found = self._page(await self._rows(unit, statement, wanted), request)
        return replace(found, count=partial(self.total, unit, where))

    async def numbered(
        self, unit: Unit, wanted: Iterable[str], where: Sequence[Any], *, page: int, size: int
    ) -> Sequence[RowMapping]:
        """A numbered page (1 is the first) for people; programs page by cursor."""
        unit.actor.require(self.verb)
        wanted = frozenset(wanted)
        statement = self._sorted(self.select(wanted).where(*where)).limit(size).offset((page - 1) * size)
        return await self._rows(unit, statement, wanted)

    async def children(
        self, unit: Unit, wanted: Iterable[str], path: str, ids: Collection[UUID], request: PageRequest
    ) -> dict[UUID, Page[RowMapping]]:
        """One page of each parent's rows in one statement, by a window function.

        ``path`` names the column that holds the parent's id.
        """
        unit.actor.require(self.verb)
        parent = self.columns[path]
        keys = [sort.column.desc() if self.descending else sort.column.asc() for sort in self.order]
        rank = func.row_number().over(partition_by=parent, order_by=keys).label("_rank")
        marks = self._marks(unit.actor, wanted := frozenset(wanted))
        extra = (*self._sort_values(), parent.label("_parent"), rank, *marks.values())
        inner = self.select(wanted, *extra).where(parent.in_(ids))
        if request.after is not None:
            inner = inner.where(self._after(request.after))
        ranked = inner.subquery()
        statement = select(ranked).where(ranked.c["_rank"] <= request.first + 1).order_by(ranked.c["_rank"])
        grouped: dict[UUID, list[RowMapping]] = {key: [] for key in ids}
        for row in (await unit.session.run(statement)).mappings():
            grouped[row["_parent"]].append(_without_hidden(row, marks))
        return {key: self._page(rows, request) for key, rows in grouped.items()}

    async def totals(self, unit: Unit, path: str, ids: Collection[UUID]) -> dict[UUID, int]:
        """How many rows each parent has, in one statement; parents without rows are left out."""
        unit.actor.require(self.verb)
        parent = self.columns[path]
        statement = select(parent, func.count()).select_from(self.model).where(parent.in_(ids)).group_by(parent)
        return {row[0]: int(row[1]) for row in await unit.rows(statement)}

    async def by_ids(self, unit: Unit, wanted: Iterable[str], ids: Collection[UUID]) -> dict[UUID, RowMapping]:
        """The visible rows among these ids."""
        unit.actor.require(self.verb)
        wanted = frozenset(wanted)
        statement = self.select(wanted).where(col(self.columns["id"]).in_(ids))
        return {row["id"]: row for row in await self._rows(unit, statement, wanted)}

    async def one(self, unit: Unit, wanted: Iterable[str], row_id: UUID) -> RowMapping:
        """One row. Raises ``NotFound`` unless the actor may see it."""
        found = (await self.by_ids(unit, wanted, [row_id])).get(row_id)
        if found is None:
            raise NotFound
        return found

    async def total(self, unit: Unit, where: Sequence[Any]) -> int:
        """How many rows the actor may see."""
        unit.actor.require(self.verb)
        statement = select(func.count()).select_from(self.model).where(*where)
        return int(await unit.scalar(statement) or 0)


def _without_hidden(row: RowMapping, objects: Collection[str]) -> RowMapping:
    """A row in which nobody stands where the actor may not recognize somebody."""
    hidden = {name for name in objects if not row[f"_shown_{name}"]}
    blank = {path: None for path in row if "." in path and path.split(".")[0] in hidden}
    return cast("RowMapping", {**row, **blank}) if hidden else row


def another(model: type[SQLModel], name: str) -> Any:
    """An alias of a table, for a list that joins it more than once."""
    return aliased(model, name=name)
