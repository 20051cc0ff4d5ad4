"""Reasons to look at a record again, beside the record."""

from typing import Any

import strawberry

from coord.contacts.codes import FlagKind, FlagState
from coord.contacts.quality import flags_of
from schema.looking import Info

strawberry.enum(FlagKind, description="Why a record should be looked at. 质量提示类型。")
strawberry.enum(FlagState, description="What became of a flag. 提示的处理状态。")


@strawberry.type(description="A reason to look at a record again. It changes no number. 质量提示，不影响统计数字。")
class QualityFlag:
    """A flag of a record."""

    id: strawberry.ID
    kind: FlagKind
    state: FlagState
    justification: str | None = strawberry.field(description="Why it was accepted. 说明。")


async def flags(info: Info, root: strawberry.Parent[Any]) -> list[QualityFlag]:
    """The flags of a record; of all records of a page in one statement."""

    async def load(ids: list[Any]) -> list[list[QualityFlag]]:
        found = await flags_of(info.context.unit, ids)
        return [
            [
                QualityFlag(id=strawberry.ID(str(f.id)), kind=f.kind, state=f.state, justification=f.justification)
                for f in found.get(key, ())
            ]
            for key in ids
        ]

    raised: list[QualityFlag] = await info.context.loader("contact_flags", load).load(root.column("id"))
    return raised
