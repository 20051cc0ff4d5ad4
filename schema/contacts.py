"""Service contacts through the API: read them, log one."""

from typing import Annotated, Any

import strawberry

from coord.clients.codes import CareStage
from coord.contacts import CONTACTS, ContactFilter, LogContact, log_contact
from coord.contacts import contacts as read_contacts
from coord.contacts.codes import (
    AttendanceStatus,
    ContactStatus,
    CorrectionReason,
    Issue,
    ServiceCode,
    ServiceTarget,
    Setting,
    Source,
    VisitPhase,
)
from coord.contacts.process.codes import ContactMethod, RiskChange
from schema.attachments import Attachment, attachments_of
from schema.clients import Client
from schema.errors import Rejected
from schema.flags import QualityFlag, flags
from schema.inputs import raw, text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.placements import Worker
from schema.process_records import ProcessRecord, process_of
from schema.programs import Program
from schema.rows import Part
from schema.scalars import UUID, Date, DateTime
from schema.shapes import CONTACT

for _enum, _meaning in (
    (AttendanceStatus, "Whether it took place. 是否实际发生。"),
    (CorrectionReason, "Why a locked month is corrected. 更正原因。"),
    (ContactStatus, "Where the record is on its way to a locked month. 记录所处状态。"),
    (Issue, "What it was about. 涉及的问题。"),
    (ServiceCode, "Codes of the service taxonomy. 服务类别编码。"),
    (ServiceTarget, "For whom it was. 服务对象类别。"),
    (Setting, "Where it was done. 服务场所。"),
    (VisitPhase, "Before, during or after the visit to the doctor. 诊前、诊中或诊后。"),
):
    strawberry.enum(_enum, description=_meaning)


@strawberry.type(description="One service: a contact, a session, an event or an attempt. 一次服务记录。")
class ServiceContact(Node):
    """A contact."""

    shape = CONTACT
    occurred_on: Date = strawberry.field(description="The local date of the program. 项目当地日期。")
    started_at: DateTime | None
    duration_minutes: int
    service_code: ServiceCode
    setting: Setting | None
    stage: CareStage | None
    phase: VisitPhase | None
    target: ServiceTarget
    attendance: AttendanceStatus
    status: ContactStatus
    person_times: int = strawberry.field(description="Counting rule CR-1. 人次（计数规则 CR-1）。")
    client: Client | None
    worker: Worker
    hospital: Organization
    program: Program
    recorded_at: DateTime
    certificates: int | None = strawberry.field(description="Of a training of supporters. 支持者培训颁发的证书数。")
    process: ProcessRecord | None = strawberry.field(
        resolver=process_of,
        description="Null for others than the care team. 过程记录；照护团队以外得到 null。",
    )
    attachments: list[Attachment] = strawberry.field(
        resolver=attachments_of,
        description="Empty for others than the care team. 附件；照护团队以外得到空列表。",
    )
    flags: list[QualityFlag] = strawberry.field(resolver=flags, description="Reasons to look at it again. 质量提示。")


ServiceContactConnection = Connection[ServiceContact]


@strawberry.input(description="Every field narrows. 各条件取交集。")
class ServiceContactFilter:
    """Which contacts."""

    program: str | None = GIVEN
    hospital: strawberry.ID | None = GIVEN
    worker: strawberry.ID | None = GIVEN
    client: strawberry.ID | None = GIVEN
    service_code: list[ServiceCode] | None = GIVEN
    from_: Date | None = strawberry.field(name="from", default=GIVEN)
    to: Date | None = GIVEN
    status: list[ContactStatus] | None = GIVEN


_FILTER_IDS = {"hospital": "Organization", "worker": "Worker", "client": "Client"}
_FILTER_NAMES = {"from_": "from_day", "to": "to_day"}


async def service_contacts(
    info: Info,
    narrowed_by: Annotated[ServiceContactFilter | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Contacts, newest first."""
    request = CONTACTS.request(first, given(after))
    asked = raw(narrowed_by, _FILTER_IDS, _FILTER_NAMES) if given(narrowed_by) else {}
    text("program", asked.get("program"))
    narrowed = ContactFilter.parse(asked)
    wanted = info.wanted(CONTACT, "edges", "node")
    return await counted(info, CONTACT, await read_contacts(info.context.unit, wanted, request, narrowed))


@strawberry.input(description="One service of the person who is signed in. 登录者本人提供的一次服务。")
class LogServiceContactInput:
    """What ``LogContact`` takes, with global ids."""

    idempotency_key: UUID = strawberry.field(
        description="Made by the caller when the form is opened. The same key and content again gives the first answer "
        "again; other content is a Conflict. 打开表单时由调用方生成；同键同内容返回首次结果，同键异内容视为冲突。"
    )
    program: str
    hospital: strawberry.ID | None = strawberry.field(
        default=GIVEN, description="Only for workers with posts at several hospitals. 仅在多家医院任职者需要填写。"
    )
    client: strawberry.ID | None = GIVEN
    service_code: ServiceCode
    occurred_on: Date
    started_at: DateTime | None = GIVEN
    duration_minutes: int
    setting: Setting | None = GIVEN
    stage: CareStage | None = GIVEN
    phase: VisitPhase | None = GIVEN
    target: ServiceTarget | None = GIVEN
    issues: list[Issue] | None = GIVEN
    attendance: AttendanceStatus | None = AttendanceStatus.ATTENDED
    collateral: bool | None = strawberry.field(
        default=False, description="Work about the client without the client (CR-8). 服务对象不在场的间接工作。"
    )
    anonymous_count: int | None = strawberry.field(
        default=0, description="People present who are not registered clients. 在场的未登记人数。"
    )
    family_present: int | None = 0
    certificates: int | None = strawberry.field(
        default=GIVEN, description="How many supporters a training gave a certificate. 支持者培训颁发的证书数。"
    )
    attendees: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Known clients present at a session or event. 到场的已登记服务对象。"
    )
    absentees: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Members of the group who did not come. 未到场的组员。"
    )
    group: UUID | None = strawberry.field(default=GIVEN, description="The group of a session. 所属小组。")
    co_workers: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Workers who did it together with you (CR-9). 共同提供服务的社工。"
    )
    hosts: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Joint hosts of an event (CR-5). 活动的联合主办机构。"
    )
    note: str | None = GIVEN
    unsigned: bool | None = strawberry.field(
        default=False, description="It counts, and waits on the work list to be finished. 先记数，文字待补。"
    )
    method: ContactMethod | None = GIVEN
    focus: str | None = GIVEN
    analysis: str | None = strawberry.field(default=GIVEN, description="What the worker makes of it. 社工分析。")
    risk_change: RiskChange | None = GIVEN
    next_step: str | None = GIVEN
    next_on: Date | None = strawberry.field(
        default=GIVEN, description="Stands on the work list from that day. 到期列入待办。"
    )
    travel_minutes: int | None = GIVEN
    record_minutes: int | None = GIVEN
    volunteers: int | None = GIVEN
    budget_used: int | None = GIVEN
    satisfaction: int | None = strawberry.field(default=GIVEN, description="1 to 5. 满意度，1 至 5 分。")
    correction_reason: CorrectionReason | None = strawberry.field(
        default=GIVEN, description="Why a locked month is corrected (CR-11). 更正已锁定月份的原因。"
    )
    correction_note: str | None = strawberry.field(
        default=GIVEN, description="The note beside the figures; nothing about a person. 更正说明，不含个人信息。"
    )


LOG_IDS = {
    "hospital": "Organization", "client": "Client", "attendees": "Client", "absentees": "Client",
    "co_workers": "Worker", "hosts": "Organization",
}  # fmt: skip


@strawberry.type(description="The contact that was logged. 已登记的服务记录。")
class ServiceContactLogged:
    """The answer to a logged contact."""

    service_contact: ServiceContact
    replayed: bool = strawberry.field(description="The key was known: the first answer again. 同键重复提交。")


LogServiceContactResult = Annotated[ServiceContactLogged | Rejected, strawberry.union("LogServiceContactResult")]


async def log_service_contact(
    info: Info, given_input: Annotated[LogServiceContactInput, strawberry.argument(name="input")]
) -> LogServiceContactResult:
    """Log one service."""
    unit = info.context.unit
    logged = await log_contact(unit, LogContact.parse(raw(given_input, LOG_IDS)), source=Source.API)
    row = await CONTACTS.one(unit, info.wanted(CONTACT, "serviceContact"), logged.contact_id)
    shown: Any = Part(row, "", CONTACT)
    return ServiceContactLogged(service_contact=shown, replayed=logged.replayed)
