"""Every state x move x role of agreements, tranches and conditions: what is not in the table is refused, nothing written."""

from collections.abc import Awaitable
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor, Grant, Role
from coord.agreements.codes import (
    AgreementMove,
    AgreementState,
    ConditionMove,
    ConditionState,
    TrancheMove,
    TrancheState,
)
from coord.agreements.machine import (
    AGREEMENT_STEPS,
    APPROVE,
    CONDITION_STEPS,
    MANAGE,
    REPORT,
    TRANCHE_STEPS,
    Step,
    step_of,
    steps_from,
)
from coord.agreements.tables import Agreement, LedgerEntry, Tranche, TrancheCondition
from coord.kernel.errors import Refusal
from coord.work.engine import Database
from tests.coord.agreements.making import MANAGER, OSCAR, active, answer, condition, draft, go, met, step, tranche
from tests.coord.making import stored
from tests.world import FOUNDATION, PROGRAM_ID, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
OTHER = Actor.of(fixed("user/nia"), "Nia", "en", [Grant(SOUTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])
"""A grantee of nothing."""
EVALUATOR = Actor.of(
    fixed("user/nia"), "Nia", "en", [Grant(FOUNDATION, Role.EVALUATOR, FOUNDATION)], {"PROGRAMS_RUN": (PROGRAM_ID,)}
)
PEOPLE: dict[str, Actor] = {
    "officer": cast.ola, "second officer": OSCAR, "grantee": MANAGER, "other grantee": OTHER, "evaluator": EVALUATOR,
    "sponsor": cast.fatima, "worker": cast.sam, "supervisor": cast.sun, "receiver": cast.cai, "admin": cast.adam,
    "outsider": cast.petra,
}  # fmt: skip
_A, _T, _C = AgreementState, TrancheState, ConditionState
_REASON = {"reason": "Because of the test"}


async def agreement_in(state: AgreementState) -> UUID:
    """An agreement in a state, moved there by its own steps."""
    made = await draft()
    path: dict[AgreementState, list[tuple[Actor, str, dict[str, str]]]] = {
        _A.DRAFT: [],
        _A.IN_REVIEW: [(cast.ola, "SUBMIT", {})],
    }
    path[_A.SIGNED] = [*path[_A.IN_REVIEW], (OSCAR, "SIGN", {"signed_on": "2026-01-05"})]
    path[_A.ACTIVE] = [*path[_A.SIGNED], (cast.ola, "ACTIVATE", {})]
    path[_A.SUSPENDED] = [*path[_A.ACTIVE], (cast.ola, "SUSPEND", _REASON)]
    path[_A.CLOSED] = [*path[_A.ACTIVE], (cast.ola, "CLOSE", {})]
    path[_A.TERMINATED] = [*path[_A.ACTIVE], (cast.ola, "TERMINATE", _REASON)]
    for who, move, more in path[state]:
        await go(who, made, move, **more)
    return made


async def tranche_in(state: TrancheState) -> UUID:
    """A tranche in a state, moved there by its own steps."""
    of = await tranche(await active())
    path: dict[TrancheState, list[tuple[Actor, str, dict[str, str]]]] = {_T.SCHEDULED: []}
    path[_T.CONDITIONS_MET] = [(cast.ola, "REQUEST", {})]
    path[_T.APPROVED] = [*path[_T.CONDITIONS_MET], (OSCAR, "APPROVE", {})]
    path[_T.PAID] = [*path[_T.APPROVED], (cast.ola, "PAY", {})]
    path[_T.WITHHELD] = [(cast.ola, "WITHHOLD", _REASON)]
    path[_T.CANCELED] = [(cast.ola, "CANCEL", _REASON)]
    for who, move, more in path[state]:
        await step(who, of, move, **more)
    return of


async def condition_in(state: ConditionState) -> UUID:
    """A condition in a state, moved there by its own steps; the agency hands in, Oscar decides."""
    of = await condition(await tranche(await active()))
    if state is _C.WAIVED:
        await answer(OSCAR, of, "WAIVE", **_REASON)
    elif state is _C.ACCEPTED:
        await met(of)
    elif state is not _C.OPEN:
        await answer(MANAGER, of, "SUBMIT", evidence="Archive 1")
        if state is _C.REJECTED:
            await answer(OSCAR, of, "REJECT", **_REASON)
    return of


def allowed(found: Step[Any, Any] | None, who: str, hands: set[str]) -> bool:
    """Whether the table lets somebody: officers do everything, the grantee hands in, nobody else anything.

    ``hands``: officers whose own hand stands on the other side of this step.
    """
    if found is None:
        return False
    if who in {"officer", "second officer"}:
        return who not in hands
    return who == "grantee" and found.verb == REPORT


async def snapshot() -> list[Any]:
    """Every row that a step could change."""
    return [await stored(model) for model in (Agreement, Tranche, TrancheCondition, LedgerEntry)]


async def tried(work: Awaitable[None]) -> bool:
    """Whether it was done; a refusal leaves every row as it was."""
    before = await snapshot()
    try:
        await work
    except Refusal:
        assert await snapshot() == before
        return False
    return await snapshot() != before


@pytest.mark.parametrize("state", AgreementState)
async def test_agreements_move_by_their_table_alone(database: Database, state: AgreementState) -> None:
    made = await agreement_in(state)
    for move, who in product(AgreementMove, PEOPLE):
        found = step_of(AGREEMENT_STEPS, state, move)
        hands = {"officer"} if move is AgreementMove.SIGN else set()
        done = await tried(go(PEOPLE[who], made, move.value, signed_on="2026-01-06", **_REASON))
        assert done is allowed(found, who, hands), (move, who)
        if done:
            (row,) = await stored(Agreement, Agreement.id == made)
            assert found is not None
            assert row.state is found.end
            made = await agreement_in(state)


@pytest.mark.parametrize("state", TrancheState)
async def test_tranches_move_by_their_table_alone(database: Database, state: TrancheState) -> None:
    of = await tranche_in(state)
    for move, who in product(TrancheMove, PEOPLE):
        found = step_of(TRANCHE_STEPS, state, move)
        hands = {"officer"} if move is TrancheMove.APPROVE else set()
        done = await tried(step(PEOPLE[who], of, move.value, **_REASON))
        assert done is allowed(found, who, hands), (move, who)
        if done:
            (row,) = await stored(Tranche, Tranche.id == of)
            assert found is not None
            assert row.state is found.end
            of = await tranche_in(state)


@pytest.mark.parametrize("state", ConditionState)
async def test_conditions_move_by_their_table_alone(database: Database, state: ConditionState) -> None:
    of = await condition_in(state)
    for move, who in product(ConditionMove, PEOPLE):
        found = step_of(CONDITION_STEPS, state, move)
        done = await tried(answer(PEOPLE[who], of, move.value, evidence="Archive 2", **_REASON))
        assert done is allowed(found, who, set()), (move, who)
        if done:
            (row,) = await stored(TrancheCondition, TrancheCondition.id == of)
            assert found is not None
            assert row.state is found.end
            of = await condition_in(state)


def test_every_step_names_a_verb_and_every_state_is_reached() -> None:
    for steps, states in (
        (AGREEMENT_STEPS, AgreementState),
        (TRANCHE_STEPS, TrancheState),
        (CONDITION_STEPS, ConditionState),
    ):
        known: Any = steps
        assert {one.verb for one in known} <= {MANAGE, APPROVE, REPORT}
        assert {one.end for one in known} | {next(iter(states))} == set(states)
        assert len({(one.start, one.move) for one in known}) == len(known)
    assert steps_from(AGREEMENT_STEPS, AgreementState.CLOSED) == []


@pytest.mark.parametrize(
    ("work", "of", "move"),
    [(go, agreement_in, "SUSPEND"), (step, tranche_in, "WITHHOLD"), (answer, condition_in, "WAIVE")],
)  # fmt: skip
async def test_a_step_that_needs_a_reason_is_refused_without_one(
    database: Database, work: Any, of: Any, move: str
) -> None:
    start: Any = {"SUSPEND": _A.ACTIVE, "WITHHOLD": _T.SCHEDULED, "WAIVE": _C.OPEN}[move]
    made = await of(start)
    assert await tried(work(OSCAR, made, move)) is False
