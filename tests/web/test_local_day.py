"""SVC-5: half past midnight in Shanghai counts on the day that the clock there shows, on every way out."""

import csv
import io

import pytest

from coord.contacts.tables import ServiceContact
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import CHEN, cast

pytestmark = pytest.mark.anyio
LIST = "{ serviceContacts { edges { node { occurredOn startedAt } } } }"
MONTHS = """{ measures(program: "DIP", from: "2026-08-01", to: "2026-09-30", groupBy: [MONTH]) {
  rows { key { key } measures { contacts } } } }"""


async def test_it_stands_under_the_local_day_on_the_page_in_the_file_and_in_the_api(database: Database) -> None:
    await log(contact(client=str(CHEN), occurred_on="2026-09-01", started_at="2026-09-01T00:30:00+08:00"))
    (row,) = await stored(ServiceContact)
    assert row.started_at.isoformat() == "2026-08-31T16:30:00+00:00"
    async with visiting("ola") as ola:
        page = (await ola.get("/contacts?from_day=2026-09-01&to_day=2026-09-01")).text
        before = (await ola.get("/contacts?from_day=2026-08-31&to_day=2026-08-31")).text
        file = (await ola.get("/export/contacts.csv?from_day=2026-09-01&to_day=2026-09-01")).content.decode("utf-8-sig")
    assert ('datetime="2026-09-01"' in page, 'datetime="2026-09-01"' in before) == (True, False)
    line, empty, _ = list(csv.reader(io.StringIO(file)))[1:]
    assert ("2026-09-01" in line, empty) == (True, [])
    assert "2026-08-31" not in file
    async with asking_as(cast.ola) as api:
        (edge,) = (await api.data(LIST))["serviceContacts"]["edges"]
        rows = (await api.data(MONTHS))["measures"]["rows"]
    assert edge["node"] == {"occurredOn": "2026-09-01", "startedAt": "2026-08-31T16:30:00+00:00"}
    assert {one["key"][0]["key"]: one["measures"]["contacts"] for one in rows} == {"2026-09": 1}
