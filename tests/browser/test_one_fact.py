"""One fact through three doors, one number behind every screen."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.world import LIN, PROGRAM

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

_LOG = """mutation Log($input: LogServiceContactInput!) {
  logServiceContact(input: $input) {
    ... on ServiceContactLogged { replayed serviceContact { personTimes } }
    ... on Rejected { problems { field code message } }
  }
}"""
_MEASURES = """query North($program: String!, $from: Date!, $to: Date!) {
  measures(program: $program, from: $from, to: $to, groupBy: [HOSPITAL]) {
    rows { key { key } measures { personTimes } }
  }
}"""


def _asked(address: str, name: str, query: str, **variables: Any) -> Any:
    with sign_in(address, name) as client:
        answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def _month() -> dict[str, str]:
    today = date.today()  # noqa: DTZ011  the world's program runs on this machine's day or the one after
    return {"from": today.replace(day=1).isoformat(), "to": f"{today.year}-12-31"}


def _by_measures(address: str) -> int:
    table = _asked(address, "ola", _MEASURES, program=PROGRAM, **_month())["measures"]
    return next(int(row["measures"]["personTimes"]) for row in table["rows"] if row["key"][0]["key"] == "H001")


async def _by_hospitals(open_page: Open) -> tuple[Page, int]:
    page = await open_page("ola", "/hospitals", viewport={"width": 1440, "height": 900}, has_touch=False)
    figure = page.locator("tr:has-text('North') a[href*='/numbers/rows']").first
    return page, int((await figure.inner_text()).replace(",", ""))


async def _by_rows(page: Page) -> int:
    """The rows behind the figure, added up by hand; the world fits on one page."""
    await page.locator("tr:has-text('North') a[href*='/numbers/rows']").first.click()
    await page.wait_for_url("**/numbers/rows*")
    return sum(int(cell.replace(",", "")) for cell in await page.locator("td.c-tag").all_inner_texts())


def _by_export(address: str) -> int:
    """The exported list, added up by hand."""
    with sign_in(address, "ola") as client:
        answer = client.get("/export/contacts.csv", params={"program": PROGRAM, "from_day": _month()["from"]})
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    column = next(name for name in rows[0] if re.search("person-times", name, re.IGNORECASE))
    hospital = next(name for name in rows[0] if re.search("hospital code", name, re.IGNORECASE))
    return sum(int(row[column] or 0) for row in rows if row[hospital] == "H001")


async def _log_by_hand(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    await page.tap(f"#recent a[href*='{LIN}']")
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts")).to_contain_text("Saved.")


def _log_by_program(address: str) -> None:
    client_id = _asked(address, "sam", '{ clients(search: "NORTH-0001") { edges { node { id } } } }')
    given = {
        "idempotencyKey": str(uuid.uuid4()),
        "program": PROGRAM,
        "client": client_id["clients"]["edges"][0]["node"]["id"],
        "serviceCode": "BEDSIDE_VISIT",
        "occurredOn": date.today().isoformat(),  # noqa: DTZ011  see above
        "durationMinutes": 20,
    }
    logged = _asked(address, "sam", _LOG, input=given)["logServiceContact"]
    assert logged == {"replayed": False, "serviceContact": {"personTimes": 1}}


def _log_by_workbook(database_url: str, folder: Path) -> None:
    today = date.today()  # noqa: DTZ011  see above
    book = folder / "north.csv"
    book.write_text(
        f"H001 {today.year}年{today.month}月 服务记录表\n"
        "序号,服务日期,服务对象编号,服务类型,服务阶段,时长(分钟),服务对象人数,社工,是否完成\n"
        f"1,{today.isoformat()},NORTH-0001,病房探访,治疗,15,1,Sam,是\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "workers",
        "import",
        "contacts",
        str(book),
        "--program",
        PROGRAM,
        "--hospital",
        "H001",
    ]
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments
        [*command, "--json"],
        env={**os.environ, "COORD_DATABASE_URL": database_url},
        check=True,
        capture_output=True,
    )
    assert json.loads(done.stdout)["added_rows"] == 1


async def _everywhere(open_page: Open, address: str) -> set[int]:
    page, shown = await _by_hospitals(open_page)
    return {shown, _by_measures(address), _by_export(address), await _by_rows(page)}


async def test_a_contact_counts_once_on_every_screen_whichever_door_it_came_through(
    open_page: Open, address: str, database_url: str, tmp_path: Path
) -> None:
    before = await _everywhere(open_page, address)
    assert len(before) == 1
    await _log_by_hand(open_page)
    after_hand = await _everywhere(open_page, address)
    _log_by_program(address)
    after_program = await _everywhere(open_page, address)
    _log_by_workbook(database_url, tmp_path)
    after_workbook = await _everywhere(open_page, address)
    first = before.pop()
    assert (after_hand, after_program, after_workbook) == ({first + 1}, {first + 2}, {first + 3})
