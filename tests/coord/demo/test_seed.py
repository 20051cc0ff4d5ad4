"""Scale data: exactly as many contacts as asked for, skewed, consistent, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import col

from coord.access import system
from coord.contacts.tables import Presence, ServiceContact
from coord.demo import PASSWORD, PROGRAM, seed_database
from coord.demo.seed import shares
from coord.identity import SignIn, actor_by_session, sign_in
from coord.kernel.errors import Conflict
from coord.kernel.sql import select
from coord.measures import MeasureQuery, measure_table
from coord.organizations.tables import Organization, OrganizationKind
from coord.work import begin
from coord.work.engine import Database
from tests.databases import empty_database

pytestmark = pytest.mark.anyio
READER = system("test reader", "looks at all of the scale data", "job.run")


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated database without a row."""
    async with empty_database(request.param, tmp_path) as url:
        yield url


async def test_exactly_the_wanted_numbers_are_stored(empty: str) -> None:
    told: list[int] = []
    assert await seed_database(15, 3000, "1", progress=told.append) == 3000
    async with begin(READER, read_only=True) as unit:
        contacts = await unit.count(select(ServiceContact.id))
        hospitals = await unit.count(select(Organization.id).where(Organization.kind == OrganizationKind.HOSPITAL))
        heads = (await unit.row(select(func.sum(ServiceContact.heads_present))))[0]
        present = (await unit.row(select(func.sum(Presence.heads))))[0]
        by_hospital = await unit.rows(
            select(ServiceContact.hospital_id, func.count()).group_by(col(ServiceContact.hospital_id))
        )
    assert (contacts, hospitals, sum(told), heads) == (3000, 15, 3000, present)
    assert sorted(row[1] for row in by_hospital) == sorted(shares(3000, 15))


async def test_the_foundation_officer_of_the_cast_sees_the_seeded_numbers(empty: str) -> None:
    await seed_database(3, 300, "1")
    secret = (await sign_in(SignIn.parse({"email": "ola@demo.example", "password": PASSWORD}))).session
    async with begin((await actor_by_session(secret)).actor, read_only=True) as unit:
        days = {"from_day": "2020-01-01", "to_day": "2100-01-01"}
        table = await measure_table(unit, MeasureQuery(program=PROGRAM, **days, group_by=("HOSPITAL",)))
        heads = (await unit.row(select(func.count(col(ServiceContact.id)))))[0]
    assert (len(table.rows), heads) == (3, 300)


async def test_a_database_with_a_program_is_left_alone(database: Database) -> None:
    with pytest.raises(Conflict) as refused:
        await seed_database(3, 30, "1")
    assert [problem.code for problem in refused.value.problems] == ["DATABASE_NOT_EMPTY"]
    async with begin(READER, read_only=True) as unit:
        assert await unit.count(select(ServiceContact.id)) == 0


@pytest.mark.parametrize(("contacts", "hospitals"), [(1_000_000, 65), (100, 65), (7, 7), (10, 1)])
def test_shares_are_skewed_and_add_up_exactly(contacts: int, hospitals: int) -> None:
    split = shares(contacts, hospitals)
    assert (len(split), sum(split)) == (hospitals, contacts)
    assert list(split) == sorted(split, reverse=True)
