"""The roots of the foundation's side of reporting."""

import strawberry

from schema import corrective_actions as actions_door
from schema import evidence as evidence_door
from schema import quality_panel as quality_door
from schema import report_calendar as calendar_door


@strawberry.type
class OversightQuery:
    """What can be asked."""

    report_calendar: calendar_door.ReportCalendar = strawberry.field(
        resolver=calendar_door.calendar, description="Hospitals by months, late ones first. 月报日历，逾期的在前。"
    )
    quality_panel: list[quality_door.QualityLine] = strawberry.field(
        resolver=quality_door.panel, description="A month, most doubts first. 数据质量面板，疑点多的在前。"
    )
    evidence_samples: list[evidence_door.EvidenceSample] = strawberry.field(
        resolver=evidence_door.evidence_samples, description="The newest month first. 佐证抽样，新的在前。"
    )
    evidence_sheet: evidence_door.EvidenceSheet = strawberry.field(
        resolver=evidence_door.evidence_sheet, description="One sample with its records. 一次抽样及其记录。"
    )
    corrective_actions: list[actions_door.CorrectiveAction] = strawberry.field(
        resolver=actions_door.actions, description="Open ones by their day first. 整改事项，未了结的在前。"
    )


@strawberry.type
class OversightMutation:
    """What can be changed."""

    remind_late_hospitals: calendar_door.HospitalsRemindedResult = strawberry.field(
        resolver=calendar_door.remind, description="Once a day for each hospital. 催报，每家医院每天一次。"
    )
    draw_evidence_sample: evidence_door.EvidenceResult = strawberry.field(
        resolver=evidence_door.draw, description="One record in twenty, from a stored seed. 按种子抽取二十分之一。"
    )
    check_evidence: evidence_door.EvidenceResult = strawberry.field(
        resolver=evidence_door.check, description="What was found behind a record. 记录佐证核对结果。"
    )
    open_corrective_action: actions_door.CorrectiveActionResult = strawberry.field(
        resolver=actions_door.open_one, description="The owner is told. 提出整改，并通知负责方。"
    )
    move_corrective_action: actions_door.CorrectiveActionResult = strawberry.field(
        resolver=actions_door.move, description="Done, verified by another person, or sent back. 完成、核实或退回。"
    )
