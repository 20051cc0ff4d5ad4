"""Files on the pages of a case and of a record: brought, shown where the record is read, saved, taken off."""

import re
from uuid import UUID

import pytest

from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseAttachment
from coord.contacts.attachments.tables import ContactAttachment
from coord.work.engine import Database
from tests.coord.cases.making import case_in
from tests.coord.contacts.test_attachments import NAME, attach
from tests.coord.kernel.test_files import PDF, png
from tests.coord.making import contact, log, stored
from tests.coord.periods.handling import locked
from tests.web.visit import fields_of, visiting
from tests.world import LIN

pytestmark = pytest.mark.anyio


async def _record() -> UUID:
    return (await log(contact())).contact_id


async def test_a_file_is_brought_shown_saved_and_taken_off_again(database: Database) -> None:
    path = f"/records/{await _record()}/attachments"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), path)
        sent = await sam.post(path, data=form | {"kind": ["SIGN_IN_SHEET"]}, files={"file": ("../../签到表.pdf", PDF)})
        assert (sent.status_code, sent.headers["location"]) == (303, path)
        (row,) = await stored(ContactAttachment)
        page = (await sam.get(path)).text
        places = [(await sam.get(one)).text for one in ("/records", f"/clients/{LIN}")]
        saved = await sam.get(f"{path}/{row.id}")
        gone = await sam.post(f"{path}/{row.id}/remove")
    assert ("签到表.pdf" in page, ".." in re.sub(r"<[^>]*>", "", page)) == (True, False)
    assert ("Files: 1" in places[0], f"{path}/{row.id}" in places[1]) == (True, True)
    assert (saved.content, saved.headers["content-type"]) == (PDF, "application/pdf")
    assert saved.headers["content-disposition"] == (
        "attachment; filename=\"attachment.pdf\"; filename*=UTF-8''%E7%AD%BE%E5%88%B0%E8%A1%A8.pdf"
    )
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert (gone.status_code, await stored(ContactAttachment)) == (303, [])


async def test_what_was_chosen_stays_when_the_file_is_refused(database: Database) -> None:
    path = f"/records/{await _record()}/attachments"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), path)
        none = await sam.post(path, data=form | {"kind": ["PHOTO"]})
        script = await sam.post(path, data=form | {"kind": ["PHOTO"]}, files={"file": ("x.svg", b"<svg onload='x'/>")})
        nothing = await sam.post(path, data=form, files={"file": ("x.pdf", PDF)})
        huge = await sam.post(path, data=form, files={"file": ("x.pdf", b"%PDF-" + b"0" * 12_000_000)})
    assert [answer.status_code for answer in (none, script, nothing, huge)] == [422, 422, 422, 413]
    assert fields_of(script, path)["kind"] == ["PHOTO"]
    assert ('id="file-wrong"' in none.text, 'id="file-wrong"' in script.text) == (True, True)
    assert await stored(ContactAttachment) == []


async def test_the_supervisor_sees_it_beside_the_record_and_changes_nothing(database: Database) -> None:
    record = await _record()
    file = await attach(record)
    path = f"/records/{record}/attachments"
    async with visiting("sun") as sun:
        review, page = (await sun.get(f"/review/{record}")).text, (await sun.get(path)).text
        refused = await sun.post(f"{path}/{file}/remove")
    assert f"{path}/{file}" in review
    assert (NAME in page, "<form" in page.split("<main")[1], refused.status_code) == (True, False, 403)
    async with visiting("nia") as nia:
        assert {(await nia.get(one)).status_code for one in (path, f"{path}/{file}")} == {404}


async def test_a_locked_month_offers_nothing_that_would_be_refused(database: Database) -> None:
    record = await _record()
    file, path = await attach(record), f"/records/{record}/attachments"
    async with visiting("sam") as sam:
        assert "<form" in (await sam.get(path)).text.split("<main")[1]
        await locked()
        page = (await sam.get(path)).text
        refused = await sam.post(f"{path}/{file}/remove")
    assert (NAME in page, "<form" in page.split("<main")[1], refused.status_code) == (True, False, 409)


async def test_a_case_shows_its_files_and_the_way_to_more(database: Database) -> None:
    case = await case_in(CaseStatus.ASSESSING)
    path = f"/cases/{case}/attachments"
    async with visiting("sam") as sam:
        assert f'href="{path}"' in (await sam.get(f"/cases/{case}")).text
        form = fields_of(await sam.get(path), path)
        await sam.post(path, data=form | {"kind": ["GENOGRAM"]}, files={"file": ("家系图.png", png())})
        (row,) = await stored(CaseAttachment)
        shown = (await sam.get(f"/cases/{case}")).text
        saved = await sam.get(f"{path}/{row.id}")
        workbook = (await sam.get(f"/cases/{case}/file.csv")).text
    assert ("Genogram" in shown, "家系图.png" in shown, saved.content) == (True, True, png())
    assert next(line for line in workbook.splitlines() if "家系图.png" in line).count("Sam") == 1
