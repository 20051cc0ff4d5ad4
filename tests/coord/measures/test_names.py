"""Names in one text: every organization that takes part and may be seen, and none that may not."""

from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam
from sqlmodel import col

from coord.kernel.sql import select
from coord.measures.names import names_in, taking_part
from coord.measures.rollups.asking import Added, added_up
from coord.organizations.tables import Organization
from coord.programs.tables import Participation, Program
from coord.work import begin
from coord.work.engine import Database
from tests.world import PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
HERE, THERE = UUID(int=1), UUID(int=2)


async def test_the_text_says_what_the_rows_say(database: Database) -> None:
    text = select(Program.id, taking_part(col(Program.id))).where(col(Program.id) == bindparam("program", type_=Uuid()))
    rows = select(Organization.id, Organization.code, Organization.name).where(
        Organization.id.in_(select(Participation.organization_id).where(Participation.program_id == PROGRAM_ID))  # type: ignore[attr-defined]
    )
    async with begin(cast.ola, read_only=True) as unit:
        told = names_in((await unit.rows(text, program=PROGRAM_ID))[0][1])
        assert told == {row[0]: (row[1], row[2]) for row in await unit.rows(rows)}
        assert await unit.rows(text, program=HERE) == []
    assert len(told) > 1


def test_nobody_takes_part_in_no_text() -> None:
    assert names_in(None) == names_in("") == {}
    assert names_in(f"{HERE}\x1fA\x1f甲\x1e{THERE.hex}\x1fB\x1f乙 2") == {HERE: ("A", "甲"), THERE: ("B", "乙 2")}


def test_what_is_added_is_added_to_its_cell_and_nothing_else_changes() -> None:
    before = {("a",): {"contacts": 1, "minutes": 5}}
    after = added_up([Added(("a",), "contacts", 2), Added(("b",), "persons", 1), Added(("b",), "persons", 1)], before)
    assert after == {("a",): {"contacts": 3, "minutes": 5}, ("b",): {"persons": 2}}
    assert before == {("a",): {"contacts": 1, "minutes": 5}}
    assert added_up([], before) is before
    assert added_up([]) == {}
