"""The register of impact assessments through the API."""

from typing import Annotated, Any

import strawberry

from coord.rights.assessments import (
    AddAssessment,
    AssessedActivity,
    AssessedRisk,
    AssessmentShown,
    add_assessment,
    assessments,
    review_assessment,
)
from coord.rights.assessments.rules import AssessmentState
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.scalars import Date

for _enum, _meaning in (
    (AssessedActivity, "What was assessed (PIPL 55). 评估事项。"),
    (AssessedRisk, "What is left after the measures. 剩余风险。"),
    (AssessmentState, "What has to be done about it. 评估状态。"),
):
    strawberry.enum(_enum, description=_meaning)
_ASSESSMENT = "ImpactAssessment"


@strawberry.type(description="An assessment of what handling personal data does to people. 个人信息保护影响评估。")
class ImpactAssessment:
    """One entry of the register."""

    id: strawberry.ID
    activity: AssessedActivity
    title: str
    necessity: str
    effects: str
    measures: str
    risk: AssessedRisk
    assessed_on: Date
    valid_until: Date
    made_by: str
    reviewed_by: str | None
    state: AssessmentState


@strawberry.input(description="An assessment as it was made. 已完成的评估。")
class AddImpactAssessmentInput:
    """What ``AddAssessment`` takes."""

    activity: AssessedActivity
    title: str
    necessity: str
    effects: str
    measures: str
    risk: AssessedRisk
    assessed_on: Date
    valid_until: Date


@strawberry.type(description="The entry. 登记条目。")
class ImpactAssessmentKept:
    """The answer to an added or reviewed assessment."""

    assessment_id: strawberry.ID


ImpactAssessmentResult = Annotated[ImpactAssessmentKept | Rejected, strawberry.union("ImpactAssessmentResult")]


def _shown(one: AssessmentShown) -> ImpactAssessment:
    told: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("activity", "title", "necessity", "effects", "measures", "risk", "assessed_on", "valid_until",
                     "made_by", "reviewed_by", "state")
    }  # fmt: skip
    return ImpactAssessment(id=strawberry.ID(global_id(_ASSESSMENT, one.id)), **told)


async def impact_assessments(info: Info) -> list[ImpactAssessment]:
    """The register, what is due first."""
    return [_shown(one) for one in await assessments(info.context.unit)]


async def add(
    info: Info, given_input: Annotated[AddImpactAssessmentInput, strawberry.argument(name="input")]
) -> ImpactAssessmentResult:
    """Put an assessment into the register."""
    made = await add_assessment(info.context.unit, AddAssessment.parse(raw(given_input, {})))
    return ImpactAssessmentKept(assessment_id=strawberry.ID(global_id(_ASSESSMENT, made)))


async def review(info: Info, assessment: strawberry.ID) -> ImpactAssessmentResult:
    """Say, as a second person, that it holds."""
    key = row_id("assessment", _ASSESSMENT, assessment)
    if key is None:
        raise AssertionError("the schema lets no null through")
    await review_assessment(info.context.unit, key)
    return ImpactAssessmentKept(assessment_id=assessment)
