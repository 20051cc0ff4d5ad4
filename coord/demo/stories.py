"""Stories of the demo: two that may be told with the newest release, one that waits for the supervisor."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlmodel import col

from coord.access import Actor, system
from coord.clients.consents import RecordConsent, record_consent
from coord.clients.stories.codes import StoryMove
from coord.clients.stories.inputs import MoveStory, WriteStory
from coord.clients.stories.moving import move_story
from coord.clients.stories.writing import write_story
from coord.clients.tables import Client
from coord.demo import places
from coord.demo.groundwork import fixed
from coord.demo.referrals import person
from coord.kernel.sql import select
from coord.work import begin

_CHOOSER = system("demo stories", "chooses who tells a story in the demo", "job.run")
_WINTER = """\
她五十多岁，出院后整整一个冬天没有下过楼。社工每周打一次电话，春天陪她走到活动室门口，第三次她自己推开了门。
现在她每周来一次手工小组，也会提醒新来的人：第一次坐在门边就好。"""
_PILLS = """\
他四十多岁，总是忘记吃药，又不愿意家里人一遍遍地问。小组里有人说，把药盒放在牙刷旁边。
半年里他漏过几次，也复发过一次；这一次他自己打来了电话。"""
_HOME = """\
丈夫第一次来家属小组时说，他最怕的是下班回家的那段路。几次以后，他学会了先问一句“今天想说话吗”。
两个人都说，家里安静了一些，也轻了一些。"""
_STORIES = (("重新推开门", _WINTER), ("把药盒放在牙刷旁边", _PILLS), ("家里人也松了一口气", _HOME))


async def lay_stories(today: date) -> None:
    """Written by the worker of North with a consent each; the supervisor decides about all but the last."""
    sam, sun = await person("sam"), await person("sun")
    for number, (client, (title, text)) in enumerate(zip(await _people(), _STORIES, strict=False)):
        await _allowed(sam, client, today)
        async with begin(sam) as unit:
            made = await write_story(unit, WriteStory(client=client, title=title, text=text))
        if number < len(_STORIES) - 1:
            async with begin(sun) as unit:
                await move_story(unit, MoveStory(story=made, move=StoryMove.APPROVE))


async def _people() -> Sequence[UUID]:
    statement = select(Client.id).where(col(Client.hospital_id) == fixed(places.NORTH), col(Client.birth_year) < _BORN)
    async with begin(_CHOOSER, read_only=True) as unit:
        found: Sequence[UUID] = await unit.scalars(statement.order_by(col(Client.id).desc()).limit(len(_STORIES)))
        return found


_BORN = 1990


async def _allowed(sam: Actor, client: UUID, today: date) -> None:
    agreed = RecordConsent.parse(
        {
            "idempotency_key": uuid4(), "client": client, "purpose": "PHOTO_OR_CASE_USE", "signer": "SELF",
            "channel": "PAPER", "language": "zh-CN", "given_on": today, "expires_on": today + timedelta(days=365),
        }
    )  # fmt: skip
    async with begin(sam) as unit:
        await record_consent(unit, agreed)
