"""The forms of a case, field by field: one list that the page shows and the same fields that the input takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coord.cases.codes import (
    AdequateTreatment,
    CaseEvent,
    ClosureReaction,
    ClosureType,
    FollowUpMethod,
    FollowUpStatus,
    IntakeDecision,
    IntakeUrgency,
    RiskScreen,
)
from coord.clients.codes import CaseSource
from coord.kernel.inputs import Input
from web.desk import Options, options
from web.forms import Form
from web.words import t


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: how it is shown, and the codes to choose from."""

    name: str
    kind: str = "area"
    family: str = ""
    codes: Sequence[StrEnum] = ()
    optional: bool = False

    @property
    def label(self) -> str:
        """Its word."""
        return t(f"case_field.{self.name}")

    @property
    def choices(self) -> Options:
        """What can be chosen, with "not said" in front where that may be."""
        known = options(self.family, self.codes)
        return [("", t("choice.none")), *known] if self.optional else known

    def said(self, code: StrEnum | str) -> str:
        """The word of a code."""
        return t(f"{self.family}.{code}")


def _codes(name: str, family: str, codes: type[StrEnum], *, optional: bool = False) -> Asked:
    return Asked(name, "chips", family, tuple(codes), optional)


INTAKE = (
    _codes("source", "case_source", CaseSource),
    _codes("urgency", "intake_urgency", IntakeUrgency),
    _codes("risk", "risk_screen", RiskScreen),
    Asked("presenting_issue"),
    Asked("self_stated_needs"),
    Asked("referrer"),
    Asked("eligibility"),
    _codes("decision", "intake_decision", IntakeDecision),
)
ASSESSMENT = (
    Asked("assessed_on", "day"),
    Asked("needs"),
    Asked("illness"),
    Asked("mood"),
    Asked("suicide_risk"),
    Asked("family"),
    Asked("economy"),
    Asked("social_support"),
    Asked("functioning"),
    Asked("strengths"),
)
PLAN = (
    Asked("review_on", "later"),
    Asked("planned_sessions", "number"),
    Asked("interventions"),
    Asked("responsible"),
    Asked("frequency"),
    Asked("client_agrees", "check"),
)
CLOSING = (
    Asked("closure", "chips", "closure", tuple(code for code in ClosureType if code is not ClosureType.TRANSFERRED)),
    Asked("ends_on", "day"),
    Asked("summary"),
    Asked("remaining_needs"),
    _codes("reaction", "closure_reaction", ClosureReaction, optional=True),
    Asked("handling"),
    Asked("follow_up_plan"),
    Asked("is_referred", "check"),
    Asked("satisfaction", "number"),
    _codes("adequate_treatment", "adequate_treatment", AdequateTreatment, optional=True),
    Asked("comment"),
)
FOLLOW_UP = (
    Asked("done_on", "day"),
    Asked("status", "chips", "follow_up_status", (FollowUpStatus.REACHED, FollowUpStatus.NOT_REACHED)),
    _codes("method", "follow_up_method", FollowUpMethod),
    Asked("has_relapsed", "check"),
    Asked("needs"),
)
FORMS: Mapping[CaseEvent, tuple[str, Sequence[Asked]]] = {
    CaseEvent.WRITE_INTAKE: ("intake", INTAKE),
    CaseEvent.ASSESS: ("assessment", ASSESSMENT),
    CaseEvent.WRITE_PLAN: ("plan", PLAN),
    CaseEvent.RATE_GOALS: ("goals", ()),
    CaseEvent.SUBMIT_CLOSING: ("closing", CLOSING),
}
"""The events that need a form: the last part of its address, and its fields."""
GOAL = ("statement", "indicator", "baseline", "target", "due_on")
RATING = ("goal", "attainment", "scaling", "comment")


def rows_of(form: Form, names: Sequence[str], prefix: str) -> list[dict[str, str]]:
    """Repeated fields as rows; a row of which nothing was filled in is left out."""
    columns = [form.values(f"{prefix}{name}") for name in names]
    rows = [
        {name: values[n] if n < len(values) else "" for name, values in zip(names, columns, strict=True)}
        for n in range(max((len(values) for values in columns), default=0))
    ]
    return [row for row in rows if any(value.strip() for value in row.values())]


def raw_case(form: Form, model: type[Input], case: str) -> dict[str, object]:
    """What an input takes from a form, with the goals or ratings as rows."""
    raw: dict[str, object] = {
        name: value for name, value in form.raw(model).items() if name not in {"goals", "ratings"}
    }
    if "case" in model.model_fields:
        raw["case"] = case
    if "goals" in model.model_fields:
        raw["goals"] = rows_of(form, GOAL, "goal_")
    if "ratings" in model.model_fields:
        raw["ratings"] = rows_of(form, RATING, "rating_")
    return raw
