"""One agreement with all its money, for a page: a constant number of statements, however long its ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.agreements.budgets import LineView, line_views
from coord.agreements.funded import hospitals_of_posts
from coord.agreements.locking import oversees
from coord.agreements.machine import AGREEMENT_STEPS, CONDITION_STEPS, REPORT, TRANCHE_STEPS, Step, steps_from
from coord.agreements.reads import (
    AGREEMENTS,
    ENTRIES,
    allocations_of,
    conditions_of,
    lines_of,
    spent_by_line,
    totals_of,
    tranches_of,
    versions_of,
)
from coord.agreements.rules import Totals
from coord.agreements.tables import AgreementVersion, LedgerEntry, Tranche, TrancheCondition
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition and what the reader may do with it."""

    row: TrancheCondition
    steps: Sequence[Step[Any, Any]]


@dataclass(frozen=True, slots=True)
class TrancheView:
    """A tranche, its conditions, and what the reader may do with it."""

    row: Tranche
    conditions: Sequence[ConditionView]
    steps: Sequence[Step[Any, Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """An agreement as its page shows it."""

    agreement: RowMapping
    money: Totals
    versions: Sequence[AgreementVersion]
    lines: Sequence[LineView]
    tranches: Sequence[TrancheView]
    entries: Page[RowMapping]
    reversed: frozenset[UUID]
    steps: Sequence[Step[Any, Any]]
    manages: bool

    @property
    def proposal(self) -> AgreementVersion | None:
        """The amendment that waits for another person."""
        waiting = [one for one in self.versions if one.version > self.agreement["version"]]
        return waiting[-1] if waiting else None


@read("agreement.list")
async def agreement_book(unit: Unit, agreement_id: UUID, request: PageRequest) -> Book:
    """The book of an agreement. Raises ``NotFound`` unless the actor may see it."""
    row = await AGREEMENTS.one(unit, AGREEMENTS.paths, agreement_id)
    ids = [agreement_id]
    manages = oversees(unit, row["program_id"])
    tranches = (await tranches_of(unit, ids))[agreement_id]
    conditions = await conditions_of(unit, [one.id for one in tranches])
    return Book(
        agreement=row,
        money=(await totals_of(unit, ids))[agreement_id],
        versions=(await versions_of(unit, ids))[agreement_id],
        lines=await _lines(unit, agreement_id),
        tranches=[_tranche(unit, one, conditions[one.id], manages=manages) for one in tranches],
        entries=await ENTRIES.page(unit, ENTRIES.paths, [col(LedgerEntry.agreement_id) == agreement_id], request),
        reversed=await _reversed(unit, agreement_id),
        steps=_offered(unit, steps_from(AGREEMENT_STEPS, row["state"])) if manages else (),
        manages=manages and unit.actor.may("agreement.manage"),
    )


async def _lines(unit: Unit, agreement_id: UUID) -> Sequence[LineView]:
    rows = (await lines_of(unit, [agreement_id]))[agreement_id]
    ids = [one.id for one in rows]
    parts, spent = await allocations_of(unit, ids), await spent_by_line(unit, ids)
    posts = {one.placement_id for held in parts.values() for one in held if one.placement_id is not None}
    at = await hospitals_of_posts(unit, posts)
    places = {one.hospital_id for held in parts.values() for one in held} | {one.hospital_id for one in rows}
    wanted = {key for key in (*places, *at.values()) if key is not None}
    named = select(Organization.id, Organization.name).where(col(Organization.id).in_(wanted))
    names: Mapping[UUID, str] = dict(map(tuple, await unit.rows(named)))
    return line_views(rows, parts, spent, {**names, **{post: names.get(place, "") for post, place in at.items()}})


async def _reversed(unit: Unit, agreement_id: UUID) -> frozenset[UUID]:
    """The entries that another one takes back."""
    statement = select(LedgerEntry.reverses_id).where(
        col(LedgerEntry.agreement_id) == agreement_id, col(LedgerEntry.reverses_id).is_not(None)
    )
    return frozenset(await unit.scalars(statement))


def _tranche(unit: Unit, row: Tranche, conditions: Sequence[TrancheCondition], *, manages: bool) -> TrancheView:
    seen = [
        ConditionView(
            one, [s for s in _offered(unit, steps_from(CONDITION_STEPS, one.state)) if manages or s.verb == REPORT]
        )
        for one in conditions
    ]
    return TrancheView(row, seen, _offered(unit, steps_from(TRANCHE_STEPS, row.state)) if manages else ())


def _offered(unit: Unit, steps: Sequence[Step[Any, Any]]) -> Sequence[Step[Any, Any]]:
    """The steps whose verb the actor has; the action has the last word."""
    return [one for one in steps if unit.actor.may(one.verb)]
