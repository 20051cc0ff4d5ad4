"""What leaves the pages by other ways: titles, addresses, mails, notices, jobs. None of it says who a person is (L17)."""

import json
import re

import httpx2
import pytest

from coord.notices.mailing import mailbox
from coord.notices.tables import Notice
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import DEMANDED, stored
from tests.web.visit import Fields, fields_of, visiting
from tests.world import cast
from workers.perform import perform

pytestmark = pytest.mark.anyio

NAME, PHONE, TEXT, DISTRICT = "卡娜丽鸟", "13900001234", "canary-in-a-note", "卡娜丽区"
CANARIES = (NAME, PHONE, TEXT, DISTRICT, "kanali", "%E5%8D%A1", "\\u5361")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


async def _filled(sam: httpx2.AsyncClient, path: str, action: str, **said: str) -> httpx2.Response:
    form: Fields = fields_of(await sam.get(path), action)
    answer = await sam.post(action, data=form | {name: [value] for name, value in said.items()})
    assert answer.status_code == 303, answer.text
    return answer


async def _a_day(sam: httpx2.AsyncClient) -> tuple[list[str], list[str]]:
    """A person is registered, seen, flagged and asked to be erased; the titles and addresses that a browser got."""
    made = await _filled(
        sam, "/clients/new", "/clients/new", name=NAME, phone=PHONE, **{**DEMANDED, "district": DISTRICT}
    )
    person = made.headers["location"]
    addresses = [person]
    logged = await _filled(sam, f"/log?client={person.rpartition('/')[2]}", "/log", note=TEXT, service_code="CASE_CONTACT",
                           duration_minutes="30")  # fmt: skip
    flagged = await _filled(sam, f"{person}/alert", f"{person}/alert", urgency="IMMINENT", note=TEXT)
    addresses += [answer.headers["location"] for answer in (logged, flagged)]
    titles = []
    for path in (person, *(f"{person}{end}" for end in ("/consents", "/consents/new", "/access", "/merge", "/erasure",
                 "/alert", "/scales/PHQ9", "/case")), flagged.headers["location"], "/clients", "/notices", "/work"):  # fmt: skip
        answer = await sam.get(path)
        assert answer.status_code in {200, 303}, (path, answer.status_code)
        titles += _TITLE.findall(answer.text)
        addresses.append(str(answer.url))
    # From here on the file is hidden: the request goes on by code.
    asked = await _filled(sam, f"{person}/erasure", f"{person}/erasure", basis="UNLAWFUL")
    for path in (asked.headers["location"], "/erasures"):
        answer = await sam.get(path)
        assert answer.status_code in {200, 303}, path
        titles += _TITLE.findall(answer.text)
        addresses.append(str(answer.url))
    return titles, addresses


async def test_titles_addresses_mails_notices_and_jobs_name_nobody(database: Database) -> None:
    async with visiting("sam") as sam:
        titles, addresses = await _a_day(sam)
        metrics = (await sam.get("/metrics")).text
    for job in await stored(OutboxJob, OutboxJob.job == "notices.tell_holders"):
        await perform(str(job.id))
    mails = await mailbox(cast.adam)
    notices = [notice.model_dump(mode="json") for notice in await stored(Notice)]
    jobs = [(job.job, job.arguments, job.last_error) for job in await stored(OutboxJob)]
    assert len(titles) > 10
    assert (bool(notices), bool(jobs)) == (True, True)
    sinks = {
        "titles": "\n".join(titles),
        "addresses": "\n".join(addresses),
        "mails": "\n".join(map(str, mails)),
        "notices": json.dumps(notices, ensure_ascii=False),
        "jobs": json.dumps(jobs, ensure_ascii=False),
        "metrics": metrics,
    }
    assert {(sink, canary) for sink, said in sinks.items() for canary in CANARIES if canary in said} == set()
