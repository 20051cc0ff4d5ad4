"""Running one operation: one unit, read only where nothing is written, committed before the answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import ExecutionResult, GraphQLError, execute
from graphql.pyutils import is_awaitable

from coord.access import Actor
from coord.kernel.errors import Refusal, TooSlow
from coord.work import begin
from coord.work.places import PLACES
from schema.app import SOURCES, core
from schema.budget import Account
from schema.context import Context
from schema.documents import Operation
from schema.executor import RowExecutor
from schema.measures import FIGURES
from schema.shapes import IDENTITY

SECONDS = 5.0
STATEMENT_SECONDS = 2.0
HEAVY_COST = 1000
"""From what cost on an operation needs a place among the few that run at once."""
TIMEOUT = "TIMEOUT"


class ApiExecutor(RowExecutor):
    """With the shapes of this schema."""

    shapes = {
        **{name: source.shape for name, source in SOURCES.items()},
        "Measures": FIGURES,
        "ClientIdentity": IDENTITY,
    }


@dataclass(frozen=True, slots=True)
class Bill:
    """Who pays what for an operation."""

    actor: Actor
    account: Account
    cost: int
    session_id: UUID | None = None


class _NothingDone(Exception):
    """Leaves the unit without a commit."""


async def run(operation: Operation, variables: Mapping[str, Any], bill: Bill) -> ExecutionResult:
    """The answer to an operation.

    A mutation that was rejected or failed leaves nothing behind; its answer is sent after the commit
    otherwise. Raises ``Unavailable`` when the database is away, ``TooOften`` when too many dear ones run.
    """
    if bill.cost < HEAVY_COST:
        return await _in_time(operation, variables, bill)
    async with PLACES.place(bill.actor.user_id):
        return await _in_time(operation, variables, bill)


async def _in_time(operation: Operation, variables: Mapping[str, Any], bill: Bill) -> ExecutionResult:
    answers: list[ExecutionResult] = []
    try:
        async with asyncio.timeout(SECONDS):
            await _in_a_unit(operation, variables, bill, answers)
    except _NothingDone:
        pass
    except (TimeoutError, TooSlow):
        return _took_too_long()
    return answers[0]


def _took_too_long() -> ExecutionResult:
    return ExecutionResult(None, [GraphQLError("The operation took too long.", extensions={"code": TIMEOUT})])


async def _in_a_unit(
    operation: Operation, variables: Mapping[str, Any], bill: Bill, answers: list[ExecutionResult]
) -> None:
    read_only = not operation.is_mutation and not operation.is_counted
    async with begin(bill.actor, read_only=read_only, statement_seconds=STATEMENT_SECONDS) as unit:
        context = Context(bill.actor, unit, bill.account, bill.cost, bill.session_id, plans=operation.plans)
        result = await _execute(operation, variables, context)
        unexpected = [error for error in result.errors or () if _is_unexpected(error.original_error)]
        if any(isinstance(error.original_error, TooSlow) for error in unexpected):
            raise TooSlow
        if operation.is_mutation and unexpected:
            # What the database thinks of the transaction is not known any more: an answer must not promise it.
            result = ExecutionResult(None, result.errors)
        answers.append(result)
        if operation.is_mutation and (context.rejected or _failed(result)):
            raise _NothingDone


def _is_unexpected(cause: Exception | None) -> bool:
    return cause is not None and not isinstance(cause, (Refusal, GraphQLError))


def _failed(result: ExecutionResult) -> bool:
    """Whether the mutation itself failed, not only something that was read after it."""
    return result.data is None or any(value is None for value in result.data.values())


async def _execute(operation: Operation, variables: Mapping[str, Any], context: Context) -> ExecutionResult:
    name = operation.node.name.value if operation.node.name else None
    result = execute(
        core,
        operation.document,
        None,
        context,
        dict(variables),
        name,
        executor_class=ApiExecutor,
        hide_suggestions=True,
    )
    if is_awaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)  # noqa: S101  what execute returns without incremental delivery
    return result
