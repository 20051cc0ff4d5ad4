"""The directory of organizations that receive referrals, through the API."""

from typing import Annotated, Any

import strawberry

from coord.kernel.clock import now
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory import (
    RECEIVERS,
    Capacity,
    DescribeReceiver,
    DirectoryFilter,
    confirm_receiver,
    describe_receiver,
)
from coord.referrals.directory import receivers as read_receivers
from coord.referrals.directory.rules import is_stale, unpacked
from schema import referral_codes as _codes
from schema.errors import Rejected
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Derived, Part, Shape
from schema.scalars import DateTime

strawberry.enum(Capacity, description="Whether there is room now. 目前能否接收。")
RECEIVER = Shape(
    "Receiver",
    (
        "eligibility",
        "capacity",
        "opening_hours",
        "phone",
        "phones_day_and_night",
        "contact_role",
        "answers_by_link",
        "confirmed_at",
    ),
    objects={"organization": ORGANIZATION},
    derived={
        "services": Derived(lambda row: [ReferralNeed(code) for code in unpacked(row["services"])], ("services",)),
        "districts": Derived(lambda row: list(unpacked(row["districts"])), ("districts",)),
        "stale": Derived(lambda row: is_stale(row["confirmed_at"], now()), ("confirmed_at",)),
    },
)


@strawberry.type(description="What an organization says to those who refer people to it. 机构的转介接收信息。")
class Receiver(Node):
    """An entry of the directory."""

    shape = RECEIVER
    organization: Organization
    services: list[ReferralNeed]
    districts: list[str] = strawberry.field(description="Where it works; none means anywhere. 服务区县，空为不限。")
    eligibility: str | None
    capacity: Capacity
    opening_hours: str | None
    phone: str | None
    phones_day_and_night: str | None = strawberry.field(description="Answered at any hour. 24 小时电话。")
    contact_role: str | None = strawberry.field(description="Whom to ask for: a role, no name. 联系岗位，不含姓名。")
    answers_by_link: bool = strawberry.field(
        description="It has no accounts here; signed links may be made for it. 无账号，可用签名链接答复。"
    )
    confirmed_at: DateTime
    stale: bool = strawberry.field(description="Not confirmed for 90 days. 90 天未确认。")


ReceiverConnection = Connection[Receiver]
_ = _codes


@strawberry.input(description="Every field narrows. 各条件同时生效。")
class ReceiverFilter:
    """What ``DirectoryFilter`` takes."""

    search: str | None = strawberry.field(
        default=GIVEN, description="A name, pinyin, initials, a code or a district. 名称、拼音、首字母、编号或区县。"
    )
    need: ReferralNeed | None = GIVEN
    district: str | None = GIVEN
    capacity: Capacity | None = GIVEN


async def receivers(
    info: Info,
    narrowed: Annotated[ReceiverFilter | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Entries in the order in which organizations came."""
    asked = given(narrowed)
    read = DirectoryFilter.parse({} if asked is None else raw(asked, {}))
    wanted = info.wanted(RECEIVER, "edges", "node")
    request = RECEIVERS.request(first, given(after))
    page = await read_receivers(info.context.unit, wanted, request, read)
    return await counted(info, RECEIVER, page)


@strawberry.input(description="The whole entry: what is left out is taken out. 整条信息：未填写的内容即被清除。")
class DescribeReceiverInput:
    """What ``DescribeReceiver`` takes, with a global id."""

    organization: strawberry.ID
    services: list[ReferralNeed]
    districts: list[str] | None = GIVEN
    eligibility: str | None = GIVEN
    capacity: Capacity
    opening_hours: str | None = GIVEN
    phone: str | None = GIVEN
    phones_day_and_night: str | None = GIVEN
    contact_role: str | None = GIVEN
    answers_by_link: bool | None = strawberry.field(
        default=GIVEN, description="Said by the foundation only. 仅基金会可设置。"
    )


@strawberry.type(description="The entry as it stands then. 更新后的机构信息。")
class ReceiverDescribed:
    """The answer."""

    receiver: Receiver


ReceiverResult = Annotated[ReceiverDescribed | Rejected, strawberry.union("ReceiverResult")]


async def _shown(info: Info, organization: Any) -> Any:
    row: Any = await RECEIVERS.one(info.context.unit, info.wanted(RECEIVER, "receiver"), organization)
    shown: Any = Part(row, "", RECEIVER)
    return ReceiverDescribed(receiver=shown)


async def describe(
    info: Info, given_input: Annotated[DescribeReceiverInput, strawberry.argument(name="input")]
) -> ReceiverResult:
    """Write an entry; the same again only confirms it."""
    described = DescribeReceiver.parse(raw(given_input, {"organization": "Organization"}))
    return await _shown(info, await describe_receiver(info.context.unit, described))  # type: ignore[no-any-return]


async def confirm(info: Info, organization: strawberry.ID) -> ReceiverResult:
    """Say that an entry still holds."""
    found: Any = row_id("organization", "Organization", organization)
    return await _shown(info, await confirm_receiver(info.context.unit, found))  # type: ignore[no-any-return]
