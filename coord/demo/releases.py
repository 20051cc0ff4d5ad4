"""Releases of the demo: the last whole quarters whose months are locked, published; the older ones first."""

from datetime import date
from uuid import UUID

from coord.access import system
from coord.demo import places
from coord.demo.referrals import person
from coord.programs import program_by_code
from coord.programs.quarters import last_quarters
from coord.releases import MoveRelease, ReleaseMove, move_release
from coord.releases.building import build_release
from coord.releases.inputs import ChooseStories, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.ordering import open_months
from coord.releases.storytelling import choose_stories, tellable_stories
from coord.work import Unit, begin

RELEASES = system(
    "demo releases",
    "publishes the demo's quarters",
    "job.run",
    "program.list",
    "release.count",
    "release.list",
    "release.read",
    "measure.read",
)
_LOOKED_AT = 3


_WORDS = WriteNotes(
    release=UUID(int=0),
    summary="本季度各院驻点继续开展个案、小组和社区活动，转介后的随访逐步形成常规。",
    challenges="仍有转介没有在七天内联系上；两家医院有一个岗位空缺，小组减少。随访问卷的回收还不够，量表结果只代表其中一部分人。",
    outlook="下季度补齐空缺岗位，把首次联系的提醒提前到第三天，并和社区中心每月核对一次未完成的转介。",
)


async def lay_releases(today: date) -> None:
    """Publish every quarter that can be, with words and stories the newest; the next one waits for its months."""
    made = [one for quarter in reversed(last_quarters(today, _LOOKED_AT)) if (one := await _built(quarter))]
    ola, oscar = await person("ola"), await person("oscar")
    for release in made:
        async with begin(ola) as unit:
            if release == made[-1]:
                await _told(unit, release)
            await move_release(unit, MoveRelease(release=release, move=ReleaseMove.REVIEW))
        async with begin(oscar) as unit:
            await move_release(unit, MoveRelease(release=release, move=ReleaseMove.PUBLISH))


async def _built(quarter: str) -> UUID | None:
    """None where its months are open, or before anybody was there."""
    async with begin(RELEASES) as unit:
        program = await program_by_code(unit, places.PROGRAM)
        missing = await open_months(unit, program, quarter)
        if missing is None or missing:
            return None
        return await build_release(unit, program.id, quarter, None)


async def _told(unit: Unit, release: UUID) -> None:
    await write_notes(unit, _WORDS.model_copy(update={"release": release}))
    stories = [one.id for one in await tellable_stories(unit, release)]
    await choose_stories(unit, ChooseStories(release=release, stories=tuple(stories)))
