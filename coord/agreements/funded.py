"""What a sponsor's money is for: the hospitals, and the posts at hospitals, of the agreements that it pays."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col

from coord.access import Role, system
from coord.agreements.codes import AgreementState
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.tables import Agreement, AgreementVersion, Allocation, BudgetLine, Gift
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.work import Unit, begin, read

_POSTS = system("funded posts", "finds the hospitals of posts that a sponsor pays for", "placement.list")
_SIGNED = [state for state in AgreementState if state not in BEFORE_SIGNATURE]


@read("grant.read")
async def funded_hospitals(unit: Unit, program_id: UUID, first: date, last: date) -> frozenset[UUID]:
    """The hospitals that the actor's own organizations fund on some day from ``first`` to ``last``.

    Funded is a hospital that a budget line or an allocation names, or at which an allocation pays a post, in a signed
    agreement of the program that the sponsor, or a gift of the sponsor, pays.
    """
    own = await _agreements(unit, program_id, first, last)
    parts = select(Allocation.hospital_id, Allocation.placement_id).where(col(Allocation.agreement_id).in_(own))
    rows = list(map(tuple, await unit.rows(parts)))
    posts = [post for _, post in rows if post is not None]
    named = {hospital for hospital, _ in rows if hospital is not None} | await _of_lines(unit, own)
    return frozenset(named | set((await hospitals_of_posts(unit, posts)).values()))


async def _agreements(unit: Unit, program_id: UUID, first: date, last: date) -> Sequence[UUID]:
    """Signed agreements that the actor's sponsor pays, itself or by a gift, and that run in the time asked for."""
    sponsors = unit.actor.at(Role.SPONSOR_VIEWER)
    gifts: Sequence[UUID] = await unit.scalars(select(Gift.id).where(col(Gift.sponsor_id).in_(sponsors)))
    holds = and_(
        col(AgreementVersion.agreement_id) == col(Agreement.id),
        col(AgreementVersion.version) == col(Agreement.version),
    )
    statement = (
        select(Agreement.id)
        .join(AgreementVersion, holds)
        .where(
            col(Agreement.program_id) == program_id,
            col(Agreement.state).in_(_SIGNED),
            or_(col(Agreement.funder_id).in_(sponsors), col(Agreement.gift_id).in_(gifts)),
            col(AgreementVersion.starts_on) <= last,
            col(AgreementVersion.ends_on) >= first,
        )
    )
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


async def _of_lines(unit: Unit, agreements: Sequence[UUID]) -> set[UUID]:
    """Hospitals that budget lines are for; a line that another replaced counts no more."""
    columns = (BudgetLine.id, BudgetLine.hospital_id, BudgetLine.replaces_id)
    rows = list(map(tuple, await unit.rows(select(*columns).where(col(BudgetLine.agreement_id).in_(agreements)))))
    replaced = {earlier for _, _, earlier in rows}
    return {hospital for line, hospital, _ in rows if hospital is not None and line not in replaced}


@read("agreement.list")
async def hospitals_of_posts(unit: Unit, posts: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Where posts are that the actor's agreements name, also such as the actor does not see: nothing else of them is told."""
    named = select(Allocation.placement_id).where(col(Allocation.placement_id).in_(posts))
    own = [post for post in await unit.scalars(named) if post is not None] if posts else []
    if not own:
        return {}
    async with begin(_POSTS, read_only=True) as inside:
        statement = select(Placement.id, Placement.hospital_id).where(col(Placement.id).in_(own))
        return dict(map(tuple, await inside.rows(statement)))
