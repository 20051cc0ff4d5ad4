"""Who is asking, and what is left of their budget."""

from datetime import timedelta
from typing import Any

import strawberry

from coord.identity import viewer as read_viewer
from coord.kernel.clock import now
from schema.ids import global_id
from schema.looking import Info
from schema.organizations import Organization, organization
from schema.scalars import DateTime


async def organization_of(info: Info, root: strawberry.Parent[Any]) -> Any:
    """Where a role is held."""
    return await organization(info, root.organization_id)


@strawberry.type(description="A role at an organization. 在某机构担任的角色。")
class Membership:
    """A role that the viewer holds today."""

    organization: Organization = strawberry.field(resolver=organization_of)
    role: str


async def memberships_of(info: Info) -> Any:
    """The roles of the viewer."""
    return await read_viewer(info.context.unit)


@strawberry.type(description="The person who asks. 当前登录者。")
class Viewer:
    """The signed-in person."""

    id: strawberry.ID
    name: str
    memberships: list[Membership] = strawberry.field(resolver=memberships_of)
    permissions: list[str] = strawberry.field(description="Verbs of the permission vocabulary. 权限动词。")


@strawberry.type(
    description="Points of the budget, which refills within a minute; the same numbers are in the answer's headers. 配额，一分钟内恢复。"
)
class RateLimit:
    """What this document cost and what is left."""

    cost: int
    limit: int
    remaining: int
    reset_at: DateTime = strawberry.field(description="When the budget will be full again. 配额完全恢复的时刻。")


async def viewer(info: Info) -> Viewer | None:
    """The signed-in person."""
    actor = info.context.actor
    if actor.user_id is None:
        return None
    return Viewer(
        id=strawberry.ID(global_id("User", actor.user_id)), name=actor.name, permissions=sorted(actor.permissions)
    )


async def rate_limit(info: Info) -> RateLimit:
    """The budget after this document was paid."""
    account = info.context.account
    full_at: Any = now() + timedelta(seconds=account.seconds_to_full)
    return RateLimit(cost=info.context.cost, limit=account.limit, remaining=account.remaining, reset_at=full_at)
