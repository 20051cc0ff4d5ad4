"""Which statements PostgreSQL keeps the plans of."""

import pytest
from sqlalchemy import func

from coord.contacts.tables import ServiceContact
from coord.kernel.paging import PageRequest
from coord.kernel.sql import counting, select
from coord.organizations.reads import ORGANIZATIONS
from coord.work import begin, engine
from coord.work.sending import PREPARED_AFTER
from tests.world import cast


@pytest.mark.parametrize("real_database", ["postgresql"], indirect=True)
async def test_what_comes_back_stays_prepared_and_figures_are_planned_anew(real_database: engine.Database) -> None:
    figure = counting(select(func.count()).select_from(ServiceContact))
    for _ in range(PREPARED_AFTER + 3):
        async with begin(cast.ola, read_only=True) as unit:
            await ORGANIZATIONS.page(unit, ["code"], [], PageRequest(3))
            await unit.scalar(figure)
    async with real_database.people.reading.connect() as connection:
        kept = (await connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert [one for one in kept if "FROM organization" in one and "LIMIT 4" in one]
    assert [one for one in kept if "service_contact" in one] == []
