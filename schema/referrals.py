"""Referrals through the API: both sides read, send, answer, report back and close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.exchange import exchanged
from coord.exchange.documents import to_json
from coord.kernel.errors import NotFound
from coord.referrals import REFERRALS, ReferralFilter, reason_of, running_clocks, stories
from coord.referrals import referrals as read_referrals
from coord.referrals.codes import (
    Clock,
    ReferralDirection,
    ReferralKind,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Urgency,
)
from coord.referrals.kin import parents_of
from coord.referrals.reads import settled_at
from schema import referral_codes as _codes
from schema.clients import Client
from schema.disclosures import Disclosure, disclosure
from schema.ids import NOT_AN_ID, global_id, id_of
from schema.inputs import raw, text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization, organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.placements import WORKER, Worker
from schema.programs import PROGRAM, Program
from schema.referral_links import Link, links
from schema.rows import Derived, Shape
from schema.scalars import Date, DateTime
from schema.shapes import CLIENT

_ANSWERED = (Clock.ACKNOWLEDGE, Clock.DECIDE)
REFERRAL = Shape(
    "Referral",
    (
        "code", "kind", "state", "direction", "urgency", "contact_prohibited", "relation", "sent_at", "received_at",
        "decided_at", "first_contact_at", "feedback_at", "closed_at", "updated_at", "outcome",
    ),
    objects={
        "client": CLIENT, "source": ORGANIZATION, "target": ORGANIZATION, "worker": WORKER, "program": PROGRAM,
    },
    derived={"reason": Derived(reason_of, ("id", "reason", "key.wrapped"))},
    needs={
        "sketch": ("age_band", "district", "need"), "respond_by": ("id",), "first_contact_by": ("id",),
        "overdue": ("id",), "parent": ("id",), "events": ("id",), "links": ("id", "source_id", "target_id"),
    },
)  # fmt: skip


@strawberry.type(description="All that the receiving side knows before it accepts. 接收方受理前可见的概要。")
class ClientSketch:
    """Nobody is named here."""

    age_band: str
    district: str | None
    need: str


async def place_of_event(info: Info, root: strawberry.Parent[Any]) -> Any:
    """The organization whose side moved it; null for time."""
    return None if root.organization_id is None else await organization(info, root.organization_id)


@strawberry.type(description="One move. 一次状态变更。")
class ReferralEvent:
    """What happened, by which side, why."""

    at: DateTime
    from_: ReferralState | None = strawberry.field(name="from")
    to: ReferralState
    reason_code: ReferralReason | None
    note: str | None
    organization_id: strawberry.Private[Any]
    organization: Organization | None = strawberry.field(
        resolver=place_of_event, description="Which side. 操作方机构。"
    )


def sketch(root: strawberry.Parent[Any]) -> ClientSketch:
    """As it was when the referral was written."""
    return ClientSketch(
        age_band=root.column("age_band"), district=root.column("district"), need=root.column("need").value
    )


async def _clocks(info: Info, root: Any) -> Sequence[Any]:
    async def load(ids: list[Any]) -> list[Sequence[Any]]:
        found = await running_clocks(info.context.unit, ids)
        return [found[key] for key in ids]

    found: Sequence[Any] = await info.context.loader("running_clocks", load).load(root.column("id"))
    return found


async def _due(info: Info, root: Any, clocks: Sequence[Clock]) -> datetime | None:
    return next((clock.due_at for clock in await _clocks(info, root) if clock.clock in clocks), None)


async def respond_by(info: Info, root: strawberry.Parent[Any]) -> Any:
    """Until when the receiving side is to answer; null when no answer is awaited."""
    return await _due(info, root, _ANSWERED)


async def first_contact_by(info: Info, root: strawberry.Parent[Any]) -> Any:
    """Until when the person is to be met; null when nobody waits for it."""
    return await _due(info, root, (Clock.FIRST_CONTACT,))


async def overdue(info: Info, root: strawberry.Parent[Any]) -> bool:
    """Whether one of its clocks has run out."""
    at = info.context.unit.started_at
    return any(clock.due_at <= at for clock in await _clocks(info, root))


async def parent(info: Info, root: strawberry.Parent[Any]) -> strawberry.ID | None:
    """The referral that it follows; null for those who do not see that one."""

    async def load(ids: list[Any]) -> list[Any]:
        found = await parents_of(info.context.unit, ids)
        return [found.get(key) for key in ids]

    key = await info.context.loader("referral_parents", load).load(root.column("id"))
    return None if key is None else strawberry.ID(global_id("Referral", key))


async def events(info: Info, root: strawberry.Parent[Any]) -> list[ReferralEvent]:
    """Its story, the oldest event first."""

    async def load(ids: list[Any]) -> list[Sequence[Any]]:
        found = await stories(info.context.unit, ids)
        return [found[key] for key in ids]

    told = await info.context.loader("stories", load).load(root.column("id"))
    return [
        ReferralEvent(
            at=event.at, from_=event.from_state, to=event.to_state, organization_id=event.organization_id,
            reason_code=event.reason_code, note=event.note,
        )
        for event in told
    ]  # fmt: skip


@strawberry.type(description="One person sent to one organization for one need. 一次转介。")
class Referral(Node):
    """A referral."""

    shape = REFERRAL
    code: str
    kind: ReferralKind
    state: ReferralState
    direction: ReferralDirection
    urgency: Urgency
    source: Organization
    target: Organization
    program: Program
    client: Client | None = strawberry.field(
        description="Null before acceptance for the receiving side; `sketch` is what it may see by then. "
        "接收方受理前为 null，可见 sketch。"
    )
    sketch: ClientSketch = strawberry.field(
        resolver=sketch, description="Before acceptance, all there is. 受理前概要。"
    )
    reason: str = strawberry.field(description="Written for both sides; it names nobody. 转介原因，不含身份信息。")
    contact_prohibited: bool = strawberry.field(
        description="Do not contact the person at home. 请勿到家中或致电家中联系本人。"
    )
    relation: ReferralRelation | None
    parent: strawberry.ID | None = strawberry.field(
        resolver=parent, description="The referral that it follows, for those who see it. 所承接的转介。"
    )
    worker: Worker | None
    outcome: ReferralOutcome | None
    sent_at: DateTime | None
    received_at: DateTime | None
    decided_at: DateTime | None
    first_contact_at: DateTime | None
    feedback_at: DateTime | None
    closed_at: DateTime | None
    updated_at: DateTime
    respond_by: DateTime | None = strawberry.field(resolver=respond_by, description="Until when to answer. 答复期限。")
    first_contact_by: DateTime | None = strawberry.field(
        resolver=first_contact_by, description="Until when to meet the person. 首次接触期限。"
    )
    overdue: bool = strawberry.field(resolver=overdue, description="A clock of it has run out. 是否已逾期。")
    links: list[Link] | None = strawberry.field(
        resolver=links, description="Signed links, for the sender only. 签名链接，仅发出方可见。"
    )
    disclosure: Disclosure = strawberry.field(
        resolver=disclosure, description="Under which the data are shared. 资料共享的告知语。"
    )
    events: list[ReferralEvent] = strawberry.field(resolver=events, description="Its story. 全部经过。")


ReferralConnection = Connection[Referral]
_ = _codes


@strawberry.input(name="ReferralFilter", description="Every field narrows. 各条件取交集。")
class ReferralFilterInput:
    """Which referrals."""

    program: str | None = GIVEN
    state: list[ReferralState] | None = GIVEN
    direction: ReferralDirection | None = GIVEN
    source: strawberry.ID | None = GIVEN
    target: strawberry.ID | None = GIVEN
    client: strawberry.ID | None = GIVEN
    overdue: bool | None = GIVEN
    from_: Date | None = strawberry.field(name="from", default=GIVEN)
    to: Date | None = GIVEN
    updated_since: DateTime | None = strawberry.field(
        default=GIVEN, description="What changed since then: for systems that keep up. 自该时刻以来的变更。"
    )
    updated_before: DateTime | None = strawberry.field(
        default=GIVEN,
        description="And before then: take `referralsSettledAt`. 且早于该时刻，取 referralsSettledAt 的值。",
    )


_FILTER_IDS = {"source": "Organization", "target": "Organization", "client": "Client"}
_FILTER_NAMES = {"from_": "from_day", "to": "to_day"}


async def referrals(
    info: Info,
    narrowed_by: Annotated[ReferralFilterInput | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Referrals, newest first."""
    request = REFERRALS.request(first, given(after))
    asked = raw(narrowed_by, _FILTER_IDS, _FILTER_NAMES) if given(narrowed_by) else {}
    text("program", asked.get("program"))
    narrowed = ReferralFilter.parse(asked)
    wanted = info.wanted(REFERRAL, "edges", "node")
    return await counted(info, REFERRAL, await read_referrals(info.context.unit, wanted, request, narrowed))


async def referrals_settled_at(info: Info) -> DateTime:
    """Until when nothing changes any more."""
    return DateTime(await settled_at(info.context.unit))


async def referral_bundle(info: Info, wanted: Annotated[strawberry.ID, strawberry.argument(name="id")]) -> str:
    """A referral as a FHIR bundle."""
    given_id = id_of("Referral", wanted)
    if given_id == NOT_AN_ID:
        raise NotFound
    return to_json(await exchanged(info.context.unit, UUID(given_id))).decode()
