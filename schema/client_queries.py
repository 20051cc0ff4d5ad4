"""What can be asked about people besides their lists: imports, rights, one's own notes."""

import strawberry

from schema import assessments as assessments_door
from schema import client_imports as client_imports_door
from schema import erasures as erasures_door
from schema import private_notes as private_notes_door


@strawberry.type
class ClientQueries:
    """The part of the questions that is about people and their rights."""

    impact_assessments: list[assessments_door.ImpactAssessment] = strawberry.field(
        resolver=assessments_door.impact_assessments, description="What is due first. 影响评估登记，待办在前。"
    )
    erasure_requests: list[erasures_door.ErasureRequest] = strawberry.field(
        resolver=erasures_door.erasure_requests,
        description="Not done yet, the oldest first. 尚未执行的删除申请，按时间先后。",
    )
    private_notes: list[private_notes_door.PrivateNote] = strawberry.field(
        resolver=private_notes_door.private_notes,
        description="One's own about a client, newest first; nobody else reads them. 本人关于某服务对象的私人笔记。",
    )
    client_import: client_imports_door.ClientImport | None = strawberry.field(
        resolver=client_imports_door.one, description="Null for those of others. 名单导入的结果；无权查看时为 null。"
    )
