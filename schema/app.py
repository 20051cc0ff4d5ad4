"""The schema: the fields of Query and Mutation, each from the file of its area."""

from typing import Annotated, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from coord.cases import CASES
from coord.clients import CLIENTS
from coord.clients.consents import CONSENTS
from coord.clients.discharges import DISCHARGES
from coord.contacts import CONTACTS
from coord.contacts.group_listing import GROUPS
from coord.organizations import ORGANIZATIONS
from coord.outcomes import ALERTS
from coord.outcomes.reads import SCORES
from coord.placements import PLACEMENTS
from coord.programs import PROGRAMS
from coord.referrals import REFERRALS
from coord.referrals.codes import ReferralEventKind as Event
from coord.referrals.directory import RECEIVERS
from coord.supervision import SESSIONS
from coord.webhooks.reads import DELIVERIES, ENDPOINTS
from coord.workforce import WORKERS
from schema import batches as batches_door
from schema import case_sheets as case_sheets_door
from schema import cases as cases_door
from schema import clients as clients_door
from schema import consents as consents_door
from schema import contacts as contacts_door
from schema import discharges as discharges_door
from schema import groups as groups_door
from schema import impact as impact_door
from schema import measures as measures_door
from schema import months as months_door
from schema import organizations as organizations_door
from schema import outcome_rates as outcome_rates_door
from schema import outcomes as outcomes_door
from schema import placements as placements_door
from schema import programs as programs_door
from schema import receivers as receivers_door
from schema import referral_links as referral_links_door
from schema import referral_moves as referral_moves_door
from schema import referrals as referrals_door
from schema import reviews as reviews_door
from schema import scale_withdrawals as scale_withdrawals_door
from schema import settings as settings_door
from schema import supervision as supervision_door
from schema import viewer as viewer_door
from schema import webhooks as webhooks_door
from schema.client_mutations import ClientMutations
from schema.client_queries import ClientQueries
from schema.errors import Refuse
from schema.looking import Info
from schema.money import MONEY_SOURCES, MoneyMutation, MoneyQuery
from schema.nodes import Node, Source, find
from schema.oversight import OversightMutation, OversightQuery
from schema.publishing import PublishingMutation, PublishingQuery
from schema.rows import field_value
from schema.scalars import SCALARS, DateTime, Decimal
from schema.shapes import CLIENT, CONTACT

SOURCES = {
    source.shape.name: source
    for source in (
        Source(ORGANIZATIONS, organizations_door.ORGANIZATION),
        Source(PROGRAMS, programs_door.PROGRAM),
        Source(WORKERS, placements_door.WORKER),
        Source(PLACEMENTS, placements_door.PLACEMENT),
        Source(CLIENTS, CLIENT),
        Source(CONTACTS, CONTACT),
        Source(CONSENTS, consents_door.CONSENT),
        Source(DISCHARGES, discharges_door.DISCHARGE),
        Source(REFERRALS, referrals_door.REFERRAL),
        Source(RECEIVERS, receivers_door.RECEIVER),
        *MONEY_SOURCES,
        Source(CASES, cases_door.CASE),
        Source(GROUPS, groups_door.GROUP),
        Source(SCORES, outcomes_door.SCALE_RESULT),
        Source(ALERTS, outcomes_door.SAFETY_ALERT),
        Source(SESSIONS, supervision_door.SUPERVISION),
        Source(ENDPOINTS, webhooks_door.ENDPOINT),
        Source(DELIVERIES, webhooks_door.DELIVERY),
    )
}


async def node(info: Info, global_id: Annotated[strawberry.ID, strawberry.argument(name="id")]) -> Any:
    """Any row by its global id."""
    return await find(info, SOURCES, global_id)


@strawberry.type(description="Everything that can be asked. 可查询的全部内容。")
class Query(ClientQueries, MoneyQuery, OversightQuery, PublishingQuery):
    """The roots of questions."""

    node: Node | None = strawberry.field(
        resolver=node, description="Null for unknown ids and for what the viewer may not see. 未知或无权查看时为 null。"
    )
    viewer: viewer_door.Viewer | None = strawberry.field(
        resolver=viewer_door.viewer, description="Who is asking. 当前登录者。"
    )
    rate_limit: viewer_door.RateLimit = strawberry.field(
        resolver=viewer_door.rate_limit, description="What is left. 剩余配额。"
    )
    organizations: organizations_door.OrganizationConnection = strawberry.field(
        resolver=organizations_door.organizations,
        description="By code; search takes names, pinyin and codes. 按编号排序，可按名称、拼音或编号检索。",
    )
    programs: programs_door.ProgramConnection = strawberry.field(
        resolver=programs_door.programs,
        description="Programs that the viewer's organizations take part in. 所在机构参与的项目。",
    )
    program: programs_door.Program | None = strawberry.field(
        resolver=programs_door.program, description="By its code. 按编号查找。"
    )
    placements: placements_door.PlacementConnection = strawberry.field(
        resolver=placements_door.placements, description="Posts, filled and vacant. 岗位（含空缺）。"
    )
    clients: clients_door.ClientConnection = strawberry.field(
        resolver=clients_door.clients,
        description="Newest first; search takes codes, and names where readable. 可按编号检索；有权者可按姓名、拼音检索。",
    )
    service_contacts: contacts_door.ServiceContactConnection = strawberry.field(
        resolver=contacts_door.service_contacts, description="Newest first. 按日期倒序。"
    )
    review_queue: contacts_door.ServiceContactConnection = strawberry.field(
        resolver=reviews_door.queue,
        description="Records to look at: flagged or drawn, the oldest first. 待审核记录：有提示或被抽查，旧的在前。",
    )
    referrals: referrals_door.ReferralConnection = strawberry.field(
        resolver=referrals_door.referrals,
        description="What the viewer's organizations sent and were sent, newest first. 本机构发出和收到的转介，新的在前。",
    )
    receivers: receivers_door.ReceiverConnection = strawberry.field(
        resolver=receivers_door.receivers,
        description="Who receives referrals; search takes names, pinyin, initials, codes and districts. "
        "接收转介的机构，可按名称、拼音、首字母、编号或区县检索。",
    )
    referrals_settled_at: DateTime = strawberry.field(
        resolver=referrals_door.referrals_settled_at,
        description="No change before this moment is still to come: the end of one poll and the start of the next. "
        "早于此时刻的变更均已可见，用作轮询的水位。",
    )
    referral_bundle: str | None = strawberry.field(
        resolver=referrals_door.referral_bundle,
        description="One referral as a FHIR R4 bundle (JSON): what the viewer sees on its page. "
        "以 FHIR R4 Bundle（JSON）导出一项转介，内容与页面所见一致。",
    )
    webhooks: webhooks_door.WebhookConnection = strawberry.field(
        resolver=webhooks_door.webhooks,
        description="Of the organizations that the viewer administers. 所管理机构的推送地址。",
    )
    webhook_deliveries: webhooks_door.WebhookDeliveryConnection = strawberry.field(
        resolver=webhooks_door.webhook_deliveries,
        description="Of one address, newest first. 某地址的推送，按时间倒序。",
    )
    case_files: cases_door.CaseFileConnection = strawberry.field(
        resolver=cases_door.case_files, description="Newest first. 按接案日期倒序。"
    )
    case_sheets: case_sheets_door.CaseSheets | None = strawberry.field(
        resolver=case_sheets_door.case_sheets,
        description="What was written in one case, for the care team; every look is recorded. 一个个案的全部表单，每次查看均留痕。",
    )
    service_groups: groups_door.ServiceGroupConnection = strawberry.field(
        resolver=groups_door.service_groups, description="Newest first. 小组，新的在前。"
    )
    scale_results: outcomes_door.ScaleResultConnection = strawberry.field(
        resolver=outcomes_door.scale_results,
        description="Scales of the care team's clients, newest first. 照护团队服务对象的量表结果，按日期倒序。",
    )
    outcome_rates: list[outcome_rates_door.OutcomeRate] = strawberry.field(
        resolver=outcome_rates_door.outcome_rates,
        description="Response, remission, reliable change and recovery, with their denominators. 疗效指标及其分母。",
    )
    safety_alerts: outcomes_door.SafetyAlertConnection = strawberry.field(
        resolver=outcomes_door.safety_alerts, description="Newest first; never who. 按时间倒序，不含个人信息。"
    )
    supervision_sessions: supervision_door.SupervisionSessionConnection = strawberry.field(
        resolver=supervision_door.supervision_sessions, description="Newest first. 督导记录，按日期倒序。"
    )
    worker_caseloads: list[supervision_door.Caseload] = strawberry.field(
        resolver=supervision_door.worker_caseloads,
        description="Open cases and a month's supervision of everybody in post. 在岗社工的个案负荷与当月督导。",
    )
    program_settings: list[settings_door.ProgramSetting] = strawberry.field(
        resolver=settings_door.program_settings, description="What a program sets for itself. 项目设置。"
    )
    hospital_progress: list[measures_door.HospitalProgress] = strawberry.field(
        resolver=measures_door.hospital_progress,
        description="Worst first. `month` is 2026-11. 最需关注者在前；月份格式为 2026-11。",
    )
    measures: measures_door.MeasureTable = strawberry.field(
        resolver=measures_door.measures,
        description="Numbers between two days, both included. 起止日期（含）之间的数字。",
    )
    impact_report: impact_door.ImpactReport | None = strawberry.field(
        resolver=impact_door.report,
        description="`period` is 2026Q3, 2026 or LATEST, the newest quarter. Null when nothing has been released for it. 已公布的成效报告。",
    )
    impact_periods: list[str] = strawberry.field(
        resolver=impact_door.periods, description="Periods that have a report, newest first. 已公布报告的期间。"
    )
    hospital_months: list[months_door.HospitalMonth] = strawberry.field(
        resolver=months_door.hospital_months,
        description="The reporting calendar of one month, 2026-09, by hospital code. 月报日历。",
    )
    month_report: months_door.MonthReport = strawberry.field(
        resolver=months_door.month_report,
        description="One month as originally reported and as corrected. 月度数字：原始上报与更正后。",
    )


@strawberry.type(description="Everything that can be changed; one mutation per operation. 可执行的操作；每次请求一个。")
class Mutation(ClientMutations, MoneyMutation, OversightMutation, PublishingMutation):
    """The roots of changes."""

    add_webhook: webhooks_door.AddWebhookResult = strawberry.field(
        resolver=webhooks_door.add, description="Tell a partner's system of changes. 添加推送地址。"
    )
    pause_webhook: webhooks_door.WebhookResult = webhooks_door.pause
    resume_webhook: webhooks_door.WebhookResult = webhooks_door.resume
    remove_webhook: webhooks_door.WebhookResult = webhooks_door.remove
    ping_webhook: webhooks_door.WebhookResult = webhooks_door.ping
    redeliver_webhook: webhooks_door.WebhookResult = strawberry.field(
        resolver=webhooks_door.send_again, description="The same id, another day of attempts. 重新发送。"
    )

    start_case: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.start, description="Start a file for a client. 接案。"
    )
    write_intake: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.intake, description="Write the intake again. 修改接案评估。"
    )
    assess_case: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.assess, description="Write the assessment. 填写预估。"
    )
    write_service_plan: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.plan, description="Write the plan with its goals. 制定服务计划。"
    )
    evaluate_goals: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.evaluate, description="Say how far goals were reached. 评估目标。"
    )
    submit_case_closure: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.close, description="Hand the closing report in. 提交结案。"
    )
    record_follow_up: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.follow_up, description="Tell how a person fares afterwards. 记录回访。"
    )
    move_case: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.move,
        description="A step without a form: hand on, approve, return, reopen. 提交、同意、退回、重新开案等。",
    )
    assign_case: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.assign, description="Give a waiting case to a worker. 分派个案。"
    )
    transfer_case: cases_door.CaseResult = strawberry.field(
        resolver=cases_door.transfer, description="Hand a case over. 转交个案。"
    )
    log_service_contact: contacts_door.LogServiceContactResult = strawberry.field(
        resolver=contacts_door.log_service_contact,
        description="Log one service of the viewer. 登记本人提供的一次服务。",
    )
    approve_service_contacts: reviews_door.ReviewResult = strawberry.field(
        resolver=reviews_door.approve, description="All or none; flagged ones with a justification. 审核通过。"
    )
    return_service_contact: reviews_door.ReviewResult = strawberry.field(
        resolver=reviews_door.give_back, description="To whoever wrote it, with the reason. 退回并说明原因。"
    )
    undo_review: reviews_door.UndoReviewResult = strawberry.field(
        resolver=reviews_door.undo, description="Within 12 seconds. 12 秒内撤销审核。"
    )
    accept_quality_flag: reviews_door.AcceptQualityFlagResult = strawberry.field(
        resolver=reviews_door.accept, description="Let a flag stand, with a justification. 接受质量提示并说明。"
    )
    record_consent: consents_door.RecordConsentResult = strawberry.field(
        resolver=consents_door.record, description="Record one consent of a client. 登记服务对象的一项知情同意。"
    )
    withdraw_consent: consents_door.WithdrawConsentResult = strawberry.field(
        resolver=consents_door.withdraw, description="End a consent at once. 撤回一项知情同意，立即生效。"
    )
    send_referral: referral_moves_door.ReferralResult = strawberry.field(
        resolver=referral_moves_door.send, description="Send a referral. 发出转介。"
    )
    complete_referral: referral_moves_door.ReferralResult = strawberry.field(
        resolver=referral_moves_door.complete, description="Complete a returned one and send it. 补充后再次发出。"
    )
    receive_referral = referral_moves_door.as_target(Event.RECEIVE, does="It has arrived. 签收。")
    accept_referral = referral_moves_door.as_target(Event.ACCEPT, does="Take it on. 受理。")
    undo_accept_referral = referral_moves_door.as_target(Event.UNDO_ACCEPT, does="Within 12 seconds. 撤销受理。")
    decline_referral = referral_moves_door.as_target(Event.DECLINE, does="With a reason. 拒绝并说明原因。")
    return_referral = referral_moves_door.as_target(Event.RETURN, does="For missing information. 退回补充资料。")
    forward_referral: referral_moves_door.ReferralResult = strawberry.field(
        resolver=referral_moves_door.forward, description="Propose another organization. 建议再转其他机构。"
    )
    refer_back = referral_moves_door.refer_back
    assign_referral = referral_moves_door.assigned
    record_referral_contact = referral_moves_door.first_contact
    record_referral_attempt = referral_moves_door.in_vain
    report_referral_unreachable = referral_moves_door.as_target(
        Event.REPORT_UNREACHABLE, does="After enough attempts. 标记联系不上。"
    )
    assess_referral = referral_moves_door.as_target(Event.ASSESS, does="The assessment is done. 已完成评估。")
    start_referral_service = referral_moves_door.as_target(Event.START_SERVICE, does="Service begins. 开始服务。")
    send_referral_feedback: referral_moves_door.ReferralResult = strawberry.field(
        resolver=referral_moves_door.feedback, description="The outcome, to the sender. 向转出方反馈结果。"
    )
    acknowledge_referral_feedback = referral_moves_door.as_source(
        Event.ACKNOWLEDGE, does="The loop is closed. 确认反馈，闭环。"
    )
    withdraw_referral = referral_moves_door.as_source(Event.WITHDRAW, does="With a reason. 撤回并说明原因。")
    fail_referral = referral_moves_door.as_target(Event.FAIL, does="It cannot be done any more. 无法继续。")
    create_referral_link: referral_links_door.CreateReferralLinkResult = strawberry.field(
        resolver=referral_links_door.create,
        description="For a provider without an account; the address is told once. 为无账号机构生成链接，仅返回一次。",
    )
    revoke_referral_link: referral_links_door.RevokeReferralLinkResult = strawberry.field(
        resolver=referral_links_door.revoke, description="Take a link back at once. 立即收回链接。"
    )
    describe_receiver: receivers_door.ReceiverResult = strawberry.field(
        resolver=receivers_door.describe,
        description="Say what an organization does and has room for. 填写机构的接收信息。",
    )
    confirm_receiver: receivers_door.ReceiverResult = strawberry.field(
        resolver=receivers_door.confirm, description="Say that it still holds. 确认信息仍然有效。"
    )
    log_service_contacts: batches_door.LogServiceContactsResult = strawberry.field(
        resolver=batches_door.log_service_contacts,
        description="Log several services; each row stands for itself. 批量登记，各行互不影响。",
    )
    move_month: months_door.MoveMonthResult = strawberry.field(
        resolver=months_door.move_month,
        description="Submit, return, approve, send back or lock a month. 提交、退回、审核或锁定月报。",
    )
    record_supervision: supervision_door.RecordSupervisionResult = strawberry.field(
        resolver=supervision_door.record, description="A session that the viewer gave. 记录一次督导。"
    )
    withdraw_supervision: supervision_door.WithdrawSupervisionResult = strawberry.field(
        resolver=supervision_door.withdraw, description="Within seven days. 七天内撤回误录的督导。"
    )
    set_program_setting: settings_door.SetProgramSettingResult = strawberry.field(
        resolver=settings_door.change, description="A value from a day on. 更改项目设置。"
    )
    record_scale: outcomes_door.RecordScaleResult = strawberry.field(
        resolver=outcomes_door.record,
        description="Record a filled scale; danger opens an alert. 登记量表；危险答案触发警报。",
    )
    withdraw_scale: scale_withdrawals_door.ScaleChangedResult = strawberry.field(
        resolver=scale_withdrawals_door.withdraw, description="It stays and counts nowhere. 撤回误录的量表，不再计入。"
    )
    restore_scale: scale_withdrawals_door.ScaleChangedResult = strawberry.field(
        resolver=scale_withdrawals_door.restore, description="It counts again. 恢复已撤回的量表。"
    )
    raise_safety_alert: outcomes_door.SafetyAlertResult = strawberry.field(
        resolver=outcomes_door.raise_one, description="Open an alert without any score. 不凭量表发出警报。"
    )
    take_safety_alert: outcomes_door.SafetyAlertResult = strawberry.field(
        resolver=outcomes_door.take_one, description="Take an alert on, with a plan. 写明计划并接手。"
    )
    close_safety_alert: outcomes_door.SafetyAlertResult = strawberry.field(
        resolver=outcomes_door.close_one, description="Close an alert with its outcome. 写明结果并关闭。"
    )


# In the contract for what is to come; a type that no field has must be named.
_unused: Any = Decimal


def build(*, in_order: bool = False) -> strawberry.Schema:
    """The schema, ``in_order`` of names for printing.

    Only for printing: union members of a sorted schema are copies that Strawberry does not recognize
    when it looks for the type of a value.
    """
    return strawberry.Schema(
        Query,
        Mutation,
        types=[_unused],
        config=StrawberryConfig(
            sort_schema=in_order, default_resolver=field_value, info_class=Info, scalar_map=SCALARS
        ),
        exception_handlers=[Refuse()],
    )


core = build()._schema  # noqa: SLF001  the executable schema has no public name
"""What documents are validated and executed against."""
