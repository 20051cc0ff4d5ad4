"""Consents through the API: read them, record one, end one."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from coord.clients.consents import CONSENTS, RecordConsent, WithdrawConsent, record_consent, withdraw_consent
from coord.clients.consents.codes import (
    Basis,
    Channel,
    DataCategory,
    Purpose,
    Relation,
    Signer,
    Standing,
    WithdrawalReason,
)
from coord.clients.consents.reads import recipients_of
from coord.clients.consents.rules import standing_of
from coord.kernel.clock import now
from coord.organizations import ORGANIZATIONS
from schema.errors import Rejected
from schema.inputs import raw
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, Connection
from schema.rows import Derived, Part, Shape
from schema.scalars import UUID, Date, DateTime

for _enum, _name, _meaning in (
    (Purpose, "ConsentPurpose", "What a consent is for; each is asked for by itself. 同意的用途，逐项征求。"),
    (DataCategory, "DataCategory", "Which data a consent covers. 同意所涵盖的资料类别。"),
    (Basis, "ConsentBasis", "Agreement, or the legal ground in its place. 本人同意，或代替同意的法定依据。"),
    (Signer, "ConsentSigner", "Who agreed. 由谁同意。"),
    (Relation, "GuardianRelation", "What a guardian is to the person. 监护人与本人的关系。"),
    (Channel, "ConsentChannel", "How the agreement was given. 以何种方式同意。"),
    (WithdrawalReason, "WithdrawalReason", "Why a consent ended before its time. 提前终止的原因。"),
    (Standing, "ConsentStanding", "Where a consent stands now. 同意目前的状态。"),
):
    strawberry.enum(_enum, name=_name, description=_meaning)


def _standing(row: Mapping[str, Any]) -> Standing:
    return standing_of(
        row["given_on"], row["expires_on"], row["withdrawal.withdrawn_at"], row["program.time_zone"], now()
    )


CONSENT = Shape(
    "Consent",
    (
        "purpose", "basis", "signer", "relation", "channel", "text_version", "text_hash", "language", "given_on",
        "expires_on", "recorded_at",
    ),
    derived={
        "categories": Derived(lambda row: [DataCategory(code) for code in row["categories"]], ("categories",)),
        "withdrawn_at": Derived(lambda row: row["withdrawal.withdrawn_at"], ("withdrawal.withdrawn_at",)),
        "withdrawal_reason": Derived(lambda row: row["withdrawal.reason"], ("withdrawal.reason",)),
        "standing": Derived(
            _standing, ("given_on", "expires_on", "withdrawal.withdrawn_at", "program.time_zone")
        ),
    },
    needs={"recipients": ("id",)},
)  # fmt: skip


async def recipients(info: Info, root: strawberry.Parent[Any]) -> list[Any]:
    """The organizations that a consent names; of all consents of a page in two statements."""
    unit, wanted = info.context.unit, info.wanted(ORGANIZATION)

    async def load(ids: list[Any]) -> list[list[Part]]:
        named = await recipients_of(unit, ids)
        every = {organization for found in named.values() for organization in found}
        rows = await ORGANIZATIONS.by_ids(unit, wanted, every)
        return [[Part(rows[one], "", ORGANIZATION) for one in named.get(key, ()) if one in rows] for key in ids]

    found: list[Any] = await info.context.loader(("recipients", wanted), load).load(root.column("id"))
    return found


@strawberry.type(
    description="A consent, or the legal ground in its place. Never changed: it ends by its last day or by a "
    "withdrawal. 知情同意或其法定依据；记录不可更改，到期或撤回即终止。"
)
class Consent(Node):
    """A consent."""

    shape = CONSENT
    purpose: Purpose
    categories: list[DataCategory]
    basis: Basis
    signer: Signer | None = strawberry.field(description="Null where the law stands in place. 法定依据时为 null。")
    relation: Relation | None
    channel: Channel
    text_version: str = strawberry.field(description="Which wording was shown. 所出示文本的版本。")
    text_hash: str = strawberry.field(description="SHA-256 of the very words. 文本的 SHA-256。")
    language: str
    given_on: Date
    expires_on: Date | None = strawberry.field(description="The last day on which it holds. 有效的最后一天。")
    withdrawn_at: DateTime | None
    withdrawal_reason: WithdrawalReason | None
    standing: Standing
    recorded_at: DateTime
    recipients: list[Organization] = strawberry.field(
        resolver=recipients, description="The organizations that it names, at most 5. 同意书列明的机构，至多 5 家。"
    )


ConsentConnection = Connection[Consent]


@strawberry.input(description="One consent for one purpose, as it was given. 一项用途的一次同意。")
class RecordConsentInput:
    """What ``RecordConsent`` takes, with global ids."""

    idempotency_key: UUID
    client: strawberry.ID
    purpose: Purpose
    categories: list[DataCategory] | None = strawberry.field(
        default=GIVEN, description="Needed where the text does not say which data. 文本未列明资料类别时必填。"
    )
    recipients: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Needed for sharing and for crossing borders. 信息共享与跨境提供时必填。"
    )
    basis: Basis | None = Basis.CONSENT
    document: str | None = strawberry.field(
        default=GIVEN, description="The rule or order, where no agreement is needed. 无需同意时所依据的文件。"
    )
    signer: Signer | None = GIVEN
    relation: Relation | None = GIVEN
    guardian: str | None = strawberry.field(default=GIVEN, description="Name of the guardian. 监护人姓名。")
    channel: Channel
    language: str
    given_on: Date
    expires_on: Date | None = GIVEN


@strawberry.input(description="A consent ends at once. 立即终止一项同意。")
class WithdrawConsentInput:
    """What ``WithdrawConsent`` takes, with a global id."""

    idempotency_key: UUID
    consent: strawberry.ID
    reason: WithdrawalReason | None = WithdrawalReason.ASKED_BY_PERSON
    remark: str | None = GIVEN


@strawberry.type(description="The consent that was recorded. 已登记的同意。")
class ConsentRecorded:
    """The answer to a recorded consent."""

    consent: Consent
    replayed: bool


@strawberry.type(description="The consent that has ended. 已终止的同意。")
class ConsentWithdrawn:
    """The answer to a withdrawal."""

    consent: Consent
    replayed: bool


RecordConsentResult = Annotated[ConsentRecorded | Rejected, strawberry.union("RecordConsentResult")]
WithdrawConsentResult = Annotated[ConsentWithdrawn | Rejected, strawberry.union("WithdrawConsentResult")]


async def record(
    info: Info, given_input: Annotated[RecordConsentInput, strawberry.argument(name="input")]
) -> RecordConsentResult:
    """Record one consent."""
    given = RecordConsent.parse(raw(given_input, {"client": "Client", "recipients": "Organization"}))
    kept = await record_consent(info.context.unit, given)
    row: Any = await CONSENTS.one(info.context.unit, info.wanted(CONSENT, "consent"), kept.consent_id)
    shown: Any = Part(row, "", CONSENT)
    return ConsentRecorded(consent=shown, replayed=kept.replayed)


async def withdraw(
    info: Info, given_input: Annotated[WithdrawConsentInput, strawberry.argument(name="input")]
) -> WithdrawConsentResult:
    """End one consent."""
    given = WithdrawConsent.parse(raw(given_input, {"consent": "Consent"}))
    kept = await withdraw_consent(info.context.unit, given)
    row: Any = await CONSENTS.one(info.context.unit, info.wanted(CONSENT, "consent"), kept.consent_id)
    shown: Any = Part(row, "", CONSENT)
    return ConsentWithdrawn(consent=shown, replayed=kept.replayed)
