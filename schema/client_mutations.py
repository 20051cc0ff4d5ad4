"""What can be changed about people: registering, importing, groups, discharges, rights."""

import strawberry

from schema import assessments as assessments_door
from schema import client_imports as client_imports_door
from schema import client_records as client_records_door
from schema import discharges as discharges_door
from schema import erasures as erasures_door
from schema import groups as groups_door
from schema import organizations as organizations_door
from schema import private_notes as private_notes_door
from schema import rights as rights_door


@strawberry.type
class ClientMutations:
    """The part of the mutations that is about people."""

    create_service_group: groups_door.ServiceGroupResult = strawberry.field(
        resolver=groups_door.create, description="Start a group with its plan. 新建小组。"
    )
    plan_group_sessions: groups_door.ServiceGroupResult = strawberry.field(
        resolver=groups_door.plan_anew, description="Those not held yet, weekly. 重排未开展的节次。"
    )
    write_session_plan: groups_door.ServiceGroupResult = strawberry.field(
        resolver=groups_door.plan_session, description="What a session to come is about. 填写单元计划。"
    )
    close_service_group: groups_door.ServiceGroupResult = strawberry.field(
        resolver=groups_door.close, description="With its summary. 结束小组并填写总结。"
    )
    register_client: client_records_door.RegisterClientResult = strawberry.field(
        resolver=client_records_door.register, description="Register a person at the viewer's hospital. 登记服务对象。"
    )
    import_clients: client_imports_door.ClientImportResult = strawberry.field(
        resolver=client_imports_door.bring, description="A job imports it; ask `clientImport`. 导入名单，由后台处理。"
    )
    undo_client_import: client_imports_door.ClientImportResult = strawberry.field(
        resolver=client_imports_door.take_back, description="Within seven days. 七天内撤销名单导入。"
    )
    record_discharge: discharges_door.DischargeResult = strawberry.field(
        resolver=discharges_door.record, description="Follow-ups are due from it. 登记出院，由此安排随访。"
    )
    record_readmission: discharges_door.DischargeResult = strawberry.field(
        resolver=discharges_door.readmit, description="Nothing more is due after that discharge. 登记再入院，随访停止。"
    )
    withdraw_readmission: discharges_door.DischargeResult = strawberry.field(
        resolver=discharges_door.stay_discharged, description="It was no readmission. 撤回误登的再入院。"
    )
    withdraw_discharge: discharges_door.WithdrawDischargeResult = strawberry.field(
        resolver=discharges_door.withdraw, description="Within seven days. 七天内撤回误登的出院。"
    )
    export_subject: rights_door.SubjectCopyResult = strawberry.field(
        resolver=rights_door.copy, description="Everything about a client, for that person. 取出本人全部资料的副本。"
    )
    correct_client: rights_door.ClientRightResult = strawberry.field(
        resolver=rights_door.correct, description="What was said before stays, sealed. 更正资料，原内容加密保留。"
    )
    hold_subject_copy: rights_door.ClientRightResult = strawberry.field(
        resolver=rights_door.hold, description="A second person has to agree. 申请暂缓提供副本，需第二人确认。"
    )
    agree_to_copy_hold: rights_door.ClientRightResult = strawberry.field(
        resolver=rights_door.agree, description="As the second person. 作为第二人同意暂缓。"
    )
    end_copy_hold: rights_door.ClientRightResult = strawberry.field(
        resolver=rights_door.end, description="Before its time. 提前结束暂缓。"
    )
    add_impact_assessment: assessments_door.ImpactAssessmentResult = strawberry.field(
        resolver=assessments_door.add, description="Another administrator looks at it. 登记影响评估，须他人复核。"
    )
    review_impact_assessment: assessments_door.ImpactAssessmentResult = strawberry.field(
        resolver=assessments_door.review, description="As the second person. 作为第二人复核。"
    )
    ask_erasure: erasures_door.ErasureResult = strawberry.field(
        resolver=erasures_door.ask,
        description="A second person has to agree; needs a fresh proof in the browser's session. 申请删除，需第二人同意。",
    )
    agree_to_erasure: erasures_door.ErasureResult = strawberry.field(
        resolver=erasures_door.agree, description="As the second person. 作为第二人同意删除。"
    )
    end_erasure_request: erasures_door.ErasureResult = strawberry.field(
        resolver=erasures_door.end, description="Refused or taken back. 拒绝或撤回删除申请。"
    )
    write_private_note: private_notes_door.PrivateNoteResult = strawberry.field(
        resolver=private_notes_door.write, description="For oneself alone. 写下仅本人可见的私人笔记。"
    )
    remove_private_note: private_notes_door.PrivateNoteResult = strawberry.field(
        resolver=private_notes_door.remove, description="For good, with its key. 彻底删除私人笔记。"
    )
    change_organization: organizations_door.ChangeOrganizationResult = strawberry.field(
        resolver=organizations_door.change,
        description="All of its name, place and country; its code stays. 更改机构名称、所在地与数据所在国家。",
    )
