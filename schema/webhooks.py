"""Webhooks through the API: an administrator's endpoints, their logs, and what can be done with them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.kernel.errors import NotFound
from coord.webhooks import (
    AddEndpoint,
    add_endpoint,
    deliveries,
    endpoint,
    endpoints,
    pause_endpoint,
    ping_endpoint,
    redeliver,
    remove_endpoint,
    resume_endpoint,
)
from coord.webhooks.codes import DeliveryState, PauseReason
from coord.work import Unit
from schema.errors import Rejected
from schema.ids import NOT_AN_ID, global_id, id_of
from schema.inputs import raw
from schema.looking import Info
from schema.paging import GIVEN
from schema.scalars import DateTime

for _enum, _meaning in (
    (DeliveryState, "Where a delivery stands. 发送状态。"),
    (PauseReason, "Why nothing goes to an endpoint. 暂停原因。"),
):
    strawberry.enum(_enum, description=_meaning)
_ENDPOINT, _DELIVERY = "WebhookEndpoint", "WebhookDelivery"


@strawberry.type(description="An address of a partner's system. 合作系统的推送地址。")
class WebhookEndpoint:
    """Where changes of referrals go."""

    id: strawberry.ID
    organization: strawberry.ID = strawberry.field(description="Whose referrals it hears of. 所属机构。")
    url: str
    kinds: list[str] = strawberry.field(description="Such as `referral.accepted`. 订阅的变化。")
    created_at: DateTime
    failing_since: DateTime | None = strawberry.field(description="Null while all is well. 正常时为 null。")
    paused_at: DateTime | None
    paused_because: PauseReason | None


@strawberry.type(description="One event for one endpoint. 一次推送。")
class WebhookDelivery:
    """What became of telling somebody; the id is the header `webhook-id`, the same in every attempt."""

    id: strawberry.ID
    webhook_id: str = strawberry.field(description="As the header says it. 即请求头 webhook-id。")
    kind: str
    state: DeliveryState
    attempts: int
    created_at: DateTime
    tried_at: DateTime | None
    next_at: DateTime
    status: int | None = strawberry.field(description="Of HTTP, of the last attempt. 最近一次的 HTTP 状态。")
    milliseconds: int | None
    error: str | None = strawberry.field(description="Why there was no answer. 无回应的原因。")


def _endpoint(row: Any) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=strawberry.ID(global_id(_ENDPOINT, row.id)),
        organization=strawberry.ID(global_id("Organization", row.organization_id)),
        url=row.url,
        kinds=list(row.kinds),
        created_at=DateTime(row.created_at),
        failing_since=_moment(row.failing_since),
        paused_at=_moment(row.paused_at),
        paused_because=row.paused_because,
    )


def _moment(value: Any) -> Any:
    return None if value is None else DateTime(value)


def _delivery(row: Any) -> WebhookDelivery:
    return WebhookDelivery(
        id=strawberry.ID(global_id(_DELIVERY, row.id)),
        webhook_id=str(row.id),
        kind=row.kind,
        state=row.state,
        attempts=row.attempts,
        created_at=DateTime(row.created_at),
        tried_at=_moment(row.tried_at),
        next_at=DateTime(row.next_at),
        status=row.status,
        milliseconds=row.milliseconds,
        error=row.error,
    )


def _key(kind: str, given: str) -> UUID:
    found = id_of(kind, given)
    if found == NOT_AN_ID:
        raise NotFound
    return UUID(found)


async def webhooks(info: Info) -> list[WebhookEndpoint]:
    """The endpoints that the viewer manages."""
    return [_endpoint(row) for row, _ in await endpoints(info.context.unit)]


async def webhook_deliveries(info: Info, webhook: strawberry.ID) -> list[WebhookDelivery]:
    """The newest deliveries of one endpoint."""
    one = await endpoint(info.context.unit, _key(_ENDPOINT, webhook))
    return [_delivery(row) for row in await deliveries(info.context.unit, one.id)]


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
    given = AddEndpoint.parse(raw(given_input, {"organization": "Organization"}))
    key, secret = await add_endpoint(info.context.unit, given)
    await info.context.unit.session.flush()
    return WebhookAdded(webhook=_endpoint(await endpoint(info.context.unit, key)), secret=secret)


def _one(act: Callable[[Unit, UUID], Awaitable[None]], does: str, *, stays: bool = True) -> Any:
    """The resolver of an action on one endpoint; doing it twice is the same as doing it once."""

    async def resolver(info: Info, webhook: strawberry.ID) -> WebhookResult:
        key = _key(_ENDPOINT, webhook)
        await act(info.context.unit, key)
        return WebhookChanged(webhook=_endpoint(await endpoint(info.context.unit, key)) if stays else None)

    return strawberry.field(resolver=resolver, description=does)


async def send_again(info: Info, delivery: strawberry.ID) -> WebhookResult:
    """Send one delivery once more."""
    key = await redeliver(info.context.unit, _key(_DELIVERY, delivery))
    return WebhookChanged(webhook=_endpoint(await endpoint(info.context.unit, key)))


pause = _one(pause_endpoint, "Nothing goes out for now. 暂停推送。")
resume = _one(resume_endpoint, "It goes on. 恢复推送。")
remove = _one(remove_endpoint, "Nothing goes there any more. 移除地址。", stays=False)
ping = _one(ping_endpoint, "Send a test. 发送测试。")
