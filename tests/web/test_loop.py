"""The foundation's view across hospitals: the funnel counts what the lists list, the picture what the funnel counts."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.clock import now
from coord.measures import Dimension, MeasureQuery, measure_table
from coord.measures.drill import drill_down
from coord.referrals import ReferralFilter
from coord.referrals.reads import count_referrals
from coord.work import begin
from coord.work.engine import Database
from tests.coord.referrals.making import (
    E,
    by_source,
    by_target,
    consent,
    feedback,
    post_at_center,
    referral,
    seen,
    send,
)
from tests.queries import counting
from tests.web.visit import visiting
from tests.world import CHEN, HUANG, LIN, NORTH_MEMBERS, PROGRAM, cast
from web.charts import Flow, sankey
from web.loop import EXITS, STEPS

pytestmark = pytest.mark.anyio


async def _loops() -> None:
    """One closed, one accepted, one declined."""
    await post_at_center()
    for client in (LIN, CHEN, HUANG):
        await consent(client=str(client))
    closed, accepted, declined = [await send(referral(client=str(one))) for one in (LIN, CHEN, HUANG)]
    for made in (closed, accepted):
        await by_target(made, E.ACCEPT)
    await seen(closed)
    await feedback(closed)
    await by_source(closed, E.ACKNOWLEDGE)
    await by_target(declined, E.DECLINE, reason_code="NO_CAPACITY")


async def test_the_funnel_equals_the_lists_behind_it(database: Database) -> None:
    await _loops()
    year = now().year
    query = MeasureQuery.parse({"program": PROGRAM, "from_day": f"{year}-01-01", "to_day": f"{year}-12-31"})
    async with begin(cast.ola, read_only=True) as unit:
        figures = (await measure_table(unit, query, (*STEPS, *EXITS))).total
        listed = {name: (await drill_down(unit, query, name, {})).total_rows for name in (*STEPS, *EXITS)}
        all_of_them = await count_referrals(unit, ReferralFilter(program=PROGRAM))
    assert {name: figures[name] for name in listed} == listed
    assert [listed[name] for name in STEPS] == [3, 3, 2, 1, 1]
    assert [listed[name] for name in EXITS] == [1, 0, 0]
    assert listed["referrals_sent"] == all_of_them


async def test_the_page_shows_the_same_numbers_and_each_leads_to_its_rows(database: Database) -> None:
    await _loops()
    async with visiting("ola") as ola:
        shown = (await ola.get("/loop")).text
        for name, count in zip(STEPS, (3, 3, 2, 1, 1), strict=True):
            found = re.search(rf'href="(/numbers/rows\?[^"]*measure={name})">{count}</a>', shown)
            assert found is not None, name
            rows = (await ola.get(found[1].replace("&amp;", "&"))).text
            assert f'<p class="value">{count}</p>' in rows
        assert shown.count("→") >= 2
        assert "No referral was sent" in (await ola.get("/loop?hospital=H002")).text


async def test_the_flows_add_up_to_what_was_sent(database: Database) -> None:
    await _loops()
    query = MeasureQuery.parse({"program": PROGRAM, "from_day": "2026-01-01", "to_day": f"{now().year}-12-31",
                                "group_by": [Dimension.HOSPITAL, Dimension.RECEIVER]})  # fmt: skip
    async with begin(cast.ola, read_only=True) as unit:
        table = await measure_table(unit, query, STEPS)
    assert sum(row.figures["referrals_sent"] for row in table.rows) == table.total["referrals_sent"] == 3


async def test_what_is_overdue_stands_worst_first_and_its_number_is_the_lists(database: Database) -> None:
    await post_at_center()
    for client, urgency in ((LIN, "ROUTINE"), (CHEN, "EMERGENCY")):
        await consent(client=str(client))
        await send(referral(client=str(client), urgency=urgency))
    with time_machine.travel(now() + timedelta(days=20), tick=True):
        async with visiting("ola") as ola:
            shown = (await ola.get("/loop")).text
            listed = (await ola.get("/referrals?show=overdue")).text
    assert "2 referrals" in listed
    rows = re.findall(r'<a href="/referrals/[^"]+">R-\w+</a>[^<]*(Emergency|<span|</th>)', shown)
    assert len(rows) == 2
    assert "Emergency" in shown[: shown.index("</th>", shown.index('href="/referrals/'))]


async def test_more_referrals_and_hospitals_need_no_more_statements(database: Database) -> None:
    await post_at_center()
    await consent(client=str(LIN))
    await send(referral(client=str(LIN)))
    with time_machine.travel(now() + timedelta(days=20), tick=True):
        async with visiting("ola") as ola:
            await ola.get("/loop")
            with counting() as few:
                await ola.get("/loop")
    for client in NORTH_MEMBERS[:9]:
        await consent(client=str(client))
        await send(referral(client=str(client)))
    with time_machine.travel(now() + timedelta(days=20), tick=True):
        async with visiting("ola") as ola:
            await ola.get("/loop")
            with counting() as many:
                await ola.get("/loop")
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("name", "status", "lists"), [("ola", 200, True), ("sun", 200, True), ("sam", 200, True), ("fatima", 403, False)]
)
async def test_who_sees_the_view(database: Database, name: str, status: int, lists: bool) -> None:
    async with visiting(name) as visitor:
        answered = await visitor.get("/loop")
    assert answered.status_code == status
    assert ("Overdue now" in answered.text) is lists


async def test_a_hospital_of_another_foundation_is_no_filter(database: Database) -> None:
    await _loops()
    async with visiting("ola") as ola:
        assert "No referral was sent" in (await ola.get("/loop?hospital=NOWHERE")).text
        refused = await ola.get("/loop?from_day=2026-12-31&to_day=2026-01-01")
    assert refused.status_code == 422
    assert 'value="2026-12-31"' in refused.text


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"), st.integers(1, 10**6)), max_size=9))
def test_a_sankey_of_any_flows_is_whole_and_escapes_names(flows: list[tuple[str, str, int]]) -> None:
    drawn = sankey("<flows>", [Flow(f"{a}<&", f"{b}\"'", n, f"/rows?a={a}&b={b}") for a, b, n in flows])
    for svg in ET.fromstring(f"<all>{drawn.wide}{drawn.narrow}</all>"):  # noqa: S314 - our own text
        bands = [path for path in svg.iter("path") if path.attrib.get("class") == "flow"]
        assert len(bands) == len(flows)
        assert len(list(svg.iter("title"))) == len(flows)
