"""What funders get: a pure function of published releases. Nothing here reaches a record."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

import strawberry

from coord.kernel.remembered import LastingRows, made_of
from coord.language import Words
from coord.measures import Dimension
from coord.programs import PROGRAMS
from coord.releases import CountStatus, ImpactQuery, impact_report, published_periods
from coord.releases.codes import NoteKind
from coord.releases.reads import ReportStory
from coord.releases.serving import Group
from schema.ids import global_id
from schema.inputs import row_id, text
from schema.looking import Info
from schema.measures import DimensionValue
from schema.paging import GIVEN, given
from schema.programs import PROGRAM, Program
from schema.rows import Part
from schema.scalars import DateTime

strawberry.enum(NoteKind, name="ImpactNoteKind", description="What a note is about. 说明的种类。")
strawberry.enum(CountStatus, description="Whether a published number is shown. 数字是否公布。")
_NONE: list[Dimension] = []
METHOD_PATH = "/impact/method"


@strawberry.type(description="A published number: never exact where that could point at a person. 受保护的公布数字。")
class ProtectedCount:
    """A count of a release."""

    value: int | None
    status: CountStatus


@strawberry.type(description="A published rate in whole percent, from protected counts. 受保护的公布比率。")
class ProtectedRate:
    """A rate of a release."""

    numerator: ProtectedCount
    denominator: ProtectedCount
    percent: int | None
    status: CountStatus


@strawberry.type(description="The published figures of a cell. 一个单元格的公布数字。")
class ImpactMeasures:
    """Each figure is a sum of protected cells."""

    person_times: ProtectedCount
    persons: ProtectedCount = strawberry.field(
        description="Of one quarter; not additive, so hidden for a year. 仅按季度公布，不可相加。"
    )
    new_persons: ProtectedCount = strawberry.field(
        description="First met in the period; additive. 期内首次服务的人数，可相加。"
    )
    sessions: ProtectedCount
    referrals_sent: ProtectedCount
    referrals_accepted: ProtectedCount
    referrals_first_contact: ProtectedCount
    referrals_closed_loop: ProtectedCount
    first_contact_within7_days: ProtectedRate = strawberry.field(
        name="firstContactWithin7Days", description="Of those accepted. 受理后 7 天内首次接触。"
    )
    closed_loop: ProtectedRate = strawberry.field(description="Of those sent. 占发出转介的比例。")
    phq9_response: ProtectedRate = strawberry.field(
        name="phq9Response", description="Of people whose window of 240 days ended. 观察期已结束者。"
    )
    phq9_remission: ProtectedRate = strawberry.field(name="phq9Remission", description="Of the same people. 同上。")


@strawberry.type(description="One cell of a report. 报告的一个单元格。")
class ImpactRow:
    """A cell's keys and figures."""

    key: list[DimensionValue]
    measures: ImpactMeasures


@strawberry.type(description="People of one sex and age band, all hospitals together. 按性别和年龄组的人员。")
class ImpactProfileRow:
    """A group of people and its figures; those that are not of people are hidden."""

    sex: str = strawberry.field(description="FEMALE, MALE or NOT_GIVEN.")
    age_band: str = strawberry.field(description="0-17, 18-34, 35-59, 60+ or NOT_GIVEN.")
    measures: ImpactMeasures


@strawberry.type(description="What stands beside the figures: words, or a correction. 报告文字与更正说明。")
class ImpactNote:
    """A note of one quarter; it is signed with the figures."""

    kind: NoteKind
    period: str = strawberry.field(description="The quarter that is spoken of. 所述季度。")
    text: str


@strawberry.type(description="A story told with consent; its words end with the consent. 经本人同意发布的故事。")
class ImpactStory:
    """The release signs the digest; the words stand beside it."""

    id: strawberry.ID
    period: str = strawberry.field(description="The quarter whose release tells it. 所属季度。")
    title: str | None = strawberry.field(description="Null once it ended. 故事终止后为空。")
    text: str | None
    salt: str | None = strawberry.field(description="Chance that the digest is over as well. 摘要所含随机数。")
    digest: str = strawberry.field(description="SHA-256, signed with the figures. 已随数字签名的摘要。")
    has_ended: bool


@strawberry.type(description="A report: a pure function of one published release. 成效报告。")
class ImpactReport:
    """The published figures of a period."""

    program: Program
    period: str
    release_id: strawberry.ID
    released_at: DateTime
    data_version: str
    counting_rule_version: str
    rows: list[ImpactRow]
    total: ImpactMeasures
    profile: list[ImpactProfileRow] = strawberry.field(
        description="Empty for some hospitals, and where too few people were served. 仅限全部医院；人数过少时为空。"
    )
    notes: list[ImpactNote] = strawberry.field(description="Words and corrections. 文字与更正说明。")
    stories: list[ImpactStory] = strawberry.field(
        description="Beside the figures, and the only part of a report that can end. 与数字并列，唯一会终止的部分。"
    )
    suppressed_cells: int = strawberry.field(
        description="How many counts of rows and total are hidden. 未公布的数字个数。"
    )
    method_url: str = strawberry.field(description="How figures are protected, in plain words. 保护方法说明。")


def _figures(published: Mapping[str, Any]) -> ImpactMeasures:
    return ImpactMeasures(**published)


def _rows(groups: Sequence[Group], *, by: Sequence[Dimension], spoken: Words) -> list[ImpactRow]:
    return LastingRows(_row(group, by, spoken) for group in groups)


def _row(group: Group, by: Sequence[Dimension], spoken: Words) -> ImpactRow:
    key = [
        DimensionValue(
            dimension=dimension,
            key=code,
            label=name if name is not None else spoken(f"dimension.{dimension}.not_given"),
        )
        for dimension, (code, name) in zip(by, group.key, strict=True)
    ]
    return ImpactRow(key=key, measures=_figures(group.figures))


def _profile(groups: Sequence[Group]) -> list[ImpactProfileRow]:
    return LastingRows(_person_row(group) for group in groups)


def _person_row(group: Group) -> ImpactProfileRow:
    (sex, _), (age, _) = group.key
    return ImpactProfileRow(sex=sex, age_band=age, measures=_figures(group.figures))


def _story(one: ReportStory) -> ImpactStory:
    gone = one.told.is_gone
    return ImpactStory(
        id=strawberry.ID(global_id("Story", one.told.id)),
        period=one.of,
        title=None if gone else one.told.title,
        text=None if gone else one.told.text,
        salt=None if gone else one.told.salt,
        digest=one.told.digest,
        has_ended=gone,
    )


async def report(
    info: Info,
    program: str,
    period: str,
    group_by: list[Dimension] | None = _NONE,
    hospitals: list[strawberry.ID] | None = GIVEN,
) -> ImpactReport | None:
    """The report of a period, null when nothing has been released for it."""
    places, by = given(hospitals), list(group_by or ())
    query = ImpactQuery.parse(
        {
            "program": text("program", program) or "",
            "period": text("period", period) or "",
            "group_by": tuple(by),
            "hospitals": None if places is None else [row_id("hospitals", "Organization", one) for one in places],
        }
    )
    found = await impact_report(info.context.unit, query)
    if found is None:
        return None
    unit, spoken = info.context.unit, info.context.words
    wanted, named = info.wanted(PROGRAM, "program"), cast(Any, None)
    if wanted:
        named = Part(await PROGRAMS.one(unit, wanted, found.program.id), "", PROGRAM)
    return ImpactReport(
        program=named,
        period=found.period,
        release_id=strawberry.ID(global_id("Release", found.release_id)),
        released_at=DateTime(found.released_at),
        data_version=found.data_version,
        counting_rule_version=found.rules_version,
        rows=made_of(found.answer.rows, spoken.language, partial(_rows, by=by, spoken=spoken)),
        total=_figures(found.answer.total),
        profile=made_of(found.answer.profile, None, _profile),
        notes=[ImpactNote(kind=NoteKind(n["kind"]), period=n["period"], text=n["text"]) for n in found.notes],
        stories=[_story(one) for one in found.stories],
        suppressed_cells=found.answer.suppressed,
        method_url=METHOD_PATH,
    )


async def periods(info: Info, program: str) -> list[str]:
    """The periods of a program that have a report, the newest first."""
    return list(await published_periods(info.context.unit, text("program", program) or ""))
