"""Everything of a published report in one file, with a receipt that can be checked."""

import hashlib
import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
import time_machine

from coord.audit.signing import public_keys
from coord.kernel.clock import now
from coord.releases.verifying import faults_of
from coord.work.engine import Database
from tests.coord.releases.making import published, seen
from tests.web.visit import visitor

pytestmark = pytest.mark.anyio


async def test_the_pack_holds_every_file_and_a_receipt_of_the_signature(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        page = (await anybody.get("/impact/DIP")).text
        packed = await anybody.get("/impact/DIP/pack.zip?period=2026Q3")
        alone = await anybody.get("/impact/DIP/report.json?period=2026Q3")
        with time_machine.travel(now() + timedelta(days=40), tick=False):
            later = await anybody.get("/impact/DIP/pack.zip?period=2026Q3")
    assert later.content == packed.content
    assert "/impact/DIP/pack.zip?period=2026Q3" in page
    with ZipFile(io.BytesIO(packed.content)) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    receipt = json.loads(files.pop("receipt.json"))
    assert set(files) == {f"DIP-2026Q3.{kind}" for kind in ("xlsx", "pdf", "csv", "xml", "json")}
    assert receipt["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert files["DIP-2026Q3.json"] == alone.content
    (release,) = receipt["releases"]
    signed = json.loads(alone.content)["releases"][0]
    assert {name: signed[name] for name in ("id", "period", "digest", "key", "signature")} == release
    assert list(faults_of(alone.content, public_keys())) == []


@pytest.mark.parametrize(
    "path", ["/impact/DIP/pack.zip", "/impact/NONE/pack.zip", "/impact/DIP/pack.zip?period=2026Q1"]
)
async def test_without_a_published_report_there_is_no_pack(database: Database, path: str) -> None:
    async with visitor() as anybody:
        assert (await anybody.get(path)).status_code == 404
