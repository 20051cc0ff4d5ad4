"""Rows as the driver gives them, for a part of the system that walks over a whole table.

No row objects and no conversion of values: what a statement costs a row is what the driver costs.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from coord.work.unit import Unit


async def driver_rows(unit: Unit, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of a statement whose values are numbers of ours; only for actors that see every row anyway."""
    connection = await unit.session.connection()
    sql = str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if unit.is_sqlite:
        rows: Sequence[tuple[Any, ...]] = await driver.execute_fetchall(sql)
        return rows
    async with driver.cursor(binary=True) as cursor:
        await cursor.execute(sql)
        return await cursor.fetchall()  # type: ignore[no-any-return]
