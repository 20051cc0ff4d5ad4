"""What files say of agreements: the signed ones of a program that the reader may see, with their money and hospitals."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.agreements.codes import AgreementState
from coord.agreements.inputs import AgreementFilter
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.reads import (
    AGREEMENTS,
    agreements,
    allocations_of,
    conditions_of,
    lines_of,
    totals_of,
    tranches_of,
)
from coord.agreements.rules import Totals
from coord.agreements.tables import BudgetLine, LedgerEntry, Tranche, TrancheCondition
from coord.kernel.paging import MAX_SIZE
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts, program_by_code
from coord.work import Unit, read

SIGNED = tuple(state for state in AgreementState if state not in BEFORE_SIGNATURE)
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Grant:
    """One signed agreement. ``lines``: those that hold; ``hospitals``: name and province of those that are named."""

    agreement: RowMapping
    money: Totals
    lines: Sequence[BudgetLine]
    tranches: Sequence[Tranche]
    conditions: Sequence[TrancheCondition]
    entries: Sequence[LedgerEntry]
    hospitals: Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants of a program, who publishes them, and when."""

    program: ProgramFacts
    publisher: tuple[str, str]
    at: datetime
    grants: Sequence[Grant]


@read("agreement.list")
async def grants(unit: Unit, program: str) -> Grants:
    """The signed agreements of a program that the actor may see, by reference. Raises ``NotFound`` for a foreign program.

    A constant number of statements for each hundred agreements.
    """
    facts = await program_by_code(unit, program)
    names = select(Organization.code, Organization.name).where(col(Organization.id) == facts.foundation_id)
    code, name = (await unit.rows(names))[0]
    rows = await _signed(unit, facts.code)
    return Grants(facts, (code, name), unit.started_at, await _with_money(unit, rows))


async def _signed(unit: Unit, program: str) -> Sequence[RowMapping]:
    found: list[RowMapping] = []
    after: str | None = None
    while True:
        request = AGREEMENTS.request(MAX_SIZE, after)
        page = await agreements(unit, AGREEMENTS.paths, request, AgreementFilter(program=program, state=SIGNED))
        found += page.rows
        if not page.has_next:
            return sorted(found, key=lambda row: str(row["reference"]))
        after = page.cursors[-1]


async def _with_money(unit: Unit, rows: Sequence[RowMapping]) -> Sequence[Grant]:
    ids = [row["id"] for row in rows]
    money, lines, tranches = await totals_of(unit, ids), await lines_of(unit, ids), await tranches_of(unit, ids)
    conditions = await conditions_of(unit, [one.id for held in tranches.values() for one in held])
    entries, hospitals = await _entries(unit, ids), await _hospitals(unit, lines)
    return [
        Grant(
            row, money[key], _holding(lines[key]), tranches[key],
            [one for tranche in tranches[key] for one in conditions[tranche.id]], entries[key], hospitals[key],
        )
        for key, row in zip(ids, rows, strict=True)
    ]  # fmt: skip


def _holding(lines: Sequence[BudgetLine]) -> Sequence[BudgetLine]:
    """Lines that no other replaced."""
    replaced = {one.replaces_id for one in lines}
    return [one for one in lines if one.id not in replaced]


async def _entries(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[LedgerEntry]]:
    found: dict[UUID, list[LedgerEntry]] = defaultdict(list)
    statement = select(LedgerEntry).where(col(LedgerEntry.agreement_id).in_(ids)).order_by(col(LedgerEntry.id))
    for entry in await unit.scalars(statement.limit(_MOST)):
        found[entry.agreement_id].append(entry)
    return found


async def _hospitals(
    unit: Unit, lines: Mapping[UUID, Sequence[BudgetLine]]
) -> Mapping[UUID, Sequence[tuple[str, str | None]]]:
    """Hospitals that lines and allocations name, by agreement."""
    at: dict[UUID, set[UUID | None]] = {key: {one.hospital_id for one in _holding(held)} for key, held in lines.items()}
    parts = await allocations_of(unit, [one.id for held in lines.values() for one in held])
    for held in parts.values():
        for one in held:
            at[one.agreement_id].add(one.hospital_id)
    wanted = {place for places in at.values() for place in places if place is not None}
    named = select(Organization.id, Organization.name, Organization.province).where(col(Organization.id).in_(wanted))
    names = {key: (name, province) for key, name, province in await unit.rows(named)}
    return {key: sorted(names[one] for one in places if one in names) for key, places in at.items()}
