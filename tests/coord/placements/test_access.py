"""Who sees a post: those at its place, whatever kind of place it is."""

import pytest

from coord.access import Role
from coord.placements.access import own_placements
from coord.placements.tables import Placement
from tests.coord.access.small_world import OWN, SIBLING, changed, held, made, seen


@pytest.mark.parametrize(
    ("role", "column", "place"),
    [
        (Role.SOCIAL_WORKER, "hospital_id", "hospital"),
        (Role.COMMUNITY_RECEIVER, "hospital_id", "center"),
        (Role.HOSPITAL_COORDINATOR, "hospital_id", "hospital"),
        (Role.SUPERVISOR, "employer_id", "agency"),
        (Role.AGENCY_MANAGER, "employer_id", "agency"),
    ],
)
def test_a_post_is_seen_at_its_place_and_by_its_employer(role: Role, column: str, place: str) -> None:
    with changed(Placement, SIBLING, **{column: made(OWN, place)}):
        assert SIBLING in seen(Placement, own_placements, held(role))
    assert SIBLING not in seen(Placement, own_placements, held(role))


def test_a_role_at_the_wrong_end_of_a_post_shows_nothing() -> None:
    with changed(Placement, SIBLING, employer_id=made(OWN, "hospital"), hospital_id=made(OWN, "agency")):
        for role in (Role.SOCIAL_WORKER, Role.AGENCY_MANAGER, Role.SPONSOR_VIEWER):
            assert SIBLING not in seen(Placement, own_placements, held(role)), (role, OWN)
