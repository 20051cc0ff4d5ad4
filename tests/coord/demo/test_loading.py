"""Bulk loads: what they leave out is back in force afterwards."""

import gc
from typing import Any

import pytest

from coord.access import system
from coord.demo.loading import trusted, without_collecting
from coord.work import Unit, begin
from coord.work.engine import Database

pytestmark = pytest.mark.anyio
LOADER = system("test loader", "loads rows in a test", "job.run")


async def ignores_checks(unit: Unit) -> Any:
    if not unit.is_sqlite:
        return None
    connection = await unit.session.connection()
    return (await connection.exec_driver_sql("PRAGMA ignore_check_constraints")).scalar()


async def fail_inside(unit: Unit, seen: list[Any]) -> None:
    async with trusted(unit):
        seen.append(await ignores_checks(unit))
        raise ZeroDivisionError


async def test_checks_are_left_out_only_during_a_trusted_load_even_when_it_fails(database: Database) -> None:
    seen: list[Any] = []
    async with begin(LOADER) as unit:
        with pytest.raises(ZeroDivisionError):
            await fail_inside(unit, seen)
        assert [*seen, await ignores_checks(unit)] == ([1, 0] if unit.is_sqlite else [None, None])


def test_cycles_are_looked_for_again_after_many_rows_were_made() -> None:
    with without_collecting():
        during = gc.isenabled()
    assert (during, gc.isenabled()) == (False, True)
