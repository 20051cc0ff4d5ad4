"""Who sees a release: its program's organizations once it is out, before that the foundation alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coord.access import Actor, Role
from coord.access.rows import rule_of
from coord.programs.tables import Participation
from coord.releases.codes import ReleaseState
from coord.releases.tables import ProtectedCell, Release, ReleaseSnapshot
from tests.coord.access.small_world import OWN, TENANT, changed, held, made, seen

PUBLIC = {ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED}


def _sees(actor: Actor) -> list[bool]:
    return [OWN in seen(model, rule_of(model).rows, actor) for model in (Release, ProtectedCell, ReleaseSnapshot)]


@contextmanager
def _taking_part(state: ReleaseState, organization: str) -> Iterator[None]:
    with (
        changed(Release, OWN, state=state),
        changed(Participation, OWN, organization_id=made(OWN, organization)),
    ):
        yield


@pytest.mark.parametrize("state", ReleaseState)
def test_what_is_out_is_seen_by_every_organization_of_the_program(state: ReleaseState) -> None:
    out = state in PUBLIC
    for role, organization in ((Role.SPONSOR_VIEWER, "sponsor"), (Role.COMMUNITY_RECEIVER, "center")):
        with _taking_part(state, organization):
            assert _sees(held(role)) == [out, out, False]
        with _taking_part(state, "elsewhere"):
            assert _sees(held(role)) == [False, False, False]


@pytest.mark.parametrize("state", ReleaseState)
def test_the_foundation_sees_its_own_before_they_are_out(state: ReleaseState) -> None:
    with _taking_part(state, "elsewhere"):
        assert _sees(held(Role.PROGRAM_OFFICER)) == [True, True, True]
        assert _sees(held(Role.PROGRAM_OFFICER, place=TENANT)) == [False, False, False]
        assert _sees(held(Role.PROGRAM_OFFICER, Role.SOCIAL_WORKER)) == [True, True, True]
