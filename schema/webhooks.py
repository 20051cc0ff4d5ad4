"""Webhooks through the API: an administrator's endpoints, their logs, and what can be done with them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.kernel.errors import NotFound
from coord.webhooks import (
    AddEndpoint,
    add_endpoint,
    pause_endpoint,
    ping_endpoint,
    redeliver,
    remove_endpoint,
    resume_endpoint,
)
from coord.webhooks.codes import DeliveryState, PauseReason
from coord.webhooks.reads import DELIVERIES, ENDPOINTS, deliveries_by_cursor, endpoints_by_cursor
from coord.work import Unit
from schema.errors import Rejected
from schema.ids import NOT_AN_ID, global_id, id_of
from schema.inputs import raw
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Derived, Part, Shape
from schema.scalars import DateTime

for _enum, _meaning in (
    (DeliveryState, "Where a delivery stands. 发送状态。"),
    (PauseReason, "Why nothing goes to an endpoint. 暂停原因。"),
):
    strawberry.enum(_enum, description=_meaning)
_ENDPOINT, _DELIVERY = "WebhookEndpoint", "WebhookDelivery"
ENDPOINT = Shape(
    _ENDPOINT,
    ("url", "created_at", "failing_since", "paused_at", "paused_because"),
    derived={
        "organization": Derived(lambda row: global_id("Organization", row["organization_id"]), ("organization_id",)),
        "kinds": Derived(lambda row: list(row["kinds"]), ("kinds",)),
    },
)
DELIVERY = Shape(
    _DELIVERY,
    ("kind", "state", "attempts", "created_at", "tried_at", "next_at", "status", "milliseconds", "error"),
    derived={"webhook_id": Derived(lambda row: str(row["id"]), ("id",))},
)


@strawberry.type(description="An address of a partner's system. 合作系统的推送地址。")
class WebhookEndpoint(Node):
    """Where changes of referrals go."""

    shape = ENDPOINT
    organization: strawberry.ID = strawberry.field(description="Whose referrals it hears of. 所属机构。")
    url: str
    kinds: list[str] = strawberry.field(description="Such as `referral.accepted`. 订阅的变化。")
    created_at: DateTime
    failing_since: DateTime | None = strawberry.field(description="Null while all is well. 正常时为 null。")
    paused_at: DateTime | None
    paused_because: PauseReason | None


@strawberry.type(description="One event for one endpoint. 一次推送。")
class WebhookDelivery(Node):
    """What became of telling somebody."""

    shape = DELIVERY
    webhook_id: str = strawberry.field(
        description="As the header `webhook-id` says it in every attempt. 即请求头 webhook-id。"
    )
    kind: str
    state: DeliveryState
    attempts: int
    created_at: DateTime
    tried_at: DateTime | None
    next_at: DateTime
    status: int | None = strawberry.field(description="Of HTTP, of the last attempt. 最近一次的 HTTP 状态。")
    milliseconds: int | None
    error: str | None = strawberry.field(description="Why there was no answer. 无回应的原因。")


WebhookConnection = Connection[WebhookEndpoint]
WebhookDeliveryConnection = Connection[WebhookDelivery]


async def _endpoint(info: Info, key: UUID) -> Any:
    """The endpoint of an answer, with what is asked of it."""
    row: Any = await ENDPOINTS.one(info.context.unit, info.wanted(ENDPOINT, "webhook"), key)
    return Part(row, "", ENDPOINT)


def _key(kind: str, given: str) -> UUID:
    found = id_of(kind, given)
    if found == NOT_AN_ID:
        raise NotFound
    return UUID(found)


async def webhooks(info: Info, first: First = 20, after: After = GIVEN) -> Any:
    """The endpoints that the viewer manages."""
    request = ENDPOINTS.request(first, given(after))
    page = await endpoints_by_cursor(info.context.unit, info.wanted(ENDPOINT, "edges", "node"), request)
    return await counted(info, ENDPOINT, page)


async def webhook_deliveries(info: Info, webhook: strawberry.ID, first: First = 20, after: After = GIVEN) -> Any:
    """The deliveries of one endpoint."""
    wanted, request = info.wanted(DELIVERY, "edges", "node"), DELIVERIES.request(first, given(after))
    page = await deliveries_by_cursor(info.context.unit, _key(_ENDPOINT, webhook), wanted, request)
    return await counted(info, DELIVERY, page)


@strawberry.type(description="The new endpoint with its secret, shown once. 新地址及其签名密钥（仅显示一次）。")
class WebhookAdded:
    """The answer to adding one."""

    webhook: WebhookEndpoint
    secret: str = strawberry.field(description="Keep it: nobody can read it again. 请妥善保存，之后无法查看。")


@strawberry.type(description="The endpoint as it stands then. 操作后的地址。")
class WebhookChanged:
    """The answer to everything else."""

    webhook: WebhookEndpoint | None = strawberry.field(description="Null when it was removed. 已移除时为 null。")


AddWebhookResult = Annotated[WebhookAdded | Rejected, strawberry.union("AddWebhookResult")]
WebhookResult = Annotated[WebhookChanged | Rejected, strawberry.union("WebhookResult")]


@strawberry.input(description="An https address, and what to tell it; everything if not given. 推送地址与订阅内容。")
class AddWebhookInput:
    """What ``AddEndpoint`` takes. The same address again is rejected, so repeating it makes no second one."""

    organization: strawberry.ID
    url: str
    kinds: list[str] | None = GIVEN


async def add(
    info: Info, given_input: Annotated[AddWebhookInput, strawberry.argument(name="input")]
) -> AddWebhookResult:
    """Add an endpoint."""
    asked = AddEndpoint.parse(raw(given_input, {"organization": "Organization"}))
    key, secret = await add_endpoint(info.context.unit, asked)
    await info.context.unit.session.flush()
    return WebhookAdded(webhook=await _endpoint(info, key), secret=secret)


def _one(act: Callable[[Unit, UUID], Awaitable[None]], does: str, *, stays: bool = True) -> Any:
    """The resolver of an action on one endpoint; doing it twice is the same as doing it once."""

    async def resolver(info: Info, webhook: strawberry.ID) -> WebhookResult:
        key = _key(_ENDPOINT, webhook)
        await act(info.context.unit, key)
        await info.context.unit.session.flush()
        return WebhookChanged(webhook=await _endpoint(info, key) if stays else None)

    return strawberry.field(resolver=resolver, description=does)


async def send_again(info: Info, delivery: strawberry.ID) -> WebhookResult:
    """Send one delivery once more."""
    key = await redeliver(info.context.unit, _key(_DELIVERY, delivery))
    await info.context.unit.session.flush()
    return WebhookChanged(webhook=await _endpoint(info, key))


pause = _one(pause_endpoint, "Nothing goes out for now. 暂停推送。")
resume = _one(resume_endpoint, "It goes on. 恢复推送。")
remove = _one(remove_endpoint, "Nothing goes there any more. 移除地址。", stays=False)
ping = _one(ping_endpoint, "Send a test. 发送测试。")
