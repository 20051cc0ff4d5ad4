"""Signed links through the API: the sender makes them, sees their state, takes them back."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from coord.referrals.codes import Side
from coord.referrals.links import CreateLink, LinkAction, LinkSeen, LinkState, create_link, links_of, revoke_link
from coord.referrals.moving import sides_at
from coord.settings import settings
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.scalars import DateTime

_TYPE = "ReferralLink"
strawberry.enum(
    LinkAction, name="ReferralLinkAction", description="What a link is good for, each once. 链接可用于的事项。"
)
strawberry.enum(LinkState, name="ReferralLinkState", description="Whether a link still opens its referral. 链接状态。")


@strawberry.type(name="ReferralLinkUse", description="A link was used. 链接的一次使用。")
class LinkUsed:
    """What for, when."""

    action: LinkAction
    at: DateTime


@strawberry.type(name=_TYPE, description="A signed link without its secret. 签名链接（不含密钥）。")
class Link:
    """As its sender sees it."""

    id: strawberry.ID
    created_at: DateTime
    expires_at: DateTime
    state: LinkState
    uses: list[LinkUsed]


def _shown(link: Any) -> Link:
    uses = [LinkUsed(action=action, at=at) for action, at in link.uses]
    return Link(
        id=strawberry.ID(global_id(_TYPE, link.id)),
        created_at=link.created_at,
        expires_at=link.expires_at,
        state=link.state,
        uses=uses,
    )


async def links(info: Info, root: strawberry.Parent[Any]) -> list[Link] | None:
    """The links of a referral that the viewer's organization sent, newest first; null for everybody else."""
    unit = info.context.unit
    own = sides_at(unit, root.column("id"), root.column("source_id"), root.column("target_id"))
    if Side.SOURCE not in own or not unit.actor.may("referral.send"):
        return None

    async def load(ids: list[Any]) -> list[Sequence[LinkSeen]]:
        found = await links_of(unit, ids)
        return [found[key] for key in ids]

    seen = await info.context.loader("referral_links", load).load(root.column("id"))
    return [_shown(link) for link in seen]


@strawberry.input(description="A link for a provider without an account. 为无账号机构生成链接。")
class CreateReferralLinkInput:
    """What ``CreateLink`` takes, with a global id."""

    referral: strawberry.ID
    days: int | None = strawberry.field(default=30, description="1 to 90. 有效天数，1 至 90。")


@strawberry.type(description="The link; its address is told now and never again. 新链接，地址仅此一次返回。")
class ReferralLinkCreated:
    """A new link."""

    id: strawberry.ID
    url: str
    expires_at: DateTime


@strawberry.type(description="The link opens nothing any more. 链接已失效。")
class ReferralLinkRevoked:
    """A link that was taken back."""

    link: Link


CreateReferralLinkResult = Annotated[ReferralLinkCreated | Rejected, strawberry.union("CreateReferralLinkResult")]
RevokeReferralLinkResult = Annotated[ReferralLinkRevoked | Rejected, strawberry.union("RevokeReferralLinkResult")]


async def create(
    info: Info, given_input: Annotated[CreateReferralLinkInput, strawberry.argument(name="input")]
) -> CreateReferralLinkResult:
    """Make a link."""
    made: Any = await create_link(info.context.unit, CreateLink.parse(raw(given_input, {"referral": "Referral"})))
    return ReferralLinkCreated(
        id=strawberry.ID(global_id(_TYPE, made.link_id)),
        url=f"{settings().base_url}/r/{made.token}",
        expires_at=made.expires_at,
    )


async def revoke(info: Info, link: strawberry.ID) -> RevokeReferralLinkResult:
    """Take a link back; once more changes nothing."""
    found: Any = row_id("link", _TYPE, link)
    referral = await revoke_link(info.context.unit, found)
    seen = (await links_of(info.context.unit, [referral]))[referral]
    return ReferralLinkRevoked(link=_shown(next(one for one in seen if one.id == found)))
