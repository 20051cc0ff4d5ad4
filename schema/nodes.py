"""The Node interface, and how any row is found by its global id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import strawberry

from coord.kernel.errors import NotAllowed
from coord.work.listing import Listing
from schema.ids import parse_id
from schema.looking import Info
from schema.rows import Part, Shape


@strawberry.interface(description="Anything with an id of its own. 任何拥有自己 ID 的对象。")
class Node:
    """Every row type; its values are ``Part`` objects of the shape with the same name."""

    shape: ClassVar[Shape]
    id: strawberry.ID = strawberry.field(description="Opaque and stable. 不透明且稳定的 ID。")

    @classmethod
    def is_type_of(cls, value: object, _: object) -> bool:
        """Which type a row found by id has."""
        return isinstance(value, Part) and value.shape is cls.shape


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a Node type are read."""

    listing: Listing
    shape: Shape


async def find(info: Info, sources: Mapping[str, Source], given: str) -> Any:
    """The row of a global id.

    None for a broken id, an unknown one and one that the actor may not see: three cases, one answer.
    """
    parsed = parse_id(given)
    if parsed is None or parsed[0] not in sources:
        return None
    source = sources[parsed[0]]
    try:
        rows = await source.listing.by_ids(info.context.unit, info.wanted(source.shape), [parsed[1]])
    except NotAllowed:
        return None
    row = rows.get(parsed[1])
    return None if row is None else Part(row, "", source.shape)
