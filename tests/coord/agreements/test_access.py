"""Who sees an agreement and what belongs to it: who oversees the program, and once it is signed its parties."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from coord.access import Role
from coord.access.rows import rule_of
from coord.agreements.access import GRANTEES
from coord.agreements.codes import AgreementState
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.tables import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetLine,
    Gift,
    LedgerEntry,
    Tranche,
    TrancheCondition,
)
from tests.coord.access.small_world import OWN, SIBLING, TENANT, changed, held, made, row_at, seen

BELONGING = (Allocation, BudgetLine, LedgerEntry, Tranche, TrancheCondition)
PARTIES = (
    (Agreement, "funder_id", Role.SPONSOR_VIEWER, "sponsor"),
    (Gift, "sponsor_id", Role.SPONSOR_VIEWER, "sponsor"),
    (Agreement, "grantee_id", Role.AGENCY_MANAGER, "agency"),
    (Agreement, "grantee_id", Role.HOSPITAL_COORDINATOR, "hospital"),
)
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def _of_nobody(**values: Any) -> Iterator[None]:
    """The sibling's agreement, its gift and its parties elsewhere, but for what is said."""
    elsewhere = {column: made(TENANT, "hospital") for column in ("funder_id", "grantee_id")}
    gift = row_at(SIBLING, Gift.__table__)["id"]  # type: ignore[attr-defined]
    with changed(Agreement, SIBLING, **{**elsewhere, "gift_id": gift, "program_id": made(TENANT, "program"), **values}):
        yield


@pytest.mark.parametrize("state", AgreementState)
@pytest.mark.parametrize(("model", "column", "role", "place"), PARTIES)
def test_a_signed_agreement_is_seen_by_its_parties_with_all_that_belongs_to_it(
    model: Any, column: str, role: Role, place: str, state: AgreementState
) -> None:
    party = {column: made(OWN, place)}
    signed = state not in BEFORE_SIGNATURE
    of_gift = {"sponsor_id": made(TENANT, "sponsor"), **(party if model is Gift else {})}
    with (
        changed(Gift, SIBLING, **of_gift),
        _of_nobody(state=state, **(party if model is Agreement else {})),
    ):
        _check(role, signed)


def _check(role: Role, signed: bool) -> None:
    for each in (Agreement, *BELONGING):
        assert (SIBLING in seen(each, rule_of(each).rows, held(role))) is signed, each
    others = {Role.SPONSOR_VIEWER, *GRANTEES, Role.SOCIAL_WORKER} - {role}
    for other in others:
        assert SIBLING not in seen(Agreement, rule_of(Agreement).rows, held(other)), other


@pytest.mark.parametrize("state", AgreementState)
def test_who_oversees_the_program_sees_drafts_and_proposals(state: AgreementState) -> None:
    officer, manager = held(Role.PROGRAM_OFFICER), held(Role.AGENCY_MANAGER)
    signed = state not in BEFORE_SIGNATURE
    for approved in (None, _AT):
        with (
            _of_nobody(state=state, program_id=made(OWN, "program"), grantee_id=made(OWN, "agency")),
            changed(AgreementVersion, SIBLING, approved_at=approved),
        ):
            assert SIBLING in seen(Agreement, rule_of(Agreement).rows, officer)
            assert SIBLING in seen(AgreementVersion, rule_of(AgreementVersion).rows, officer)
            told = SIBLING in seen(AgreementVersion, rule_of(AgreementVersion).rows, manager)
            assert told is (signed and approved is not None)


def test_conditions_are_answered_by_who_is_given_the_money() -> None:
    writes = rule_of(TrancheCondition).writes
    for role, place in ((Role.AGENCY_MANAGER, "agency"), (Role.HOSPITAL_COORDINATOR, "hospital")):
        with _of_nobody(grantee_id=made(OWN, place)):
            assert SIBLING in seen(TrancheCondition, writes, held(role))
            assert SIBLING not in seen(TrancheCondition, writes, held(Role.SPONSOR_VIEWER))
        with _of_nobody():
            assert SIBLING not in seen(TrancheCondition, writes, held(role))
