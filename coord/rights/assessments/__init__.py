"""The register of assessments of what handling personal data does to people: made before, looked at again, kept."""

from coord.rights.assessments import access
from coord.rights.assessments.codes import AssessedActivity, AssessedRisk
from coord.rights.assessments.inputs import AddAssessment
from coord.rights.assessments.register import AssessmentShown, add_assessment, assessments, review_assessment

__all__ = [
    "AddAssessment",
    "AssessedActivity",
    "AssessedRisk",
    "AssessmentShown",
    "access",
    "add_assessment",
    "assessments",
    "review_assessment",
]
