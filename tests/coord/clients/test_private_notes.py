"""Private notes are their author's alone: by session, by the database, in copies, after an erasure."""

from typing import Any

import pytest
from sqlalchemy import text

from coord.access import Actor
from coord.clients.codes import ErasureBasis
from coord.clients.private.notes import PrivateNoteShown, WritePrivateNote, own_notes, remove_note, write_note
from coord.clients.private.tables import PrivateNote
from coord.clients.tables import Client
from coord.kernel.clock import today
from coord.kernel.errors import Erased, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.rights import document, export_subject
from coord.rights.erasure import ERASER, erase
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import signed_in, stored
from tests.coord.rights.test_restriction import restrict
from tests.queries import plainly
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import LIN, cast

pytestmark = pytest.mark.anyio
SAID = "反移情：想起自己的祖母CANARY"


async def _written(actor: Actor = cast.sam) -> Any:
    async with begin(actor) as unit:
        return await write_note(unit, WritePrivateNote(client=LIN, content=SAID))


async def _read(actor: Actor) -> list[PrivateNoteShown]:
    async with begin(actor, read_only=True) as unit:
        return list(await own_notes(unit, LIN))


async def _in_plain_sql(actor: Actor) -> int:
    async with begin(actor, read_only=True) as unit:
        await unit.rows(select(Client.id).limit(1))
        connection = plainly(unit)
        return int((await connection.execute(text("SELECT count(*) FROM private_note"))).scalar_one())


async def test_the_author_reads_it_and_nobody_else_by_session_or_plain_sql(database: Database) -> None:
    await _written()
    assert [note.content for note in await _read(cast.sam)] == [SAID]
    assert await _in_plain_sql(await signed_in("sam")) == 1
    for name in ("sun", "ola", "nia", "cai", "adam", "fatima"):
        actor = await signed_in(name)
        assert (name, await _in_plain_sql(actor)) == (name, 0)
        async with begin(actor, read_only=True) as unit:
            assert await unit.scalars(select(PrivateNote)) == []
    (row,) = await stored(PrivateNote)
    assert b"CANARY" not in row.content + (row.wrapped or b"")


@pytest.mark.parametrize("name", ["sun", "ola", "adam", "fatima", "cai"])
async def test_others_neither_write_nor_remove(database: Database, name: str) -> None:
    made = await _written()
    for act in (
        lambda unit: write_note(unit, WritePrivateNote(client=LIN, content="x")),
        lambda unit: remove_note(unit, made),
    ):
        with pytest.raises(NotAllowed):
            async with begin(getattr(cast, name)) as unit:
                await act(unit)
    with pytest.raises(NotFound):
        async with begin(cast.nia) as unit:
            await remove_note(unit, made)
    assert len(await stored(PrivateNote)) == 1


async def test_a_copy_holds_it_only_where_counsel_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await _written()

    async def held() -> Any:
        async with begin(cast.sun) as unit:
            return document(await export_subject(unit, LIN))["held"].get("private_note")

    async def said() -> bool:
        async with visiting("sam") as sam:
            return "the copy that the person asks for does" in (await sam.get(f"/clients/{LIN}/private")).text

    assert (await held(), await said()) == (None, False)
    monkeypatch.setenv("COORD_COPY_PRIVATE_NOTES", "true")
    settings.cache_clear()
    try:
        assert [line["content"] for line in await held()] == [SAID]
        assert await said()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


async def test_an_erasure_destroys_its_key_and_a_restriction_hides_it(database: Database) -> None:
    await _written()
    await restrict()
    assert await _in_plain_sql(await signed_in("sam")) == 0
    async with begin(ERASER) as unit:
        await erase(unit, LIN, today("Asia/Shanghai"), ErasureBasis.ORDERED)
    assert [row.wrapped for row in await stored(PrivateNote)] == [None]
    with pytest.raises(Erased):
        await _read(await signed_in("sam"))


async def test_the_page_keeps_what_was_typed_writes_and_removes(database: Database) -> None:
    page = f"/clients/{LIN}/private"
    async with visiting("sam") as sam:
        assert "No private note yet." in (await sam.get(page)).text
        assert (await sam.post(page, data={"content": ""})).status_code == 422
        assert (await sam.post(page, data={"content": SAID})).status_code == 303
        assert SAID in (await sam.get(page)).text
        assert page in (await sam.get(f"/clients/{LIN}")).text
        made = (await stored(PrivateNote))[0].id
        assert (await sam.post(f"{page}/{made}/remove")).status_code == 303
    assert await stored(PrivateNote) == []
    async with visiting("sun") as sun:
        assert (await sun.get(page)).status_code == 403
        assert page not in (await sun.get(f"/clients/{LIN}")).text


def test_a_number_of_an_identity_card_is_refused() -> None:
    with pytest.raises(Invalid):
        WritePrivateNote.parse({"client": str(LIN), "content": "身份证 11010519491231002X"})


WRITE = """mutation ($input: WritePrivateNoteInput!) { writePrivateNote(input: $input) {
    ... on PrivateNoteKept { noteId } ... on Rejected { problems { field code } } } }"""
REMOVE = """mutation ($note: ID!) { removePrivateNote(note: $note) {
    ... on PrivateNoteKept { noteId } ... on Rejected { problems { field code } } } }"""
READ = "query ($client: ID!) { privateNotes(client: $client) { id content } }"


async def test_the_api_gives_them_to_their_author_alone(database: Database) -> None:
    client = global_id("Client", LIN)
    async with asking_as(cast.sam) as sam, asking_as(cast.sun) as sun, asking_as(cast.nia) as nia:
        refused = (await sam.data(WRITE, input={"client": client, "content": ""}))["writePrivateNote"]
        assert [one["field"] for one in refused["problems"]] == ["content"]
        made = (await sam.data(WRITE, input={"client": client, "content": SAID}))["writePrivateNote"]["noteId"]
        assert (await sam.data(READ, client=client))["privateNotes"] == [{"id": made, "content": SAID}]
        for other, code in ((sun, "NOT_ALLOWED"), (nia, "NOT_FOUND")):
            answer = await other.ask(READ, client=client)
            assert "CANARY" not in str(answer)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
            gone = await other.ask(REMOVE, note=made)
            assert [error["extensions"]["code"] for error in gone["errors"]] == [code]
        assert (await sam.data(REMOVE, note=made))["removePrivateNote"] == {"noteId": made}
        assert await stored(PrivateNote) == []
