"""Agreements as they are changed: locked, overseen, with their money as it stands at that moment."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.access import Scope
from coord.agreements.codes import EntryKind, TrancheState
from coord.agreements.rules import Totals, totals
from coord.agreements.tables import Agreement, AgreementVersion, LedgerEntry, Tranche
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.work import Unit


async def locked(unit: Unit, agreement_id: UUID) -> Agreement:
    """The agreement, and nobody else moves it or its money until this unit ends. Raises ``NotFound``."""
    statement = select(Agreement).where(col(Agreement.id) == agreement_id).with_for_update()
    found: Agreement | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if found is None or not oversees(unit, found.program_id):
        raise NotFound
    return found


def oversees(unit: Unit, program_id: UUID) -> bool:
    """Whether the actor's foundation runs the program."""
    return bool(unit.actor.unscoped) or program_id in unit.actor.scope(Scope.PROGRAMS_RUN)


async def with_agreement(unit: Unit, model: Any, row_id: UUID) -> tuple[Any, Agreement]:
    """A row of an agreement's money and its locked agreement, both as they are now. Raises ``NotFound``."""
    agreement = await locked(unit, (await unit.find(model, row_id)).agreement_id)
    return await unit.find(model, row_id), agreement


async def version_of(unit: Unit, agreement: Agreement) -> AgreementVersion:
    """The version that holds."""
    statement = select(AgreementVersion).where(
        col(AgreementVersion.agreement_id) == agreement.id, col(AgreementVersion.version) == agreement.version
    )
    found: AgreementVersion | None = await unit.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def money_of(unit: Unit, agreement: Agreement) -> Totals:
    """What is committed, paid, promised and spent, added up from the rows."""
    entries = (
        select(LedgerEntry.kind, func.sum(LedgerEntry.amount))
        .where(col(LedgerEntry.agreement_id) == agreement.id)
        .group_by(col(LedgerEntry.kind))
    )
    promised = (
        select(Tranche.state, func.sum(Tranche.amount))
        .where(col(Tranche.agreement_id) == agreement.id)
        .group_by(col(Tranche.state))
    )
    booked = {EntryKind(kind): int(amount) for kind, amount in await unit.rows(entries)}
    open_ones = {TrancheState(state): int(amount) for state, amount in await unit.rows(promised)}
    return totals((await version_of(unit, agreement)).committed, booked, open_ones)
