"""Stories beside a release: signed by digest, gone with the consent, and not a byte of the release is another."""

import io
import json
import uuid
from collections.abc import Sequence
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from coord.audit.signing import public_keys
from coord.clients.stories.codes import StoryMove
from coord.clients.stories.tables import Story, ToldStory
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.releases import ReleaseMove
from coord.releases.inputs import ChooseStories, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.storytelling import choose_stories, tellable_stories
from coord.releases.tables import Release
from coord.releases.verifying import faults_of, faults_of_stories
from coord.work import begin
from coord.work.engine import Database
from tests.coord.clients.test_stories import TEXT, allow, withdraw, write
from tests.coord.clients.test_stories import move as move_story_of
from tests.coord.making import stored
from tests.coord.releases.making import OSCAR, build, lock, move, seen
from tests.schema.api import asking_as
from tests.web.visit import visiting, visitor
from tests.world import LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
STORIES = """{ impactReport(program: "DIP", period: "2026Q3") {
  stories { id period title text salt digest hasEnded } notes { kind }
} }"""


async def built() -> uuid.UUID:
    """A release that waits for its review."""
    await seen()
    await lock()
    made = await build()
    assert made is not None
    return made


async def choose(release: uuid.UUID, *stories: uuid.UUID) -> None:
    """What an officer ticks."""
    async with begin(cast.ola) as unit:
        await choose_stories(unit, ChooseStories(release=release, stories=stories))


async def publish(release: uuid.UUID) -> None:
    """Two officers."""
    await move(cast.ola, release, ReleaseMove.REVIEW)
    await move(OSCAR, release, ReleaseMove.PUBLISH)


async def told_by_release() -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A published release that tells one story: the release, the story, the consent."""
    release, consent = await built(), await allow()
    story = await write()
    await move_story_of(story, StoryMove.APPROVE)
    await choose(release, story)
    await publish(release)
    return release, story, consent


async def fetched(path: str) -> bytes:
    """What everybody gets."""
    async with visitor() as anybody:
        answer = await anybody.get(path, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200, path
    return answer.content


async def everywhere() -> dict[str, bool]:
    """Where the words of the story stand."""
    pdf = PdfReader(io.BytesIO(await fetched("/impact/DIP/report.pdf?period=2026Q3")))
    with ZipFile(io.BytesIO(await fetched("/impact/DIP/pack.zip?period=2026Q3"))) as pack:
        packed = pack.read("DIP-2026Q3-stories.json").decode()
    with ZipFile(io.BytesIO(await fetched("/impact/DIP/report.xlsx?period=2026Q3"))) as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    async with asking_as(cast.fatima) as api:
        asked = (await api.data(STORIES))["impactReport"]
    said = {
        "page": (await fetched("/impact/DIP")).decode(),
        "pdf": "".join(page.extract_text() for page in pdf.pages).replace("\n", ""),
        "csv": (await fetched("/impact/DIP/report.csv?period=2026Q3")).decode("utf-8-sig"),
        "stories": (await fetched("/impact/DIP/stories.json?period=2026Q3")).decode(),
        "pack": packed, "xlsx": sheets, "graphql": json.dumps(asked, ensure_ascii=False),
    }  # fmt: skip
    return {name: TEXT in text for name, text in said.items()}


async def test_the_words_are_everywhere_and_then_nowhere_and_the_release_stays_as_it_was(database: Database) -> None:
    release, story, consent = await told_by_release()
    signed = await fetched("/impact/DIP/report.json?period=2026Q3")
    assert set((await everywhere()).values()) == {True}
    assert TEXT.encode() not in signed
    assert faults_of(signed, public_keys()) == []
    before = (await stored(Release))[0].digest
    await withdraw(consent)
    assert set((await everywhere()).values()) == {False}
    assert await fetched("/impact/DIP/report.json?period=2026Q3") == signed
    assert [(one.id, one.digest) for one in await stored(Release)] == [(release, before)]
    async with asking_as(cast.fatima) as api:
        (told,) = (await api.data(STORIES))["impactReport"]["stories"]
    assert (told["hasEnded"], told["text"], told["salt"]) == (True, None, None)
    assert told["digest"] == (await stored(ToldStory, ToldStory.id == story))[0].digest
    assert told["digest"].encode() in signed
    assert "这个故事已不再公开" in (await fetched("/impact/DIP")).decode()


async def test_a_file_of_stories_is_held_against_what_was_signed(database: Database) -> None:
    _, story, consent = await told_by_release()
    signed = await fetched("/impact/DIP/report.json?period=2026Q3")
    said = await fetched("/impact/DIP/stories.json?period=2026Q3")
    assert faults_of_stories(said, signed) == []
    changed = said.replace("重新出门".encode(), "别的标题".encode())
    assert changed != said
    assert faults_of_stories(changed, signed) == [f"CHANGED {story}"]
    await withdraw(consent)
    ended = await fetched("/impact/DIP/stories.json?period=2026Q3")
    assert faults_of_stories(ended, signed) == []
    assert faults_of_stories(ended.replace(b'"ended":true', b'"ended":true,"text":"x"'), signed) == [f"CHANGED {story}"]
    assert faults_of_stories(signed, signed) == faults_of_stories(b"no", signed) == ["NOT_STORIES"]


async def test_what_was_approved_and_not_chosen_is_nobodys_to_read(database: Database) -> None:
    release = await built()
    await allow()
    story = await write()
    await move_story_of(story, StoryMove.APPROVE)
    await publish(release)
    assert TEXT.encode() not in await fetched("/impact/DIP")
    async with asking_as(cast.fatima) as api:
        assert (await api.data(STORIES))["impactReport"]["stories"] == []


async def test_a_story_withdrawn_before_the_release_is_out_is_told_never(database: Database) -> None:
    release, consent = await built(), await allow()
    story = await write()
    await move_story_of(story, StoryMove.APPROVE)
    await choose(release, story)
    await withdraw(consent)
    await publish(release)
    assert TEXT.encode() not in await fetched("/impact/DIP")
    assert [one.published_at for one in await stored(ToldStory)] == [None]
    assert faults_of(await fetched("/impact/DIP/report.json?period=2026Q3"), public_keys()) == []


async def test_only_told_stories_of_the_program_are_chosen_and_only_before_the_review(database: Database) -> None:
    release = await built()
    await allow()
    story = await write()
    with pytest.raises(Invalid):
        await choose(release, story)
    await move_story_of(story, StoryMove.APPROVE)
    await choose(release, story)
    async with begin(cast.ola) as unit:
        await write_notes(unit, WriteNotes(release=release, summary="A good quarter."))
    assert [note["kind"] for note in (await stored(Release))[0].notes] == ["SUMMARY", "STORY"]
    await choose(release)
    assert [note["kind"] for note in (await stored(Release))[0].notes] == ["SUMMARY"]
    await choose(release, story)
    for actor, wrong in ((cast.sam, NotAllowed), (cast.fatima, NotAllowed), (cast.sun, NotAllowed)):
        with pytest.raises(wrong):
            async with begin(actor) as unit:
                await choose_stories(unit, ChooseStories(release=release))
    await move(cast.ola, release, ReleaseMove.REVIEW)
    with pytest.raises(Conflict):
        await choose(release)
    with pytest.raises(NotFound):
        await choose(SOUTH_ZHAO)


async def _titles(release: uuid.UUID) -> Sequence[str]:
    async with begin(cast.ola, read_only=True) as unit:
        return [one.title for one in await tellable_stories(unit, release)]


async def test_the_pages_write_decide_choose_and_end_a_story(database: Database) -> None:
    release = await built()
    await allow()
    of_lin = f"/clients/{LIN}/stories"
    async with visiting("sam") as sam, visiting("sun") as sun, visiting("ola") as ola:
        typed = {"title": "重新出门", "text": TEXT + "电话 13800138000"}
        refused = await sam.post(of_lin, data=typed)
        assert refused.status_code == 422
        assert TEXT in refused.text
        assert (await sam.post(of_lin, data={"title": "重新出门", "text": TEXT})).status_code == 303
        assert TEXT in (await sam.get(of_lin)).text
        waiting = (await sun.get("/stories")).text
        assert TEXT in waiting
        made = (await stored(Story))[0].id
        assert (await sun.post(f"/stories/{made}", data={"move": "RETURN"})).status_code == 422
        assert (await sun.post(f"/stories/{made}", data={"move": "APPROVE"})).status_code == 303
        assert await _titles(release) == ["重新出门"]
        assert TEXT in (await ola.get(f"/releases/{release}")).text
        assert (await ola.post(f"/releases/{release}/stories", data={"stories": str(made)})).status_code == 303
        assert (
            (await sam.post(f"/stories/{made}", data={"move": "END", "client": "1"}))
            .headers["location"]
            .startswith(of_lin)
        )
    assert [one.text for one in await stored(ToldStory)] == [""]
