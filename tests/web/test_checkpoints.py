"""The page of checkpoints, its file and the public keys."""

import pytest

from coord.audit.signing import is_genuine, read_keys, read_line
from coord.clients.reads import cards
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import sign_when_due
from tests.web.visit import visiting, visitor
from tests.world import LIN, cast

pytestmark = pytest.mark.anyio


async def test_a_partner_finds_how_to_keep_them_and_checks_the_file_with_the_public_keys(database: Database) -> None:
    async with begin(cast.sam) as unit:
        await cards(unit, [LIN])
    async with visiting("fatima") as fatima:
        assert "There is no checkpoint yet" in (await fatima.get("/checkpoints")).text
        await sign_when_due()
        page, file = await fatima.get("/checkpoints"), await fatima.get("/checkpoints/file")
    async with visitor() as nobody:
        keys = read_keys((await nobody.get("/checkpoints/keys.json")).text)
        assert (await nobody.get("/checkpoints/file")).status_code == 303
    (line,) = file.text.splitlines()
    kept = read_line(line)
    assert (kept.seq, is_genuine(kept, keys)) == (1, True)
    assert kept.hash.hex()[:16] in page.text
    assert file.headers["content-disposition"].startswith("attachment")
