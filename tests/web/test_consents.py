"""The pages of a person's consents."""

import re

import pytest

from coord.clients.consents.tables import Consent, ConsentEvidence
from coord.kernel.clock import today
from coord.work.engine import Database
from tests.coord.kernel.test_files import PDF
from tests.coord.making import stored
from tests.web.visit import Fields, fields_of, visiting
from tests.world import CENTER, LIN, fixed

pytestmark = pytest.mark.anyio
PATH = f"/clients/{LIN}/consents"
NEW = f"{PATH}/new"
CARE = fixed("consent/NORTH-0001")
CHOSEN: Fields = {
    "purpose": ["INFORMATION_SHARING"], "signer": ["SELF"], "channel": ["PAPER"], "recipients": [str(CENTER)],
    "categories": ["BASIC_FILE"], "expires_on": [f"{today('Asia/Shanghai').year + 1}-01-01"],
}  # fmt: skip


async def test_nothing_is_chosen_beforehand(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get(NEW)
    assert set(fields_of(answer, NEW)) == {
        "idempotency_key", "given_on", "expires_on", "guardian", "basis", "document", "language",
    }  # fmt: skip
    assert re.findall(r'<input type="(?:checkbox|radio)" name="(\w+)"[^>]* checked', answer.text) == ["basis"]


async def test_a_consent_is_recorded_with_its_form_and_withdrawn(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(NEW), NEW) | CHOSEN
        answer = await sam.post(NEW, data=form, files={"file": ("同意书.pdf", PDF)})
        assert (answer.status_code, answer.headers["location"]) == (303, PATH)
        page = await sam.get(PATH)
        (row,) = await stored(Consent, Consent.purpose == "INFORMATION_SHARING")
        (file,) = await stored(ConsentEvidence)
        saved = await sam.get(f"{PATH}/files/{file.id}")
        ending = f"{PATH}/{row.id}/withdraw"
        await sam.post(ending, data=fields_of(page, ending) | {"reason": ["ASKED_BY_PERSON"]})
        after = await sam.get(PATH)
        again = await sam.post(ending, data={"idempotency_key": str(CARE), "reason": "REPLACED"})
    assert ("青屏社区中心" in page.text, "Withdrawn" in page.text, "Withdrawn" in after.text) == (True, False, True)
    assert (saved.content, saved.headers["content-disposition"]) == (PDF, 'attachment; filename="consent.pdf"')
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert again.status_code == 409


async def test_a_refused_consent_keeps_what_was_chosen_and_a_wrong_file_keeps_nothing(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(NEW), NEW) | CHOSEN
        nobody = await sam.post(NEW, data=form | {"signer": [""], "guardian": ["某人"]})
        script = await sam.post(NEW, data=form, files={"file": ("../x.svg", b"<svg onload='x'/>")})
        huge = await sam.post(NEW, data=form, files={"file": ("x.pdf", b"%PDF-" + b"0" * 12_000_000)})
    assert (nobody.status_code, script.status_code, huge.status_code) == (422, 422, 413)
    assert fields_of(nobody, NEW)["recipients"] == [str(CENTER)]
    assert fields_of(nobody, NEW)["guardian"] == ["某人"]
    assert "whole PDF, JPEG or PNG" in script.text
    assert len(await stored(Consent)) == 15


async def test_a_signed_form_is_added_later(database: Database) -> None:
    adding = f"{PATH}/{CARE}/evidence"
    async with visiting("sam") as sam:
        missing = await sam.post(adding, files={"file": ("", b"")})
        answer = await sam.post(adding, files={"file": ("a.pdf", PDF)})
        page = await sam.get(PATH)
    assert (missing.status_code, answer.status_code, "File 1" in page.text) == (422, 303, True)


@pytest.mark.parametrize("who", ["nia", "ola", "fatima", "petra"])
async def test_others_get_none_of_these_pages(database: Database, who: str) -> None:
    async with visiting(who) as person:
        seen = [await person.get(path) for path in (PATH, NEW, f"{PATH}/files/{CARE}")]
        sent = [await person.post(path, data=CHOSEN) for path in (NEW, f"{PATH}/{CARE}/withdraw")]
    assert {answer.status_code for answer in (*seen, *sent)} <= {403, 404, 422}
    assert "NORTH" not in "".join(answer.text for answer in (*seen, *sent))
