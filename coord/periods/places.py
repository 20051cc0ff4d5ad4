"""At which hospitals somebody may do what with months."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Role, Scope
from coord.access.rows import any_of, one_of
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.measures import Dimension, MeasureQuery
from coord.organizations.tables import Organization
from coord.periods.codes import Move
from coord.periods.inputs import MonthOf
from coord.periods.rules import VERB_OF, first_day, last_day
from coord.programs import Part, ProgramFacts, program_by_code
from coord.programs.access import hospitals_followed, overseen
from coord.programs.tables import Participation
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class MonthPlace:
    """A month of a hospital in a program, as of today there."""

    program: ProgramFacts
    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    month: str
    today: date

    def query(self, *by: Dimension) -> MeasureQuery:
        """The question for this month's figures, grouped."""
        return MeasureQuery(
            program=self.program.code,
            from_day=first_day(self.month),
            to_day=last_day(self.month),
            group_by=by,
            hospitals=(self.hospital_id,),
        )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Hospitals whose months the actor follows."""
    hospital, program = col(Participation.organization_id), col(Participation.program_id)
    return any_of(hospitals_followed(hospital, actor), overseen(program, actor))


def _within(actor: Actor, move: Move) -> ColumnElement[bool]:
    """Hospitals whose months the actor may move in this way."""
    hospital = col(Participation.organization_id)
    if VERB_OF[move] == "month.submit":
        return one_of(hospital, actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR))
    if VERB_OF[move] == "month.review":
        return one_of(hospital, actor.at(Role.HOSPITAL_COORDINATOR) + actor.scope(Scope.HOSPITALS_SUPERVISED))
    return overseen(col(Participation.program_id), actor)


@read("month.list")
async def month_place(unit: Unit, given: MonthOf, move: Move | None = None) -> MonthPlace:
    """The place of a month. Raises ``NotFound`` where the actor does not follow it, or may not move it so."""
    program = await program_by_code(unit, given.program)
    rule = seen_by(unit.actor) if move is None else _within(unit.actor, move)
    statement = (
        select(Organization.code, Organization.name)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(
            col(Organization.id) == given.hospital,
            col(Participation.program_id) == program.id,
            col(Participation.part) == Part.HOSPITAL,
            rule,
        )
    )
    row = await unit.row(statement)
    if row is None:
        raise NotFound
    today = local_date(unit.started_at, program.time_zone)
    return MonthPlace(program, given.hospital, row.code, row.name, given.month, today)
