"""Relay connections over keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from coord.kernel.paging import Page
from schema.looking import Info
from schema.rows import Part, Shape

NodeT = TypeVar("NodeT")

First = Annotated[
    int | None,
    strawberry.argument(description="How many rows: 20 if not given, at most 100. 条数，默认 20，最多 100。"),
]
After = Annotated[str | None, strawberry.argument(description="The endCursor of the page before. 上一页的 endCursor。")]
GIVEN = strawberry.UNSET
"""The default of arguments without one; ``given`` turns it into None."""


@strawberry.type(description="Where a page stands in its list. 本页在列表中的位置。")
class PageInfo:
    """Whether more follow, and from where."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(name="Edge")
class Edge(Generic[NodeT]):
    """A row in a list."""

    cursor: str
    node: NodeT


@strawberry.type(
    name="Connection", description="A page of a list. Rows added while paging are neither skipped nor repeated."
)
class Connection(Generic[NodeT]):
    """A page of a list."""

    edges: list[Edge[NodeT]]
    page_info: PageInfo
    total_count: int = strawberry.field(description="All rows of the list; counted only when asked for.")


@dataclass(frozen=True, slots=True)
class EdgeOf:
    """The value behind an ``Edge``; its cursor is encoded when it is asked for."""

    node: Part
    cursors: Sequence[str]
    place: int

    @property
    def cursor(self) -> str:
        """Where this row stands in its list."""
        return self.cursors[self.place]


@dataclass(frozen=True, slots=True)
class ConnectionOf:
    """The value behind a ``Connection``."""

    edges: list[EdgeOf]
    page_info: PageInfo
    total_count: int | None


def given(value: Any) -> Any:
    """An argument, None when it was left out."""
    return None if value is strawberry.UNSET else value


def connected(shape: Shape, page: Page[Any], total: int | None = None) -> ConnectionOf:
    """A page as a connection."""
    edges = [EdgeOf(Part(row, "", shape), page.cursors, place) for place, row in enumerate(page.rows)]
    start, end = (page.cursors[0], page.cursors[len(edges) - 1]) if page.cursors else (None, None)
    return ConnectionOf(edges, PageInfo(
        has_next_page=page.has_next, has_previous_page=page.has_previous, start_cursor=start, end_cursor=end,
    ), total)  # fmt: skip


async def counted(info: Info, shape: Shape, page: Page[Any]) -> ConnectionOf:
    """A page as a connection, with the number of all rows when the document asks for it."""
    wants_total = page.count is not None and info.selects("totalCount")
    total = await page.count() if wants_total and page.count is not None else None
    return connected(shape, page, total)
