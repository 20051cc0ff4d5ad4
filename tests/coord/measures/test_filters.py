"""SVC-1 for whatever period, hospitals and grouping: every figure is the sum of the rows behind it, persons never outnumber visits."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coord.clients.tables import Discharge
from coord.contacts.codes import ServiceTarget
from coord.measures import MEASURES, Dimension, MeasureQuery, measure_table
from coord.measures.drill import drill_down
from coord.work import begin
from coord.work.engine import Database
from tests.conftest import DATABASES
from tests.coord.cases.making import closed_case, filed
from tests.coord.making import log
from tests.coord.measures.test_properties import random_contact
from tests.coord.measures.test_referral_measures import ten
from tests.coord.outcomes.recording import record, scale
from tests.world import BUILDER, CENTER, CHEN, HUANG, LIN, NORTH, NORTH_MEMBERS, PROGRAM, PROGRAM_ID, SOUTH, cast

pytestmark = pytest.mark.anyio
HISTORY = 30
HIGH, LITTLE = (2, 2, 2, 2, 2, 2, 2, 2, 0), (1, 1, 0, 0, 0, 0, 0, 0, 0)
EASY = list(HealthCheck)


@pytest.fixture
async def everything(database: Database) -> None:
    """Contacts, cases, referrals and discharges of a year at both hospitals."""
    chance = random.Random(7)  # noqa: S311  repeatable test data
    for _ in range(HISTORY):
        made, actor = random_contact(chance)
        await log(made, actor)
    await ten()
    for day, items in (("2026-01-20", HIGH), ("2026-06-20", LITTLE)):
        await record(scale(items, taken_on=day))
    await closed_case(CHEN, date(2026, 2, 10), date(2026, 4, 30), "LOST_CONTACT")
    facts = {"goals": 3, "goals_reached": 2, "satisfaction": 4, "assessed_on": date(2026, 3, 2)}
    await filed(HUANG, opened_on=date(2026, 3, 1), closed_on=date(2026, 6, 1), closure="GOALS_REACHED",
                status="CLOSED", **facts)  # fmt: skip
    async with begin(BUILDER) as unit:
        for number, client in enumerate((LIN, LIN, CHEN, *NORTH_MEMBERS[:4])):
            at = datetime.fromisoformat("2026-03-01T03:00:00+00:00") + timedelta(days=19 * number)
            unit.add(Discharge(program_id=PROGRAM_ID, hospital_id=NORTH, client_id=client, discharged_at=at))


@st.composite
def questions(draw: Any) -> MeasureQuery:
    """A period of at most half a year in 2026, some hospitals or all, up to two dimensions."""
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 300)))
    hospitals = draw(st.none() | st.lists(st.sampled_from([str(NORTH), str(SOUTH), str(CENTER)]), max_size=2))
    by = draw(st.lists(st.sampled_from(list(Dimension)), unique=True, max_size=2))
    return MeasureQuery.parse({
        "program": PROGRAM, "from_day": first.isoformat(), "to_day": (first + timedelta(days=draw(st.integers(0, 180)))).isoformat(),
        "group_by": by, "hospitals": hospitals,
    })  # fmt: skip


async def holds(question: MeasureQuery) -> None:
    """Every cell of the answer, and its total."""
    async with begin(cast.ola, read_only=True) as unit:
        table = await measure_table(unit, question)
        cells: list[Any] = [({}, table.total)]
        cells += [({part.dimension: part.key for part in row.key}, row.figures) for row in table.rows]
        for cell, figures in cells:
            assert figures["persons"] <= figures["identified_heads"] <= figures["person_times"], cell
            if cell.get(Dimension.TARGET) in set(ServiceTarget) - {ServiceTarget.STAFF}:
                assert figures["sessions"] <= figures["person_times"], cell
            for name in (name for name in MEASURES if figures[name]):
                rows = await drill_down(unit, question, name, cell, size=1000)
                values = [row["value"] for row in rows.rows]
                assert (rows.figure, sum(values), len(values)) == (figures[name], figures[name], rows.total_rows), name


@pytest.mark.parametrize("database", [d for d in DATABASES if d == "sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=EASY)
@given(question=questions())
async def test_every_figure_is_the_sum_of_its_rows_on_sqlite(everything: None, question: MeasureQuery) -> None:
    await holds(question)


@pytest.mark.parametrize("database", [d for d in DATABASES if d != "sqlite"], indirect=True)
@settings(max_examples=6, deadline=None, suppress_health_check=EASY)
@given(question=questions())
async def test_every_figure_is_the_sum_of_its_rows_on_postgresql(everything: None, question: MeasureQuery) -> None:
    await holds(question)


async def test_the_history_holds_something_of_three_quarters_of_the_measures(everything: None) -> None:
    question = MeasureQuery.parse({"program": PROGRAM, "from_day": "2026-01-01", "to_day": "2026-12-31"})
    async with begin(cast.ola, read_only=True) as unit:
        figures = (await measure_table(unit, question)).total
    assert len([name for name in MEASURES if figures[name]]) >= len(MEASURES) * 0.75
