"""Published figures: answered from the stored cells of a release, never from records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.clients.stories.reads import ToldShown, told_by_id
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.incidents import tell
from coord.kernel.sql import select
from coord.kernel.text import printable
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts, program_by_code, program_by_id
from coord.programs.tables import Program
from coord.releases.codes import NoteKind, ReleaseState
from coord.releases.inputs import LATEST, ImpactQuery
from coord.releases.parameters import Parameters
from coord.releases.parts import SignedRelease, answer_of, signed_parts
from coord.releases.rules import moves_from
from coord.releases.serving import SERVED, Answer
from coord.releases.tables import Release, ReleaseSnapshot
from coord.work import Unit, read

MOST_LISTED = 200
OUT = (ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED)
"""What everybody may read: a release that was restated stays readable."""


class DimensionsNotReleased(Invalid):
    """Asked for by a dimension that no release has: there is no falling back to records."""

    code = "DIMENSIONS_NOT_RELEASED"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The foundation that stands behind a report, as its directory calls it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportStory:
    """A story that the release of a quarter tells, as it may be told now."""

    of: str
    told: ToldShown


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """The published figures of a period, with what says where they are from.

    ``release_id`` is the newest quarter's; ``parts`` holds every quarter as it was signed.
    """

    program: ProgramFacts
    publisher: Publisher
    period: str
    release_id: UUID
    released_at: datetime
    data_version: str
    rules_version: str
    parameters: Parameters
    answer: Answer
    parts: Sequence[SignedRelease]
    state: ReleaseState = ReleaseState.PUBLISHED
    sponsor: str | None = None
    """Whose funded hospitals alone it is about; None for the whole."""
    stories: Sequence[ReportStory] = ()
    """Beside the figures: the only part of a report that can end."""

    def of_hospitals_of(self, sponsor: str) -> "ImpactReport":
        """The same report, saying that it is about the hospitals of a sponsor."""
        return replace(self, sponsor=sponsor)

    @property
    def notes(self) -> Sequence[Mapping[str, Any]]:
        """What stands beside the figures, quarter by quarter; stories are apart."""
        return [
            {**note, "of": part.released.quarter}
            for part in self.parts
            for note in part.notes
            if note["kind"] != NoteKind.STORY
        ]


@read("release.read")
async def impact_report(unit: Unit, query: ImpactQuery) -> ImpactReport | None:
    """The report of a period; None when a quarter of it is not published.

    Raises ``NotFound`` for a program in which no organization of the actor takes part, ``DimensionsNotReleased`` for
    other dimensions than hospital, province and quarter.
    """
    program = await program_by_code(unit, query.program, query.foundation)
    _refuse_unserved(query)
    query = await _dated(unit, query)
    quarters = query.quarters if query.period != LATEST else ()
    chosen = [col(Release.state) == ReleaseState.PUBLISHED]
    if query.release is not None:
        chosen = [col(Release.id) == query.release, col(Release.state).in_(OUT)]
    statement = select(Release).where(col(Release.program_id) == program.id, col(Release.period).in_(quarters), *chosen)
    found: Sequence[Release] = await unit.scalars(statement.order_by(col(Release.period)))
    if not quarters or len(found) < len(quarters):
        return None
    report = await _report(unit, program, query, found)
    _note_reading(unit, query, report)
    return report


def _note_reading(unit: Unit, query: ImpactQuery, report: ImpactReport) -> None:
    """One line of the log for a person's question, in one form for all that ask the same: for accountability."""
    if unit.actor.user_id is None:
        return
    named = "all"
    if query.hospitals is not None:
        places = {place.id: place.code for part in report.parts for place in part.released.places}
        unknown = set(query.hospitals) - places.keys()
        named = ",".join(sorted(places[one] for one in set(query.hospitals) - unknown)) + f"+{len(unknown)}"
    tell(
        "report_read", actor=str(unit.actor.user_id), program=report.program.code, period=report.period,
        by=",".join(sorted(set(query.group_by))), hospitals=named, release=str(report.release_id),
    )  # fmt: skip


async def _dated(unit: Unit, query: ImpactQuery) -> ImpactQuery:
    """The question with its period; unchanged where nothing is published."""
    if query.period != LATEST:
        return query
    newest = newest_quarter(await published_periods(unit, query.program, query.foundation))
    return query.of(newest) if newest else query


def newest_quarter(periods: Sequence[str]) -> str:
    """The newest quarter of periods as they are published; empty where there is none."""
    return next((one for one in periods if "Q" in one), "")


def _refuse_unserved(query: ImpactQuery) -> None:
    if not set(query.group_by) <= set(SERVED):
        raise DimensionsNotReleased(
            Problem("group_by", "DIMENSIONS_NOT_RELEASED", {"released": ", ".join(SERVED)})
        )  # fmt: skip


async def _report(unit: Unit, program: ProgramFacts, query: ImpactQuery, found: Sequence[Release]) -> ImpactReport:
    parts, newest = await signed_parts(unit, found), found[-1]
    return ImpactReport(
        program=program,
        publisher=await _publisher(unit, program.foundation_id),
        period=query.period,
        release_id=newest.id,
        released_at=max(one.published_at or one.built_at for one in found),
        data_version="+".join(one.digest[:12] for one in found),
        rules_version=newest.rules_version,
        parameters=Parameters.of(newest.parameters),
        answer=answer_of(parts, query.group_by, query.hospitals),
        parts=parts,
        state=newest.state,
        stories=await _stories(unit, program, found),
    )


async def _stories(unit: Unit, program: ProgramFacts, releases: Sequence[Release]) -> Sequence[ReportStory]:
    """The stories that releases name, with their words as long as the consent holds today."""
    named = [(one.period, UUID(note["id"])) for one in releases for note in one.notes if note["kind"] == NoteKind.STORY]
    if not named:
        return []
    told = await told_by_id(unit, {story for _, story in named}, local_date(unit.started_at, program.time_zone))
    return [ReportStory(quarter, told[story]) for quarter, story in named if story in told]


async def _publisher(unit: Unit, foundation: UUID) -> Publisher:
    statement = select(Organization.code, Organization.name).where(col(Organization.id) == foundation)
    return Publisher(*(await unit.rows(statement))[0])


@dataclass(frozen=True, slots=True)
class ReleaseCard:
    """A release in the foundation's list, with what the actor can do with it now."""

    id: UUID
    period: str
    state: ReleaseState
    built_at: datetime
    reviewed_at: datetime | None
    published_at: datetime | None
    record_count: int | None
    moves: Sequence[Any]


@read("release.list")
async def releases(unit: Unit, program: str) -> Sequence[ReleaseCard]:
    """The releases of a program, the newest quarter first. Raises ``NotFound`` for a foreign program."""
    facts = await program_by_code(unit, program)
    return await _cards(unit, col(Release.program_id) == facts.id)


@read("release.list")
async def release_card(unit: Unit, release_id: UUID) -> ReleaseCard:
    """One release as it stands in the list. Raises ``NotFound``."""
    found = await _cards(unit, col(Release.id) == release_id)
    if not found:
        raise NotFound
    return found[0]


async def _cards(unit: Unit, where: Any) -> Sequence[ReleaseCard]:
    statement = (
        select(Release, ReleaseSnapshot.record_count)
        .outerjoin(ReleaseSnapshot, col(ReleaseSnapshot.id) == col(Release.id))
        .where(where)
        .order_by(col(Release.period).desc(), col(Release.built_at).desc())
        .limit(MOST_LISTED)
    )
    actor = unit.actor
    return [
        ReleaseCard(
            one.id, one.period, one.state, one.built_at, one.reviewed_at, one.published_at, number,
            moves_from(one.state, actor.permissions, actor.user_id, one.reviewed_by_id),
        )
        for one, number in await unit.rows(statement)
    ]  # fmt: skip


@read("release.list")
async def release_preview(unit: Unit, release_id: UUID, by: Sequence[Any]) -> ImpactReport:
    """The protected figures of one release in any state, for those who review it. Raises ``NotFound``."""
    release = await unit.find(Release, release_id)
    program = await program_by_id(unit, release.program_id)
    query = ImpactQuery(program=program.code, period=release.period, group_by=tuple(by), release=release_id)
    _refuse_unserved(query)
    return await _report(unit, program, query, [release])


@read("release.read")
async def published_periods(unit: Unit, program: str, foundation: str | None = None) -> Sequence[str]:
    """The periods that have a report: quarters, and years of which every quarter is out; the newest first."""
    facts = await program_by_code(unit, program, foundation)
    statement = select(Release.period).where(
        col(Release.program_id) == facts.id, col(Release.state) == ReleaseState.PUBLISHED
    )
    quarters = set(await unit.scalars(statement.distinct()))
    years = {period[:4] for period in quarters}
    whole = {year for year in years if {f"{year}Q{n}" for n in range(1, 5)} <= quarters}
    return sorted(quarters | whole, reverse=True)


@dataclass(frozen=True, slots=True)
class NewestReport:
    """A program that has a report, and the newest quarter of it."""

    code: str
    name: str
    period: str


@read("release.read")
async def newest_reports(unit: Unit) -> Sequence[NewestReport]:
    """Every program of the actor that has a report, by code."""
    statement = (
        select(Program.code, Program.name, func.max(Release.period))
        .join(Program, col(Program.id) == col(Release.program_id))
        .where(col(Release.state) == ReleaseState.PUBLISHED)
        .group_by(col(Program.code), col(Program.name))
        .order_by(col(Program.code))
        .limit(MOST_LISTED)
    )
    return [NewestReport(*row) for row in await unit.rows(statement)]


@dataclass(frozen=True, slots=True)
class Publishing:
    """A foundation that publishes reports of a program, and what the program is called there."""

    foundation: str
    name: str
    program: str


@read("release.read")
async def publishers(unit: Unit, program: str) -> Sequence[Publishing]:
    """The foundations with a published report of a program of this code, by their codes."""
    statement = (
        select(Organization.code, Organization.name, Program.name)
        .join(Program, col(Program.foundation_id) == col(Organization.id))
        .join(Release, col(Release.program_id) == col(Program.id))
        .where(col(Program.code) == printable(program), col(Release.state) == ReleaseState.PUBLISHED)
        .distinct()
        .order_by(col(Organization.code))
        .limit(MOST_LISTED)
    )
    return [Publishing(*row) for row in await unit.rows(statement)]
