"""Who sees the rollups: those who see every row that was added up in them, and nobody writes them by hand."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Predicate, Wall, all_of, any_of, nobody, one_of
from coord.clients.access import hospitals_in_care, of_care_team
from coord.measures.rollups.rules import Along
from coord.measures.rollups.tables import (
    CaseChange,
    ContactChange,
    MeasurePair,
    MeasureState,
    MeasureSum,
    PresenceChange,
)
from coord.programs.access import of_seen_programs, overseen


def own_hospitals(actor: Actor) -> tuple[UUID, ...]:
    """The hospitals whose facts the actor sees whole."""
    return tuple(dict.fromkeys((*hospitals_in_care(actor), *actor.at(Role.HOSPITAL_COORDINATOR))))


def _whole(program: Any, place: Any) -> Predicate:
    """Rows of the hospitals that the actor sees whole, and of the programs that they oversee."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        at_hospital = any_of(of_care_team(place, actor), one_of(place, actor.at(Role.HOSPITAL_COORDINATOR)))
        return any_of(at_hospital, overseen(program, actor))

    return rows


def _changes(model: Any) -> Predicate:
    return _whole(model.program_id, model.hospital_id)


def _cells(model: Any) -> Predicate:
    return _whole(model.program_id, model.place_id)


def visible_pairs(actor: Actor) -> ColumnElement[bool]:
    """Persons of one's hospitals; where a person of the program was met first is for those who oversee it."""
    own = all_of(col(MeasurePair.along) != Along.MET, _cells(MeasurePair)(actor))
    return any_of(own, overseen(col(MeasurePair.program_id), actor))


_KEPT = Wall(writes=nobody, grants=())
"""Written by triggers and by a part of the system alone: a figure cannot be changed but by its facts."""
protect(
    ContactChange,
    _changes(ContactChange),
    retention=Retention.TRANSIENT,
    personal=("client_id", "group_id"),
    wall=_KEPT,
)
protect(PresenceChange, _changes(PresenceChange), retention=Retention.TRANSIENT, personal=("person_id",), wall=_KEPT)
protect(CaseChange, _changes(CaseChange), retention=Retention.TRANSIENT, wall=_KEPT)
protect(MeasureSum, _cells(MeasureSum), retention=Retention.OPERATIONAL, wall=_KEPT)
protect(MeasurePair, visible_pairs, retention=Retention.OPERATIONAL, wall=_KEPT)
protect(MeasureState, of_seen_programs(MeasureState.program_id), retention=Retention.OPERATIONAL, wall=_KEPT)
