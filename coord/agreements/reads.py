"""Agreements as they are read: lists, and the money of many agreements in one statement each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.agreements.codes import EntryKind, TrancheState
from coord.agreements.inputs import AgreementFilter
from coord.agreements.rules import Totals, totals
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
from coord.kernel.errors import NotFound
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.kernel.text import printable
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

_MOST = 2000
_funder, _grantee, _program = another(Organization, "funder"), another(Organization, "grantee"), another(Program, "of")
_version = another(AgreementVersion, "agreed")
_OF_PROGRAM = ("id", "code", "name", "starts_on", "ends_on", "time_zone", "foundation_id")
_AGREED = ("title", "purpose", "committed", "starts_on", "ends_on", "signed_on")

AGREEMENTS = Listing(
    "agreement.list",
    Agreement,
    {
        "id": Agreement.id,
        "reference": Agreement.reference,
        "currency": Agreement.currency,
        "state": Agreement.state,
        "version": Agreement.version,
        "related_party": Agreement.related_party,
        "fictional": Agreement.fictional,
        "gift_id": Agreement.gift_id,
        "program_id": Agreement.program_id,
        "funder_id": Agreement.funder_id,
        "grantee_id": Agreement.grantee_id,
        "submitted_by_id": Agreement.submitted_by_id,
        "reason": Agreement.reason,
        **{f"agreed.{name}": getattr(_version, name) for name in ("id", "proposed_by_id", *_AGREED)},
        **{f"funder.{name}": getattr(_funder, name) for name in ORGANIZATION_COLUMNS},
        **{f"grantee.{name}": getattr(_grantee, name) for name in ORGANIZATION_COLUMNS},
        **{f"program.{name}": getattr(_program, name) for name in _OF_PROGRAM},
    },
    [Sort(col(Agreement.id), UUID)],
    {
        "agreed": Join(
            _version, and_(_version.agreement_id == Agreement.id, _version.version == Agreement.version)
        ),
        "funder": Join(_funder, _funder.id == Agreement.funder_id),
        "grantee": Join(_grantee, _grantee.id == Agreement.grantee_id),
        "program": Join(_program, _program.id == Agreement.program_id),
    },
    descending=True,
)  # fmt: skip
ENTRIES = Listing(
    "agreement.list",
    LedgerEntry,
    {
        name: getattr(LedgerEntry, name)
        for name in (
            "id", "agreement_id", "kind", "amount", "currency", "booked_on", "tranche_id", "budget_line_id",
            "reverses_id", "memo", "recorded_at",
        )
    },
    [Sort(col(LedgerEntry.id), UUID)],
    descending=True,
)  # fmt: skip


def _where(narrowed: AgreementFilter) -> Sequence[Any]:
    found: list[Any] = []
    if narrowed.program is not None:
        of_code = select(Program.id).where(col(Program.code) == printable(narrowed.program))
        found.append(col(Agreement.program_id).in_(of_code))
    if narrowed.state:
        found.append(col(Agreement.state).in_(narrowed.state))
    return found


@read("agreement.list")
async def agreements(
    unit: Unit, wanted: Iterable[str], request: PageRequest, narrowed: AgreementFilter
) -> Page[RowMapping]:
    """Agreements that the actor may see, the newest first."""
    return await AGREEMENTS.page(unit, wanted, _where(narrowed), request)


@read("agreement.list")
async def totals_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Totals]:
    """The money of each agreement, added up from its rows, in three statements for all of them."""
    version = select(Agreement.id, AgreementVersion.committed).join(
        AgreementVersion,
        and_(col(AgreementVersion.agreement_id) == Agreement.id, col(AgreementVersion.version) == Agreement.version),
    )
    committed = dict(map(tuple, await unit.rows(version.where(col(Agreement.id).in_(ids)))))
    booked: dict[UUID, dict[EntryKind, int]] = defaultdict(dict)
    by_kind = select(LedgerEntry.agreement_id, LedgerEntry.kind, func.sum(LedgerEntry.amount))
    where, keys = col(LedgerEntry.agreement_id).in_(ids), (col(LedgerEntry.agreement_id), col(LedgerEntry.kind))
    for agreement, kind, amount in await unit.rows(by_kind.where(where).group_by(*keys)):
        booked[agreement][EntryKind(kind)] = int(amount)
    promised: dict[UUID, dict[TrancheState, int]] = defaultdict(dict)
    by_state = select(Tranche.agreement_id, Tranche.state, func.sum(Tranche.amount))
    of_ids, states = col(Tranche.agreement_id).in_(ids), (col(Tranche.agreement_id), col(Tranche.state))
    for agreement, state, amount in await unit.rows(by_state.where(of_ids).group_by(*states)):
        promised[agreement][TrancheState(state)] = int(amount)
    return {key: totals(int(committed.get(key, 0)), booked[key], promised[key]) for key in ids}


async def _by_parent(
    unit: Unit, model: Any, parent: Any, ids: Collection[UUID], *order: Any
) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {key: [] for key in ids}
    statement = select(model).where(col(parent).in_(ids)).order_by(*order).limit(_MOST)
    for row in await unit.scalars(statement):
        found[getattr(row, parent.key)].append(row)
    return found


@read("agreement.list")
async def versions_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[AgreementVersion]]:
    """What was agreed, and what is proposed, by agreement, the first version first."""
    return await _by_parent(unit, AgreementVersion, AgreementVersion.agreement_id, ids, col(AgreementVersion.version))


@read("agreement.list")
async def lines_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[BudgetLine]]:
    """The budget lines by agreement, also those that were replaced, in the order in which they were made."""
    return await _by_parent(unit, BudgetLine, BudgetLine.agreement_id, ids, col(BudgetLine.id))


@read("agreement.list")
async def allocations_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[Allocation]]:
    """The allocations by budget line."""
    return await _by_parent(unit, Allocation, Allocation.budget_line_id, ids, col(Allocation.id))


@read("agreement.list")
async def tranches_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[Tranche]]:
    """The tranches by agreement, in their order."""
    return await _by_parent(unit, Tranche, Tranche.agreement_id, ids, col(Tranche.number))


@read("agreement.list")
async def conditions_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, list[TrancheCondition]]:
    """The conditions by tranche."""
    return await _by_parent(unit, TrancheCondition, TrancheCondition.tranche_id, ids, col(TrancheCondition.id))


@read("agreement.list")
async def spent_by_line(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, int]:
    """What was spent on each budget line itself, in minor units; lines without any are left out."""
    statement = (
        select(LedgerEntry.budget_line_id, func.sum(LedgerEntry.amount))
        .where(col(LedgerEntry.budget_line_id).in_(ids), col(LedgerEntry.kind) == EntryKind.EXPENDITURE)
        .group_by(col(LedgerEntry.budget_line_id))
    )
    return {line: int(amount) for line, amount in await unit.rows(statement)}


@read("agreement.list")
async def gifts(unit: Unit, program: str) -> Sequence[RowMapping]:
    """The gifts to a program that the actor may see, with the sponsor's name, the newest first."""
    columns = [
        getattr(Gift, name)
        for name in (
            "id", "program_id", "kind", "title", "purpose", "goods", "amount", "currency", "received_on",
            "related_party", "fictional",
        )
    ]  # fmt: skip
    statement = (
        select(*columns, col(Organization.name).label("sponsor"))
        .join(Organization, col(Organization.id) == col(Gift.sponsor_id))
        .join(Program, col(Program.id) == col(Gift.program_id))
        .where(col(Program.code) == printable(program))
        .order_by(col(Gift.received_on).desc(), col(Gift.id).desc())
        .limit(_MOST)
    )
    rows: Sequence[RowMapping] = (await unit.session.run(statement)).mappings().all()
    return rows


@read("agreement.list")
async def agreement_of(unit: Unit, row_id: UUID) -> UUID:
    """The agreement that an id stands for: its own, or that of a budget line, a tranche, a condition, an entry.

    Raises ``NotFound`` for an id of nothing that the actor may see.
    """
    if await unit.session.get(Agreement, row_id) is not None:
        return row_id
    for model in (Tranche, TrancheCondition, LedgerEntry, BudgetLine, Allocation):
        found: Any = await unit.session.get(model, row_id)
        if found is not None:
            agreement: UUID = found.agreement_id
            return agreement
    raise NotFound
