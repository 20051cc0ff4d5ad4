"""SVC-1: what holds for any contacts whatever: parts and wholes, rows behind figures, the two forms of the rule."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from coord.access import Actor
from coord.contacts import LogContact
from coord.contacts.codes import CLIENT_CODES, ROSTER_CODES, AttendanceStatus, ServiceCode, ServiceTarget, VisitPhase
from coord.contacts.tables import Presence, ServiceContact
from coord.measures import MEASURES, Dimension, measure_table, person_times_of
from coord.measures.counting import counted
from coord.measures.drill import drill_down
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import YEAR, asked, cells, contact, log, stored, total
from tests.world import (
    CHEN,
    EVE_WORKER,
    HUANG,
    LIN,
    NORTH_GROUP,
    NORTH_MEMBERS,
    SOUTH,
    SOUTH_QIAN,
    SOUTH_ZHAO,
    cast,
)

pytestmark = pytest.mark.anyio
SEEDS = (1, 20260903)
BATCH = 36
ADDITIVE = sorted(set(MEASURES) - {"persons", "groups", "cases_active", "worker_months", "supervised_months"})
_PEOPLE = {cast.sam: [LIN, CHEN, HUANG, *NORTH_MEMBERS], cast.nia: [SOUTH_ZHAO, SOUTH_QIAN]}


def _people(chance: random.Random, code: ServiceCode, actor: Actor) -> dict[str, Any]:
    clients = _PEOPLE[actor]
    if code in ROSTER_CODES:
        named: dict[str, Any] = {"attendees": [str(c) for c in chance.sample(clients, chance.randint(0, len(clients)))]}
        if code is ServiceCode.GROUP_SESSION and actor is cast.sam and chance.random() < 0.6:
            named["group"] = str(NORTH_GROUP)
        if code is ServiceCode.COMMUNITY_EVENT and actor is cast.sam:
            named["hosts"] = chance.choice([[], [str(SOUTH)]])
        return {"client": None, **named}
    with_client = code in CLIENT_CODES or chance.random() < 0.5
    return {"client": str(chance.choice(clients)) if with_client else None}


def random_contact(chance: random.Random) -> tuple[LogContact, Actor]:
    actor = chance.choice([cast.sam, cast.sam, cast.nia])
    code = chance.choice(sorted(ServiceCode))
    given = _people(chance, code, actor)
    nobody_named = not given.get("client") and not given.get("attendees")
    target = chance.choice([None, *sorted(set(ServiceTarget) - {ServiceTarget.STAFF})])
    if nobody_named and chance.random() < 0.3:
        target = ServiceTarget.STAFF
    family = 0 if target is ServiceTarget.STAFF else chance.choice([0, 0, 1, 3])
    given |= {
        "service_code": code,
        "target": target,
        "phase": chance.choice([None, *sorted(VisitPhase)]),
        "attendance": chance.choice([*[AttendanceStatus.ATTENDED] * 4, *sorted(AttendanceStatus)]),
        "occurred_on": f"2026-{chance.randint(1, 9):02d}-{chance.randint(1, 28):02d}",
        "duration_minutes": chance.randint(1, 120),
        "family_present": family,
        "anonymous_count": chance.randint(1 if nobody_named else 0, 30),
        "co_workers": [str(EVE_WORKER)] if actor is cast.sam and chance.random() < 0.2 else [],
    }
    if chance.random() < 0.1 and not given.get("attendees"):
        given |= {"collateral": True, "family_present": 0, "anonymous_count": 0}
    return contact(**given), actor


@pytest.fixture(params=SEEDS)
async def history(database: Database, request: pytest.FixtureRequest) -> None:
    """Some dozens of random contacts at both hospitals."""
    chance = random.Random(request.param)  # noqa: S311  repeatable test data
    for _ in range(BATCH):
        given, actor = random_contact(chance)
        await log(given, actor)


async def test_no_cell_has_more_persons_than_person_times(history: None) -> None:
    for dimension in Dimension:
        for key, figures in (await cells(dimension)).items():
            assert figures["persons"] <= figures["identified_heads"] <= figures["person_times"], key


async def test_the_cells_of_every_dimension_add_up_to_the_total(history: None) -> None:
    whole = await total()
    expected = {name: whole[name] for name in ADDITIVE}
    for dimension in Dimension:
        parts = list((await cells(dimension)).values())
        assert {name: sum(figures[name] for figures in parts) for name in ADDITIVE} == expected, dimension
        assert sum(figures["persons"] for figures in parts) >= whole["persons"]


async def test_the_cells_of_two_dimensions_add_up_too(history: None) -> None:
    whole, parts = await total(), list((await cells("MONTH", "HOSPITAL")).values())
    assert {n: sum(f[n] for f in parts) for n in ADDITIVE} == {n: whole[n] for n in ADDITIVE}


async def test_every_figure_is_the_sum_of_the_rows_behind_it(history: None) -> None:
    figures: list[tuple[dict[Dimension, str], Mapping[str, int]]] = [({}, await total())]
    for dimension in Dimension:
        figures += [({dimension: key[0]}, found) for key, found in (await cells(dimension)).items()]
    async with begin(cast.ola, read_only=True) as unit:
        for cell, found in figures:
            for name, figure in found.items():
                if figure or name in {"persons", "minutes"}:
                    rows = await drill_down(unit, asked(), name, cell, size=1000)
                    values = [row["value"] for row in rows.rows]
                    assert (rows.figure, sum(values), len(values)) == (figure, figure, rows.total_rows), (cell, name)


async def test_no_key_stands_twice_in_a_table(history: None) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        for dimension in Dimension:
            keys = [row.key[0].key for row in (await measure_table(unit, asked(YEAR, dimension))).rows]
            assert len(keys) == len(set(keys)), dimension


async def test_one_row_and_the_statement_count_the_same_for_every_contact(history: None) -> None:
    present = await stored(Presence, counted())
    by_statement: dict[Any, int] = {}
    for row in present:
        by_statement[row.contact_id] = by_statement.get(row.contact_id, 0) + row.heads
    contacts = await stored(ServiceContact)
    assert len(contacts) == BATCH
    for row in contacts:
        assert person_times_of(row.model_dump()) == by_statement.get(row.id, 0), row.service_code
