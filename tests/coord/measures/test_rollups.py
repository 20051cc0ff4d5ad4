"""Rollups say what the rows say: whatever was written, corrected, withdrawn or merged, and whenever it was folded."""

import random
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.clients.inputs import ClientPair
from coord.clients.merging import merge_clients, unmerge_clients
from coord.contacts import withdraw_contact
from coord.contacts.amending import amend_contact
from coord.contacts.tables import Presence, ServiceContact
from coord.measures import MeasureQuery
from coord.measures.rollups.folding import FOLDER, fold
from coord.programs import program_by_code
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import filed
from tests.coord.making import log, signed_in
from tests.coord.measures.rolling import agree, caught_up
from tests.coord.measures.test_properties import random_contact
from tests.world import BUILDER, CHEN, HUANG, NORTH, PROGRAM, SOUTH, cast

pytestmark = pytest.mark.anyio
GROUPINGS = (
    (), ("HOSPITAL",), ("MONTH",), ("QUARTER",), ("PROVINCE",), ("AGENCY",), ("SERVICE_CODE",), ("STAGE", "MONTH"),
    ("HOSPITAL", "MONTH"), ("MONTH", "SERVICE_CODE"), ("PHASE", "HOSPITAL"), ("QUARTER", "TARGET", "HOSPITAL"),
    ("AGENCY", "QUARTER"), ("STAGE", "PHASE"), ("REASON_CODE",),
)  # fmt: skip
PERIODS = (
    ("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-08-31"), ("2026-02-10", "2026-09-20"), ("2025-11-01", "2026-05-31"),
    ("2026-05-01", "2026-05-31"),
)  # fmt: skip
PLACES: tuple[Any, ...] = (None, [str(NORTH)], [str(NORTH), str(SOUTH)])
SEEDS = (3, 20260907)
STEPS, LOOK_EVERY = 24, 6


class History:
    """What happens by chance to the facts of the cast's world."""

    def __init__(self, chance: random.Random) -> None:
        """Nothing has happened yet."""
        self.chance = chance
        self.logged: list[tuple[Any, Any]] = []
        self.merge: Any = None

    async def log(self) -> None:
        given, actor = random_contact(self.chance)
        self.logged.append(((await log(given, actor)).contact_id, actor))

    async def withdraw(self) -> None:
        if self.logged:
            contact, actor = self.logged.pop(self.chance.randrange(len(self.logged)))
            async with begin(actor) as unit:
                await withdraw_contact(unit, contact)

    async def amend(self) -> None:
        given, actor = random_contact(self.chance)
        mine = [contact for contact, whose in self.logged if whose is actor]
        if mine:
            async with begin(actor) as unit:
                await amend_contact(unit, self.chance.choice(mine), given)

    async def merge_or_part(self) -> None:
        async with begin(cast.sam) as unit:
            if self.merge is None:
                self.merge = await merge_clients(unit, ClientPair(client=CHEN, other=HUANG))
            else:
                await unmerge_clients(unit, self.merge)
                self.merge = None

    async def move_day(self) -> None:
        """A part of the system changes many rows by one statement."""
        day, target = date(2026, self.chance.randint(1, 9), 15), date(2026, self.chance.randint(1, 9), 5)
        async with begin(BUILDER) as unit:
            for model in (ServiceContact, Presence):
                moved = update(model).where(col(model.occurred_on) >= day, col(model.hospital_id) == NORTH)
                moved = moved.where(col(model.service_code) == "CASE_CONTACT").values(
                    occurred_on=target, stage="ASSESSMENT"
                )
                await unit.session.run(moved.execution_options(synchronize_session=False))

    async def case(self) -> None:
        chance = self.chance
        opened = date(2026, chance.randint(1, 6), chance.randint(1, 28))
        await filed(
            chance.choice([CHEN, HUANG]), opened_on=opened, closed_on=date(2026, chance.randint(7, 11), 3), status="CLOSED",
            closure=chance.choice(["GOALS_REACHED", "LOST_CONTACT"]), goals=3, goals_reached=chance.randint(0, 3),
            satisfaction=chance.choice([None, 4]),
        )  # fmt: skip

    async def recall_case(self) -> None:
        async with begin(BUILDER) as unit:
            changed = update(CaseFile).where(col(CaseFile.closure) == "LOST_CONTACT").values(goals_reached=1, goals=2)
            await unit.session.run(changed.execution_options(synchronize_session=False))

    async def fold(self) -> None:
        async with begin(FOLDER) as unit:
            await fold(unit, await program_by_code(unit, PROGRAM), self.chance.choice([1, 3, 2000]))

    async def step(self) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [
            *[self.log] * 8, self.withdraw, self.amend, self.amend, self.merge_or_part, self.move_day, self.case,
            self.recall_case, self.fold, self.fold,
        ]  # fmt: skip
        await self.chance.choice(acts)()

    def question(self) -> MeasureQuery:
        """Any of the questions."""
        days = self.chance.choice(PERIODS)
        return question(days, self.chance.choice(GROUPINGS), self.chance.choice(PLACES))


def question(days: tuple[str, str], by: tuple[str, ...], places: Any) -> MeasureQuery:
    """A question of the cast's program."""
    return MeasureQuery.parse(
        {"program": PROGRAM, "from_day": days[0], "to_day": days[1], "group_by": by, "hospitals": places}
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_happens_rollups_say_what_the_rows_say(database: Database, seed: int) -> None:
    history = History(random.Random(seed))  # noqa: S311  repeatable test data
    for _ in range(10):
        await history.log()
    await caught_up()
    actors = [cast.ola, await signed_in("sam"), await signed_in("nia")]
    ready = 0
    for number in range(1, STEPS + 1):
        await history.step()
        if number % LOOK_EVERY == 0:
            for actor in history.chance.sample(actors, 2):
                ready += await agree(actor, history.question())
    await caught_up()
    for by in GROUPINGS:
        ready += await agree(history.chance.choice(actors), question(PERIODS[0], by, history.chance.choice(PLACES)))
    assert ready > len(GROUPINGS) // 2
