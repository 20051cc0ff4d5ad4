"""Who sees the figures that are kept ready: those who see everything that was added up in them."""

import pytest
from sqlalchemy import func
from sqlmodel import select

from coord.access import Actor, Role
from coord.measures.access import own_hospitals, visible_pairs
from coord.measures.rollups.rules import Along
from coord.measures.rollups.tables import MeasurePair
from tests.coord.access.small_world import OWN, SIBLING, TENANT, changed, connection, held, made


def _pairs(actor: Actor) -> int:
    statement = select(func.count()).select_from(MeasurePair).where(visible_pairs(actor))
    return int(connection().execute(statement).scalar_one())


@pytest.mark.parametrize(
    ("role", "met_anywhere", "met_here"),
    [
        (Role.SOCIAL_WORKER, 0, 1),
        (Role.HOSPITAL_COORDINATOR, 0, 1),
        (Role.PROGRAM_OFFICER, 2, 2),
        (Role.SPONSOR_VIEWER, 0, 0),
    ],
)
def test_where_people_of_the_program_were_met_first_is_seen_by_who_oversees_it(
    role: Role, met_anywhere: int, met_here: int
) -> None:
    with changed(MeasurePair, OWN, along=Along.NOTHING):
        assert _pairs(held(role)) == met_here
    with changed(MeasurePair, OWN, along=Along.MET):
        # An officer sees the sibling's pair too, whatever it is along.
        assert _pairs(held(role)) == met_anywhere
        assert _pairs(held(role, place=TENANT)) == (1 if met_here else 0)


def test_the_own_hospitals_are_those_of_care_and_of_coordination_each_once() -> None:
    own, sibling = made(OWN, "hospital"), made(SIBLING, "hospital")
    assert own_hospitals(held(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR)) == (own,)
    assert own_hospitals(held(Role.HOSPITAL_COORDINATOR, place=SIBLING)) == (sibling,)
    assert own_hospitals(held(Role.SOCIAL_WORKER)) == (own,)
    assert own_hospitals(held(Role.PROGRAM_OFFICER)) == ()
