"""Moves of a referral through the API: each answers with the referral as it stands then, or says what is wrong."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

import strawberry

from coord.kernel.inputs import Input
from coord.referrals import (
    REFERRALS,
    Moved,
    MoveReferral,
    SendReferral,
    move_as_source,
    move_as_target,
    record_contact,
    referring_back,
    send_feedback,
    send_referral,
)
from coord.referrals.codes import (
    ContactChannel,
    ReferralDirection,
    ReferralEventKind,
    ReferralKind,
    ReferralNeed,
    ReferralState,
    Urgency,
)
from coord.referrals.inputs import (
    AssignReferral,
    CompleteReferral,
    ForwardReferral,
    RecordAttempt,
    RecordContact,
    ReferBack,
    SendFeedback,
)
from coord.referrals.responding import assign_referral, forward_referral, record_attempt
from coord.referrals.sending import complete_referral
from schema.errors import Rejected
from schema.inputs import raw
from schema.looking import Info
from schema.paging import GIVEN
from schema.referrals import REFERRAL, Referral
from schema.rows import Part
from schema.scalars import UUID, DateTime

_KEY = "Made by the caller. The same key and content again gives the first answer again. 由调用方生成；同键同内容返回首次结果。"


_SEEN = (
    "Where it stood when you looked. If it has moved meanwhile, nothing is done and you are told where it stands; "
    "left out, a withdrawal holds only while nobody has taken the person on. "
    "您所看到的状态；期间若已变更则不执行并告知现状。不填时，仅在对方尚未受理前可撤回。"
)


@strawberry.input(description="A move holds for the referral as it was seen. 以所见状态为准的变更。")
class _Seen:
    seen_state: ReferralState | None = strawberry.field(default=GIVEN, description=_SEEN)


@strawberry.type(description="The referral after the move. 变更后的转介。")
class ReferralMoved:
    """The answer to a move."""

    referral: Referral
    replayed: bool = strawberry.field(description="The key was known: the first answer again. 同键重复提交。")


ReferralResult = Annotated[ReferralMoved | Rejected, strawberry.union("ReferralResult")]


@strawberry.input(
    description="What travels beyond the minimum; each part needs consent that covers it. 随转介传递的内容。"
)
class _Packet:
    diagnosis: str | None = GIVEN
    medication: str | None = GIVEN
    risk_and_safety: str | None = GIVEN
    social_situation: str | None = GIVEN
    supporter_contact: str | None = GIVEN
    with_scales: bool | None = False
    contact_prohibited: bool | None = False


@strawberry.input(description="A referral to one organization for one need. 向一家机构发起一项转介。")
class SendReferralInput(_Packet):
    """What ``SendReferral`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    program: str
    client: strawberry.ID
    target: strawberry.ID
    direction: ReferralDirection
    urgency: Urgency
    reason: str = strawberry.field(description="Read before acceptance: it names nobody. 受理前可见，请勿写身份信息。")
    consent: strawberry.ID = strawberry.field(
        description="The consent to sharing that covers target and parts. 覆盖接收方与内容的信息共享同意。"
    )
    need: ReferralNeed | None = ReferralNeed.COMMUNITY_REHABILITATION
    kind: ReferralKind | None = ReferralKind.SOCIAL
    parent: strawberry.ID | None = GIVEN


@strawberry.input(description="A draft or a returned referral is completed and sent. 补充后（再次）发出。")
class CompleteReferralInput(_Packet, _Seen):
    """What ``CompleteReferral`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    urgency: Urgency
    reason: str
    consent: strawberry.ID
    contact_prohibited: bool | None = strawberry.field(
        default=GIVEN, description="Left out, it stays as it was. 不填则保持原值。"
    )


@strawberry.input(
    description="The person goes back to the hospital that sent them, with parts that came with them. "
    "转回原医院（上转），可附转入时已传递的各部分内容。"
)
class ReferBackInput(_Packet):
    """What ``ReferBack`` takes, with a global id."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID = strawberry.field(description="By which the person came. 本人转入时的转介。")
    reason: str = strawberry.field(description="Read before acceptance: it names nobody. 受理前可见，请勿写身份信息。")
    urgency: Urgency | None = Urgency.ROUTINE
    need: ReferralNeed | None = ReferralNeed.PSYCHIATRIC_CARE


@strawberry.input(description="Who of the receiving side looks after it. 指定接收方负责人。")
class AssignReferralInput:
    """What ``AssignReferral`` takes, with global ids; the same again changes nothing."""

    referral: strawberry.ID
    worker: strawberry.ID


@strawberry.input(
    description="One plain move; ending or turning a referral needs a reason. 状态变更；终止或退回须说明原因。"
)
class RespondReferralInput(_Seen):
    """What ``MoveReferral`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    reason_code: str | None = GIVEN
    note: str | None = GIVEN


@strawberry.input(description="Pass it on to another organization. 再转至其他机构。")
class ForwardReferralInput(_Seen):
    """What ``ForwardReferral`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    target: strawberry.ID
    note: str | None = GIVEN


@strawberry.input(description="The first contact, proven by a service contact. 以服务记录证明的首次接触。")
class RecordReferralContactInput(_Seen):
    """What ``RecordContact`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    service_contact: strawberry.ID


@strawberry.input(description="The person could not be reached. 未能联系到本人。")
class ReferralAttemptInput:
    """What ``RecordAttempt`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    channel: ContactChannel
    tried_at: DateTime | None = GIVEN


@strawberry.input(description="What comes back to the sender. 反馈给转出方的内容。")
class ReferralFeedbackInput(_Seen):
    """What ``SendFeedback`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    referral: strawberry.ID
    outcome: str
    note: str | None = GIVEN
    plan_summary: str | None = GIVEN
    unmet_needs: str | None = GIVEN


_IDS = {
    "client": "Client", "target": "Organization", "consent": "Consent", "parent": "Referral", "referral": "Referral",
    "service_contact": "ServiceContact", "worker": "Worker",
}  # fmt: skip
Action = Callable[[Any, Any], Awaitable[Moved]]


async def _moved(info: Info, given: Any, parse: Callable[[dict[str, Any]], Input], act: Action) -> Any:
    """One action, and the referral as the document wants to see it then."""
    unit = info.context.unit
    done = await act(unit, parse(raw(given, _IDS)))
    row = await REFERRALS.one(unit, info.wanted(REFERRAL, "referral"), done.referral_id)
    shown: Any = Part(row, "", REFERRAL)
    return ReferralMoved(referral=shown, replayed=done.replayed)


def _plain(event: ReferralEventKind, act: Action, does: str) -> Any:
    """The resolver of one event without content of its own."""

    async def resolver(
        info: Info, given_input: Annotated[RespondReferralInput, strawberry.argument(name="input")]
    ) -> ReferralResult:
        return await _moved(info, given_input, lambda found: MoveReferral.parse({**found, "event": event}), act)  # type: ignore[no-any-return]

    return strawberry.field(resolver=resolver, description=does)


async def send(
    info: Info, given_input: Annotated[SendReferralInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Send a referral."""
    return await _moved(info, given_input, SendReferral.parse, send_referral)  # type: ignore[no-any-return]


async def complete(
    info: Info, given_input: Annotated[CompleteReferralInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Complete and send a referral."""
    return await _moved(info, given_input, CompleteReferral.parse, complete_referral)  # type: ignore[no-any-return]


async def back(info: Info, given_input: Annotated[ReferBackInput, strawberry.argument(name="input")]) -> ReferralResult:
    """Send the person back up."""
    return await _moved(info, given_input, ReferBack.parse, referring_back.refer_back)  # type: ignore[no-any-return]


async def assign(
    info: Info, given_input: Annotated[AssignReferralInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Say who looks after it."""
    return await _moved(info, given_input, AssignReferral.parse, assign_referral)  # type: ignore[no-any-return]


async def forward(
    info: Info, given_input: Annotated[ForwardReferralInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Pass a referral on."""
    return await _moved(info, given_input, ForwardReferral.parse, forward_referral)  # type: ignore[no-any-return]


async def contact(
    info: Info, given_input: Annotated[RecordReferralContactInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Prove the first contact."""
    return await _moved(info, given_input, RecordContact.parse, record_contact)  # type: ignore[no-any-return]


async def attempt(
    info: Info, given_input: Annotated[ReferralAttemptInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Note an attempt in vain."""
    return await _moved(info, given_input, RecordAttempt.parse, record_attempt)  # type: ignore[no-any-return]


async def feedback(
    info: Info, given_input: Annotated[ReferralFeedbackInput, strawberry.argument(name="input")]
) -> ReferralResult:
    """Report back to the sender."""
    return await _moved(info, given_input, SendFeedback.parse, send_feedback)  # type: ignore[no-any-return]


as_source, as_target = partial(_plain, act=move_as_source), partial(_plain, act=move_as_target)
refer_back = strawberry.field(
    resolver=back,
    description="A counter-referral to the hospital that sent the person; linked to the first. 转回原医院，与原转介关联。",
)
assigned = strawberry.field(resolver=assign, description="Who looks after it. 指定负责人。")
first_contact = strawberry.field(resolver=contact, description="The first contact, proven. 记录首次接触。")
in_vain = strawberry.field(resolver=attempt, description="Nobody was reached. 记录未联系上的尝试。")
