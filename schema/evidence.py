"""Samples of evidence through the API."""

from typing import Annotated, Any

import strawberry

from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.oversight.evidence import (
    CheckEvidence,
    DrawSample,
    EvidenceFound,
    FrameState,
    check_evidence,
    draw_sample,
    sample_sheet,
    samples,
)
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id, text
from schema.looking import Info
from schema.measures import hospital_of
from schema.organizations import Organization
from schema.paging import GIVEN
from schema.scalars import Date, DateTime

for _enum, _meaning in (
    (EvidenceFound, "What the attached sheet said. 佐证核对结果。"),
    (FrameState, "Whether the month still holds the same records. 抽样范围是否变动。"),
):
    strawberry.enum(_enum, description=_meaning)
_SAMPLE, _CHECK = "EvidenceSample", "EvidenceCheck"


@strawberry.type(description="A drawn record, without names. 抽中的记录，不含姓名。")
class DrawnRecord:
    """One line of a checklist; facts are null once the record was taken back."""

    id: strawberry.ID
    found: EvidenceFound | None
    note: str | None
    checked_at: DateTime | None
    occurred_on: Date | None
    service_code: ServiceCode | None
    duration_minutes: int | None
    attendance: AttendanceStatus | None
    client_code: str | None


@strawberry.type(description="The sample of a hospital's month: one record in twenty. 一家医院一个月的佐证抽样。")
class EvidenceSample:
    """A sample with its result so far."""

    id: strawberry.ID
    hospital: Organization = strawberry.field(resolver=hospital_of)
    hospital_id: strawberry.Private[Any]
    month: str
    seed: str = strawberry.field(description="The same seed draws the same of the same records. 抽样种子。")
    frame_size: int
    frame_print: str
    drawn: int
    checked: int
    wrong: int
    error_percent: float | None = strawberry.field(description="Null before the first check. 差错率（%）。")


@strawberry.type(description="A sample with its records. 抽样及其记录。")
class EvidenceSheet:
    """The checklist."""

    sample: EvidenceSample
    frame: FrameState
    is_drawn_again: bool = strawberry.field(description="The seed gives the same records. 用种子重抽结果一致。")
    records: list[DrawnRecord]


def _sample(card: Any) -> EvidenceSample:
    result = card.result
    return EvidenceSample(
        id=strawberry.ID(global_id(_SAMPLE, card.id)), hospital_id=card.hospital_id, month=card.month, seed=card.seed,
        frame_size=card.frame_size, frame_print=card.frame_print, drawn=result.drawn, checked=result.checked,
        wrong=result.wrong, error_percent=None if result.error_percent is None else float(result.error_percent),
    )  # fmt: skip


def _record(one: Any) -> DrawnRecord:
    told: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("found", "note", "checked_at", "occurred_on", "service_code", "duration_minutes", "attendance",
                     "client_code")
    }  # fmt: skip
    return DrawnRecord(id=strawberry.ID(global_id(_CHECK, one.id)), **told)


async def evidence_samples(info: Info, program: str) -> list[EvidenceSample]:
    """The samples of a program, the newest month first."""
    return [_sample(card) for card in await samples(info.context.unit, text("program", program) or "")]


async def _sheet(info: Info, key: Any) -> EvidenceSheet:
    found = await sample_sheet(info.context.unit, key)
    return EvidenceSheet(
        sample=_sample(found.card), frame=found.frame, is_drawn_again=found.is_drawn_again,
        records=[_record(one) for one in found.records],
    )  # fmt: skip


async def evidence_sheet(info: Info, sample: strawberry.ID) -> EvidenceSheet:
    """One sample with its records."""
    return await _sheet(info, row_id("sample", _SAMPLE, sample))


@strawberry.input(description="The month to draw from. 要抽样的月份。")
class DrawEvidenceSampleInput:
    """What ``DrawSample`` takes."""

    program: str
    hospital: strawberry.ID
    month: str


@strawberry.input(description="What was found behind a record. 核对结果。")
class CheckEvidenceInput:
    """What ``CheckEvidence`` takes."""

    check: strawberry.ID
    found: EvidenceFound
    note: str | None = strawberry.field(default=GIVEN, description="Needed unless seen. 不相符时必填。")


@strawberry.type(description="The checklist after it. 核对清单。")
class EvidenceKept:
    """The answer to both."""

    sheet: EvidenceSheet


EvidenceResult = Annotated[EvidenceKept | Rejected, strawberry.union("EvidenceResult")]


async def draw(
    info: Info, given_input: Annotated[DrawEvidenceSampleInput, strawberry.argument(name="input")]
) -> EvidenceResult:
    """Draw the sample of a month."""
    made = await draw_sample(info.context.unit, DrawSample.parse(raw(given_input, {"hospital": "Organization"})))
    return EvidenceKept(sheet=await _sheet(info, made))


async def check(
    info: Info, given_input: Annotated[CheckEvidenceInput, strawberry.argument(name="input")]
) -> EvidenceResult:
    """Say what was found."""
    sample = await check_evidence(info.context.unit, CheckEvidence.parse(raw(given_input, {"check": _CHECK})))
    return EvidenceKept(sheet=await _sheet(info, sample))
